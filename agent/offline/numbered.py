"""Things that are known by their number: what is said of crate 79 is no answer about crate 7."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playhead.tools.words.stems import number, terms

_NAMED = re.compile(r"\b([a-z]{3,}) (?=(?:number |no\.? |#)?(\d+|[a-z]+)\b)")
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


def numbered(text: str) -> set[tuple[str, float]]:
    """Nouns with the number behind them: `crate 7`, `locker number seven`."""
    found = set()
    for head, word in _NAMED.findall(text.lower()):
        stems = terms(head)
        if (value := number(word)) is not None and stems and stems[0] not in _MEASURES:
            found.add((stems[0], value))
    return found
