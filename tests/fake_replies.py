"""What the fake server says: objects that fit a schema, faults that do not, log-probabilities."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

WORDS = ("a", "person", "opens", "the", "door", "and", "picks", "up", "keys")


@dataclass(frozen=True)
class Say:
    """One scripted reply. `text` may be an object; `tokens` are (token, logprob, alternatives)."""

    text: str | Mapping[str, Any] = ""
    reasoning: str = ""
    refusal: str | None = None
    finish_reason: str = "stop"
    tokens: tuple[tuple[str, float, Mapping[str, float]], ...] = ()
    tool: str | None = None

    @property
    def content(self) -> str:
        return self.text if isinstance(self.text, str) else json.dumps(self.text)


def sample(schema: Mapping[str, Any], draw: random.Random) -> Any:
    """A value that the schema allows, with nonsense in it: what a random model held to it would write."""
    if "enum" in schema:
        return draw.choice(list(schema["enum"]))
    if "const" in schema:
        return schema["const"]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return sample(draw.choice(list(schema[word])), draw)
    kind = schema.get("type", "object")
    kind = draw.choice(kind) if isinstance(kind, list) else kind
    if kind == "object":
        return {name: sample(inner, draw) for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        least, most = schema.get("minItems", 0), schema.get("maxItems", 3)
        return [
            sample(schema.get("items", {"type": "string"}), draw) for _ in range(draw.randint(least, most))
        ]
    return _scalar(kind, schema, draw)


def _scalar(kind: str, schema: Mapping[str, Any], draw: random.Random) -> Any:
    low, high = schema.get("minimum", 0), schema.get("maximum", 100)
    if kind == "integer":
        return draw.randint(int(low), int(high))
    if kind == "number":
        return round(draw.uniform(low, high), 2)
    if kind == "boolean":
        return draw.random() < 0.5
    if kind == "null":
        return None
    return " ".join(draw.choices(WORDS, k=draw.randint(1, 6)))[: schema.get("maxLength", 1000)]


def spoil(value: Any, fault: str) -> Any:
    """The same object with wrong types, times far outside any video, or a tool that nobody offers."""
    if isinstance(value, dict):
        return {key: spoil(_renamed(key, inner, fault), fault) for key, inner in value.items()}
    if isinstance(value, list):
        return [spoil(inner, fault) for inner in value]
    if fault == "wrong_types":
        return str(value) if isinstance(value, bool | int | float) else 7
    if fault == "out_of_range" and isinstance(value, int | float) and not isinstance(value, bool):
        return value * 1_000_000 - 3
    return value


def _renamed(key: str, value: Any, fault: str) -> Any:
    return "launch_rocket" if fault == "unknown_tool" and key in ("name", "tool") else value


def faulty(say: Say, fault: str) -> Say:
    """`say` with a fault of content; faults of the connection are the server's own business."""
    text = say.content
    if fault == "empty":
        return replace(say, text="", tokens=())
    if fault == "refusal":
        return replace(say, text="", refusal="I cannot help with that.", tokens=())
    if fault == "truncated":
        return replace(say, text=text[: max(1, len(text) // 2)], finish_reason="length")
    if fault == "garbled":
        return replace(say, text=text[: max(1, len(text) - 3)] + "\n}}]")
    if fault == "huge":
        return replace(say, text="x" * 10_000_000)
    try:
        return replace(say, text=spoil(json.loads(text), fault))
    except ValueError:
        return replace(say, text="☃" * 20)


def logprobs(say: Say) -> dict[str, Any]:
    """The `logprobs` field: the scripted tokens, else the words of the reply, all fairly sure."""
    tokens = say.tokens or tuple((word, -0.1, {word: -0.1}) for word in re.findall(r"\S+\s*", say.content))
    return {
        "content": [
            {
                "token": token,
                "logprob": sure,
                "top_logprobs": [{"token": t, "logprob": p} for t, p in others.items()],
            }
            for token, sure, others in tokens
        ]
    }


def chunks(completion: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The choices of a streamed completion: a word of the text or of a tool call each, the end last."""
    choice = completion["choices"][0]
    message, odds = choice["message"], (choice.get("logprobs") or {}).get("content")
    for call in message.get("tool_calls") or ():
        begun = {"name": call["function"]["name"], "arguments": ""}
        yield _chunk({"tool_calls": [{"index": 0, **call, "function": begun}]})
        for word in re.findall(r"\S+\s*", call["function"]["arguments"]):
            yield _chunk({"tool_calls": [{"index": 0, "function": {"arguments": word}}]})
    if message.get("reasoning_content"):
        yield _chunk({"reasoning_content": message["reasoning_content"]})
    for word in re.findall(r"\S+\s*", message.get("content") or ""):
        yield _chunk({"content": word})
    said = {"refusal": message["refusal"]} if message.get("refusal") else {}
    logprobs = {"logprobs": {"content": odds}} if odds else {}
    yield {**_chunk(said), "finish_reason": choice["finish_reason"], **logprobs}


def _chunk(delta: dict[str, Any]) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": None}
