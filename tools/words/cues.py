"""Words with their times from files: loaded from any caption format, repaired, and freed of repetitions.

`load_cues` reads one file, `load_transcripts` several at once, `sidecars` finds those beside a video.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from playhead.tools.errors import MediaError
from playhead.tools.types import Cue, Span
from playhead.tools.words import captions_formats, captions_text
from playhead.tools.words.captions_formats import RawCue
from playhead.tools.words.sidecars import SIDECAR_SUFFIXES, language_of, sidecars

__all__ = ["TRANSCRIPT_SUFFIXES", "clean_cues", "load_cues", "load_transcripts", "repaired", "sidecars"]

TRANSCRIPT_SUFFIXES = (*SIDECAR_SUFFIXES, ".txt", ".json", ".jsonl", ".lrc", ".sub")
"""What `load_cues` reads when it is named."""

_LIMIT_BYTES = 64 * 1024 * 1024
_LIMIT_S = 10 * 24 * 3600.0
_CHARACTERS_PER_S = 15.0
_TOUCHING_S = 0.1


def load_cues(path: Path) -> list[Cue]:
    """All cues of a caption or transcript file, cleaned, in order of time.

    Raises MediaError, with the cause, when the file cannot be read or holds no timed text.
    """
    language = language_of(path)
    try:
        text = captions_text.decode(_bytes(path), language)
    except ValueError as error:
        raise _unreadable(path, "it is not a text file") from error
    cues = clean_cues(repaired(captions_formats.parse(text), language))
    if not cues:
        raise _unreadable(path, "no timed text was found in it")
    return cues


def load_transcripts(paths: Iterable[Path]) -> list[Cue]:
    """The cues of several files as one transcript: in order of time, what stands in two of them once."""
    return clean_cues(cue for path in paths for cue in load_cues(path))


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LIMIT_BYTES:
            raise _unreadable(path, "it is larger than 64 MB")
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, (error.strerror or str(error)).lower()) from error
    if not data.strip():
        raise _unreadable(path, "it is empty")
    return data


def _unreadable(path: Path, cause: str) -> MediaError:
    kinds = " ".join(TRANSCRIPT_SUFFIXES)
    return MediaError(
        f"cannot read subtitles from {str(path)!r}: {cause}", f"give a text file such as {kinds}"
    )


def repaired(raw: Iterable[RawCue], language: str = "") -> Iterator[Cue]:
    """Cues with possible times and plain text; what has neither is left out.

    A missing end is the next start or a reading time, whichever comes first; a reversed pair is turned;
    a cue that begins before zero begins at zero, one that ends before it is dropped.
    """
    known = [cue for cue in raw if math.isfinite(cue.start_s)]
    following = sorted(cue.start_s for cue in known)
    nexts = dict(pairwise(following))
    for cue in known:
        rows = captions_text.lines(cue.text)
        end_s = cue.end_s if math.isfinite(cue.end_s) else _guessed_end(cue.start_s, rows, nexts)
        start_s, end_s = sorted((cue.start_s, end_s))
        if rows and end_s >= 0 and start_s < _LIMIT_S:
            span = Span(max(0.0, start_s), min(end_s, _LIMIT_S))
            yield Cue(span, "\n".join(rows), language, " ".join(cue.speaker.split()))


def _guessed_end(start_s: float, rows: list[str], nexts: dict[float, float]) -> float:
    reading_s = max(2.0, sum(map(len, rows)) / _CHARACTERS_PER_S)
    return min(start_s + reading_s, nexts.get(start_s, math.inf))


def clean_cues(cues: Iterable[Cue]) -> list[Cue]:
    """In order of time, without repetitions, one line of text each.

    Rolling captions (each cue repeats the end of the one before), growing ones (each repeats the one
    before and adds words) and cues that say the same at the same time are each said once.
    """
    kept: list[Cue] = []
    rolling: dict[str, tuple[Cue, int]] = {}
    same: dict[str, int] = {}
    for cue in sorted(cues, key=lambda cue: cue.span):
        before = rolling.get(cue.language)
        text, at = _without_repetition(cue, before, same, kept)
        if at is None:
            kept.append(Cue(cue.span, text, cue.language, cue.speaker))
            at = len(kept) - 1
        else:
            kept[at] = Cue(kept[at].span.union(cue.span), text, kept[at].language, kept[at].speaker)
        rolling[cue.language] = (cue, at)
        same[text] = at
    return [Cue(cue.span, " ".join(cue.text.split()), cue.language, cue.speaker) for cue in kept]


def _without_repetition(
    cue: Cue, before: tuple[Cue, int] | None, same: dict[str, int], kept: list[Cue]
) -> tuple[str, int | None]:
    """(text to keep, index of the kept cue that it replaces or None)."""
    at = same.get(cue.text)
    if at is not None and _touch(kept[at], cue):
        return kept[at].text, at
    if before is None or not _touch(before[0], cue) or before[0].speaker != cue.speaker:
        return cue.text, None
    if _words(cue).startswith(_words(kept[before[1]])):
        return cue.text, before[1]
    rest = _after_overlap(before[0].text, cue.text)
    return (rest, None) if rest else (kept[before[1]].text, before[1])


def _words(cue: Cue) -> str:
    return f"{' '.join(cue.text.split())} "


def _touch(first: Cue, second: Cue) -> bool:
    return second.span.start_s <= first.span.end_s + _TOUCHING_S


def _after_overlap(before: str, text: str) -> str:
    """`text` without the lines, or the three or more words, at its start that end `before`."""
    old, new = before.split("\n"), text.split("\n")
    for size in range(min(len(old), len(new)), 0, -1):
        if old[-size:] == new[:size]:
            return "\n".join(new[size:])
    old, new = before.split(), text.split()
    for size in range(min(len(old), len(new)), 2, -1):
        if old[-size:] == new[:size]:
            return " ".join(new[size:])
    return text
