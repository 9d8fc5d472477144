"""The words of an answer while its JSON is still being written."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence

from langgraph.config import get_stream_writer

from playhead.agent import marks
from playhead.agent.events import Answering
from playhead.tools.types import Evidence

_BEGUN = re.compile(r'"answer"\s*:\s*"((?:[^"\\]|\\.)*)', re.DOTALL)
_UNFOUND = re.compile(r'"found"\s*:\s*false')
_HALF = re.compile(r"\\u[0-9a-fA-F]{0,3}\Z")
EVERY_S = 0.05
"""Seconds between two events: faster than anybody reads."""


class LiveAnswer:
    """Takes a reply as it grows and writes its answer into the stream of the graph's node it was made in.

    Citations of the ledger are numbered as they come, which is how the answer will number them.
    """

    def __init__(self, ledger: Sequence[Evidence], clock: Callable[[], float] = time.monotonic) -> None:
        self._write = get_stream_writer()
        self._ledger, self._clock = ledger, clock
        self._told, self._at_s = "", float("-inf")

    def __call__(self, reply: str) -> None:
        now_s = self._clock()
        if now_s - self._at_s < EVERY_S:
            return
        words = marks.whole(spoken(reply))
        order = () if _UNFOUND.search(reply) else marks.cited(words, self._ledger)
        if (told := marks.placed(words, order, self._ledger)) and told != self._told:
            self._told, self._at_s = told, now_s
            self._write(Answering(told))


def spoken(reply: str) -> str:
    """The field `answer` of an object that may still be growing, as far as it is certain."""
    if not (found := _BEGUN.search(reply)):
        return ""
    try:
        words: str = json.loads(f'"{_HALF.sub("", found[1])}"', strict=False)
    except ValueError:
        return ""
    return words.encode("utf-8", "ignore").decode()
