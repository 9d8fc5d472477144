"""Words with their times as subtitle files: WebVTT and SubRip."""

from __future__ import annotations

from collections.abc import Sequence

from playhead.tools.types import Span

Timed = tuple[Span, str]


def vtt(cues: Sequence[Timed]) -> str:
    """WebVTT; texts are one line each, escaped, and cannot end or imitate a cue."""
    blocks = [
        f"{_stamp(span.start_s)} --> {_stamp(span.end_s)}\n{_escaped(_line(text))}\n" for span, text in cues
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def srt(cues: Sequence[Timed]) -> str:
    """SubRip; texts are one line each."""
    return "\n".join(
        f"{number}\n{_stamp(span.start_s, ',')} --> {_stamp(span.end_s, ',')}\n{_line(text)}\n"
        for number, (span, text) in enumerate(cues, 1)
    )


def _stamp(time_s: float, point: str = ".") -> str:
    minutes, rest_ms = divmod(round(time_s * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest_ms // 1000:02}{point}{rest_ms % 1000:03}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
