"""Key phrases of the parts of a recording, by their own words and by meaning.

Candidates are the runs of words between function words (RAKE, Rose et al. 2010), weighed by how often a part
has them and how few other parts do; the best are ranked by likeness to the part as a whole and picked so that
no two share a word (KeyBERT with maximal marginal relevance, Grootendorst 2020), with the library's embedder.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from playhead.tools.types import Vectors
from playhead.tools.words.keywords import STOP
from playhead.tools.words.nouns import no_nouns

Embed = Callable[[Sequence[str]], Vectors]
"""Texts to rows of unit length, as an embedder's `embed_texts`."""

Floats = npt.NDArray[np.float64]
Phrase = tuple[str, ...]
Counts = dict[Phrase, float]

LONGEST_WORDS = 3
NESTED = 0.5
"""What a run of words counts for inside a longer one."""
LONGER, LONGER_OF_ALL = 0.35, 0.9
"""What each further word of a phrase adds to its weight, in a part of several and in the whole: single words
that are frequent in all of it name little."""
_PAUSES = frozenset(",.?!;:-")
FEWEST = 5
"""Of a part with fewer candidates, those that are met once count too."""
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
EMPTY = STOP | frozenset(_SPOKEN_WORDS.split())
"""Words that make no key phrase alone."""
_VERBAL = """to can could will would should shall must may might i you we they he she who just always ever
not"""
_SHORTENED = ("n't", "'ll", "'re", "'ve", "'d", "'m")
_IN_LY = "family assembly reply supply butterfly monopoly anomaly jelly belly bully rally tally ally fly"
_NOUNS_IN_LY = frozenset(_IN_LY.split())
_BEFORE_VERB = frozenset(_VERBAL.split())
_TOKEN = re.compile(r"[^\W\d_][\w'’]*(?:-\w+)*|\d[\d.,:]*|[^\w\s]")
_WORDLIKE = re.compile(r"[^\W\d_]")
_POSSESSIVE = re.compile(r"['’]s$")
_PLURAL = re.compile(r"(?<=[^\Wsu])s$")


def key_phrases(
    parts: Sequence[Sequence[str]], centres: Vectors, embed: Embed, most: int = 5, without: Iterable[str] = ()
) -> list[list[str]]:
    """For each part, given as its texts and the mean of their vectors, up to `most` phrases, best first.

    No phrase is made of the words `without` only, such as the names of those who speak.
    """
    shunned = {word for name in without for word in _folded(tuple(name.split()))}
    spelled: defaultdict[Phrase, Counts] = defaultdict(lambda: defaultdict(float))
    counts: list[Counts] = []
    tokens = [[_TOKEN.findall(text) for text in part] for part in parts]
    doing = no_nouns(chain.from_iterable(tokens))
    for part in tokens:
        count: Counts = defaultdict(float)
        for phrase, share in (found for text in part for found in _candidates(text, doing)):
            folded = _folded(phrase)
            spelled[folded][phrase] += share
            if not set(folded) <= shunned:
                count[folded] += share
        counts.append(count)
    holding = Counter(phrase for count in counts for phrase in count)
    return [
        _picked(_considered(count, holding, len(parts)), spelled, centre, embed, most)
        for count, centre in zip(counts, np.asarray(centres, float), strict=True)
    ]


def _candidates(tokens: Sequence[str], doing: frozenset[str]) -> Iterator[tuple[Phrase, float]]:
    """Every run of up to three words that carry meaning, and what it counts: less inside a longer one, as a
    word that only goes before others says little alone (C-value, Frantzi et al. 2000).

    Runs are broken by the words that are `doing` something. A name between commas calls somebody.
    """
    run: list[str] = []
    before = "."
    for token in [*tokens, "."]:
        if _carries(token) and token.casefold() not in doing and token not in run:
            run.append(token)
            continue
        run = run[1:] if _verbal(before) else run
        calls = len(run) == 1 and run[0][0].isupper() and before in _PAUSES and token in _PAUSES
        run = [] if calls else run
        before = token
        for size in range(1, LONGEST_WORDS + 1):
            share = 1.0 if size == len(run) else NESTED
            yield from ((tuple(run[at : at + size]), share) for at in range(len(run) - size + 1))
        run = []


@lru_cache(maxsize=65_536)
def _verbal(token: str) -> bool:
    """Whether what follows is most likely a verb, which names nothing."""
    word = token.casefold().replace("’", "'")
    return word in _BEFORE_VERB or word.endswith(_SHORTENED)


@lru_cache(maxsize=65_536)
def _carries(token: str) -> bool:
    """Whether it is a word that says something on its own."""
    wordlike = _WORDLIKE.match(token) is not None and len(token) > 1
    word = token.casefold().replace("’", "'")
    adverb = token.islower() and len(token) > 4 and token.endswith("ly") and token not in _NOUNS_IN_LY
    return wordlike and word not in EMPTY and not word.endswith(_SHORTENED) and not adverb


def _folded(phrase: Phrase) -> Phrase:
    """One form for singular and plural, small and capital letters."""
    return tuple(map(_folded_word, phrase))


@lru_cache(maxsize=65_536)
def _folded_word(word: str) -> str:
    return _PLURAL.sub("", _POSSESSIVE.sub("", word.casefold()))


def _spelling(forms: Counts) -> str:
    """How a phrase is written most often."""
    written: defaultdict[str, float] = defaultdict(float)
    for phrase, times in forms.items():
        written[_POSSESSIVE.sub("", " ".join(phrase))] += times
    return min(written, key=lambda form: (-written[form], form))


def _considered(count: Counts, holding: Counter[Phrase], parts: int) -> dict[Phrase, float]:
    """The candidates with the highest weights: frequent here, rare elsewhere, better longer than shorter."""

    def weight(phrase: Phrase) -> float:
        rarity = math.log(1 + parts / holding[phrase])
        longer = LONGER if parts > 1 else LONGER_OF_ALL
        return math.sqrt(count[phrase]) * rarity * (1 + longer * (len(phrase) - 1))

    seldom = {
        phrase for phrase in count if count[phrase] < 2 and (len(phrase) > 2 or len(count) > CONSIDERED)
    }
    kept = [phrase for phrase in count if phrase not in seldom]
    kept = kept if len(kept) >= FEWEST else list(count)
    best = sorted(kept, key=lambda phrase: (-weight(phrase), phrase))[:CONSIDERED]
    return {phrase: weight(phrase) for phrase in best}


def _picked(
    weights: dict[Phrase, float],
    spelled: Mapping[Phrase, Counts],
    centre: Floats,
    embed: Embed,
    most: int,
) -> list[str]:
    if not weights:
        return []
    phrases = list(weights)
    spellings = {phrase: _spelling(spelled[phrase]) for phrase in phrases}
    rows = np.asarray(embed(list(spellings.values())), float)
    alike = rows @ (centre / (np.linalg.norm(centre) or 1.0))
    heaviest = max(weights.values())
    scores = [weights[phrase] / heaviest + float(like) for phrase, like in zip(phrases, alike, strict=True)]
    chosen: list[Phrase] = []
    for at in sorted(range(len(phrases)), key=lambda i: -scores[i]):
        if not any(_akin(phrases[at]) & _akin(other) for other in chosen):
            chosen.append(phrases[at])
        if len(chosen) == most:
            break
    return [spellings[phrase] for phrase in chosen]


def _akin(phrase: Phrase) -> set[str]:
    """The beginnings of its words, so that `emotion` and `emotional` count as one."""
    return {word[:6] for word in phrase}
