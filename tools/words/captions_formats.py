"""Caption formats read to raw cues: SubRip, WebVTT, SBV, SubStation, stamped text and JSON.

The content decides, not the suffix. The line formats are read here, because pysubs2 drops WebVTT
speakers and puts its notes into the cue before them; all other formats are left to pysubs2.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any, NamedTuple

from playhead.tools.words.captions_text import voices

_TIME = r"(-?)\s*(?:(\d+):)?(\d{1,3}):(\d{1,2})(?:[.,:](\d{1,3}))?"
_STAMP = re.compile(_TIME)
_ARROW = re.compile(rf"^\s*{_TIME}\s*-+>\s*{_TIME}")
_COMMA = re.compile(rf"^\s*{_TIME}\s*,\s*{_TIME}\s*$")
_LEADING = re.compile(rf"^\s*[\[(<]?{_TIME}(?:\s*(?:-+>?|–|—|to)\s*{_TIME})?[\])>]?(?!\d)[\s:–—-]*(.*)$")
_SUBSTATION = re.compile(r"^\s*(?:\[Script Info\]|\[V4\+? Styles\]|Dialogue:)", re.IGNORECASE | re.MULTILINE)
_OTHER = re.compile(r"\s*(<SAMI|<\?xml|<tt[\s:>]|\{\d+\}\{\d*\}|\[\d+\]\[\d*\])", re.IGNORECASE)
_LISTS = ("segments", "chunks", "events", "cues", "captions", "subtitles", "transcript", "body")


class RawCue(NamedTuple):
    """A cue as written: times unchecked (`end_s` is NaN when not given), text with its markup."""

    start_s: float
    end_s: float
    text: str
    speaker: str = ""


def parse(text: str) -> list[RawCue]:
    """All cues of a caption file in the order written; none when the text is of no known format."""
    text = text.lstrip("\ufeff")
    rows = text.splitlines()
    if _SUBSTATION.search(text[:20_000]) or _OTHER.match(text):
        return _by_pysubs2(text)
    if text.lstrip()[:1] in ("{", "[") and (found := _json(text)):
        return found
    if any(_ARROW.match(row) for row in rows):
        return list(_timed_blocks(rows, _ARROW, strict=rows[0].strip().startswith("WEBVTT")))
    if any(_COMMA.match(row) for row in rows):
        return list(_timed_blocks(rows, _COMMA, strict=True))
    return list(_stamped(rows))


def _seconds(groups: Iterable[str | None]) -> float:
    sign, hours, minutes, seconds, fraction = groups
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    value = whole + (float(f"0.{fraction}") if fraction else 0.0)
    return -value if sign else value


def _blocks(rows: list[str], line: re.Pattern[str]) -> Iterator[tuple[re.Match[str], list[str], bool]]:
    """Every time line, the rows below it up to the next one, and whether there is a next one."""
    times = [(number, found) for number, row in enumerate(rows) if (found := line.match(row))]
    ends = [number for number, _ in times[1:]]
    for (number, found), end in zip_longest(times, ends):
        yield found, rows[number + 1 : end], end is not None


def _timed_blocks(rows: list[str], line: re.Pattern[str], strict: bool) -> Iterator[RawCue]:
    """Blocks that open with a time line. `strict`: a blank line ends the text, as WebVTT and SBV say;
    SubRip files in the wild have blank lines inside their texts, and a number before the next block."""
    for found, body, followed in _blocks(rows, line):
        if followed and body and body[-1].strip().isdigit():
            body.pop()
        if strict and "" in (bare := [row.strip() for row in body]):
            body = body[: bare.index("")]
        text, speaker = voices("\n".join(body))
        groups = found.groups()
        yield RawCue(_seconds(groups[:5]), _seconds(groups[5:10]), text, speaker)


def _by_pysubs2(text: str) -> list[RawCue]:
    import pysubs2

    try:
        events = pysubs2.SSAFile.from_string(text, fps=25.0).events
    except (pysubs2.exceptions.Pysubs2Error, ValueError, LookupError, SyntaxError):
        return []
    return [
        RawCue(event.start / 1000, event.end / 1000, event.plaintext, event.name)
        for event in events
        if not (event.is_comment or event.is_drawing)
    ]


def _stamped(rows: list[str]) -> Iterator[RawCue]:
    """A transcript with a time at the start of a line, the words behind it or on the lines below."""
    for found, body, _ in _blocks(rows, _LEADING):
        groups = found.groups()
        end_s = _seconds(groups[5:10]) if groups[7] else math.nan
        yield RawCue(_seconds(groups[:5]), end_s, "\n".join((groups[10], *body)))


def _json(text: str) -> list[RawCue]:
    """Whisper, YouTube and data set forms: objects with a start, an end or a duration, and a text."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = _json_lines(text)
    while isinstance(data, dict):
        data = next((data[key] for key in _LISTS if isinstance(data.get(key), list | dict)), None)
    return [cue for item in data or () if isinstance(item, dict) and (cue := _json_cue(item))]


def _json_lines(text: str) -> list[Any]:
    try:
        return [json.loads(row) for row in text.splitlines() if row.strip()]
    except (ValueError, RecursionError):
        return []


def _json_cue(item: dict[str, Any]) -> RawCue | None:
    if "tStartMs" in item:
        words = "".join(str(part.get("utf8", "")) for part in item.get("segs", ()) if isinstance(part, dict))
        start_s = _number(item["tStartMs"]) / 1000
        return RawCue(start_s, start_s + _number(item.get("dDurationMs")) / 1000, words)
    pair: list[Any] = item["timestamp"] if isinstance(item.get("timestamp"), list) else []
    start = next((item[key] for key in ("start", "start_s", "from") if key in item), *pair[:1] or [None])
    end = next((item[key] for key in ("end", "end_s", "to") if key in item), *pair[1:2] or [None])
    text = next((item[key] for key in ("text", "line", "content", "caption") if key in item), None)
    if start is None or not isinstance(text, str):
        return None
    start_s, end_s = _number(start), _number(end)
    if math.isnan(end_s):
        end_s = start_s + _number(item.get("duration", item.get("dur")))
    return RawCue(start_s, end_s, text, str(item.get("speaker") or ""))


def _number(value: object) -> float:
    """Seconds from a number or a clock such as `00:01:02.500`; NaN for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    if isinstance(value, str) and (found := _STAMP.fullmatch(value.strip())):
        return _seconds(found.groups())
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan
