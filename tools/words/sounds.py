"""Words that sound alike: names that a speech recogniser writes as it hears them ("Ozzy" as "Aussie").

Two words are compared by their Metaphone keys (Philips, Computer Language 1990; jellyfish) and by their
letters (Levenshtein; rapidfuzz). Recognisers also split a name or join two, so pairs of neighbours are
compared as if written together. docs/hearing.md tells how the figures below were chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import jellyfish
import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from playhead.tools.memory.lexical import STOP_WORDS, words
from playhead.tools.words.stems import stem

SIMILAR = 0.65
"""Likeness from which on a name and what was heard are taken for the same; 1 for the same letters."""

ALMOST_SAME = 0.85
"""The same for a word without a capital, unless it sounds exactly alike: it need not be a name."""

SOUND = 2 / 3
"""Share of the sound in the likeness; the letters have the rest."""

MOST = 3
"""Heard words that stand for one asked word at most, the likest first."""

SHORTEST = 4
"""Letters from which on a word is compared."""

Floats = npt.NDArray[np.float32]
Sounds = Mapping[str, tuple[str, ...]]
"""An asked word, or two with a space between, and what it may have been heard as, the likest first."""

_VOWELS = str.maketrans("EIOU", "AAAA")


@dataclass(frozen=True)
class Vocabulary:
    """What was heard: every word, and every two neighbours with a space between, folded as for search."""

    units: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Vocabulary:
        found: set[str] = set()
        for text in texts:
            spoken = words(text)
            said = (pair for pair in pairwise(spoken) if not STOP_WORDS.issuperset(pair))
            found.update(spoken, map(" ".join, said))
        return cls(tuple(sorted(found - STOP_WORDS)))

    def heard_as(self, question: str) -> Sounds:
        """What the names in a question may have been heard as.

        Names are the words with a capital but the first, and two of them in a row. A word that was never
        heard may be a name too, and must sound the same.
        """
        names, others = _names(question)
        unheard = [word for word in others if stem(word) not in self._stems]
        return {**self._alike(unheard, exactly=True), **self._alike(names, exactly=False)}

    def _alike(self, asked: Sequence[str], exactly: bool) -> dict[str, tuple[str, ...]]:
        wanted = [word for word in dict.fromkeys(asked) if len(_joined(word)) >= SHORTEST]
        if not wanted or not self.units:
            return {}
        plain = [_joined(word) for word in wanted]
        letters = cdist(plain, self._plain, scorer=Levenshtein.normalized_similarity)
        sounds = cdist([_key(word) for word in plain], self._keys, scorer=Levenshtein.normalized_similarity)
        likeness = SOUND * sounds + (1 - SOUND) * letters
        if exactly:
            same = (sounds == 1.0) & self._single
            likeness = np.where(same | (likeness >= ALMOST_SAME), likeness, 0)
        rows = zip(wanted, likeness, strict=True)
        found = {word: self._likest(word, row) for word, row in rows}
        return {word: units for word, units in found.items() if units}

    def _likest(self, word: str, likeness: Floats) -> tuple[str, ...]:
        """The best units; none that the word itself, or a better unit, is a part of."""
        kept: list[str] = []
        taken = set(word.split())
        alike = np.flatnonzero(likeness >= SIMILAR)
        for index in alike[np.argsort(-likeness[alike], kind="stable")]:
            unit = self.units[index]
            if len(kept) < MOST and not taken.intersection(unit.split()):
                kept.append(unit)
                taken.update(unit.split())
        return tuple(kept)

    @cached_property
    def _plain(self) -> list[str]:
        return [_joined(unit) for unit in self.units]

    @cached_property
    def _keys(self) -> list[str]:
        return [_key(word) for word in self._plain]

    @cached_property
    def _single(self) -> npt.NDArray[np.bool_]:
        return np.array([" " not in unit for unit in self.units])

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(stem(unit) for unit in self.units if " " not in unit)


def _names(question: str) -> tuple[list[str], list[str]]:
    """The words with a capital and pairs of them, and all other words."""
    said = question.split()
    capital = [number > 0 and word.lstrip("\"'“‘(¿¡")[:1].isupper() for number, word in enumerate(said)]
    names = [word for number, one in enumerate(said) if capital[number] for word in words(one)]
    rows = (number for number in range(1, len(said)) if capital[number - 1] and capital[number])
    pairs = [" ".join(words(f"{said[number - 1]} {said[number]}")) for number in rows]
    others = [word for number, one in enumerate(said) if not capital[number] for word in words(one)]
    return [w for w in names + pairs if w not in STOP_WORDS], [w for w in others if w not in STOP_WORDS]


def _joined(unit: str) -> str:
    return unit.replace(" ", "")


def _key(word: str) -> str:
    """The consonants as they sound, and whether a vowel stands first."""
    return str(jellyfish.metaphone(word)).translate(_VOWELS)
