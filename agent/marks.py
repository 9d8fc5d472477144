"""Citation marks in the words of an answer: `[2]` and `[1, 3]` name lines of evidence by their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from playhead.tools.types import Evidence

_MARK = re.compile(r" ?\[([1-9]\d{0,3}(?:[,;] ?[1-9]\d{0,3})*)\]")
_HALF = re.compile(r" ?\[[\d,; ]*\Z")


def cited(text: str, ledger: Iterable[Evidence]) -> tuple[int, ...]:
    """The numbers of ledger lines that the marks of a text name, in the order of their first mark."""
    known = {line.number for line in ledger}
    named = (number for mark in _MARK.finditer(text) for number in _numbers(mark))
    return tuple(dict.fromkeys(number for number in named if number in known))


def placed(text: str, order: Sequence[int], ledger: Iterable[Evidence] = ()) -> str:
    """`renumbered` with every number as its place in `order`, from 1."""
    return renumbered(text, {number: place for place, number in enumerate(order, 1)}, ledger)


def renumbered(text: str, numbers: Mapping[int, int], ledger: Iterable[Evidence] = ()) -> str:
    """The text with its marks under new numbers, each number in brackets of its own: `[1][3]`.

    A mark without any goes, unless the ledger holds it as words: a slide may say `[7]`.
    """

    def told(mark: re.Match[str]) -> str:
        if found := dict.fromkeys(numbers[number] for number in _numbers(mark) if number in numbers):
            return mark[0].partition("[")[0] + "".join(f"[{number}]" for number in found)
        return mark[0] if any(mark[0].strip() in line.text for line in ledger) else ""

    return _MARK.sub(told, text).strip() or text


def plain(text: str) -> str:
    """The text without its marks."""
    return renumbered(text, {})


def whole(text: str) -> str:
    """A text that still grows, without the half of a mark at its end."""
    return _HALF.sub("", text).strip()


def _numbers(mark: re.Match[str]) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", mark[1])]
