"""Timed words as the subtitle files that players read: WebVTT and SubRip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from playhead.tools.types import Span

Timed = Sequence[tuple[Span, str]]
"""What is said or named, and when; one cue each."""


def webvtt(cues: Timed) -> str:
    """A WebVTT file; texts are one line each and cannot end or imitate a cue."""
    return "\n".join(["WEBVTT\n", *(f"{_times(span, '.')}\n{_escaped(text)}\n" for span, text in cues)])


def subrip(cues: Timed) -> str:
    """A SubRip file; texts are one line each, and what looks like a tag stays text."""
    return "\n".join(_numbered(f"{_times(span, ',')}\n{_flat(text)}\n" for span, text in cues))


def _numbered(blocks: Iterable[str]) -> Iterable[str]:
    return (f"{number}\n{block}" for number, block in enumerate(blocks, 1))


def _times(span: Span, point: str) -> str:
    return f"{_stamp(span.start_s, point)} --> {_stamp(span.end_s, point)}"


def _stamp(time_s: float, point: str) -> str:
    minutes, rest = divmod(round(time_s * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{point}{rest % 1000:03}"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return _flat(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
