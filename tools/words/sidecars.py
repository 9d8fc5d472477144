"""Subtitle files that belong to a video, found by their names, and the language that a name tells."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

SIDECAR_SUFFIXES = (".srt", ".vtt", ".ass", ".ssa", ".sbv", ".smi", ".ttml")
"""What is picked up beside a video without being named."""

_FOLDERS = ("subs", "sub", "subtitles", "captions")
_NOT_SPEECH = {"chapters", "thumbnails", "metadata", "storyboard"}
_MARKS = {"", "sdh", "cc", "hi", "forced", "default", "full", "auto", "orig"}
_NAMED = """ar arabic ara, cs czech cze ces, de german ger deu, el greek gre ell, en english eng,
es spanish spa, fr french fra fre, he hebrew heb, hi hindi hin, it italian ita, ja japanese jpn,
ko korean kor, nl dutch dut nld, pl polish pol, pt portuguese por, ru russian rus, tr turkish tur,
uk ukrainian ukr, vi vietnamese vie, zh chinese chi zho"""
_NAMES = {name: row.split()[0] for row in _NAMED.split(",") for name in row.split()[1:]}
_TAG = re.compile(r"[a-z]{2}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)


def language_of(path: Path) -> str:
    """The language that a file name tells (`film.pt-BR.srt`, `2_English.srt`), or ''."""
    words = re.split(r"[^\w-]+|_", path.stem)
    while words and words[-1].lower() in _MARKS:
        words.pop()
    last = words[-1] if words else ""
    if last.lower() in _NAMES:
        return _NAMES[last.lower()]
    if len(words) > 1 and _TAG.fullmatch(last):
        return last
    ending = last.lower().rpartition("-")[2]
    return ending if ending != last.lower() and ending in _NAMES.values() else ""


def language_code(name: str) -> str:
    """`eng`, `English` or `en-GB` as its short code (`en`, `en`, `en`); '' for none or undetermined."""
    word = name.strip().lower()
    return _NAMES.get(word, "" if word in ("und", "mul", "zxx") else word.split("-")[0])


def sidecars(path: Path) -> list[Path]:
    """Subtitle files that belong to the video at `path`, sorted by name.

    They lie beside it or in a child folder such as `Subs/`, and are called like it: `film.srt`,
    `film.en.vtt`, `FILM_en.SRT`; Unicode forms and letter case do not matter.
    """
    others = [_folded(file.stem) for file in _files(path.parent) if _rival(file, path)]
    found = {file for file in _files(path.parent) if _belongs(file, path, others)}
    for folder in _children(path.parent, *_FOLDERS):
        found |= {file for file in _files(folder) if _belongs(file, path, others)}
        for own in _children(folder, _folded(path.stem)):
            found |= {file for file in _files(own) if _is_sidecar(file)}
    return sorted(found)


def is_sidecar_of(file: Path, path: Path) -> bool:
    """Whether a file beside the video at `path` would be taken for its subtitles, by its name."""
    return _belongs(file, path, [])


def _rival(file: Path, path: Path) -> bool:
    """Another video, whose longer name may claim a subtitle file."""
    return file.suffix.lower() == path.suffix.lower() and len(file.stem) > len(path.stem)


def _belongs(file: Path, path: Path, others: list[str]) -> bool:
    name, stem = _folded(file.stem), _folded(path.stem)
    if not _is_sidecar(file) or not name.startswith(stem):
        return False
    if any(name.startswith(other) for other in others if other.startswith(stem)):
        return False
    rest = name[len(stem) :]
    return rest[:1] in ("", ".") or (rest[0] in "_- [(" and language_of(Path(f"film.{rest[1:]}.srt")) != "")


def _is_sidecar(file: Path) -> bool:
    parts = set(_folded(file.stem).split("."))
    return file.suffix.lower() in SIDECAR_SUFFIXES and not parts & _NOT_SPEECH


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _files(folder: Path) -> list[Path]:
    return [entry for entry in _entries(folder) if entry.is_file()]


def _children(folder: Path, *names: str) -> list[Path]:
    return [entry for entry in _entries(folder) if _folded(entry.name) in names and entry.is_dir()]
