"""What a follow-up names ("And the mill?") put in the place of what is most like it in the last question."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from playhead.tools.types import Vectors
from playhead.tools.words.stems import STOP_WORDS

PRONOUN = re.compile(
    r"\b(?:he|she|him|her|they|them|it|this|that|these|those"
    r"|(?:(?<=use )|(?<=need )|(?<=have )|(?<=make )|(?<=get )|(?<=take )|(?<=want ))one)\b",
    re.IGNORECASE,
)
OWNER = re.compile(r"^(?:his|her|their|its)\s+(?=[a-z])", re.IGNORECASE)
_NAMED_ONLY = re.compile(
    r"^(?:and |what about |how about )+(?P<what>(?:the |a |an |in |on |at |for |with )?[^?]{2,60})\?*$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:who|what|when|where|why|which|how|is|are|was|were|do|does|did|can|could|has|have|had|its|his|their)\b",
    re.IGNORECASE,
)
_PREPOSITION = r"(?:in|on|at|for|with|during|from|to|of|by|before|after)"
_ARTICLE = re.compile(r"(?:the|a|an)\s", re.IGNORECASE)
_PLACE = re.compile(rf"{_PREPOSITION}\s+", re.IGNORECASE)
_CHUNK = re.compile(
    rf"\b(?:{_PREPOSITION}\s+)?(?:the|a|an)\s+[\w’'-]+|\b(?:{_PREPOSITION}\s+)[a-z][\w’'-]+"
    rf"|\b(?:{_PREPOSITION}\s+)?[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)*|\b{_PREPOSITION}\s+\d+"
)
_ORDINAL = r"first|second|third|fourth|fifth|last|next|other|previous"
_ORDINALS = re.compile(rf"\b(?:{_ORDINAL})\b", re.IGNORECASE)
DEFINES = re.compile(
    r"^(?:what|who)(?:['’]s|\s+(?:is|are|was|were))\s+(?:the\s+|an?\s+)?(?P<what>[\w’'-]+(?:\s+[\w’'-]+){0,2})\W*$",
    re.IGNORECASE,
)
AKIN = 0.4
"""Cosine from which on "her mother" asks the same as was asked of "the father"."""

Embed = Callable[[Sequence[str]], Vectors]


def swapped(question: str, earlier: str, embed: Embed | None) -> str:
    """The earlier question about what the follow-up names; empty when it asks something of its own."""
    named = _NAMED_ONLY.match(question)
    if not named or _ASKS.search(OWNER.sub("", named["what"])):
        return ""
    what = OWNER.sub("the ", named["what"].strip())
    if PRONOUN.search(what):
        return ""
    wanted, there = _ORDINALS.search(what), _ORDINALS.search(earlier)
    if wanted and there:
        return f"{earlier[: there.start()]}{wanted[0].lower()}{earlier[there.end() :]}"
    placed = _PLACE.match(what) is not None
    bare = embed is not None and _ARTICLE.match(what) is None
    chunks = _chunks(earlier, placed=placed, bare=bare)
    if wanted or not chunks:
        return ""
    likeness = np.zeros(len(chunks))
    if embed is not None:
        likeness = embed([earlier[start:end] for start, end in chunks]) @ embed([what])[0]
    owned = what != named["what"].strip()
    alone = [(start, end) for start, end in chunks if _called(earlier[start:end]) == _called(what)]
    if (owned or (bare and not placed)) and likeness.max() < AKIN:
        if owned or not (DEFINES.match(earlier) or (_called(what) and len(alone) == 1)):
            return ""
        start, end = alone[0] if alone else chunks[-1]
    else:
        start, end = chunks[int(np.argmax(likeness)) if likeness.any() else -1]
    return f"{earlier[:start]}{what}{earlier[end:]}"


def _called(text: str) -> bool:
    """Whether it is a name."""
    return re.match(r"[A-Z]", text) is not None


def _chunks(question: str, *, placed: bool, bare: bool) -> list[tuple[int, int]]:
    """Where a question names something: with its preposition, or without; then what has none comes last.

    What is named without an article may take the place of any word that says something.
    """
    found = [match for match in _CHUNK.finditer(question) if match.start() > 0]
    with_one = [match for match in found if _PLACE.match(match.group())]
    if placed:
        return [match.span() for match in with_one]
    inner = [
        (match.start() + at.end(), match.end()) for match in with_one if (at := _PLACE.match(match.group()))
    ]
    named = [(start, end) for start, end in inner if question[start:end].lower() not in STOP_WORDS]
    named += [match.span() for match in found if match not in with_one]
    if not bare:
        return named
    said = (match for match in re.finditer(r"[\w’'-]+", question) if match.group().lower() not in STOP_WORDS)
    return [match.span() for match in said if not any(a <= match.start() < b for a, b in named)] + named
