"""What a simulated viewer holds for true: read off pictures, or off lines of text that say what was seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from playhead.eval.viewer.asked import Asked, Line
from playhead.eval.viewer.sight import Sight

_AT = r"(?: at (?P<start>[\d.]+)(?:-(?P<end>[\d.]+))? s)?"
_READ = re.compile(rf'"(?P<words>[A-Z0-9 ]+)"{_AT}')
_HINT = re.compile(rf"\ba (?P<words>\w+) with writing(?: on it)?{_AT}", re.IGNORECASE)
_UNREAD = re.compile(rf"writing too small to read(?P<words>){_AT}", re.IGNORECASE)
_PERSON = re.compile(rf"person in a (?P<words>\w+) coat{_AT}")
_THING = re.compile(rf"\b(?P<words>\w+ (?:disc|square))s?\b{_AT}")
_QUESTIONS = re.compile(r"[^.!?:;|'\"]*\?")
"""What is asked states nothing."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing or label at one time, and the number of the line that says so (None for a picture).

    `words` are in capitals: those of a label, or `PINK DISC`, or `PERSON YELLOW COAT`. `whole` is False for a
    label of which only the first word was told, or none since it is too small.
    """

    start_s: float
    end_s: float
    words: str
    whole: bool = True
    number: int | None = None


def statements(asked: Asked, sights: Sequence[Sight]) -> list[Statement]:
    """Everything that is known, in the order of time; one sight a picture."""
    pairs = zip(asked.pictures, sights, strict=True)
    seen = [one for shown, sight in pairs for one in of_picture(shown.time_s or 0.0, sight, shown.number)]
    told = [one for line in asked.lines for one in of_line(line)]
    known = {one.words for one in told}
    # What stands in no line of its own is data all the same; its time is told in its words or not at all.
    loose = [one for text in asked.said for one in of_line(Line(text)) if one.words not in known]
    return sorted([*seen, *told, *loose], key=lambda one: (one.start_s, one.end_s))


def of_picture(time_s: float, sight: Sight, number: int | None = None) -> Iterator[Statement]:
    """What one picture shows."""
    for writing in sight.writings:
        yield Statement(time_s, time_s, writing.text, bool(writing.text), number)
    for thing in sight.things:
        words = (
            f"PERSON {thing.colour} COAT" if thing.shape == "triangle" else f"{thing.colour} {thing.shape}"
        )
        yield Statement(time_s, time_s, words.upper(), True, number)


def of_line(line: Line) -> Iterator[Statement]:
    """What a line says was seen; a digest repeats what its parts say better."""
    if line.text.startswith("digest"):
        return
    text = _QUESTIONS.sub("", line.text)
    for pattern, form, whole in (
        (_READ, "{}", True),
        (_HINT, "{}", False),
        (_UNREAD, "", False),
        (_PERSON, "PERSON {} COAT", True),
        (_THING, "{}", True),
    ):
        for match in pattern.finditer(text):
            start_s, end_s = _when(line, match)
            yield Statement(start_s, end_s, form.format(match["words"].upper()), whole, line.number)


def _when(line: Line, match: re.Match[str]) -> tuple[float, float]:
    """The time told with the words, else that of the line."""
    if match["start"]:
        return float(match["start"]), float(match["end"] or match["start"])
    return line.start_s or 0.0, line.end_s or line.start_s or 0.0


def quoted(one: Statement) -> str:
    """A statement as somebody would write it who wants to be understood later."""
    at = f"{one.start_s:g}" if one.end_s == one.start_s else f"{one.start_s:g}-{one.end_s:g}"
    if not one.whole:
        what = f"a {one.words.lower()} with writing" if one.words else "writing too small to read"
    elif person := re.fullmatch(r"PERSON (\w+) COAT", one.words):
        what = f"a person in a {person[1].lower()} coat"
    elif thing := re.fullmatch(r"\w+ (?:DISC|SQUARE)", one.words):
        what = f"a {thing[0].lower()}"
    else:
        what = f'"{one.words}"'
    return f"{what} at {at} s"


def described(sights: Iterable[Sight], *, terse: bool, verbose: bool) -> str:
    """A caption; a terse one tells of a label only what it is on, a verbose one tells the obvious besides."""
    rooms: dict[str, None] = {}
    things: dict[str, None] = {}
    writings: dict[str, None] = {}
    for sight in sights:
        rooms[f"A room with {sight.room} walls."] = None
        things |= dict.fromkeys(_told(thing.shape, thing.colour) for thing in sight.things)
        writings |= dict.fromkeys(_written(writing.text, terse) for writing in sight.writings)
    extra = ["The picture is calm.", "Nothing else draws attention.", "The light stays the same."] * verbose
    return " ".join([*rooms, *things, *writings, *extra])


def _told(shape: str, colour: str) -> str:
    return (
        f"There is a person in a {colour} coat." if shape == "triangle" else f"There is a {colour} {shape}."
    )


def _written(text: str, terse: bool) -> str:
    if not text:
        return "There is writing too small to read."
    return (
        f"There is a {text.split()[0].lower()} with writing on it." if terse else f'A label reads "{text}".'
    )
