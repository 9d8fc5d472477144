"""A chat-completions reply, read defensively: any field may be missing, foreign or wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

from playhead.tools.errors import ModelReplyError
from playhead.tools.protocols import ChatReply, ChatRequest, TokenProbability
from playhead.tools.serving.openai_wire import tool_name
from playhead.tools.serving.structured import Form, data_of, split_reasoning
from playhead.tools.types import Usage


def read_reply(payload: object, request: ChatRequest, form: Form) -> ChatReply:
    """The reply in a decoded body; `data` is set when it has the asked shape.

    Raises ModelReplyError for a body that is no chat completion, an empty reply or a refusal.
    """
    choice = _first_choice(payload)
    message = choice["message"] if isinstance(choice.get("message"), Mapping) else {}
    finish = _text(choice.get("finish_reason")) or "stop"
    inner, text = split_reasoning(_text(message.get("content")))
    reasoning = _text(message.get("reasoning")) or _text(message.get("reasoning_content")) or inner
    if refusal := _text(message.get("refusal")):
        raise ModelReplyError(
            f"the model refused: {refusal[:200]!r}", "ask differently or choose another model"
        )
    if form == "tools" and request.schema is not None and not text:
        text = _arguments(message, tool_name(request))
    if not text:
        raise _empty(finish, bool(reasoning))
    return ChatReply(
        text=text,
        data=data_of(text, request.schema, finish),
        reasoning=reasoning,
        usage=_usage(payload),
        finish_reason=finish,
        tokens=tuple(_tokens(choice)) if request.logprobs else (),
        model=_text(payload.get("model")) if isinstance(payload, Mapping) else "",
    )


def _first_choice(payload: object) -> Mapping[str, Any]:
    if isinstance(payload, Mapping):
        choices = payload.get("choices")
        if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
            return choices[0]
        if problem := payload.get("error"):
            words = problem.get("message") if isinstance(problem, Mapping) else problem
            raise ModelReplyError(f"the server reports: {str(words)[:200]}", "see the server's log")
    raise ModelReplyError("the reply is not a chat completion", "check that the base URL ends in /v1")


def _empty(finish: str, reasoned: bool) -> ModelReplyError:
    if finish == "content_filter":
        return ModelReplyError("the server's content filter held the reply back", "choose another model")
    if finish == "length":
        used = "thinking" if reasoned else "nothing readable"
        return ModelReplyError(f"the model spent all its tokens on {used}", "raise max_tokens for this role")
    return ModelReplyError("the model returned an empty reply", "try again, or choose another model")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _arguments(message: Mapping[str, Any], name: str) -> str:
    calls = message.get("tool_calls")
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, Mapping) else None
        if isinstance(function, Mapping) and function.get("name") == name:
            return _text(function.get("arguments"))
    return ""


def _usage(payload: object) -> Usage:
    usage = payload.get("usage") if isinstance(payload, Mapping) else None
    counts = [
        usage.get(name) if isinstance(usage, Mapping) else None
        for name in ("prompt_tokens", "completion_tokens")
    ]
    known = [count if isinstance(count, int) and count >= 0 else 0 for count in counts]
    return Usage(
        model_calls=1,
        input_tokens=known[0],
        output_tokens=known[1],
        unknown_calls=int(not isinstance(counts[0], int)),
    )


def _tokens(choice: Mapping[str, Any]) -> Iterator[TokenProbability]:
    found = choice.get("logprobs")
    content = found.get("content") if isinstance(found, Mapping) else None
    for entry in content if isinstance(content, list) else ():
        if pair := _pair(entry):
            others = entry.get("top_logprobs")
            listed = filter(None, map(_pair, others if isinstance(others, list) else ()))
            alternatives = dict(sorted(listed, key=itemgetter(1)))  # tokens that read alike: the likeliest
            yield TokenProbability(pair[0], pair[1], alternatives)


def _pair(entry: object) -> tuple[str, float] | None:
    if not isinstance(entry, Mapping):
        return None
    token, logprob = entry.get("token"), entry.get("logprob")
    if isinstance(token, str) and isinstance(logprob, int | float) and not isinstance(logprob, bool):
        return token, float(logprob)
    return None
