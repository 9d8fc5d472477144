"""Replies of the right shape that say nothing, as models give that are too small for a task."""

from __future__ import annotations

import re
from collections import Counter

RUN = 4
"""Words in a row that are compared."""
FEWEST = 8
"""Runs from which on a text is long enough to be judged."""
REPEATED, COPIED = 0.5, 0.7
"""Shares of the runs of a text: those that were there before, and those that stand in its task."""


def hollow(text: str, task: str) -> bool:
    """Whether a text goes round in circles, or is mostly the words of the task that asked for it."""
    said, asked = _runs(text), set(_runs(task))
    if len(said) < FEWEST:
        return False
    repeated = sum(count - 1 for count in Counter(said).values())
    copied = sum(run in asked for run in said)
    return repeated >= REPEATED * len(said) or copied >= COPIED * len(said)


def endless(text: str) -> bool:
    """Whether a reply that was cut off would have gone on for ever: circles, or blanks, which JSON allows."""
    return hollow(text, "") or 2 * len("".join(text.split())) < len(text)


def _runs(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return [tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)]
