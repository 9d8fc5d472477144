"""The common shape of a question set: rows are parsed one by one, and a bad one fails alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from playhead.eval.layout import seconds_or_before
from playhead.eval.official import OfficialScore, standard
from playhead.eval.types import Sample, Scored, SetInfo
from playhead.tools.errors import UsageError
from playhead.tools.types import Span

Parse = Callable[[Any], Sample]

ID_FIELDS = ("question_id", "qid", "uid", "q_uid", "id", "idx", "key")
"""Where a malformed row may still say who it is."""


@dataclass(frozen=True)
class QuestionSet:
    """A benchmark made of rows, the function that parses one row, and the set's own scoring."""

    info: SetInfo
    rows: Callable[[], Iterable[Any]]
    parse: Parse
    subset: str = ""
    score: OfficialScore = field(default=standard)

    def samples(self) -> Iterator[Sample]:
        """Parsed rows with unique ids; one that cannot be parsed becomes a sample with a `problem`."""
        seen: dict[str, int] = {}
        for number, row in enumerate(self.rows()):
            sample = parsed(row, self.parse, number)
            again = seen[sample.id] = seen.get(sample.id, 0) + 1
            yield sample if again == 1 else _renamed(sample, again)

    def official(self, scored: Sequence[Scored]) -> dict[str, float]:
        return self.score(self.info, scored)


def parsed(row: Any, parse: Parse, number: int) -> Sample:
    """The sample of a row, or one that carries the problem."""
    try:
        sample = parse(row)
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        return malformed(_row_id(row, number), "", number, f"{type(error).__name__}: {error}")
    return sample if sample.question.strip() else malformed(sample.id, sample.video, number, "no question")


def malformed(sample_id: str, video: str, number: int, detail: str) -> Sample:
    """A sample that stands for a row nobody can use."""
    return Sample(sample_id, video, problem=f"malformed annotation in row {number}: {detail}")


def _row_id(row: Any, number: int) -> str:
    named = row if isinstance(row, Mapping) else {}
    found = next((str(named[name]) for name in ID_FIELDS if named.get(name) not in (None, "")), "")
    return found or f"row-{number}"


def _renamed(sample: Sample, again: int) -> Sample:
    return replace(sample, id=f"{sample.id}#{again}")


def tags(**dimensions: Any) -> dict[str, tuple[str, ...]]:
    """Breakdowns from single values or lists; empty ones are left out."""
    result = {}
    for name, value in dimensions.items():
        listed = value if isinstance(value, (list, tuple)) else [value]
        if kept := tuple(str(item) for item in listed if item not in (None, "")):
            result[name] = kept
    return result


def spans(pairs: Iterable[tuple[float, float]]) -> tuple[Span, ...]:
    """Gold evidence from (start, end) pairs in seconds."""
    return tuple(Span(float(start), float(end)) for start, end in pairs)


def gold_spans(value: Any) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    """Gold evidence from `[s, e]`, `[[s, e], …]` or None, in seconds or clock times, and what was mended.

    A time before the start becomes 0, reversed times are turned round, what is no pair of times is dropped:
    bad evidence never costs the question.
    """
    found: list[Span] = []
    notes: list[str] = []
    for item in _items(value):
        try:
            start, end = (seconds_or_before(part) for part in item)
        except (TypeError, ValueError):
            notes.append(f"gold times {item!r:.60} dropped: no pair of times")
            continue
        if end < 0 and start < 0:
            notes.append(f"gold times {item!r:.60} dropped: before the start of the video")
            continue
        if start < 0 or end < 0:
            notes.append(f"gold times {item!r:.60} begin at 0")
        if end < start:
            notes.append(f"gold times {item!r:.60} turned round")
        first, last = sorted((max(0.0, start), max(0.0, end)))
        found.append(Span(first, last))
    return tuple(found), tuple(notes)


def _items(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        return (value,)
    single = len(value) == 2 and not any(isinstance(part, (list, tuple)) for part in value)
    return (value,) if single else value


def text(row: Mapping[str, Any], name: str) -> str:
    """A field that must be text; raises KeyError or ValueError."""
    value = row[name]
    if not isinstance(value, str):
        raise ValueError(f"{name!r} should be text, got {value!r:.60}")
    return value.strip()


def options(row: Mapping[str, Any], *names: str) -> tuple[str, ...]:
    """Options kept in fields of their own, `N/A` padding and gaps at the end left out."""
    values = [str(row[name]).strip() for name in names if row.get(name) not in (None, "")]
    return tuple(value for value in values if value != "N/A")


def extended(row: Any, **fields: Any) -> Any:
    """The row with further fields; one that is no row stays as it is, to fail alone."""
    return {**row, **fields} if isinstance(row, Mapping) else row


def lettered(choices: Mapping[str, Any]) -> tuple[str, ...]:
    """The options of `{"A": …, "B": …}` in the order of their letters; empty ones are left out."""
    return tuple(str(choices[letter]).strip() for letter in sorted(choices) if choices[letter])


def part(start: Any, end: Any) -> str:
    """What to put before a question that is about one part of its video; '' without both times."""
    return "" if start is None or end is None else f"From {float(start):.1f} s to {float(end):.1f} s: "


def subset_of(argument: str, names: Sequence[str], set_name: str) -> str:
    """The chosen subset, the first by default; raises UsageError for an unknown one."""
    if argument and argument not in names:
        raise UsageError(f"{set_name} has no subset {argument!r}", f"choose one of: {', '.join(names)}")
    return argument or names[0]


def no_subset(argument: str, set_name: str) -> str:
    """The empty subset; raises UsageError when one is named for a set that has none."""
    if argument:
        raise UsageError(f"{set_name} has no subset {argument!r}", "leave it out")
    return ""
