"""Things that are known by their number: what is said of crate 79 is no answer about crate 7."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from playhead.tools.words.stems import number, terms

_NAMED = re.compile(r"\b([a-z]{3,}) (?=(?:number |no\.? |#)?(\d+|[a-z]+)\b)")
_OWNED = re.compile(r"\b([a-z]{3,}) of ([A-Z][^\W\d_]+)|\b([A-Z][^\W\d_]+)['’]s ([a-z]{3,})")
_MEASURES = frozenset(terms("hour minute second percent degree about around than least most chapter part"))


def others(question: str, texts: Sequence[str]) -> tuple[int, ...]:
    """Indices of the texts that name another one of a thing that the question names by its number, and not
    this one."""
    wanted = numbered(question)
    heads = {head for head, _ in wanted}
    found = [numbered(text) if wanted else set() for text in texts]
    return tuple(
        index
        for index, known in enumerate(found)
        if not known & wanted and any(head in heads for head, _ in known)
    )


def unknown_owner(question: str, texts: Sequence[str]) -> bool:
    """Whether the question asks for one of several numbered things by a name that no text holds: for the
    locker of Ada where lockers 47 and 74 are known."""
    pairs = [(match[1] or match[4], match[2] or match[3]) for match in _OWNED.finditer(question)]
    if not pairs:
        return False
    known = {stem for text in texts for stem in terms(text)}
    counts = Counter(head for head, _ in set().union(*map(numbered, texts)))
    several = {head for head, count in counts.items() if count > 1}
    return any(set(terms(thing)) & several and not set(terms(name)) & known for thing, name in pairs)


def numbered(text: str) -> set[tuple[str, float]]:
    """Nouns with the number behind them: `crate 7`, `locker number seven`."""
    found = set()
    for head, word in _NAMED.findall(text.lower()):
        stems = terms(head)
        if (value := number(word)) is not None and stems and stems[0] not in _MEASURES:
            found.add((stems[0], value))
    return found
