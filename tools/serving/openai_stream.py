"""A chat completion that comes in chunks, put together to the body that it would have had in one piece."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Assembly:
    """Feed it the chunks in order. Reads defensively: any field may be missing, foreign or wrong."""

    def __init__(self) -> None:
        self.text = ""
        """What the model has written so far: its reply, or the arguments of its tool call."""
        self._message: dict[str, str] = {}
        self._calls: dict[int, dict[str, str]] = {}
        self._logprobs: list[Any] = []
        self._last: dict[str, Any] = {}
        self._finish: Any = None

    def feed(self, chunk: Mapping[str, Any]) -> bool:
        """Take one chunk; whether `text` grew."""
        self._last |= {name: chunk[name] for name in ("model", "usage", "error") if chunk.get(name)}
        before = len(self.text)
        for choice in _mappings(chunk.get("choices"))[:1]:
            self._finish = choice.get("finish_reason") or self._finish
            logprobs = choice.get("logprobs")
            self._logprobs += _mappings(logprobs.get("content") if isinstance(logprobs, Mapping) else None)
            if isinstance(delta := choice.get("delta"), Mapping):
                self._extend(delta)
        self.text = self._message.get("content", "") or "".join(c["arguments"] for c in self._calls.values())
        return len(self.text) > before

    def payload(self) -> dict[str, Any]:
        """The whole body."""
        calls = [{"type": "function", "function": call} for call in self._calls.values()]
        message = {"role": "assistant", **self._message, **({"tool_calls": calls} if calls else {})}
        choice = {"message": message, "finish_reason": self._finish, "logprobs": {"content": self._logprobs}}
        return {**self._last, "choices": [choice]} if self._message or calls or self._finish else self._last

    def _extend(self, delta: Mapping[str, Any]) -> None:
        for name in ("content", "reasoning", "reasoning_content", "refusal"):
            if isinstance(piece := delta.get(name), str):
                self._message[name] = self._message.get(name, "") + piece
        for place, call in enumerate(_mappings(delta.get("tool_calls"))):
            index = call.get("index")
            known = self._calls.setdefault(
                index if isinstance(index, int) else place, {"name": "", "arguments": ""}
            )
            function = call.get("function")
            for name in known:
                piece = function.get(name) if isinstance(function, Mapping) else None
                known[name] += piece if isinstance(piece, str) else ""


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
