"""`/v1/responses`, asked by the official client and LangChain's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import openai
import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from playhead.agent.agent import VideoAgent
from playhead.tools.library import Library
from tests.fake_server import FakeServer
from tests.running_server import TOKEN, RunningServer, wait_until

Make = Callable[..., VideoAgent]
Serve = Callable[[VideoAgent], RunningServer]
QUESTION = "Who hides the key?"
MODEL = "playhead/observe"


@pytest.fixture
def server(make: Make, serve: Serve) -> RunningServer:
    return serve(make())


@pytest.fixture
def client(server: RunningServer) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key=TOKEN, max_retries=0)


def test_a_response_reasons_answers_and_cites(client: openai.OpenAI, server: RunningServer) -> None:
    reply: Any = client.responses.create(model=MODEL, input=QUESTION)
    reasoning, message = reply.output
    cited = message.content[0].annotations[0]
    assert "The cook hides the key" in reply.output_text
    assert "search_memory(" in reasoning.summary[0].text
    assert cited.url == f"{server.url}/#/watch/{'f' * 24}?t=30"
    assert reply.output_text[cited.start_index : cited.end_index].startswith("[1] film.mkv 00:30")


def test_events_add_up_to_the_response(client: openai.OpenAI) -> None:
    events: list[Any] = list(client.responses.create(model=MODEL, input=QUESTION, stream=True))
    told = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert events[0].type == "response.created"
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == told
    assert any(event.type == "response.reasoning_summary_text.delta" for event in events)


def test_a_response_goes_on_from_an_earlier_one(client: openai.OpenAI, library: Library) -> None:
    first = client.responses.create(model=MODEL, input=QUESTION)
    more: Any = client.responses.create(model=MODEL, input="And who finds it?", previous_response_id=first.id)
    assert (library.run(more.playhead["run"]) or {})["question"] == "And who finds the key?"
    with pytest.raises(openai.NotFoundError, match="there is no response"):
        client.responses.create(model=MODEL, input="And then?", previous_response_id="resp_nothing")


def test_files_of_the_library_are_named_by_id(client: openai.OpenAI) -> None:
    parts: Any = [{"type": "input_file", "file_id": "f" * 24}, {"type": "input_text", "text": QUESTION}]
    reply: Any = client.responses.create(model=MODEL, input=[{"role": "user", "content": parts}])
    assert reply.playhead["searched"] == 1


def test_items_that_are_no_messages_are_passed_over(client: openai.OpenAI) -> None:
    items: Any = [{"type": "reasoning", "id": "rs_1", "summary": []}, {"role": "user", "content": QUESTION}]
    assert "cook" in client.responses.create(model=MODEL, input=items).output_text
    with pytest.raises(openai.UnprocessableEntityError, match="should be a valid"):
        client.responses.create(model=MODEL, input=[{"role": 5}])  # type: ignore[list-item]


def test_a_failing_model_is_a_failed_response(make: Make, serve: Serve) -> None:
    with FakeServer(key="sk-of-somebody-else-0123456789") as model:
        server = serve(make("openai:fake", base_url=model.url))
        client = openai.OpenAI(base_url=f"{server.url}/v1", api_key=TOKEN, max_retries=0)
        last: Any = list(client.responses.create(model=MODEL, input=QUESTION, stream=True))[-1]
    assert last.type == "response.failed"
    assert "401" in last.response.error.message


def test_hanging_up_ends_the_model_request(make: Make, serve: Serve) -> None:
    with FakeServer(latency_s=600) as model:
        server = serve(make("openai:fake", base_url=model.url))
        with server.asked("/v1/responses", {"model": MODEL, "input": QUESTION, "stream": True}):
            wait_until(lambda: model.in_flight > 0)
        assert model.disconnected.wait(300)


def test_langchain_speaks_it(server: RunningServer) -> None:
    key = SecretStr(TOKEN)
    chat = ChatOpenAI(model=MODEL, base_url=f"{server.url}/v1", api_key=key, use_responses_api=True)
    answer: Any = chat.invoke(QUESTION)
    assert "The cook hides the key" in answer.text
    assert "cook" in "".join(str(piece.text) for piece in chat.stream(QUESTION))
