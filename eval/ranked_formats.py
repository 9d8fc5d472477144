"""lmms-eval's shared extractor of option letters, as of its revision c228e27.

Every way of writing a letter has a rank; of the best rank present, the last hit wins. A later revision
abstains where several letters are named; it is another rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import ascii_uppercase

from playhead.eval.types import Letter

_SUBJECTS = ("answer", "correct answer", "best answer", "correct option", "best option", "choice")
PHRASES = (
    *(f"{subject} is" for subject in (*_SUBJECTS, "correct choice", "my choice")),
    *("i choose", "i select", "i pick"),
    *("옵션", "정답은", "답은", "답:", "答案是", "答案为", "选", "答えは"),
)
"""After the first place where one of these stands, every letter in range is a hit."""

MARKS = ",.!?;:'\""
"""Cut from both ends of the reply, one after another, before anything is looked for."""

_FORMS = (("({})", 6), ("{}.", 5), ("{}:", 4), ("{})", 3), ("{} ", 2))
_START, _END, _PHRASE = 10, 9, 7


def mcq_extract(text: str, options: Sequence[str]) -> Letter:
    """The letter with the highest rank, the last of them; '' when no capital in range occurs at all."""
    text = text.strip()
    for mark in MARKS:
        text = text.strip(mark)
    padded = f" {text} "
    letters = ascii_uppercase[: max(len(options), 2)]
    hits = [*_marked(padded, letters), *_after_phrases(padded, letters), *_at_ends(padded.strip(), letters)]
    hits = hits or [(0, padded.rfind(letter), letter) for letter in letters if letter in padded]
    return max(hits, key=lambda hit: hit[:2])[2] if hits else ""


def _marked(text: str, letters: str) -> Iterator[tuple[int, int, str]]:
    """(rank, place, letter) of `(A)`, `A.`, `A:`, `A)` and `A `; also inside words, as the kit has it."""
    for form, rank in _FORMS:
        for letter in letters:
            if (place := text.rfind(form.format(letter))) >= 0:
                yield rank, place, letter


def _after_phrases(text: str, letters: str) -> Iterator[tuple[int, int, str]]:
    """The first occurrence of each letter after the first occurrence of a phrase."""
    lower = text.lower()
    for phrase in PHRASES:
        if (start := lower.find(phrase)) >= 0:
            for letter in letters:
                if (place := text.find(letter, start + len(phrase))) >= 0:
                    yield _PHRASE, place, letter


def _at_ends(text: str, letters: str) -> Iterator[tuple[int, int, str]]:
    """A first or last character that is no part of a word."""
    for place, neighbour, rank in ((0, 1, _START), (-1, -2, _END)):
        if text and text[place] in letters and (len(text) == 1 or not text[neighbour].isalpha()):
            yield rank, 0, text[place]
