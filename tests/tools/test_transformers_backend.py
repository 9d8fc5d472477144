"""The in-process backend on a tiny model with random weights, really loaded and really generating."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playhead.tools.errors import ContextOverflowError, ModelRejectedError, ModelUnreachableError, UsageError
from playhead.tools.models.transformers import TransformersModel, create
from playhead.tools.protocols import ChatRequest, ImagePart, Message
from playhead.tools.serving.structured import fits
from tests.tiny_vision import make_tiny_text_model, make_tiny_vision_model

SCHEMA = {
    "type": "object",
    "properties": {
        "tool": {"enum": ["search", "inspect"]},
        "sure": {"type": "boolean"},
        "count": {"type": "integer", "minimum": 0, "maximum": 99},
        "words": {"type": "array", "items": {"type": "string", "maxLength": 6}, "maxItems": 2},
    },
    "required": ["tool", "sure", "count", "words"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_vision_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
async def model(folder: Path) -> AsyncIterator[TransformersModel]:
    model = create(str(folder), batch=4)
    yield model
    await model.aclose()


def asking(*parts: str | ImagePart, **fields: Any) -> ChatRequest:
    return ChatRequest(
        (Message("user", parts or ("Hello?",)),), **({"max_tokens": 12, "timeout_s": 300.0} | fields)
    )


def picture(shade: int = 90) -> ImagePart:
    return ImagePart(np.full((48, 64, 3), shade, np.uint8), 2.0)


async def test_pictures_and_words_give_a_text(model: TransformersModel) -> None:
    reply = await model.complete(asking(picture(), picture(200), "What changes?"))
    assert reply.text
    assert (reply.usage.frames, reply.usage.output_tokens) == (2, 12)
    assert reply.usage.input_tokens > 2 * 16
    assert reply.finish_reason == "length"


@pytest.mark.parametrize("temperature", [0.0, 2.0])
async def test_a_random_model_is_held_to_the_schema(model: TransformersModel, temperature: float) -> None:
    asked = [
        asking(f"Plan {n}.", schema=SCHEMA, max_tokens=200, temperature=temperature, seed=n) for n in range(3)
    ]
    replies = [await model.complete(request) for request in asked]
    assert all(reply.data is not None and fits(reply.data, SCHEMA) for reply in replies)
    assert all(reply.data == json.loads(reply.text) for reply in replies)


async def test_a_reply_cut_at_max_tokens_has_no_data(model: TransformersModel) -> None:
    reply = await model.complete(asking(schema=SCHEMA, max_tokens=5))
    assert (reply.data, reply.finish_reason) == (None, "length")


async def test_waiting_requests_run_together_and_keep_their_own_reply(
    model: TransformersModel,
) -> None:
    requests = [asking(picture(20 * n), f"Number {n}?", max_tokens=4 + n) for n in range(6)]
    alone = [(await model.complete(request)).text for request in requests]
    together = await asyncio.gather(*(model.complete(request) for request in requests))
    assert [reply.text for reply in together] == alone
    assert [reply.usage.output_tokens for reply in together] == [4, 5, 6, 7, 8, 9]


async def test_token_probabilities_are_the_models_own(model: TransformersModel) -> None:
    schema = {"type": "object", "properties": {"o": {"enum": ["A", "B"]}}, "required": ["o"]}
    reply = await model.complete(asking("A or B?", schema=schema, logprobs=True, max_tokens=40))
    assert "".join(token.token for token in reply.tokens).strip() == reply.text
    assert all(token.logprob <= 0 and 1 <= len(token.alternatives) <= 10 for token in reply.tokens)
    assert max(token.logprob for token in reply.tokens) < -1


async def test_a_passed_deadline_is_an_error(model: TransformersModel) -> None:
    with pytest.raises(ModelUnreachableError, match="did not finish within 0 s"):
        await model.complete(asking(timeout_s=0.0, max_tokens=2000))


async def test_cancelling_frees_the_worker(model: TransformersModel) -> None:
    await model.complete(asking())
    task = asyncio.create_task(model.complete(asking(max_tokens=4000)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await model.complete(asking(max_tokens=3))).usage.output_tokens == 3


async def test_a_prompt_beyond_the_context_is_cut_and_a_hopeless_one_refused(tmp_path: Path) -> None:
    model = create(str(make_tiny_vision_model(tmp_path, positions=2600)))
    reply = await model.complete(asking("Question? ", "evidence " * 2000))
    assert reply.usage.input_tokens <= 2600
    small = create(str(make_tiny_vision_model(tmp_path / "small", positions=16)))
    with pytest.raises(ContextOverflowError, match="16 tokens"):
        await small.complete(asking("word " * 100))
    await asyncio.gather(model.aclose(), small.aclose())


async def test_roles_share_one_model_and_the_last_to_close_frees_it(folder: Path) -> None:
    first, second = create(str(folder)), create(str(folder))
    await first.complete(asking())
    await first.aclose()
    assert "loaded=True" in repr(second)
    await second.aclose()
    assert "loaded=False" in repr(second)


async def test_nothing_is_loaded_before_the_first_request(tmp_path: Path) -> None:
    model = create(str(tmp_path / "absent"))
    with pytest.raises(ModelRejectedError, match="cannot load"):
        await model.complete(asking())


def test_a_model_must_be_named() -> None:
    with pytest.raises(UsageError, match="transformers:FOLDER"):
        create("")


async def test_a_model_of_words_alone_is_taken_and_says_that_it_sees_nothing(tmp_path: Path) -> None:
    model = create(str(make_tiny_text_model(tmp_path)))
    assert not model.sees_images
    reply = await model.complete(asking("Hello?", "What now?", schema=SCHEMA, max_tokens=200))
    await model.aclose()
    assert reply.data is not None
    assert fits(reply.data, SCHEMA)


async def test_a_prompt_that_begins_like_the_last_is_read_on_from_there(tmp_path: Path) -> None:
    folder = str(make_tiny_text_model(tmp_path))
    begun = "Evidence of the first round. " * 8
    requests = [asking(f"{begun}Question {n}?", max_tokens=20) for n in range(3)]
    used, fresh = create(folder), create(folder, batch=1)
    replies = [(await used.complete(request)).text for request in (*requests, requests[0])]
    alone = []
    for request in (*requests, requests[0]):
        await fresh.complete(asking("Something else."))
        alone.append((await fresh.complete(request)).text)
    loaded = used._engine.loaded
    assert loaded is not None
    assert loaded._prefix.take(loaded._prefix._tokens, loaded._model.config).get_seq_length() > 100
    await asyncio.gather(used.aclose(), fresh.aclose())
    assert replies == alone
