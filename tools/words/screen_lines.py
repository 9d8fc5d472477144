"""Lines of text followed from picture to picture, so that each is told once, with when it stood there.

OCR reads the same line a little differently each time, terminals move it up, and moving pictures hide it
for a moment; a line is the same when its letters nearly agree and its digits do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from playhead.tools.protocols import TextLine

_SAME = 0.82
"""Least similarity of two readings of one line; different lines of prose stay below 0.6."""

_GAP_HEIGHTS = 3.0
"""Pieces on one row with less than this many line heights between them are one line."""


@dataclass(slots=True, eq=False)
class SeenLine:
    """One line on the screen. `end_s` is set when it was found gone; `texts` are its readings by weight."""

    first_s: float
    last_s: float
    line: TextLine
    texts: Counter[str]
    end_s: float | None = None

    @classmethod
    def begin(cls, line: TextLine, time_s: float) -> SeenLine:
        return cls(time_s, time_s, line, Counter({line.text: _weight(line)}))

    @property
    def text(self) -> str:
        return self.texts.most_common(1)[0][0]

    def see(self, line: TextLine, time_s: float) -> None:
        """Another reading of it. A line that is being typed is told as it was last."""
        if _grows(self.text, line.text):
            self.texts.clear()
        self.texts[line.text] += _weight(line)
        self.line, self.last_s, self.end_s = line, time_s, None


def _weight(line: TextLine) -> int:
    return max(1, round(100 * line.confidence))


def rows(lines: Iterable[TextLine]) -> list[TextLine]:
    """Readings in reading order, with the pieces of one row joined and specks left out."""
    joined: list[TextLine] = []
    for line in sorted(lines, key=lambda line: (line.box[1] + line.box[3], line.box[0])):
        before = next((at for at, other in enumerate(joined) if _continues(other, line)), None)
        if before is None:
            joined.append(line)
        else:
            joined[before] = _joined(joined[before], line)
    return [line for line in joined if _readable(line)]


def _readable(line: TextLine) -> bool:
    """Two letters or a sure digit; single letters come from corners and patterns in the picture."""
    letters = [character for character in line.text if character.isalnum()]
    return len(letters) >= 2 or (bool(letters) and letters[0].isdigit() and line.confidence >= 0.9)


def _continues(first: TextLine, second: TextLine) -> bool:
    """Side by side on one row, a few letters apart, of about one size."""
    height = first.box[3] - first.box[1]
    other = second.box[3] - second.box[1]
    shared = min(first.box[3], second.box[3]) - max(first.box[1], second.box[1])
    gap = max(first.box[0], second.box[0]) - min(first.box[2], second.box[2])
    alike = min(height, other) > 0.6 * max(height, other)
    # Shares of the width are about half as large as shares of the height.
    return alike and shared > 0.6 * min(height, other) and -0.01 <= gap < _GAP_HEIGHTS * height * 0.56


def _joined(first: TextLine, second: TextLine) -> TextLine:
    left, right = sorted((first, second), key=lambda line: line.box[0])
    sides = zip(left.box, right.box, strict=True)
    box = tuple(choose(pair) for choose, pair in zip((min, min, max, max), sides, strict=True))
    confidence = min(left.confidence, right.confidence)
    return TextLine(f"{left.text} {right.text}", confidence, (box[0], box[1], box[2], box[3]))


def match(seen: Sequence[SeenLine], read: Sequence[TextLine]) -> list[tuple[SeenLine, TextLine]]:
    """Which reading continues which line, each used once: the surest and nearest pairs first."""
    pairs = [
        (likeness - abs(old.line.box[1] - new.box[1]) * 0.1, at, number)
        for at, old in enumerate(seen)
        for number, new in enumerate(read)
        if (likeness := _likeness(old, new)) > 0
    ]
    taken: list[tuple[SeenLine, TextLine]] = []
    left_old, left_new = set(range(len(seen))), set(range(len(read)))
    for _, at, number in sorted(pairs, reverse=True):
        if at in left_old and number in left_new:
            left_old.remove(at)
            left_new.remove(number)
            taken.append((seen[at], read[number]))
    return taken


def _likeness(old: SeenLine, new: TextLine) -> float:
    """1 for the same words, down to 0 for another line."""
    first, second = _letters(old.text), _letters(new.text)
    if first == second:
        return 1.0
    if _in_place(old.line, new) and _grows(old.text, new.text):
        return 0.95
    if _digits(first) != _digits(second) or min(len(first), len(second)) < 0.7 * max(len(first), len(second)):
        return 0.0
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if matcher.quick_ratio() < _SAME or (ratio := matcher.ratio()) < _SAME:
        return 0.0
    return ratio * 0.9


def _in_place(first: TextLine, second: TextLine) -> bool:
    height = first.box[3] - first.box[1]
    return abs(first.box[1] - second.box[1]) < height and abs(first.box[0] - second.box[0]) < height


def _grows(before: str, after: str) -> bool:
    """Typed on: the same beginning and more behind it, such as a command line or a bullet point."""
    first, second = _letters(before), _letters(after)
    return 2 <= len(first) < len(second) and second.startswith(first)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _digits(text: str) -> str:
    return "".join(re.findall(r"\d", text))
