"""What one model can do, found by asking it: context, structured replies, speed, eyes.

`learned` is what a server has taught about the model (context length, most pictures, form of structured
replies), or None for a backend without a server.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import numpy as np

from playhead.agent.doctor.findings import Finding, Measured, failed
from playhead.tools.context import Limits
from playhead.tools.errors import ModelError
from playhead.tools.protocols import ChatModel, ChatReply, ChatRequest, ImagePart, Message

SMALL_CONTEXT = 8192
"""Tokens below which evidence must be told more briefly than planners like it."""
SLOW_S = 10.0
WIDTH = 8
"""Requests sent at once to measure parallelism; an action of the planner sends as many."""
BLIND_CURE = "set roles.{}.model to a vision-language model"
_FORMS = {
    "schema": "replies are held to a schema",
    "json": "no schemas, JSON mode only",
    "tools": "no schemas, native tool calls only",
    "text": "no structured replies; they are read from tagged text",
}
_SCHEMA = {
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": ["red", "green", "blue"]}},
    "required": ["colour"],
    "additionalProperties": False,
}


def context(role: str, learned: Any) -> Finding:
    """How much one request may hold."""
    tokens = learned.context_tokens
    check, measured = f"{role} context", {"context_tokens": tokens}
    if tokens is None:
        words = "the server does not tell its context length; it is learned when a request is too long"
        return Finding(check, "ok", words, measured=measured)
    if tokens < SMALL_CONTEXT:
        cure = f"serve it with more, for instance --max-model-len {4 * SMALL_CONTEXT}"
        return Finding(check, "note", f"{tokens} tokens: evidence will be cut short", cure, measured)
    return Finding(check, "ok", f"{tokens} tokens", measured=measured)


async def shape(role: str, model: ChatModel, learned: Any) -> AsyncIterator[Finding]:
    """Structured replies and log-probabilities. A form is proven by two replies, or refused by the server."""
    replies: list[ChatReply] = []
    try:
        while not replies or (learned is not None and not learned.proven and len(replies) < 2):
            replies.append(await model.complete(request("Name the colour of the sky.", shaped=True)))
    except ModelError as error:
        cure = error.cure or "without structured replies rules decide"
        yield failed(f"{role} schema", error, "note", cure)
        return
    yield _form(f"{role} schema", replies[-1].data is not None, learned.form if learned else "schema")
    yield _odds(f"{role} log-probabilities", any(reply.tokens for reply in replies))


def _form(check: str, fits: bool, form: str) -> Finding:
    measured: Measured = {"form": form, "fits": fits}
    if not fits:
        cure = "choose a larger model, or a server that supports JSON schemas"
        return Finding(check, "note", "a reply missed its schema: rules will decide then", cure, measured)
    if form != "schema":
        cure = "vLLM, SGLang, llama.cpp and Ollama support schemas, which waste no reply"
        return Finding(check, "note", _FORMS[form], cure, measured)
    return Finding(check, "ok", _FORMS[form], measured=measured)


def _odds(check: str, offered: bool) -> Finding:
    if offered:
        return Finding(check, "ok", "offered", measured={"logprobs": True})
    words = "not offered: the confidence of questions with options rests on the evidence alone"
    cure = "nothing need be done; vLLM, SGLang and llama.cpp offer them"
    return Finding(check, "note", words, cure, {"logprobs": False})


async def speed(role: str, model: ChatModel, clock: Callable[[], float] = time.perf_counter) -> Finding:
    """Latency of one reply alone, and how much faster several at once come than one by one."""
    check, ready = f"{role} speed", request("Answer with one word: ready.")
    try:
        alone_s = await timed(model, ready, clock)
        started = clock()
        outcomes = await asyncio.gather(*(timed(model, ready) for _ in range(WIDTH)), return_exceptions=True)
    except ModelError as error:
        return failed(check, error, "note", error.cure or "see the server's load")
    took_s = clock() - started
    lost = sum(isinstance(outcome, BaseException) for outcome in outcomes)
    gain = min(WIDTH, WIDTH * alone_s / took_s)
    words = (
        f"{alone_s:.2f} s a reply; {WIDTH} at once take {took_s:.2f} s, {gain:.1f} times as fast as in turn"
    )
    measured = {"latency_s": round(alone_s, 3), "parallel_gain": round(gain, 2), "failed": lost}
    if lost:
        cure = "allow more requests at once on the server, or lower options.concurrency"
        return Finding(check, "note", f"{words}; {lost} of them failed", cure, measured)
    if alone_s > SLOW_S:
        cure = "a question takes about ten replies: choose a smaller model or faster hardware"
        return Finding(check, "note", words, cure, measured)
    if gain < 1.5 and took_s > 1.0:
        cure = "let the server work on several at once (--max-num-seqs, --parallel, OLLAMA_NUM_PARALLEL)"
        return Finding(check, "note", words, cure, measured)
    return Finding(check, "ok", words, measured=measured)


async def eyes(role: str, model: ChatModel, learned: Any) -> AsyncIterator[Finding]:
    """Whether a picture is seen, and how many at once. A problem means that the role cannot work."""
    check = f"{role} images"
    if not model.sees_images:
        yield Finding(check, "problem", f"{model.name} takes no images", BLIND_CURE.format(role))
        return
    try:
        reply = await model.complete(request("Which colour is this?", *_pictures(1), shaped=True))
    except ModelError as error:
        cure = error.cure or "see the server's log, and its limits for pictures"
        yield failed(check, error, cure=cure if model.sees_images else BLIND_CURE.format(role))
        return
    colour = (reply.data or {}).get("colour")
    if colour == "red":
        yield Finding(check, "ok", "sees that a red picture is red", measured={"colour": colour})
    else:
        cure = "check that it is a vision-language model and that its chat template keeps pictures"
        words = f"says that a red picture is {colour or 'no colour'}"
        yield Finding(check, "note", words, cure, {"colour": colour})
    if learned is not None:
        yield await _most_images(role, model, learned)


async def _most_images(role: str, model: ChatModel, learned: Any) -> Finding:
    """As many pictures as an inspection may show, in one request."""
    check, wanted = f"{role} image limit", Limits().frames
    try:
        await model.complete(request("Answer with one word: ready.", *_pictures(wanted)))
    except ModelError as error:
        return failed(check, error, "note", error.cure or "raise the server's image limit")
    most = learned.images
    measured = {"images": most}
    if most is None:
        return Finding(check, "ok", f"takes {wanted} pictures in one request", measured=measured)
    cure = f"raise it, on vLLM with --limit-mm-per-prompt '{{\"image\": {wanted}}}'"
    words = f"{most} pictures a request; more are tiled into mosaics, with less detail"
    return Finding(check, "note", words, cure, measured)


def _pictures(count: int) -> list[ImagePart]:
    """Red squares, one second apart."""
    red = np.zeros((64, 64, 3), np.uint8)
    red[..., 0] = 255
    return [ImagePart(red, float(second)) for second in range(count)]


def request(text: str, *parts: ImagePart, shaped: bool = False) -> ChatRequest:
    """A short question; `shaped` asks for an object with a colour, and for log-probabilities."""
    return ChatRequest(
        messages=(Message("user", (*parts, text)),),
        schema=_SCHEMA if shaped else None,
        max_tokens=64 if shaped else 16,
        logprobs=shaped,
        timeout_s=60,
        purpose="doctor",
    )


async def timed(
    model: ChatModel, asked: ChatRequest, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Seconds until the reply. Raises what the model raises."""
    started = clock()
    await model.complete(asked)
    return clock() - started
