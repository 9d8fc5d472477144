"""The openai backend against a fake server on a real socket: forms, images, usage, streaming, keys."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import httpx
import numpy as np
import pytest

from playhead.tools.errors import (
    ModelError,
    ModelRejectedError,
    ModelReplyError,
    ModelUnreachableError,
    UsageError,
)
from playhead.tools.models.openai import OpenAIModel, create
from playhead.tools.protocols import ChatRequest, ImagePart, Message
from playhead.tools.serving.openai_errors import failure
from playhead.tools.serving.server_settings import OPENAI_URL
from tests.fake_replies import Say
from tests.fake_requests import pictures, text_of
from tests.fake_server import FakeServer

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
KEY = "sk-planted-0123456789"


def model_of(server: FakeServer, **settings: Any) -> OpenAIModel:
    return create("fake", base_url=server.url, **({"backoff_s": 0.01} | settings))


def asking(*parts: str | ImagePart, **fields: Any) -> ChatRequest:
    return ChatRequest((Message("user", parts or ("Hello?",)),), **({"timeout_s": 100.0} | fields))


def frames(count: int, side_px: int = 64) -> list[ImagePart]:
    return [ImagePart(np.full((side_px, side_px, 3), 90, np.uint8), float(second)) for second in range(count)]


async def test_a_text_reply_with_its_usage() -> None:
    with FakeServer(script={"*": "It is blue."}) as server:
        reply = await model_of(server).complete(asking(*frames(2), "Which colour?"))
    assert (reply.text, reply.data, reply.model) == ("It is blue.", None, "fake")
    assert (reply.usage.model_calls, reply.usage.frames, reply.usage.unknown_calls) == (1, 2, 0)
    assert reply.usage.input_tokens > 0


async def test_missing_usage_is_counted_as_unknown() -> None:
    with FakeServer(script={"*": "yes"}, has_usage=False) as server:
        usage = (await model_of(server).complete(asking())).usage
    assert (usage.input_tokens, usage.unknown_calls) == (0, 1)


async def test_each_picture_follows_its_time() -> None:
    with FakeServer(script={"*": "yes"}) as server:
        await model_of(server).complete(asking(*frames(2), "What happens?"))
    kinds = [part.get("text", part["type"]) for part in server.requests[0]["messages"][0]["content"]]
    assert kinds == ["<0.0 s>", "image_url", "<1.0 s>", "image_url", "What happens?"]
    assert pictures(server.requests[0])[0].startswith("data:image/jpeg;base64,")


@pytest.mark.parametrize("forms", [("schema",), ("json",), ("tools",), ()])
async def test_steps_down_to_the_form_the_server_takes_and_remembers_it(forms: tuple[str, ...]) -> None:
    with FakeServer(forms=forms) as server:
        model = model_of(server)
        replies = [await model.complete(asking(schema=SCHEMA)) for _ in range(3)]
        before = len(server.requests)
        await model.complete(asking(schema=SCHEMA))
    assert all(reply.data is not None for reply in replies)
    assert model.learned.form == (forms[0] if forms else "text")
    assert len(server.requests) == before + 1


@pytest.mark.parametrize("ignored", [("schema",), ("schema", "json"), ("schema", "json", "tools")])
async def test_a_server_that_silently_ignores_schemas_is_found_out(ignored: tuple[str, ...]) -> None:
    with FakeServer(forms=("json", "tools"), ignores=ignored) as server:
        model = model_of(server)
        replies = [await model.complete(asking(schema=SCHEMA)) for _ in range(3)]
    assert all(reply.data is not None for reply in replies)
    assert model.learned.form not in ignored


async def test_what_was_learned_outlives_the_process(tmp_path: Any) -> None:
    memory = tmp_path / "servers.json"
    with FakeServer(forms=("json",)) as server:
        model = model_of(server, memory=memory)
        await model.complete(asking(schema=SCHEMA))
        del model
        again = model_of(server, memory=memory)
        assert again.learned.form == "json"
        memory.write_text("[broken")
        del again
        assert model_of(server, memory=memory).learned.form == "schema"


async def test_truncated_json_is_never_repaired() -> None:
    cut = Say('{"n": 1, "rest": "abc', finish_reason="length")
    whole = Say('{"n": 1}', finish_reason="length")
    with FakeServer(script={"*": [cut, whole]}) as server:
        model = model_of(server)
        replies = [await model.complete(asking(schema=SCHEMA)) for _ in range(2)]
    assert [reply.data for reply in replies] == [None, None]
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "text", ['{"n": "one"}', "[1]", '{"m": 1}', '{"n": NaN}', "n is 1", '{"n": 1} {"n": 2}']
)
async def test_a_reply_of_another_shape_has_no_data(text: str) -> None:
    with FakeServer(script={"*": text}) as server:
        assert (await model_of(server).complete(asking(schema=SCHEMA))).data is None


@pytest.mark.parametrize(
    "say",
    [
        Say("blue", reasoning="The sky is."),
        Say("<think>The sky is.</think>\nblue"),
        Say("The sky is.</think>blue"),
    ],
)
async def test_thinking_is_kept_apart(say: Say) -> None:
    with FakeServer(script={"*": say}) as server:
        model = model_of(server)
        reply = await model.complete(asking())
    assert (reply.text, reply.reasoning) == ("blue", "The sky is.")


async def test_token_probabilities_come_with_their_alternatives() -> None:
    with FakeServer(script={"*": Say("B", tokens=(("B", -0.1, {"B": -0.1, "A": -2.3}),))}) as server:
        reply = await model_of(server).complete(asking(logprobs=True))
    assert reply.tokens[0].token == "B"
    assert reply.tokens[0].alternatives["A"] == -2.3


@pytest.mark.parametrize("fault", ["429", "500", "reset", "disconnect", "broken_body", "empty", "html"])
async def test_one_lost_reply_is_asked_for_again(fault: str) -> None:
    with FakeServer(script={"*": "fine"}, fault_list=[fault]) as server:
        reply = await model_of(server).complete(asking())
    assert reply.text == "fine"
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("fault", "words"), [("empty", "empty"), ("refusal", "refused"), ("huge", "longer than 8 MB")]
)
async def test_a_useless_reply_is_an_error_not_an_answer(fault: str, words: str) -> None:
    with FakeServer(script={"*": "fine"}, fault_rate=1, faults=[fault]) as server:
        with pytest.raises(ModelReplyError, match=words):
            await model_of(server).complete(asking())
        assert len(server.requests) == 2


async def test_all_tokens_spent_on_thinking_says_so() -> None:
    with FakeServer(script={"*": Say("<think>hm, hm", finish_reason="length")}) as server:
        model = model_of(server)
        with pytest.raises(ModelReplyError, match="raise max_tokens"):
            await model.complete(asking())


async def test_a_hang_ends_at_the_deadline_and_closes_the_request() -> None:
    with FakeServer(fault_list=["hang"]) as server:
        with pytest.raises(ModelUnreachableError, match=r"within 0\.3 s"):
            await model_of(server).complete(asking(timeout_s=0.3))
        assert await asyncio.to_thread(server.disconnected.wait, 300)


async def test_cancelling_closes_the_request_at_the_server() -> None:
    with FakeServer(fault_list=["hang"]) as server:
        task = asyncio.create_task(model_of(server).complete(asking()))
        while not server.in_flight:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.disconnected.wait, 300)
        assert server.in_flight == 0


async def test_the_same_model_serves_one_event_loop_after_another() -> None:
    with FakeServer(script={"*": "yes"}) as server:
        model = model_of(server)
        texts = [await asyncio.to_thread(asyncio.run, _text(model)) for _ in range(2)]
    assert texts == ["yes", "yes"]


async def _text(model: OpenAIModel) -> str:
    return (await model.complete(asking())).text


async def test_an_empty_name_takes_the_first_listed_model() -> None:
    with FakeServer(model="served-model") as server:
        model = await asyncio.to_thread(create, "", base_url=server.url)
    assert model.name == "openai:served-model"


async def test_the_key_is_sent_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with FakeServer(script={"*": "yes"}, key=KEY) as server:
        model = model_of(server, api_key=KEY)
        reply = await model.complete(asking())
        with pytest.raises(ModelRejectedError, match="PLAYHEAD_API_KEY") as refused:
            await model_of(server, api_key=KEY + "x").complete(asking())
    assert KEY not in repr(model) + repr(vars(model)) + repr(reply) + str(refused.value) + caplog.text


async def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYHEAD_API_KEY", KEY)
    with FakeServer(script={"*": "yes"}, key=KEY) as server:
        monkeypatch.setenv("PLAYHEAD_BASE_URL", server.url)
        assert (await create("fake").complete(asking())).text == "yes"


async def test_an_unknown_model_is_named() -> None:
    with FakeServer() as server:
        with pytest.raises(ModelRejectedError, match=r"no model 'other'.*/v1/models"):
            await create("other", base_url=server.url).complete(asking())
        assert len(server.requests) == 1


@pytest.mark.parametrize("tail", ["", "/v2", "/metrics"])
async def test_a_wrong_url_says_how_it_should_look(tail: str) -> None:
    with FakeServer() as server:
        url = server.url.removesuffix("/v1") + tail
        with pytest.raises(ModelError, match="ends in /v1"):
            await create("fake", base_url=url, backoff_s=0.01).complete(asking())


async def test_nobody_listening_is_one_line_with_a_cure() -> None:
    model = create("fake", base_url="http://127.0.0.1:9/v1", backoff_s=0.01)
    with pytest.raises(
        ModelUnreachableError, match=r"no connection to http://127.0.0.1:9/v1 .* start the server"
    ):
        await model.complete(asking())


def test_bad_settings_are_refused_at_once() -> None:
    with pytest.raises(UsageError, match="did you mean 'base_url'"):
        create("m", base_ur="http://x")
    with pytest.raises(UsageError, match="no web address"):
        create("m", base_url="localhost:8000")


def test_a_password_in_the_url_is_not_shown() -> None:
    model = create("m", base_url="http://user:hunter2@localhost:8000/v1")
    assert "hunter2" not in repr(model)


async def test_the_purpose_reaches_the_server() -> None:
    with FakeServer(script={"plan": "planned", "*": "other"}) as server:
        reply = await model_of(server).complete(asking("Plan.", purpose="plan"))
    assert reply.text == "planned"
    assert text_of(server.requests[0]) == "Plan."


def test_who_named_no_server_is_told_how() -> None:
    unnamed = failure(httpx.ConnectError("refused"), OPENAI_URL, "m", "")
    named = failure(httpx.ConnectError("refused"), "http://127.0.0.1:9/v1", "m", "")
    assert "--base-url" in str(unnamed.error)
    assert "start the server" in str(named.error)
