"""One question to a model with pictures, held to a schema, answered from the library when asked before."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playhead.tools.errors import ModelRejectedError, ModelReplyError, ToolError
from playhead.tools.pipeline.parallel import in_thread
from playhead.tools.pipeline.stages import cache_key
from playhead.tools.protocols import ChatModel, ChatReply, ChatRequest, ImagePart, Message
from playhead.tools.types import Frame

if TYPE_CHECKING:
    from playhead.tools.library import Library

_ANSWER = re.compile(r'"answer"\s*:(\s*"(?:[^"\\]|\\.)*")')

TRIES = 2
"""A reply that does not have the asked shape is asked for once more, with another seed."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: the words, the shape of the reply, and `about`, which identifies the pictures.

    The reply is forgotten when the video `video_id` is removed.
    """

    purpose: str
    prompt: str
    schema: Mapping[str, Any]
    video_id: str
    about: tuple[object, ...] = ()
    max_tokens: int = 700
    logprobs: bool = False

    def key(self, model: ChatModel) -> str:
        """Content, model, prompt and sampling: everything that the reply depends on."""
        shape = json.dumps(self.schema, sort_keys=True)
        what = (self.purpose, self.prompt, shape, self.max_tokens, self.video_id)
        return cache_key("reply", model.name, *what, *self.about)


async def cached(library: Library, model: ChatModel, query: Query) -> dict[str, Any] | None:
    """The reply that the library keeps for this question, if any."""
    text = await in_thread(library.reply, query.key(model))
    value = json.loads(text) if text else None
    return value if isinstance(value, dict) else None


async def ask(
    library: Library, model: ChatModel, query: Query, frames: Sequence[Frame] = ()
) -> dict[str, Any]:
    """The reply as an object, kept for the next time. With `logprobs`, `probability` (0..1) is added.

    Raises ModelReplyError when no try has the asked shape, and what the model raises.
    """
    if kept := await cached(library, model, query):
        return kept
    for seed in range(TRIES):
        reply = await model.complete(_request(query, frames, seed))
        if reply.data is not None:
            value = dict(reply.data)
            if query.logprobs and (sure := probability(reply)) is not None:
                value["probability"] = sure
            await in_thread(library.put_reply, query.key(model), json.dumps(value), query.video_id)
            return value
    raise ModelReplyError(f"{model.name} did not give the asked object", "try another model")


def needs_eyes(model: ChatModel) -> ChatModel:
    """The model itself. Raises ToolError when it cannot see pictures."""
    if not model.sees_images:
        blind = ModelRejectedError(
            f"{model.name} takes no images", "choose a vision-language model for this role"
        )
        raise ToolError(f"the model {model.name} cannot see pictures; use the other tools") from blind
    return model


def probability(reply: ChatReply) -> float | None:
    """Geometric mean of the probabilities of the tokens of the field `answer`; None when not offered."""
    if not (field := _ANSWER.search(reply.text)):
        return None
    logprobs, at = [], 0
    for token in reply.tokens:
        if field.start(1) <= at < field.end(1) and any(char.isalnum() for char in token.token):
            logprobs.append(token.logprob)
        at += len(token.token)
    return round(math.exp(sum(logprobs) / len(logprobs)), 4) if logprobs else None


def _request(query: Query, frames: Sequence[Frame], seed: int) -> ChatRequest:
    pictures = (ImagePart(frame.image, frame.time_s) for frame in frames)
    parts: tuple[str | ImagePart, ...] = (query.prompt, *pictures)
    return ChatRequest(
        (Message("user", parts),),
        schema=query.schema,
        schema_name=query.purpose,
        max_tokens=query.max_tokens,
        seed=seed,
        logprobs=query.logprobs,
        purpose=query.purpose,
    )


def shape(**fields: Mapping[str, Any]) -> dict[str, Any]:
    """A closed JSON Schema object whose fields are all required, as strict servers want it."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }
