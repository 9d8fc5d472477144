"""Replies that are told while they arrive: the same as in one piece, and never a failure of their own."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.tools.errors import ModelRejectedError, ModelReplyError
from playhead.tools.models.openai import OpenAIModel, create
from playhead.tools.protocols import ChatReply, ChatRequest, Message
from playhead.tools.serving.openai_stream import Assembly
from tests.fake_replies import Say
from tests.fake_server import FakeServer

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}
OBJECT = {"answer": "The cook hides the key under the carpet."}


def model_of(server: FakeServer, **settings: Any) -> OpenAIModel:
    return create("fake", base_url=server.url, backoff_s=0.01, **settings)


def asking(told: list[str] | None = None, **fields: Any) -> ChatRequest:
    listening = None if told is None else told.append
    asked: dict[str, Any] = {
        "timeout_s": 100.0,
        "schema": SCHEMA,
        "logprobs": True,
        "on_text": listening,
    } | fields
    return ChatRequest((Message("user", ("Who?",)),), **asked)


def same(first: ChatReply, second: ChatReply) -> bool:
    def facts(reply: ChatReply) -> tuple[Any, ...]:
        usage = reply.usage
        counted = (usage.model_calls, usage.input_tokens, usage.output_tokens, usage.unknown_calls)
        return reply.text, reply.data, reply.reasoning, reply.finish_reason, reply.tokens, counted

    return facts(first) == facts(second)


@pytest.mark.parametrize("forms", [("schema",), ("json",), ("tools",)])
@pytest.mark.parametrize("has_usage", [True, False])
async def test_the_reply_is_that_of_a_plain_request(forms: tuple[str, ...], has_usage: bool) -> None:
    told: list[str] = []
    script = {"*": Say(OBJECT, reasoning="Let me think.")}
    with FakeServer(script, forms=forms, has_usage=has_usage) as server:
        model = model_of(server)
        await model.complete(asking())
        plain = await model.complete(asking())
        live = await model.complete(asking(told))
    assert same(plain, live)
    assert live.tokens
    assert server.requests[-1]["stream"]
    assert told[-1] == json.dumps(OBJECT)
    assert all(after.startswith(before) for before, after in pairwise(told))
    assert len(told) > 3


async def test_thinking_is_not_told() -> None:
    told: list[str] = []
    with FakeServer({"*": f"<think>Is it him? No.</think>{json.dumps(OBJECT)}"}) as server:
        reply = await model_of(server).complete(asking(told))
    assert reply.data == OBJECT
    assert not any("him" in text for text in told)


@pytest.mark.parametrize(
    "fault", ["500", "429", "reset", "disconnect", "html", "empty", "refusal", "garbled"]
)
async def test_a_live_reply_that_fails_is_asked_for_plainly(fault: str) -> None:
    told: list[str] = []
    with FakeServer({"*": OBJECT}, fault_list=[fault]) as server:
        reply = await model_of(server).complete(asking(told))
    assert reply.data == OBJECT
    assert [bool(request.get("stream")) for request in server.requests] == [True, False]


async def test_a_server_that_takes_no_streams_is_asked_plainly() -> None:
    told: list[str] = []
    with FakeServer({"*": OBJECT}, refuses=("stream", "stream_options")) as server:
        reply = await model_of(server).complete(asking(told))
    assert (reply.data, told) == (OBJECT, [])


async def test_a_refusal_for_good_is_not_repeated() -> None:
    with FakeServer({"*": OBJECT}, key="right") as server:
        with pytest.raises(ModelRejectedError):
            await model_of(server, api_key="wrong").complete(asking([]))
        assert len(server.requests) == 1


async def test_a_live_reply_is_bounded() -> None:
    told: list[str] = []
    with FakeServer({"*": "word " * 5000}) as server, pytest.raises(ModelReplyError, match="longer than"):
        await model_of(server, reply_bytes=2000).complete(asking(told, schema=None))
    assert len(told[-1]) < 2100


async def test_leaving_a_live_reply_closes_it() -> None:
    told: list[str] = []
    with FakeServer({"*": "word " * 1000}, latency_s=0.1) as server:
        task = asyncio.ensure_future(model_of(server).complete(asking(told, schema=None)))
        while not told:
            await asyncio.sleep(0.01)
        task.cancel()
        assert await asyncio.to_thread(server.disconnected.wait, 300)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("choices", "delta", "content", "tool_calls", "function", "arguments", "usage", "index")
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from(("choices", "usage", "model", "error")), JSON, max_size=3)))
def test_chunks_of_any_shape_are_put_together(chunks: list[dict[str, Any]]) -> None:
    assembly = Assembly()
    for chunk in chunks:
        assembly.feed(chunk)
    assert isinstance(assembly.payload(), dict)
    assert isinstance(assembly.text, str)
