"""`/v1/chat/completions` as other programs use it: the official client and LangChain's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from playhead.agent.agent import VideoAgent
from playhead.tools.library import Library
from playhead.tools.types import Memory, Span, Video
from tests.fake_server import FakeServer
from tests.running_server import TOKEN, RunningServer, wait_until

Make = Callable[..., VideoAgent]
Serve = Callable[[VideoAgent], RunningServer]
QUESTION: Any = [{"role": "user", "content": "Who hides the key?"}]
WORDS = {"type": "text", "text": "Who hides the key?"}
MODEL = "playhead/observe"


@pytest.fixture
def server(make: Make, serve: Serve) -> RunningServer:
    return serve(make())


@pytest.fixture
def client(server: RunningServer) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key=TOKEN, max_retries=0)


@pytest.fixture
def second(library: Library) -> str:
    """Another recording, that tells of the key too."""
    other = Video("e" * 24, "night-watch.mkv", "night-watch", 60.0, source="memories", complete=True)
    library.put_video(other)
    library.add(other.id, [Memory(other.id, Span(5, 9), "speech", "The gardener hides the key in a pot.")])
    return other.id


def test_every_strategy_is_a_model(client: openai.OpenAI) -> None:
    names = [model.id for model in client.models.list()]
    assert names[0] == MODEL
    assert {"playhead/topk", "playhead/direct"} <= set(names)
    assert client.models.retrieve(MODEL).owned_by == "playhead"


def test_an_answer_cites_in_its_text_and_as_annotations(client: openai.OpenAI, server: RunningServer) -> None:
    reply = client.chat.completions.create(model=MODEL, messages=QUESTION)
    message: Any = reply.choices[0].message
    assert "[1] film.mkv 00:30–00:35 speech: The cook hides the key" in message.content
    cited = message.annotations[0].url_citation
    assert cited.url == f"{server.url}/#/watch/{'f' * 24}?t=30"
    assert message.content[cited.start_index : cited.end_index].startswith("[1] film.mkv")
    assert "search_memory(" in message.reasoning_content
    assert (reply.model_extra or {})["playhead"]["evidence"][0]["start_s"] == 30.0


def test_steps_come_as_reasoning_before_the_words(client: openai.OpenAI) -> None:
    asked = client.chat.completions.create(
        model=MODEL, messages=QUESTION, stream=True, stream_options={"include_usage": True}
    )
    chunks: list[Any] = list(asked)
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    reasoned = [bool(getattr(delta, "reasoning_content", None)) for delta in deltas]
    spoken = [bool(delta.content) for delta in deltas]
    assert max(at for at, is_one in enumerate(reasoned) if is_one) < spoken.index(True)
    assert "The cook" in "".join(delta.content or "" for delta in deltas)
    assert deltas[-1].annotations[0]["url_citation"]["title"] == "film.mkv at 30 s"
    assert chunks[-1].usage.total_tokens == 0


@pytest.mark.parametrize(
    "naming",
    [
        {"content": "In night-watch, who hides the key?"},
        {"content": "In night-watch.mkv: who hides the key?"},
        {"content": [WORDS, {"type": "file", "file": {"file_id": "e" * 24}}]},
        {"content": [WORDS, {"type": "video_url", "video_url": {"url": "night-watch.mkv"}}]},
        {"extra_body": {"videos": ["night-watch"]}},
        {"extra_body": {"metadata": {"videos": "night-watch"}}},
    ],
)  # fmt: skip
def test_recordings_are_named_in_words_parts_or_beside_them(
    client: openai.OpenAI, second: str, naming: dict[str, Any]
) -> None:
    asked: Any = [{"role": "user", "content": naming.get("content", "Who hides the key?")}]
    extra = naming.get("extra_body", {})
    reply: Any = client.chat.completions.create(model=MODEL, messages=asked, extra_body=extra)
    assert {line["video_id"] for line in reply.playhead["evidence"]} == {second}
    assert reply.playhead["searched"] == 1


def test_the_page_of_a_recording_stands_for_it(
    client: openai.OpenAI, server: RunningServer, second: str
) -> None:
    part = {"type": "video_url", "video_url": {"url": f"{server.url}/#/watch/{second}?t=5"}}
    asked: Any = [{"role": "user", "content": [part, WORDS]}]
    reply: Any = client.chat.completions.create(model=MODEL, messages=asked)
    assert "gardener" in reply.choices[0].message.content


def test_options_and_the_cut_off_are_those_of_ask(client: openai.OpenAI) -> None:
    extra = {"options": ["the twin", "the cook"], "before_s": "1:00"}
    reply: Any = client.chat.completions.create(model=MODEL, messages=QUESTION, extra_body=extra)
    assert reply.choices[0].message.content.startswith("B. ")
    assert max(line["end_s"] for line in reply.playhead["evidence"]) <= 60


def test_a_follow_up_is_understood_from_the_messages_before(client: openai.OpenAI, library: Library) -> None:
    first = client.chat.completions.create(model=MODEL, messages=QUESTION)
    told = {"role": "assistant", "content": first.choices[0].message.content}
    more: Any = [*QUESTION, told, {"role": "user", "content": "And who finds it?"}]
    reply: Any = client.chat.completions.create(model=MODEL, messages=more)
    assert "twin" in reply.choices[0].message.content
    run = library.run(reply.playhead["run"]) or {}
    assert run["question"] == "And who finds the key?"
    assert [turn["answer"] for turn in run["history"]] == ["The cook hides the key under the blue carpet."]


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"model": "gpt-9"}, openai.NotFoundError, "there is no model 'gpt-9'"),
        ({"messages": [{"role": "user", "content": " "}]}, openai.BadRequestError, "the question is empty"),
        ({"messages": [{"role": "assistant", "content": "No."}]}, openai.BadRequestError, "last message"),
        ({"extra_body": {"videos": ["/etc/passwd"]}}, openai.UnprocessableEntityError, "may be opened"),
        ({"n": 2}, openai.BadRequestError, "one question has one answer"),
        ({"response_format": {"type": "json_object"}}, openai.BadRequestError, "no other format"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
         openai.BadRequestError, "'image_url' cannot be used"),
        ({"messages": [{"role": "user", "content": [
            {"type": "video_url", "video_url": {"url": "http://169.254.169.254/x.mp4"}}]}]},
         openai.BadRequestError, "not fetched from http addresses here .* --fetch HOST"),
        ({"messages": [{"role": "user", "content": [
            {"type": "video_url", "video_url": {"url": "http://[::1"}}]}]},
         openai.BadRequestError, "is no address"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": {"not": "text"}}]}]},
         openai.BadRequestError, "the question is empty"),
    ],
)  # fmt: skip
def test_refusals_have_the_shape_that_clients_read(
    client: openai.OpenAI, change: dict[str, Any], status: type[openai.APIStatusError], words: str
) -> None:
    with pytest.raises(status, match=words) as refused:
        client.chat.completions.create(**{"model": MODEL, "messages": QUESTION, **change})
    assert refused.value.type == "invalid_request_error"


def test_a_wrong_token_is_an_authentication_error(server: RunningServer) -> None:
    stranger = openai.OpenAI(base_url=f"{server.url}/v1", api_key="wrong", max_retries=0)
    with pytest.raises(openai.AuthenticationError, match="needs the token"):
        stranger.models.list()


def test_a_failing_model_is_told_inside_the_stream(make: Make, serve: Serve) -> None:
    with FakeServer(key="sk-of-somebody-else-0123456789") as model:
        server = serve(make("openai:fake", base_url=model.url, api_key="sk-planted-0123456789abcdef"))
        client = openai.OpenAI(base_url=f"{server.url}/v1", api_key=TOKEN, max_retries=0)
        with pytest.raises(openai.APIError) as failed:
            list(client.chat.completions.create(model=MODEL, messages=QUESTION, stream=True))
    assert "401" in failed.value.message
    assert "planted" not in failed.value.message


@pytest.mark.parametrize("streamed", [True, False])
def test_hanging_up_ends_the_model_request(make: Make, serve: Serve, streamed: bool) -> None:
    with FakeServer(latency_s=600) as model:
        server = serve(make("openai:fake", base_url=model.url))
        with server.asked("/v1/chat/completions", {"model": MODEL, "messages": QUESTION, "stream": streamed}):
            wait_until(lambda: model.in_flight > 0)
        assert model.disconnected.wait(300)


def test_a_request_that_is_repeated_with_its_key_is_answered_once(
    client: openai.OpenAI, library: Library
) -> None:
    key = {"Idempotency-Key": "the-first"}
    first, again = (
        client.chat.completions.create(model=MODEL, messages=QUESTION, extra_headers=key) for _ in range(2)
    )
    assert (again.id, again.choices) == (first.id, first.choices)
    assert len(library.runs()) == 1


def test_what_is_cancelled_elsewhere_ends_the_stream(make: Make, serve: Serve) -> None:
    with FakeServer(latency_s=600) as model:
        server = serve(make("openai:fake", base_url=model.url))
        client = openai.OpenAI(base_url=f"{server.url}/v1", api_key=TOKEN, max_retries=0)
        stream = client.chat.completions.create(model=MODEL, messages=QUESTION, stream=True)
        run = next(iter(stream)).id.removeprefix("chatcmpl-")
        wait_until(lambda: model.in_flight > 0)
        server.client().post(f"/api/asks/{run}/cancel")
        with pytest.raises(openai.APIError, match="was cancelled"):
            list(stream)
        assert model.disconnected.wait(300)


def test_langchain_chats_with_recordings(server: RunningServer) -> None:
    chat = ChatOpenAI(model=MODEL, base_url=f"{server.url}/v1", api_key=SecretStr(TOKEN), max_retries=0)
    answer = chat.invoke("Who hides the key?")
    assert "The cook hides the key" in str(answer.content)
    talk = [HumanMessage("Who hides the key?"), AIMessage(answer.content), HumanMessage("And who finds it?")]
    assert "twin" in "".join(str(piece.content) for piece in chat.stream(talk))
