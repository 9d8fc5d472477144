"""A text too long for a prompt, cut to what bears on the question."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import get_args

from playhead.tools.types import Kind
from playhead.tools.words.stems import sentences, terms

BETWEEN = " | "
"""What stands between the memories of one place."""


def shortened(text: str, question: str, most_chars: int) -> str:
    """At most `most_chars` of a text: of its different sentences those that share most words with the
    question, the earlier of equals, in their order."""
    if len(text) <= most_chars:
        return text
    wanted = set(terms(question))
    parts = list(dict.fromkeys(_parts(text)))
    shared = [len(wanted.intersection(terms(sentence))) for _, sentence in parts]
    kept: list[int] = []
    for index in sorted(range(len(parts)), key=lambda index: (-shared[index], index)):
        size = len(parts[index][0]) + len(parts[index][1]) + len(BETWEEN)
        if size <= most_chars:
            kept.append(index)
            most_chars -= size
    told = groupby(sorted(kept), key=lambda index: parts[index][0])
    short = BETWEEN.join(kind + " ".join(parts[index][1] for index in group) for kind, group in told)
    return short or text[:most_chars]


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Each sentence with the kind of the memory that it stands in."""
    for memory in text.split(BETWEEN):
        kind, _, words = memory.partition(": ")
        named = kind in get_args(Kind)
        yield from ((f"{kind}: " if named else "", one) for one in sentences(words if named else memory))
