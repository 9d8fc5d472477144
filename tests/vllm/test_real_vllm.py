"""The `vllm` backend against the real server: the real Qwen3-VL architecture, random weights, no GPU.

A random model held to a schema writes nonsense of the right shape, or runs into max_tokens in the middle of
a string: the hardest replies a loop can meet.
"""

from __future__ import annotations

import asyncio
import re
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playhead.eval.loop_overhead import agent, asked
from playhead.tools.models.vllm import VLLMModel, create
from playhead.tools.protocols import ChatRequest, ImagePart, Message
from playhead.tools.serving.structured import fits

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(600)]

SCHEMA = {
    "type": "object",
    "properties": {"tool": {"enum": ["search", "inspect"]}, "number": {"type": "integer", "maximum": 99}},
    "required": ["tool", "number"],
    "additionalProperties": False,
}


@pytest.fixture
async def model(tiny_qwen: Path, vllm_settings: dict[str, Any]) -> AsyncIterator[VLLMModel]:
    made = create(str(tiny_qwen), **vllm_settings)
    assert isinstance(made, VLLMModel)
    yield made
    await made.aclose()


def asking(*parts: str | ImagePart, **fields: Any) -> ChatRequest:
    return ChatRequest((Message("user", parts),), **({"max_tokens": 200, "timeout_s": 120.0} | fields))


def frames(count: int) -> list[ImagePart]:
    return [ImagePart(np.full((90, 160, 3), 50 + n % 200, np.uint8), float(n)) for n in range(count)]


async def test_the_real_server_answers_in_every_way_that_playhead_asks(
    model: VLLMModel, tmp_path: Path
) -> None:
    text = await model.complete(asking("Hello?", max_tokens=8, logprobs=True))
    assert text.usage.input_tokens > 0
    assert text.tokens
    assert text.tokens[0].logprob in text.tokens[0].alternatives.values()
    asked = (asking(*frames(2), "What?", schema=SCHEMA, seed=number) for number in range(20))
    shaped = await asyncio.gather(*(model.complete(request) for request in asked))
    assert all(reply.data is None or fits(reply.data, SCHEMA) for reply in shaped)
    assert all(reply.data is not None or reply.finish_reason == "length" for reply in shaped)
    await _too_much(model)
    await _prefix_cache(model, tmp_path)


async def _too_much(model: VLLMModel) -> None:
    many = await model.complete(asking(*frames(1200), "What?"))
    assert 8 <= many.usage.frames < 1200
    long = await model.complete(asking("Question?", "evidence " * 9000))
    assert long.usage.input_tokens <= 16384


async def _prefix_cache(model: VLLMModel, folder: Path) -> None:
    """The prompts of a question that took four rounds, after those of another question."""
    with agent(folder, questions=2) as (made, script):
        earlier, requests = (asked(made, script, number).requests for number in range(2))
    for request in earlier:
        await model.complete(replace(request, schema=None, max_tokens=1))
    before = _counters(model)
    for request in requests:
        await model.complete(replace(request, schema=None, max_tokens=1))
    queries, hits = (after - start for after, start in zip(_counters(model), before, strict=True))
    print(f"prefix cache: {hits:.0f} of {queries:.0f} prompt tokens served, {hits / queries:.0%}")
    assert hits / queries >= 0.8


def _counters(model: VLLMModel) -> tuple[float, float]:
    assert model._lease is not None
    with urllib.request.urlopen(model._lease.url.removesuffix("/v1") + "/metrics") as reply:
        text = reply.read().decode()
    names = ("prefix_cache_queries_total", "prefix_cache_hits_total")
    found = [re.findall(rf"^vllm:{name}\{{.*?\}} (\S+)", text, re.MULTILINE) for name in names]
    return float(found[0][0]), float(found[1][0])
