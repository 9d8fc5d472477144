"""A third of the replies are faulty, and nothing breaks: every request ends in a reply or an honest error."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from playhead.tools import registry
from playhead.tools.errors import ModelError, ModelTimeoutError
from playhead.tools.protocols import ChatModel, ChatReply, ChatRequest, Message
from playhead.tools.serving.structured import fits
from tests.fake_faults import FAULTS
from tests.fake_server import FakeServer

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"enum": ["search", "inspect"]},
        "start_s": {"type": "number", "minimum": 0, "maximum": 600},
        "sure": {"type": "boolean"},
    },
    "required": ["name", "start_s", "sure"],
}
PLAN = ChatRequest((Message("user", ("What next?",)),), schema=SCHEMA, purpose="plan", timeout_s=100)
AT_ONCE = tuple(fault for fault in FAULTS if fault != "hang")
"""Faults that need no waiting: a deadline worth waiting for is one that a busy machine passes by itself."""


def model_for(server: FakeServer) -> ChatModel:
    model: ChatModel = registry.load("models", "openai:fake", base_url=server.url)
    return model


async def outcome(model: ChatModel, request: ChatRequest) -> ChatReply | ModelError:
    try:
        return await model.complete(request)
    except ModelError as error:
        return error


async def test_200_requests_with_30_percent_faults_end_in_replies_and_are_not_repeated_without_end() -> None:
    with FakeServer(fault_rate=0.3, faults=AT_ONCE, seed=9) as server:
        model = model_for(server)
        outcomes = await asyncio.gather(*(outcome(model, PLAN) for _ in range(200)))
        await model.aclose()
    assert sum(server.injected.values()) > 60
    assert set(server.injected) == set(AT_ONCE)
    assert len(server.requests) < 300
    replies = [one for one in outcomes if isinstance(one, ChatReply)]
    assert len(replies) > 180
    assert all(one.data is None or fits(one.data, SCHEMA) for one in replies)
    assert all(one.cause and "Traceback" not in str(one) for one in outcomes if isinstance(one, ModelError))


async def test_requests_that_are_never_answered_end_at_their_deadline_and_hold_up_no_other() -> None:
    with FakeServer(hangs=("caption",)) as server:
        model = model_for(server)
        hung = [outcome(model, replace(PLAN, purpose="caption", timeout_s=0.5)) for _ in range(8)]
        outcomes = await asyncio.gather(*hung, *(outcome(model, PLAN) for _ in range(40)))
        await model.aclose()
    assert all(isinstance(one, ModelTimeoutError) for one in outcomes[:8])
    assert all(isinstance(one, ChatReply) for one in outcomes[8:])
