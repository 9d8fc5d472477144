"""Generation held to a JSON Schema, and the probabilities the model gave before it was held.

The schema is enforced by llguidance: it works on bytes, so that a letter made of several tokens cannot
break it, and compiles in milliseconds. Both processors see only generated tokens: a prompt with thousands
of image tokens costs them nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import llguidance.hf
import llguidance.torch
import torch
from llguidance import LLMatcher

from playhead.tools.protocols import TokenProbability

if TYPE_CHECKING:
    from llguidance._lib import JsonCompileOptions

ALTERNATIVES = 10
"""Probabilities kept at each token: enough for the letters of the options."""


def vocabulary(tokenizer: Any, size: int) -> Any:
    """What the matcher must know of a tokenizer; made once a model."""
    return llguidance.hf.from_tokenizer(tokenizer, n_vocab=max(size, len(tokenizer)))


class SchemaMask:
    """A logits processor: forbids each row the tokens that its schema does not allow next.

    A schema that cannot be enforced leaves its row free; the reply is checked against it anyway.
    """

    def __init__(self, words: Any, schemas: Sequence[Mapping[str, Any] | None], prompt_tokens: int) -> None:
        self._rows = [None if schema is None else _matcher(words, schema) for schema in schemas]
        self._read = prompt_tokens
        self._mask = llguidance.torch.allocate_token_bitmask(len(schemas), words.vocab_size)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        fresh = input_ids[:, self._read :].tolist()
        self._read = input_ids.shape[1]
        for row, matcher in enumerate(self._rows):
            if matcher is None:
                self._mask[row] = -1
                continue
            if not matcher.is_stopped():  # once it has, only the end is allowed, whatever pads the row
                matcher.consume_tokens(fresh[row])
            llguidance.torch.fill_next_token_bitmask(matcher, self._mask, row)
        llguidance.torch.apply_token_bitmask_inplace(scores, self._mask.to(scores.device))
        return scores


def _matcher(words: Any, schema: Mapping[str, Any]) -> LLMatcher | None:
    defaults: JsonCompileOptions = {"whitespace_flexible": False, "lenient": True}
    grammar = LLMatcher.grammar_from_json_schema(json.dumps(_closed(schema)), defaults=defaults)
    matcher = LLMatcher(words, grammar)
    return None if matcher.is_error() else matcher


def _closed(schema: Any) -> Any:
    """The schema with its objects closed where it does not say, as vLLM does: no invented fields."""
    if isinstance(schema, list):
        return [_closed(inner) for inner in schema]
    if not isinstance(schema, Mapping):
        return schema
    closed = {word: _closed(inner) for word, inner in schema.items()}
    return {"additionalProperties": False} | closed if schema.get("type") == "object" else closed


class Recorder:
    """A logits processor that changes nothing: keeps the best alternatives at each step of each row."""

    def __init__(self, rows: int) -> None:
        self._steps: list[list[tuple[torch.Tensor, torch.Tensor]]] = [[] for _ in range(rows)]
        self._chosen: list[list[float]] = [[] for _ in range(rows)]
        self._last: torch.Tensor | None = None

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        self._settle(input_ids)
        self._last = torch.log_softmax(scores.float(), dim=-1)
        values, tokens = self._last.topk(min(ALTERNATIVES, self._last.shape[-1]))
        for row, steps in enumerate(self._steps):
            steps.append((values[row].cpu(), tokens[row].cpu()))
        return scores

    def _settle(self, input_ids: torch.Tensor) -> None:
        if self._last is not None:
            sure = self._last.gather(-1, input_ids[:, -1:]).squeeze(-1).tolist()
            for row, value in enumerate(sure):
                self._chosen[row].append(value)
            self._last = None

    def tokens(
        self, row: int, output_ids: torch.Tensor, written: Sequence[int], decode: Callable[[list[int]], str]
    ) -> tuple[TokenProbability, ...]:
        """The written tokens of one row with their alternatives, once generation has ended."""
        self._settle(output_ids)
        found = zip(written, self._chosen[row], self._steps[row], strict=False)
        return tuple(TokenProbability(decode([t]), sure, _named(*best, decode)) for t, sure, best in found)


def _named(
    values: torch.Tensor, tokens: torch.Tensor, decode: Callable[[list[int]], str]
) -> dict[str, float]:
    pairs = list(zip(values.tolist(), tokens.tolist(), strict=True))
    pairs.reverse()  # of tokens that read alike the likeliest stays
    return {decode([int(token)]): float(value) for value, token in pairs}
