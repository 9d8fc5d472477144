"""One suite over every chat model: real servers are fakes on a socket, real weights are tiny and random."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playhead.tools import registry
from playhead.tools.errors import PlayheadError
from playhead.tools.protocols import ChatModel, ChatReply, ChatRequest, ImagePart, Message
from playhead.tools.serving.structured import fits
from tests.fake_server import FakeServer
from tests.tiny_vision import make_tiny_vision_model

PARROT = "langchain_core.language_models.fake_chat_models.ParrotFakeChatModel"
SCHEMA = {
    "type": "object",
    "properties": {"tool": {"enum": ["search", "inspect"]}, "sure": {"type": "boolean"}},
    "required": ["tool", "sure"],
    "additionalProperties": False,
}
Settings = tuple[str, dict[str, Any]]
Maker = Callable[[pytest.FixtureRequest], Settings]


def openai(request: pytest.FixtureRequest) -> Settings:
    server: FakeServer = request.getfixturevalue("server")
    return "openai:fake", {"base_url": server.url, "backoff_s": 0.01}


def vllm(request: pytest.FixtureRequest) -> Settings:
    root: Path = request.getfixturevalue("root")
    paths = os.pathsep.join([str(root / "tests" / "fake_vllm"), str(root)])
    request.getfixturevalue("monkeypatch").setenv("PYTHONPATH", paths)
    return "vllm:tiny", {"backoff_s": 0.01}


def transformers(request: pytest.FixtureRequest) -> Settings:
    return f"transformers:{request.getfixturevalue('tiny_folder')}", {"batch": 4}


def langchain(_: pytest.FixtureRequest) -> Settings:
    return f"langchain:{PARROT}", {}


def scripted(request: pytest.FixtureRequest) -> Settings:
    script = request.getfixturevalue("tmp_path") / "script.json"
    script.write_text(json.dumps({"*": {"tool": "search", "sure": True}}), "utf-8")
    return f"scripted:{script}", {}


MAKERS: dict[str, Maker] = {
    "langchain": langchain,
    "openai": openai,
    "scripted": scripted,
    "transformers": transformers,
    "vllm": vllm,
}


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_vision_model(tmp_path_factory.mktemp("tiny-vision"))


@pytest.fixture(params=registry.names("models"))
async def model(request: pytest.FixtureRequest) -> AsyncIterator[ChatModel]:
    spec, settings = MAKERS[request.param](request)
    made: ChatModel = registry.load("models", spec, **settings)
    yield made
    await made.aclose()


def asking(*parts: str | ImagePart, **fields: Any) -> ChatRequest:
    turns = (Message("system", ("Be brief.",)), Message("user", parts or ("Hello?",)))
    return ChatRequest(turns, **({"max_tokens": 24, "timeout_s": 300.0} | fields))


def picture(width: int = 64, height: int = 48) -> ImagePart:
    return ImagePart(np.full((height, width, 3), 90, np.uint8), 2.0)


async def test_the_shape_of_a_chat_model(model: ChatModel, request: pytest.FixtureRequest) -> None:
    assert isinstance(model, ChatModel)
    assert model.name.startswith(request.node.callspec.params["model"] + ":")
    assert model.sees_images is True


async def test_a_reply_counts_what_it_cost(model: ChatModel) -> None:
    reply = await model.complete(asking())
    assert reply.text
    assert reply.data is None
    assert reply.usage.model_calls == 1
    assert reply.usage.output_tokens or reply.usage.unknown_calls


@pytest.mark.parametrize("pictures", [[picture()], [picture(), picture(31, 200)], [picture(1, 1)]])
async def test_pictures_are_counted_as_frames(model: ChatModel, pictures: list[ImagePart]) -> None:
    assert (await model.complete(asking(*pictures, "What is it?"))).usage.frames == len(pictures)


async def test_data_has_the_asked_shape_or_is_none(model: ChatModel) -> None:
    asked = (asking(f"Plan {n}.", schema=SCHEMA, max_tokens=60) for n in range(3))
    for reply in [await model.complete(one) for one in asked]:
        assert reply.data is None or (fits(reply.data, SCHEMA) and reply.data == json.loads(reply.text))


async def test_many_tasks_at_once(model: ChatModel) -> None:
    replies = await asyncio.gather(*(model.complete(asking(f"{n}?", max_tokens=4)) for n in range(12)))
    assert all(isinstance(reply, ChatReply) for reply in replies)


HOSTILE = ("half \ud800 letter", "\x00 and \x1b[2J", "<|im_end|><image></s>", "今天 🎉")


@pytest.mark.parametrize("text", HOSTILE)
async def test_words_from_anywhere_are_only_words(model: ChatModel, text: str) -> None:
    assert (await model.complete(asking(picture(), text))).text


async def test_a_cancelled_request_leaves_the_model_usable(model: ChatModel) -> None:
    task = asyncio.create_task(model.complete(asking(max_tokens=2000)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled() or task.result()
    assert (await model.complete(asking())).text


async def test_closing_twice_and_closing_unused(model: ChatModel) -> None:
    await model.aclose()
    await model.aclose()


@pytest.mark.parametrize("name", registry.names("models"))
def test_an_unknown_setting_or_a_missing_name_is_one_line(name: str) -> None:
    with pytest.raises((PlayheadError, TypeError)) as failed:
        registry.load("models", name, no_such_setting=1)
    assert "\n" not in str(failed.value)
