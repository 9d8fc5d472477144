"""Whether a question asks for an overview, and for which: by likeness to examples of each, and of neither.

Likeness is that of meaning, by the embedder, and that of wording: words and pairs of words, so that it works
with an embedder that knows words only. What counts as which is learned from the examples by kernel ridge
regression; there is no list of patterns, and examples in another wording or language are all it needs.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from playhead.agent.offline.corpus import Embed, Floats
from playhead.agent.overviews.examples import EXAMPLES, ORDINARY
from playhead.tools.words.stems import stem, terms, words

MEANING = 0.5
"""What likeness of meaning counts for; the rest is likeness of wording."""
RIDGE = 0.3
FLOOR, MARGIN = 0.2, 0.1
"""How much of a kind a request must be (1: as its examples), and by how much more than an ordinary question:
a wrong overview hides an answer."""
UNKNOWN = 0.3
"""What is taken from it where no word of the question is one that overviews are asked for with."""
ALL = 0.999
"""Cosine with the empty text from which on a text has no words that an embedder of words knows."""
MOST_CHARACTERS = 400
_SUM_UP = re.compile(
    r"\W*(?:please |can you |could you )?(?:summari[sz]e|sumari[sz]e|sum (?:\w+ )?up|recap)\b", re.IGNORECASE
)
"""What it is followed by ("how the market works") outweighs it in meaning."""

_KINDS = tuple(EXAMPLES)
_TEXTS = tuple(text for texts in (*EXAMPLES.values(), ORDINARY) for text in texts)
_LABELS = np.repeat(np.eye(len(_KINDS) + 1), [*map(len, EXAMPLES.values()), len(ORDINARY)], axis=0)


def kind_of(question: str, embed: Embed) -> str | None:
    """The kind of overview that is asked for (a key of `EXAMPLES`), or None for any other question."""
    if _SUM_UP.match(question):
        return "summary"
    *kinds, ordinary = _scores(question, embed)
    best = int(np.argmax(kinds))
    score = kinds[best] - UNKNOWN * _unknown(question)
    return _KINDS[best] if score > max(FLOOR, ordinary + MARGIN) else None


def _scores(question: str, embed: Embed) -> Floats:
    """How much a question is of each kind of `EXAMPLES`, in their order, and last an ordinary one."""
    *rows, nothing = np.asarray(embed([*_TEXTS, question, ""]), float)
    meaning = np.array([row * (row @ nothing < ALL) for row in rows])
    examples, asked = _wording()
    wording = np.vstack([examples, asked(question)])
    alike = MEANING * meaning @ meaning.T + (1 - MEANING) * wording @ wording.T
    known = alike[:-1, :-1] + RIDGE * np.eye(len(_TEXTS))
    return np.asarray(alike[-1, :-1] @ np.linalg.solve(known, _LABELS))


@cache
def _requesting() -> frozenset[str]:
    """The stems of the words that overviews are asked for with."""
    return frozenset(word for texts in EXAMPLES.values() for text in texts for word in terms(text))


def _unknown(question: str) -> float:
    """The share of the content words of a question that overviews are not asked for with."""
    found = terms(question[:MOST_CHARACTERS])
    return sum(word not in _requesting() for word in found) / max(1, len(found))


@cache
def _wording() -> tuple[Floats, Callable[[str], Floats]]:
    """Rows of unit length over words and pairs of words, weighted by rarity: the examples, and how others
    are made; what no example has only makes a row shorter."""
    parts = [_parts(text) for text in _TEXTS]
    held = Counter(part for found in parts for part in set(found))
    columns = {part: at for at, part in enumerate(held)}
    rarity = {part: math.log(1 + len(_TEXTS) / count) for part, count in held.items()}

    def row(found: Sequence[str]) -> Floats:
        weights = {part: rarity.get(part, math.log(1 + len(_TEXTS))) for part in found}
        values = np.zeros(len(columns))
        for part in weights.keys() & columns.keys():
            values[columns[part]] = weights[part]
        return values / (math.hypot(*weights.values()) or 1.0)

    return np.stack([row(found) for found in parts]), lambda text: row(_parts(text))


def _parts(text: str) -> list[str]:
    shapes = [stem(word) for word in words(text[:MOST_CHARACTERS])]
    return [*shapes, *(f"{one} {two}" for one, two in pairwise(["", *shapes]))]
