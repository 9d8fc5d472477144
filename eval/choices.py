"""Which option a reply names: the structured field beside the ways public scorers read raw text.

The scorers disagree on the same strings, so a result carries both readings. Each extractor below is
written from the description of the public one; none falls back to a random option or to A.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from string import ascii_uppercase

from playhead.eval import replies
from playhead.eval.types import Letter, Prediction

Extractor = Callable[[str, Sequence[str]], Letter]
"""(raw reply, options) → letter, or '' when none is found."""


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

    Raises ValueError when the answer is none of them or lies beyond the options.
    """
    index = answer if isinstance(answer, int) and not isinstance(answer, bool) else _index(answer, options)
    if not 0 <= index < len(options):
        raise ValueError(f"answer {answer!r} is not one of {len(options)} options")
    return index


def _index(answer: object, options: Sequence[str]) -> int:
    text = str(answer).strip()
    if (by_text := text_index(text, options)) is not None:
        return by_text
    if re.fullmatch(r"\d+", text):
        return int(text)
    labelled = re.match(r"\(?([A-Za-z])[).:]\s+\S", text)
    return index_of(labelled.group(1) if labelled else text)


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


def submission(prediction: Prediction, options: Sequence[str]) -> str:
    """What would be handed to an official scorer: the structured letter, or the raw text without one."""
    return letter_of(strict(prediction, options)) or prediction.text


def _letters(options: Sequence[str]) -> str:
    return f"A-{letter_of(max(len(options), 2) - 1)}"


def mcq_extract(text: str, options: Sequence[str]) -> Letter:
    """lmms-eval's shared extractor: formats have ranks, the last hit of the best format present wins.

    An answer tag comes first; then a letter at the start (10), at the end (9), after a phrase such as
    `answer is` (7), in parentheses (6), before a full stop (5), before a colon (4), standing alone (3).
    """
    letter = f"([{_letters(options)}])"
    ranked = (
        rf"<answer>\s*{letter}\b",
        rf"^\s*{letter}(?=[\s.,:)]|$)",
        rf"(?<![A-Za-z]){letter}[\s.]*$",
        rf"(?i:answer|option|choice)\s*(?:(?i:is)|:)?\s*\(?{letter}\b",
        rf"\({letter}\)",
        rf"\b{letter}\.",
        rf"\b{letter}:",
        rf"\b{letter}\b",
    )
    hits = (re.findall(pattern, text.strip()) for pattern in ranked)
    return next((str(found[-1]) for found in hits if found), "")


PREFIXES = (
    "The best answer is",
    "The correct answer is",
    "The answer is",
    "The answer",
    "The best option is",
    "The correct option is",
    "Final Answer:",
    "Best answer:",
    "Best option:",
    "Answer:",
    "Option:",
)


def first_letter(text: str, options: Sequence[str]) -> Letter:
    """VLMEvalKit's reading of Video-MME: known phrases are cut out, then the first capital in range counts.

    Long text without such a letter goes to a judge there; here it names no option.
    """
    for prefix in PREFIXES:
        text = text.replace(prefix, "")
    match = re.search(rf"[{_letters(options)}]", text)
    return match.group(0) if match else ""


def polish_answer(text: str, options: Sequence[str]) -> Letter:  # noqa: ARG001 - one shape for all
    """LVBench's reading: what stands before the first `)`, after a `(` if any; first word, first character.

    It may return a character that is no option at all, which then simply does not match.
    """
    head = text.strip().split(")")[0].strip()
    if "(" in head:
        head = head.split("(")[1].strip()
    return head.split(" ")[0][:1]


def leading_label(text: str, options: Sequence[str]) -> Letter:
    """TempCompass without its judge: a bare letter, or one followed by `.` or `)`, or the whole option."""
    match = re.match(rf"([{_letters(options)}])(?:[.)]|$)", text)
    return match.group(1) if match else letter_of(text_index(text, options))


def result_field(text: str, options: Sequence[str]) -> Letter:
    """CG-Bench's reading: the field `result` of the first JSON object; a bare letter is accepted too."""
    match = re.search(r"\{[^{}]*\}", text)
    try:
        found = str(json.loads(match.group(0)).get("result", "")) if match else text
    except json.JSONDecodeError:
        return ""
    label = re.fullmatch(rf"\s*([{_letters(options)}])\s*[.:)]?\s*", found)
    return label.group(1) if label else ""


def letter_or_text(text: str, options: Sequence[str]) -> Letter:
    """Prefixes cut out, first capital in range, else the first option whose text occurs (FALCON-Bench)."""
    if found := first_letter(text, options):
        return found
    hits = (place for place, option in enumerate(options) if option and option.lower() in text.lower())
    return letter_of(next(hits, None))


EXTRACTORS: Mapping[str, Extractor] = {
    "mcq_extract": mcq_extract,
    "first_letter": first_letter,
    "polish_answer": polish_answer,
    "leading_label": leading_label,
    "result_field": result_field,
    "letter_or_text": letter_or_text,
    **replies.READINGS,
}
