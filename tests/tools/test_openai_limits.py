"""Limits that a server tells or refuses by: the request is rebuilt smaller, never sent again unchanged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playhead.tools.errors import ContextOverflowError, ModelError, ModelRejectedError
from playhead.tools.models.openai import OpenAIModel, create
from playhead.tools.protocols import ChatRequest, ImagePart, Message
from playhead.tools.serving.server_limits import Refusal, read_refusal
from tests.fake_requests import pictures, size, text_of
from tests.fake_server import FakeServer

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


def model_of(server: FakeServer, **settings: Any) -> OpenAIModel:
    return create("fake", base_url=server.url, backoff_s=0.01, **settings)


def asking(*parts: str | ImagePart, **fields: Any) -> ChatRequest:
    return ChatRequest((Message("user", parts),), **({"timeout_s": 100.0, "max_tokens": 100} | fields))


def frames(count: int, side_px: int = 64) -> list[ImagePart]:
    return [ImagePart(np.full((side_px, side_px, 3), 90, np.uint8), float(second)) for second in range(count)]


async def test_more_images_than_the_server_takes_become_mosaics_with_their_times() -> None:
    with FakeServer(script={"*": "yes"}, images=2) as server:
        model = model_of(server)
        reply = await model.complete(asking("Before.", *frames(8), "After."))
        await model.complete(asking(*frames(8), "Again."))
    sent = server.requests[1]
    assert len(pictures(sent)) == 2
    assert text_of(sent).startswith(
        "Before.\n4 frames in one picture, row by row: <0.0 s> <1.0 s> <2.0 s> <3.0 s>"
    )
    assert reply.usage.frames == 8
    assert (len(server.requests), model.learned.images) == (3, 2)


async def test_frames_beyond_what_mosaics_hold_are_dropped_evenly() -> None:
    with FakeServer(script={"*": "yes"}, images=1) as server:
        reply = await model_of(server).complete(asking(*frames(50)))
    assert reply.usage.frames == 9
    assert "<0.0 s>" in text_of(server.requests[-1])
    assert "<49.0 s>" in text_of(server.requests[-1])


@pytest.mark.parametrize("tells", [True, False])
async def test_context_overflow_drops_frames_before_words(tells: bool) -> None:
    with FakeServer(script={"*": "yes"}, context_tokens=6000, tells_limits=tells) as server:
        model = model_of(server)
        reply = await model.complete(asking("Question at the start.", *frames(40, 448), "End."))
    assert 8 <= reply.usage.frames < 40
    assert model.learned.context_tokens == 6000
    assert "Question at the start." in text_of(server.requests[-1])


async def test_a_ledger_longer_than_the_context_is_cut_in_its_middle() -> None:
    ledger = "First line. " + "evidence " * 8000 + "Last line."
    with FakeServer(script={"*": "yes"}, context_tokens=4000, tells_limits=False) as server:
        reply = await model_of(server).complete(asking("Question?", ledger))
    words = text_of(server.requests[-1])
    assert reply.text == "yes"
    assert all(part in words for part in ("Question?", "First line.", "Last line.", "characters left out"))


async def test_what_cannot_shrink_any_further_is_an_overflow_with_its_cure() -> None:
    with FakeServer(script={"*": "yes"}, context_tokens=200) as server:
        model = model_of(server)
        with pytest.raises(ContextOverflowError, match="--max-model-len"):
            await model.complete(asking("word " * 3000))
    bodies = [str(request) for request in server.requests]
    assert len(bodies) == len(set(bodies))


async def test_a_reply_longer_than_the_room_left_is_shortened_before_the_prompt() -> None:
    with FakeServer(script={"*": "yes"}, context_tokens=2000, tells_limits=False) as server:
        await model_of(server).complete(asking("word " * 400, max_tokens=1900))
    assert server.requests[-1]["max_tokens"] < 1900
    assert "left out" not in text_of(server.requests[-1])


async def test_an_image_too_large_is_sent_smaller() -> None:
    with FakeServer(script={"*": "yes"}, max_side_px=300) as server:
        model = model_of(server)
        await model.complete(asking(*frames(1, 800)))
        await model.complete(asking(*frames(1, 800)))
    sizes = [max(size(pictures(request)[0])) for request in server.requests]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == sizes[-2] <= 300


async def test_a_text_only_model_is_found_out_once() -> None:
    with FakeServer(script={"*": "yes"}, sees_images=False) as server:
        model = model_of(server)
        for _ in range(2):
            with pytest.raises(ModelRejectedError, match="'fake' takes no images — choose a vision-language"):
                await model.complete(asking(*frames(1)))
        assert not model.sees_images
        assert (await model.complete(asking("Words only."))).text == "yes"
    assert len(server.requests) == 2


@pytest.mark.parametrize("name", ["temperature", "seed", "logprobs", "max_tokens"])
async def test_a_parameter_that_the_server_refuses_is_left_out(name: str) -> None:
    with FakeServer(script={"*": "yes"}, refuses=(name,)) as server:
        model = model_of(server)
        await model.complete(asking("Hello?", logprobs=True))
        await model.complete(asking("Hello?", logprobs=True))
    assert name not in server.requests[-1]
    assert len(server.requests) == 3


async def test_a_refusal_that_teaches_nothing_is_sent_once() -> None:
    with FakeServer(refuses=("messages",)) as server:
        model = model_of(server)
        with pytest.raises(ModelError, match="refuses the request"):
            await model.complete(asking("Hello?"))
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("At most 4 image(s) may be provided in one prompt.", Refusal("images", 4)),
        ("At most 0 image(s) may be provided in one request.", Refusal("no_images", 0)),
        ("Too many images: the maximum is 20", Refusal("images", 20)),
        ("Qwen3-8B is not a multimodal model", Refusal("no_images")),
        ("image input is not supported - hint: provide the mmproj", Refusal("no_images")),
        (
            "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens "
            "(4000 in the messages, 1000 in the completion).",
            Refusal("context", 4096, 4000),
        ),
        (
            "'max_tokens' is too large: 4000. This model's maximum context length is 4096 tokens and your "
            "request has 2000 input tokens (4000 > 4096 - 2000).",
            Refusal("context", 4096, 2000),
        ),
        (
            "This model's maximum context length is 4096 tokens. However, you requested 16 output tokens "
            "and your prompt contains at least 4081 input tokens, for a total of at least 4097 tokens.",
            Refusal("context", 4096, 4081),
        ),
        (
            "The decoder prompt (length 5233) is longer than the maximum model length of 4096.",
            Refusal("context", 4096, 5233),
        ),
        (
            "The input (5000 tokens) is longer than the model's context length (4096 tokens).",
            Refusal("context", 4096, 5000),
        ),
        ("prompt is too long: 210000 tokens > 200000 maximum", Refusal("context", 200000, 210000)),
        ("the request exceeds the available context size, try increasing it", Refusal("context")),
        ("image dimensions exceed max allowed size: 8000 pixels", Refusal("image_size")),
        (
            "Unsupported parameter: 'max_tokens' is not supported with this model.",
            Refusal("parameter", parameter="max_tokens"),
        ),
        ("Invalid schema for response_format 'reply'", Refusal("shape")),
        ("Bad Request", Refusal("unknown")),
    ],
)
def test_refusals_are_read_as_servers_word_them(message: str, expected: Refusal) -> None:
    assert read_refusal(message, "schema", had_images=True) == expected
