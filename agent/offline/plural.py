"""Whether a question asks for several things, and how many: by its first words and the plural after them."""

from __future__ import annotations

import re
from itertools import pairwise

from playhead.tools.words.stems import NUMBER_WORDS

MOST_ITEMS = 7
"""Things that are listed at most."""
_AUXILIARIES = "is are was were do does did has have had can could will would should must may might"
_DETERMINERS = "the a an his her their its my your our another each this that some any"
_PREPOSITIONS = "of in on at for with that to from about between there according"
_AUXILIARY = frozenset(_AUXILIARIES.split())
_DETERMINER = frozenset(_DETERMINERS.split())
_PREPOSITION = frozenset(_PREPOSITIONS.split())
_NAMING = re.compile(r"^\W*(?:please |can you |could you )?(?:name|list|enumerate)\b", re.IGNORECASE)


def count_of(question: str) -> int | None:
    """How many things a question asks to be listed; 0 when it does not say; None when it asks for no list."""
    asked = re.findall(r"[\w'’-]+", question.lower())
    while asked and asked[0] in ("and", "so", "please"):
        asked = asked[1:]
    head, rest = asked[:1], asked[1:7]
    if not (_NAMING.match(question) or head in (["what"], ["which"])):
        return None
    counts = (int(NUMBER_WORDS.get(word, word if word.isdecimal() else 0)) for word in rest[:4])
    if count := next((value for value in counts if 1 < value <= MOST_ITEMS), 0):
        return count
    if _NAMING.match(question):
        return 0
    if rest[:1] in (["are"], ["were"]):
        rest = rest[2:] if rest[1:2] and rest[1] in _DETERMINER else []
    for place, (word, after) in enumerate(pairwise([*rest, "of"])):
        if word in _AUXILIARY or word in _DETERMINER:
            return None
        if _plural(word):
            verb = head == ["which"] and not place and after not in _DETERMINER
            return 0 if verb or after in _AUXILIARY or after in _PREPOSITION else None
    return None


def _plural(word: str) -> bool:
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "’s"))
