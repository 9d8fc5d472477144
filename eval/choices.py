"""Options and their letters: the gold of a row, the structured field of an answer, labels in a question."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from string import ascii_uppercase

from playhead.eval.types import Letter, Prediction


def letter_of(index: int | None) -> Letter:
    """`A` for 0; '' for None or beyond Z."""
    return ascii_uppercase[index] if index is not None and 0 <= index < 26 else ""


def index_of(letter: str) -> int:
    """0 for `A`, `(a)` or `A.`; raises ValueError for anything else."""
    match = re.fullmatch(r"\s*\(?\s*([A-Za-z])\s*[).:]?\s*", letter)
    if not match:
        raise ValueError(f"not an option letter: {letter!r}")
    return ascii_uppercase.index(match.group(1).upper())


def gold_index(answer: object, options: Sequence[str]) -> int:
    """The right option from an index counted from 0, a letter, a labelled option or an option's text.

    A letter is tried before the texts, which may be letters themselves. Raises ValueError when the answer
    is none of them or lies beyond the options.
    """
    index = answer if isinstance(answer, int) and not isinstance(answer, bool) else _index(answer, options)
    if not 0 <= index < len(options):
        raise ValueError(f"answer {answer!r} is not one of {len(options)} options")
    return index


def _index(answer: object, options: Sequence[str]) -> int:
    text = str(answer).strip()
    if re.fullmatch(r"\(?[A-Za-z][).:]?", text) and index_of(text) < len(options):
        return index_of(text)
    if (by_text := text_index(text, options)) is not None:
        return by_text
    if re.fullmatch(r"\d+", text):
        return int(text)
    labelled = re.match(r"\(?([A-Za-z])[).:]\s+\S", text)
    return index_of(labelled.group(1) if labelled else text)


def text_gold(answer: object, options: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    """The right option of a row whose answer is an option's text, and what had to be mended.

    Of equal options the last counts, as in the sets' own code; a text that is none of them counts as the
    one it is closest to. Raises ValueError when it is close to none.
    """
    text = str(answer).strip()
    plain = [_plain(option) for option in options]
    exact = [place for place, option in enumerate(options) if option.strip() == text]
    alike = exact or [place for place, option in enumerate(plain) if option == _plain(text)]
    if len(alike) == 1:
        return alike[0], ()
    if alike:
        return alike[-1], (f"the answer stands among the options {len(alike)} times; the last counts",)
    if close := difflib.get_close_matches(_plain(text), plain, 1, 0.8):
        return plain.index(close[0]), (f"the answer {text!r} was read as the option {close[0]!r}",)
    raise ValueError(f"answer {answer!r} is not one of {len(options)} options")


def text_index(text: str, options: Sequence[str]) -> int | None:
    """The option whose text this is, ignoring case, spaces and a final full stop; None unless exactly one."""
    plain = [_plain(option) for option in options]
    return plain.index(_plain(text)) if plain.count(_plain(text)) == 1 else None


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".").casefold()


def strip_labels(options: Sequence[str]) -> tuple[str, ...]:
    """Options without their `A. ` or `(A) `; left alone unless every one carries its own letter."""
    matches = [
        re.match(rf"\s*\(?{letter_of(place) or '?'}\s*[.):]\s*(.*)$", option, re.DOTALL)
        for place, option in enumerate(options)
    ]
    if all(matches):
        return tuple(match.group(1).strip() for match in matches if match)
    return tuple(option.strip() for option in options)


def split_inline(text: str) -> tuple[str, tuple[str, ...]]:
    """Question and options of a text that lists them on lines of their own as `(A) …` or `A. …`."""
    marks = list(re.finditer(r"(?m)^\s*\(?([A-Z])[).:]\s*", text))
    for start, mark in enumerate(marks):
        run = marks[start:]
        expected = ascii_uppercase[: len(run)]
        if mark.group(1) == "A" and "".join(item.group(1) for item in run) == expected and len(run) > 1:
            ends = [item.start() for item in run[1:]] + [len(text)]
            options = (text[item.end() : end].strip() for item, end in zip(run, ends, strict=True))
            return text[: mark.start()].strip(), tuple(options)
    raise ValueError("no options A, B, … found in the question")


def strict(prediction: Prediction, options: Sequence[str]) -> int | None:
    """The structured field alone; None when it is absent or names no option."""
    option = prediction.option
    return option if option is not None and 0 <= option < len(options) else None


def bare(text: str, options: Sequence[str]) -> int | None:
    """The option of a reply that is nothing but a letter, or exactly one option's text."""
    if (by_text := text_index(text, options)) is not None:
        return by_text
    match = re.fullmatch(r"\s*[*`(\[]*\s*([A-Z])\s*[)\].:*`]*\s*", text)
    index = ascii_uppercase.index(match.group(1)) if match else len(options)
    return index if index < len(options) else None
