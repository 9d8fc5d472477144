"""Words worth showing: those that carry meaning, and names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from playhead.tools.words.function_words import FORMAL, GRAMMAR, LIMITING, SPOKEN

_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
_SENTENCE = re.compile(r"(?:^|[.!?…:;\"“”\n\[(–—♪-])\s*$")
_NAME = re.compile(r"[A-Z][\w’'-]*(?:\s+(?:(?:de|van|von|of|the|la|le|al)\s+)?[A-Z][\w’'-]*){0,3}")

STOP = GRAMMAR | LIMITING | FORMAL | SPOKEN
_LEADING = re.compile(rf"(?:(?:{'|'.join(sorted(STOP))})\s+)+", re.IGNORECASE)


def words(text: str) -> list[str]:
    """Lower-case words that carry meaning, in order."""
    found = (word.casefold().replace("’", "'") for word in _WORD.findall(text))
    return [word for word in found if len(word) > 2 and word not in STOP]


def names(texts: Iterable[str]) -> Counter[str]:
    """Capitalised words that cannot be explained by the start of a sentence, with how often they occur.

    A word that also occurs in small letters is no name; titles in capitals only say nothing.
    """
    texts = list(texts)
    small = {word for text in texts for word in re.findall(r"\b[a-z][\w’'-]*", text)}
    found: Counter[str] = Counter()
    starts: Counter[str] = Counter()
    for text in texts:
        for match in _NAME.finditer(text):
            leading = _LEADING.match(match.group())
            skipped = leading.end() if leading else 0
            name = re.sub(r"['’]s$", "", match.group()[skipped:])
            if len(name) < 2 or name.isupper() or name.casefold() in STOP:
                continue
            at_start = not skipped and _SENTENCE.search(text[: match.start()]) is not None
            (starts if at_start and " " not in name else found)[name] += 1
    for name in list(found):
        found[name] += starts[name]
    return Counter({name: count for name, count in found.items() if name.casefold() not in small})
