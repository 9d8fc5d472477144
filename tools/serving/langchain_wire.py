"""Requests as LangChain messages, LangChain messages as replies, and its providers' errors as ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playhead.tools.errors import ModelError, ModelRejectedError, ModelReplyError, ModelUnreachableError
from playhead.tools.protocols import ChatReply, ChatRequest, Message
from playhead.tools.serving.mosaic import data_url, shrink, stamp
from playhead.tools.serving.openai_errors import scrub
from playhead.tools.serving.request_fit import LARGEST_SIDE_PX, sendable
from playhead.tools.serving.retries import CallFailed
from playhead.tools.serving.structured import data_of, instruction, split_reasoning
from playhead.tools.types import Usage


def messages(request: ChatRequest) -> list[dict[str, Any]]:
    """The turns in the form every LangChain model takes; pictures as its standard content blocks."""
    turns = [{"role": message.role, "content": _content(message)} for message in request.messages]
    if request.schema is not None:
        words = {"type": "text", "text": instruction("text", request.schema)}
        turns[-1] = {**turns[-1], "content": [*turns[-1]["content"], words]}
    return turns


def _content(message: Message) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = []
    for part in message.parts:
        if isinstance(part, str):
            content.append({"type": "text", "text": sendable(part)})
            continue
        if part.time_s is not None:
            content.append({"type": "text", "text": stamp(part.time_s)})
        raw = data_url(shrink(part.image, LARGEST_SIDE_PX)).partition(",")[2]
        content.append({"type": "image", "base64": raw, "mime_type": "image/jpeg"})
    return content


def read_message(message: Any, request: ChatRequest) -> ChatReply:
    """The reply in an AIMessage. Raises CallFailed for an empty one."""
    finish = _finish(message.response_metadata)
    inner, text = split_reasoning(text_of(message.content))
    if not text:
        cure = "raise max_tokens, or choose another model"
        raise CallFailed(ModelReplyError("the model returned an empty reply", cure), "reply")
    reasoning = _reasoning(message.content) or inner
    model = message.response_metadata.get("model_name") or ""
    data = data_of(text, request.schema, finish)
    return ChatReply(
        text, data, reasoning, _usage(getattr(message, "usage_metadata", None)), finish, model=str(model)
    )


def text_of(content: Any) -> str:
    """The words of a message's content, which is a text or a list of blocks."""
    return content if isinstance(content, str) else _joined(content, "text", "text")


def _reasoning(content: Any) -> str:
    if isinstance(content, str):
        return ""
    return _joined(content, "reasoning", "reasoning") or _joined(content, "thinking", "thinking")


def _joined(blocks: Any, kind: str, name: str) -> str:
    found = [block for block in blocks if isinstance(block, Mapping) and block.get("type") == kind]
    plain = [block for block in blocks if isinstance(block, str)] if kind == "text" else []
    return "".join([*plain, *(str(block.get(name, "")) for block in found)])


def _finish(metadata: Mapping[str, Any]) -> str:
    names = ("finish_reason", "stop_reason", "done_reason")
    reason = str(next((metadata[name] for name in names if metadata.get(name)), "stop")).lower()
    return "length" if reason in ("length", "max_tokens") else reason


def _usage(counted: Mapping[str, Any] | None) -> Usage:
    if not counted:
        return Usage(model_calls=1, unknown_calls=1)
    return Usage(1, int(counted.get("input_tokens", 0)), int(counted.get("output_tokens", 0)))


def late(name: str, timeout_s: float) -> ModelError:
    """The deadline has passed."""
    cause = f"{name} did not answer within {timeout_s:g} s"
    return ModelUnreachableError(cause, "raise timeout_s for this role")


def failure(error: Exception, name: str, key: str) -> CallFailed:
    """A provider's exception by its HTTP status, which nearly all of them carry, else by its kind."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    words = scrub(" ".join(str(error).split()), key)[:200]
    if isinstance(error, ImportError):
        return CallFailed(ModelRejectedError(f"{name}: {words}", "install that package"), "final")
    if status in (401, 403):
        cure = "set the provider's API key variable"
        return CallFailed(ModelRejectedError(f"{name} refuses the API key ({status})", cure), "final")
    if status == 404:
        cause = f"{name} is not known to its provider"
        return CallFailed(ModelRejectedError(cause, "check its name"), "final")
    if status in (408, 409, 429) or (isinstance(status, int) and status >= 500):
        cause = f"{name} is overloaded or failing ({status}): {words}"
        return CallFailed(ModelUnreachableError(cause, "wait, or lower the concurrency"), "busy")
    if isinstance(error, OSError) or any(word in type(error).__name__ for word in ("Timeout", "Connect")):
        cause = f"no connection for {name}: {words}"
        return CallFailed(ModelUnreachableError(cause, "check the network and the base URL"), "transient")
    cause = f"{name} failed: {type(error).__name__}: {words}"
    return CallFailed(ModelError(cause, "see the provider's documentation"), "final")
