"""Words worth showing: those that carry meaning, and names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
_SENTENCE = re.compile(r"(?:^|[.!?…:;\"“”\n\[(–—♪-])\s*$")
_NAME = re.compile(r"[A-Z][\w’'-]*(?:\s+(?:(?:de|van|von|of|the|la|le|al)\s+)?[A-Z][\w’'-]*){0,3}")

STOP_WORDS = """
a about above after again all also am an and any are aren't as at be because been before being below
between both but by can can't cannot come could couldn't did didn't do does doesn't doing don't down
during each even ever every few for from further get go going gonna got had hadn't has hasn't have
haven't having he he'd he'll he's her here here's hers herself hey him himself his how i i'd i'll i'm
i've if in into is isn't it it's its itself just know let let's like look make may me might mine more
most much must my myself never no nor not now of off oh ok okay on once one only or other our ours out
over own please put really right said same say see shall she she'd she'll she's should shouldn't so some
still such take than that that's the their theirs them themselves then there there's these they they'd
they'll they're they've thing things think this those through to too um under until up upon us very want
was wasn't way we we'd we'll we're we've well were weren't what what's when where which while who who's
whom why will with without won't would wouldn't yeah yes yet you you'd you'll you're you've your yours
yourself
"""
STOP = frozenset(STOP_WORDS.split())
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
