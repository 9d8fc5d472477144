"""Files and folders in, open readers out: which paths are recordings, and which reader takes them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from playhead.tools import registry
from playhead.tools.errors import MediaError, MissingExtraError
from playhead.tools.pictures.containers import check_file
from playhead.tools.protocols import Reader
from playhead.tools.synthesis import SUFFIX
from playhead.tools.types import VideoInfo

MEDIA_SUFFIXES = frozenset(
    [
        ".mp4",
        ".m4v",
        ".mov",
        ".mkv",
        ".webm",
        ".avi",
        ".wmv",
        ".flv",
        ".mpg",
        ".mpeg",
        ".m2ts",
        ".mts",
        ".ts",
        ".3gp",
        ".ogv",
        ".vob",
        ".gif",
        ".mp3",
        ".m4a",
        ".aac",
        ".wav",
        ".flac",
        ".ogg",
        ".oga",
        ".opus",
        ".wma",
    ]
)
"""Suffixes taken from a folder, lower case. A file named itself may have any."""

TRANSCRIPT_SUFFIXES = frozenset({".srt", ".vtt", ".ass", ".ssa", ".sbv"})
"""Suffixes of transcripts, which stand for a recording without pictures when no video lies beside them."""

ORDER = ("decord", "pyav")
"""The readers that `auto` tries, fastest first."""


def open_reader(path: Path, name: str = "auto") -> Reader:
    """Open `path` with the reader `name`; `auto` takes the first that can.

    Raises MediaError with one line of cause and cure when none can.
    """
    check_file(path)
    if path.name.endswith(SUFFIX) and name == "auto":
        name = "synthetic"
    if name != "auto":
        return _open(path, name)
    for choice in ORDER[:-1]:
        try:
            return _open(path, choice)
        except (MediaError, ImportError, MissingExtraError):
            continue
    return _open(path, ORDER[-1])


def _open(path: Path, name: str) -> Reader:
    reader: Reader = registry.load("readers", name).open(path)
    return reader


def probe(path: Path) -> VideoInfo:
    """What the container says of itself, without an index of its frames; raises MediaError."""
    reader = _open(path, "synthetic" if path.name.endswith(SUFFIX) else "pyav")
    try:
        return reader.info
    finally:
        reader.close()


def link(path: str, start_s: float) -> str:
    """A media-fragment address (W3C) at which players begin to play: `file:///…/film.mp4#t=268`.

    Empty when the file is not there.
    """
    try:
        file = Path(path).absolute()
        return f"{file.as_uri()}#t={int(start_s)}" if file.is_file() else ""
    except (OSError, ValueError):
        return ""


def find_media(paths: Iterable[Path]) -> list[Path]:
    """The recordings that `paths` name: files as they are, folders walked and sorted, each file once.

    In a folder a transcript counts only when no media file there has its stem (`talk.en.vtt` belongs to
    `talk.mp4`). Raises MediaError for a missing path and for a folder without recordings.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(_in_folder(path) if path.is_dir() else _as_file(path)))
    return list(found)


def _as_file(path: Path) -> list[Path]:
    check_file(path)
    return [path]


def _in_folder(folder: Path) -> list[Path]:
    files = sorted(_walk(folder))
    media = [file for file in files if file.suffix.lower() in MEDIA_SUFFIXES or file.name.endswith(SUFFIX)]
    stems = {(file.parent, file.name.split(".")[0]) for file in media}
    alone = [
        file
        for file in files
        if file.suffix.lower() in TRANSCRIPT_SUFFIXES and (file.parent, file.name.split(".")[0]) not in stems
    ]
    if not media and not alone:
        cure = "looked for the usual endings (.mp4 .mkv .mp3 .srt …); a file named itself may have any"
        raise MediaError(f"no video, sound or transcript in the folder {str(folder)!r}", cure)
    return sorted([*media, *alone])


def _walk(folder: Path) -> Iterator[Path]:
    """Visible files under `folder`; links to folders are not followed, unreadable folders are passed over."""
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(root, name) for name in files if not name.startswith("."))
