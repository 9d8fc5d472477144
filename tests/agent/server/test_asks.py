"""One question over HTTP: as JSON, as events, cancelled."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from playhead.agent.agent import VideoAgent
from tests.fake_server import FakeServer
from tests.running_server import RunningServer, events, wait_until

Make = Callable[..., VideoAgent]
Serve = Callable[[VideoAgent], RunningServer]

KEY = {"question": "Who hides the key?", "videos": ["film"]}


def test_the_answer_is_that_of_the_command_line_with_ids(client: httpx.Client) -> None:
    answer = client.post("/api/ask", json=KEY).json()
    assert "cook" in answer["answer"]
    assert (
        answer["evidence"][0] | {"number": 1, "start_s": 30.0, "video_id": "f" * 24} == answer["evidence"][0]
    )


def test_events_tell_the_steps_and_end_with_the_answer(client: httpx.Client) -> None:
    with client.stream("POST", "/api/ask", json=KEY, headers={"Accept": "text/event-stream"}) as response:
        told = events(response)
    names = [name for name, _ in told]
    assert names[0] == "started"
    assert {"planned", "tool_called", "observed", "reflected"} <= set(names)
    assert names[-1] == "answered"
    assert "cook" in json.loads(told[-1][1])["answer"]["answer"]


def test_a_refused_question_says_why(client: httpx.Client) -> None:
    empty = client.post("/api/ask", json={"question": " "})
    unknown = client.post("/api/ask", json={**KEY, "videos": ["/etc/passwd"]})
    assert (empty.status_code, unknown.status_code) == (400, 404)
    assert empty.json()["error"]["cause"] == "the question is empty"
    assert "/etc/passwd" in unknown.json()["error"]["cause"]


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_hanging_up_ends_the_model_request(make: Make, serve: Serve, accept: str) -> None:
    with FakeServer(latency_s=600) as model:
        server = serve(make("openai:fake", base_url=model.url))
        with server.asked("/api/ask", KEY, Accept=accept):
            wait_until(lambda: model.in_flight > 0)
        assert model.disconnected.wait(300)


def test_a_client_cannot_have_outside_code_imported(client: httpx.Client) -> None:
    refused = client.post("/api/ask", json={**KEY, "strategy": "os.path"})
    assert refused.status_code == 400
    assert "there is no strategy 'os.path'" in refused.json()["error"]["cause"]
