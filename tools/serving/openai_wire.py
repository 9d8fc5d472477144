"""The body of a chat-completions request, as vLLM, SGLang, Ollama, llama.cpp and OpenAI take it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from playhead.tools.protocols import ChatRequest, Message
from playhead.tools.serving.mosaic import data_url, shrink, stamp
from playhead.tools.serving.request_fit import Fit, fitted
from playhead.tools.serving.server_limits import Learned
from playhead.tools.serving.structured import Form, instruction, is_strict

ALTERNATIVES = 10
"""Log-probabilities asked for at each token: enough for the letters of the options."""


def body(request: ChatRequest, model: str, learned: Learned, form: Form, fit: Fit) -> dict[str, Any]:
    """The JSON body of one chat completion, without `stream`."""
    limit = fit.max_tokens or request.max_tokens
    room = "max_completion_tokens" if "max_tokens" in learned.dropped else "max_tokens"
    optional: dict[str, Any] = {"temperature": request.temperature}
    if request.seed is not None:
        optional["seed"] = request.seed
    if request.logprobs:
        optional |= {"logprobs": True, "top_logprobs": ALTERNATIVES}
    kept = {
        name: value for name, value in optional.items() if name.removeprefix("top_") not in learned.dropped
    }
    messages = _messages(request, learned, form, fit)
    return {"model": model, "messages": messages, room: limit, **kept, **_shape(request, form)}


def _shape(request: ChatRequest, form: Form) -> dict[str, Any]:
    if request.schema is None or form == "text":
        return {}
    if form == "json":
        return {"response_format": {"type": "json_object"}}
    name, schema = tool_name(request), dict(request.schema)
    if form == "schema":
        asked = {"name": name, "schema": schema, "strict": is_strict(schema)}
        return {"response_format": {"type": "json_schema", "json_schema": asked}}
    tool = {"name": name, "description": "Gives the reply.", "parameters": schema}
    choice = {"type": "function", "function": {"name": name}}
    return {"tools": [{"type": "function", "function": tool}], "tool_choice": choice}


def tool_name(request: ChatRequest) -> str:
    """`schema_name` as servers allow it: letters, digits, _ and -, at most 64."""
    return re.sub(r"[^\w-]", "_", request.schema_name, flags=re.ASCII)[:64] or "reply"


def _messages(request: ChatRequest, learned: Learned, form: Form, fit: Fit) -> list[dict[str, Any]]:
    parts = list(fitted(request.messages, learned, fit))
    if request.schema is not None and (words := instruction(form, request.schema)):
        parts[-1] = replace(parts[-1], parts=(*parts[-1].parts, words))
    return [{"role": message.role, "content": _content(message, fit)} for message in parts]


def _content(message: Message, fit: Fit) -> str | list[dict[str, Any]]:
    if all(isinstance(part, str) for part in message.parts):
        return "\n\n".join(str(part) for part in message.parts)
    content: list[dict[str, Any]] = []
    for part in message.parts:
        if isinstance(part, str):
            content.append({"type": "text", "text": part})
            continue
        if part.time_s is not None:
            content.append({"type": "text", "text": stamp(part.time_s)})
        url = data_url(shrink(part.image, fit.side_px))
        content.append({"type": "image_url", "image_url": {"url": url}})
    return content
