"""The evidence ledger: numbered, without doubles, bounded. A number once given never changes its meaning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice, zip_longest
from typing import Any

from playhead.agent.state import CallRecord, ToolCall
from playhead.tools.types import Evidence, Span

Ledger = tuple[Evidence, ...]


def add(
    ledger: Ledger, found: Iterable[Evidence], limit: int, cited: Iterable[int] = ()
) -> tuple[Ledger, tuple[int, ...]]:
    """The ledger with `found` in it, and the number of each found line; known lines keep their number.

    Beyond `limit` lines, scored lines and lines that were read go in turn, the weakest and the oldest first;
    what is `cited` stays.
    """
    lines = numbered(ledger, found)
    return merged(ledger, lines, limit, cited), tuple(line.number for line in lines)


def numbered(ledger: Ledger, found: Iterable[Evidence], last: int = 0) -> tuple[Evidence, ...]:
    """Each found line once, with its number: known ones as in the ledger, new ones behind `last`, the highest
    number ever given."""
    lines = {_identity(line): line for line in ledger}
    last = max((last, *(line.number for line in ledger)))
    told: dict[int, Evidence] = {}
    for line in found:
        key = _identity(line)
        if key not in lines:
            last += 1
            lines[key] = replace(line, number=last)
        told[lines[key].number] = lines[key]
    return tuple(told.values())


def merged(ledger: Ledger, lines: Iterable[Evidence], limit: int, cited: Iterable[int] = ()) -> Ledger:
    """The ledger with lines that have their numbers, by number, no longer than `limit`."""
    known = {line.number: line for line in (*lines, *ledger)}
    return _bounded(tuple(known[number] for number in sorted(known)), limit, frozenset(cited))


def renumber(evidence: Iterable[Evidence]) -> Ledger:
    """Lines kept from earlier questions as a ledger of their own, numbered from 1."""
    return add((), evidence, limit=10_000)[0]


def key(call: ToolCall) -> str:
    """Equal for calls that ask the same: spaces, case, 2 or 2.0, null or absent do not count."""
    return f"{call.name} {json.dumps(_plain(call.arguments), sort_keys=True, default=str)}"


def repeated(call: ToolCall, records: Sequence[CallRecord], ledger: Ledger) -> CallRecord | None:
    """The answer of an earlier, equal call, told from the ledger; None when the call is new."""
    wanted = key(call)
    earlier = next((record for record in records if key(record.call) == wanted and not record.repeated), None)
    if earlier is None:
        return None
    known = {line.number for line in ledger}
    numbers = tuple(number for number in earlier.numbers if number in known)
    said = _first_line(earlier.text)
    where = f"; its evidence is {listed(numbers)}" if numbers else ""
    text = f"already asked in round {earlier.round}: {said}{where}. Ask something else."
    return CallRecord(call, text, numbers, earlier.error, repeated=True)


def listed(numbers: Iterable[int]) -> str:
    """`[1] [4] [5]`."""
    return " ".join(f"[{number}]" for number in numbers)


def line_of(line: Evidence) -> dict[str, Any]:
    """A ledger line with what the public form leaves out."""
    hidden = {
        "number": line.number,
        "video_id": line.video_id,
        "tool": line.tool,
        "perceived": line.perceived,
    }
    return {**line.to_dict(), **hidden, "score": line.score}


def line_from(data: Mapping[str, Any]) -> Evidence:
    """The line that `line_of` wrote, without its number."""
    span = Span(data["start_s"], data["end_s"])
    return Evidence(
        data["video_id"],
        data["video"],
        span,
        data["kind"],
        data["text"],
        data["tool"],
        data["score"],
        data["perceived"],
        origin=data.get("source", ""),
        confidence=data.get("confidence"),
    )


def _identity(line: Evidence) -> tuple[str, str, int, int, str]:
    words = " ".join(line.text.casefold().split())
    return line.video_id, line.kind, round(line.span.start_s), round(line.span.end_s), words


def _bounded(ledger: Ledger, limit: int, cited: frozenset[int]) -> Ledger:
    if len(ledger) <= limit:
        return ledger
    free = [line for line in ledger if line.number not in cited]
    scored = sorted((line for line in free if line.score > 0), key=lambda line: (-line.score, -line.number))
    read = sorted((line for line in free if line.score <= 0), key=lambda line: -line.number)
    in_turn = (line for pair in zip_longest(scored, read) for line in pair if line is not None)
    kept = {*cited, *(line.number for line in islice(in_turn, max(0, limit - len(ledger) + len(free))))}
    return tuple(line for line in ledger if line.number in kept)


def _first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0][:200].rstrip(" .")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items() if item not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return " ".join(value.casefold().split())
    return round(float(value), 2) if isinstance(value, int | float) and not isinstance(value, bool) else value
