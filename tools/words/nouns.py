"""Which words of a recording name things, by what stands before them: "the bag", but "to float", "is slow".

Distribution tells parts of speech well enough here (Harris 1954; Schütze 1995) and needs no trained tagger.
A word that is never met behind any of these stays undecided, as every word of another language than English.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_NAMING = """the a an this that these those my your his her its our their of in on for with from by at into
about between no some any each every another both which whose per via through under over behind"""
_DOING = """to can could will would should shall must may might cannot i you we they he she it who let's
not don't doesn't didn't can't won't please just always never ever also is are was were be been being am
very too so quite really pretty get gets got getting become becomes became how"""
_BEFORE_THING, _BEFORE_OTHER = frozenset(_NAMING.split()), frozenset(_DOING.split())
_ENDING = re.compile(r"[^\W\d]{2}(?:ing|ed|er|est)$")
"""Of words that are as often no noun."""


def no_nouns(texts: Iterable[Sequence[str]]) -> frozenset[str]:
    """The words, in small letters, that mostly do something or say how something is, or look so and are met
    nowhere as a thing; texts as lists of words."""
    things: Counter[str] = Counter()
    others: Counter[str] = Counter()
    seen: set[str] = set()
    for tokens in texts:
        before = ""
        for token in tokens:
            word = token.casefold().replace("’", "'")
            if before in _BEFORE_THING:
                things[word] += 1
            elif before in _BEFORE_OTHER or before.endswith(("n't", "'ll", "'d", "'re", "'ve", "'m")):
                others[word] += 1
            seen.add(word)
            before = word
    doing = {word for word, count in others.items() if count > things[word]}
    return frozenset(doing | {word for word in seen if word not in things and _ENDING.search(word)})
