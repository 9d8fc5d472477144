"""What a model made of the beginning of its last prompt, so that a prompt that begins alike is read on from
there: the in-process counterpart of a server's prefix cache."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer


class Prefix:
    """The attention states (keys and values) of one row of tokens. Used by one thread."""

    def __init__(self) -> None:
        self._tokens: list[int] = []
        self._states: Any = None

    def take(self, tokens: Sequence[int], config: Any) -> Any:
        """States for generating behind `tokens`: they hold what the last row shares with them, at most all
        but the last token. Nothing is kept until `keep`."""
        states, known = self._states, self._tokens
        self._states, self._tokens = None, []
        alike = takewhile(lambda pair: pair[0] == pair[1], zip(known, tokens[:-1], strict=False))
        shared = sum(1 for _ in alike)
        if not shared:
            return DynamicCache(config=config)
        if shared < len(known):
            states.crop(shared - len(known))
        return states

    def keep(self, states: Any, tokens: Sequence[int]) -> None:
        """Remember the states of `tokens`, prompt and reply; not where layers forget (sliding windows)."""
        if all(type(layer) is DynamicLayer for layer in states.layers):
            self._states, self._tokens = states, list(tokens[: states.get_seq_length()])
