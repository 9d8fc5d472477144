"""What a simulated viewer holds for true: read off pictures, or off lines of text that say what was seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from playhead.eval.viewer.asked import Asked, Line
from playhead.eval.viewer.sight import Sight

_READ = re.compile(r'"([A-Z0-9 ]+)"')
_HINT = re.compile(r"\ba (\w+) with writing", re.IGNORECASE)
_UNREAD = re.compile(r"too small to read", re.IGNORECASE)
_PERSON = re.compile(r"person in a (\w+) coat")
_THING = re.compile(r"\b(\w+) (disc|square)s?\b")


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
    seen = [one for shown, sight in pairs for one in of_picture(shown.time_s or 0.0, sight)]
    told = [one for line in asked.lines for one in of_line(line)]
    return sorted([*seen, *told], key=lambda one: (one.start_s, one.end_s))


def of_picture(time_s: float, sight: Sight) -> Iterator[Statement]:
    for writing in sight.writings:
        yield Statement(time_s, time_s, writing.text, whole=bool(writing.text))
    for thing in sight.things:
        words = (
            f"PERSON {thing.colour} COAT" if thing.shape == "triangle" else f"{thing.colour} {thing.shape}"
        )
        yield Statement(time_s, time_s, words.upper())


def of_line(line: Line) -> Iterator[Statement]:
    """What a line says was seen; a digest repeats what its parts say better."""
    if line.text.startswith("digest"):
        return
    start_s, end_s = line.start_s or 0.0, line.end_s or line.start_s or 0.0
    found = [(words, True) for words in _READ.findall(line.text)]
    found += [(noun.upper(), False) for noun in _HINT.findall(line.text)]
    found += [("", False)] * bool(_UNREAD.search(line.text))
    found += [(f"PERSON {colour.upper()} COAT", True) for colour in _PERSON.findall(line.text)]
    found += [(f"{colour} {shape}".upper(), True) for colour, shape in _THING.findall(line.text)]
    for words, whole in found:
        yield Statement(start_s, end_s, words, whole, line.number)


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
