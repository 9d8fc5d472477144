"""A third of the replies are faulty, and nothing breaks: every request ends in a reply or an honest error."""

from __future__ import annotations

import asyncio
import time

from playhead.tools import registry
from playhead.tools.errors import ModelError
from playhead.tools.protocols import ChatModel, ChatReply, ChatRequest, Message
from playhead.tools.serving.structured import fits
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
PLAN = ChatRequest((Message("user", ("What next?",)),), schema=SCHEMA, purpose="plan", timeout_s=4)


def model_for(server: FakeServer) -> ChatModel:
    model: ChatModel = registry.load("models", "openai:fake", base_url=server.url)
    return model


async def outcome(model: ChatModel, request: ChatRequest) -> ChatReply | ModelError:
    try:
        return await model.complete(request)
    except ModelError as error:
        return error


async def test_200_requests_with_30_percent_faults_end_well_within_the_deadline() -> None:
    with FakeServer(fault_rate=0.3, seed=3) as server:
        model = model_for(server)
        started = time.monotonic()
        outcomes = await asyncio.gather(*(outcome(model, PLAN) for _ in range(200)))
        assert time.monotonic() - started < 200
        await model.aclose()
    assert sum(server.injected.values()) > 40
    replies = [one for one in outcomes if isinstance(one, ChatReply)]
    assert len(replies) > 150
    assert all(one.data is None or fits(one.data, SCHEMA) for one in replies)
    assert all(one.cause and "Traceback" not in str(one) for one in outcomes if isinstance(one, ModelError))
