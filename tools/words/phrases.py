"""Key phrases of the parts of a recording, by their own words and by meaning.

Candidates are the runs of words between function words (RAKE, Rose et al. 2010), weighed by how often a part
has them and how few other parts do; the best are ranked by likeness to the part as a whole and picked so that
no two share a word (KeyBERT with maximal marginal relevance, Grootendorst 2020), with the library's embedder.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from playhead.tools.types import Vectors
from playhead.tools.words.terms import STOP

Embed = Callable[[Sequence[str]], Vectors]
"""Texts to rows of unit length, as an embedder's `embed_texts`."""

Floats = npt.NDArray[np.float64]

LONGEST_WORDS = 3
CONSIDERED = 20
"""Candidates of a part that are embedded."""

_SPOKEN_WORDS = """
able actually already alright also another anybody anything around away back basically best better big
bit come copy course day days different doing done else end every everybody everyone everything exactly
example fact find first getting give given gonna good great guess guys happen happened happens hello
help hey hi hmm hour hours huh hundred idea important interesting keep kind kinds last later let little
long look looking lot lots made making many maybe mean means minute minutes need needs new next nice
nothing number okay one part people point pretty probably question questions quite really right roger
saying says second seen show side simply somebody someone something sort stand start still stuff take
taking talk talking tell thank thanks though thought thousand three time times today tomorrow try trying
turn two uh use used using wanna want wanted wants well went whole work working works world year years
yep yesterday
"""
_EMPTY = STOP | frozenset(_SPOKEN_WORDS.split())
_TOKEN = re.compile(r"[^\W\d_][\w'’]*(?:-\w+)*|\d[\d.,:]*|[^\w\s]")
_WORDLIKE = re.compile(r"[^\W\d_]")
_PLURAL = re.compile(r"(?<=[^\Wsu])s$")


def key_phrases(
    parts: Sequence[Sequence[str]], centres: Vectors, embed: Embed, most: int = 5, without: Iterable[str] = ()
) -> list[list[str]]:
    """For each part, given as its texts and the mean of their vectors, up to `most` phrases, best first.

    No phrase is made of the words `without` only, such as the names of those who speak.
    """
    shunned = {word for name in without for word in _folded(tuple(name.split()))}
    counts = [Counter(_folded(phrase) for text in part for phrase in _candidates(text)) for part in parts]
    counts = [Counter({p: n for p, n in count.items() if not set(p) <= shunned}) for count in counts]
    spelled = _spellings(text for part in parts for text in part)
    holding = Counter(phrase for count in counts for phrase in count)
    return [
        _picked(_considered(count, holding, len(parts)), spelled, centre, embed, most)
        for count, centre in zip(counts, np.asarray(centres, float), strict=True)
    ]


def _candidates(text: str) -> Iterator[tuple[str, ...]]:
    """Every run of up to three words that carry meaning, inside one phrase."""
    run: list[str] = []
    for token in [*_TOKEN.findall(text), "."]:
        if _WORDLIKE.match(token) and len(token) > 1 and token.casefold().replace("’", "'") not in _EMPTY:
            run.append(token)
            continue
        for size in range(1, LONGEST_WORDS + 1):
            yield from (tuple(run[at : at + size]) for at in range(len(run) - size + 1))
        run = []


def _folded(phrase: tuple[str, ...]) -> tuple[str, ...]:
    """One form for singular and plural, small and capital letters."""
    return tuple(_PLURAL.sub("", re.sub(r"['’]s$", "", word.casefold())) for word in phrase)


def _spellings(texts: Iterable[str]) -> dict[tuple[str, ...], str]:
    """How each phrase is written most often."""
    found: dict[tuple[str, ...], Counter[str]] = {}
    for text in texts:
        for phrase in _candidates(text):
            written = re.sub(r"['’]s$", "", " ".join(phrase))
            found.setdefault(_folded(phrase), Counter())[written] += 1
    return {phrase: min(forms, key=lambda form: (-forms[form], form)) for phrase, forms in found.items()}


def _considered(
    count: Counter[tuple[str, ...]], holding: Counter[tuple[str, ...]], parts: int
) -> dict[tuple[str, ...], float]:
    """The candidates with the highest weights: frequent here, rare elsewhere, better longer than shorter."""

    def weight(phrase: tuple[str, ...]) -> float:
        rarity = math.log(1 + parts / holding[phrase])
        return math.sqrt(count[phrase]) * rarity * (1 + 0.35 * (len(phrase) - 1))

    seldom = {
        phrase for phrase in count if count[phrase] < 2 and (len(phrase) > 2 or len(count) > CONSIDERED)
    }
    kept = [phrase for phrase in count if phrase not in seldom] or list(count)
    best = sorted(kept, key=lambda phrase: (-weight(phrase), phrase))[:CONSIDERED]
    return {phrase: weight(phrase) for phrase in best}


def _picked(
    weights: dict[tuple[str, ...], float],
    spelled: dict[tuple[str, ...], str],
    centre: Floats,
    embed: Embed,
    most: int,
) -> list[str]:
    if not weights:
        return []
    phrases = list(weights)
    rows = np.asarray(embed([spelled[phrase] for phrase in phrases]), float)
    alike = rows @ (centre / (np.linalg.norm(centre) or 1.0))
    heaviest = max(weights.values())
    scores = [weights[phrase] / heaviest + float(like) for phrase, like in zip(phrases, alike, strict=True)]
    chosen: list[tuple[str, ...]] = []
    for at in sorted(range(len(phrases)), key=lambda i: -scores[i]):
        if not any(_akin(phrases[at]) & _akin(other) for other in chosen):
            chosen.append(phrases[at])
        if len(chosen) == most:
            break
    return [spelled[phrase] for phrase in chosen]


def _akin(phrase: tuple[str, ...]) -> set[str]:
    """The beginnings of its words, so that `emotion` and `emotional` count as one."""
    return {word[:6] for word in phrase}
