"""Answers as chat completions and as the chunks of one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from playhead.agent.server import citing
from playhead.agent.server.openai_cited import Answer, cited, spent
from playhead.agent.server.wording import Words


@dataclass(frozen=True, slots=True)
class Frame:
    """What all objects of one reply share; `base_url` is this server's, with a slash at the end."""

    run: str
    model: str
    base_url: str
    created_s: int = field(default_factory=lambda: int(time.time()))

    def completion(self, answer: Answer, steps: list[str]) -> dict[str, Any]:
        """The whole reply; `playhead` is the answer of `/api/ask`."""
        text = citing.text(answer)
        message = {
            "role": "assistant",
            "content": text,
            "reasoning_content": "\n".join(steps),
            "annotations": self._annotations(answer, text),
            "refusal": None,
        }
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        head = self._head("chat.completion")
        return {**head, "choices": [choice], "usage": usage(answer), "playhead": answer}

    def chunk(self, delta: Mapping[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
        return {**self._head("chat.completion.chunk"), "choices": [choice]}

    def chunks(self, answer: Answer, words: Words) -> Iterator[dict[str, Any]]:
        """What was not sent yet, line by line, then the annotations with the end of the choice."""
        text = words.all(citing.text(answer))
        for line in text[len(words.sent) :].splitlines(keepends=True):
            yield self.chunk({"content": line})
        told = {"annotations": self._annotations(answer, text)}
        yield self.chunk(told, "stop") | {"playhead": answer}

    def used(self, answer: Answer) -> dict[str, Any]:
        """The chunk that only counts."""
        return {**self._head("chat.completion.chunk"), "choices": [], "usage": usage(answer)}

    def _annotations(self, answer: Answer, text: str) -> list[dict[str, Any]]:
        found = cited(answer, text, self.base_url)
        return [{"type": "url_citation", "url_citation": one} for one in found]

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": f"chatcmpl-{self.run}",
            "object": kind,
            "created": self.created_s,
            "model": self.model,
        }


def usage(answer: Answer) -> dict[str, int]:
    sent, written = spent(answer)
    return {"prompt_tokens": sent, "completion_tokens": written, "total_tokens": sent + written}
