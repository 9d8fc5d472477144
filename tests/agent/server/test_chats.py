"""Conversations over HTTP: kept, named, stopped, exported."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx

from playhead.agent.agent import VideoAgent
from tests.running_server import RunningServer, events

Make = Callable[..., VideoAgent]
Serve = Callable[..., RunningServer]
STREAM = {"Accept": "text/event-stream"}


def test_a_conversation_keeps_its_turns_and_its_name(client: httpx.Client) -> None:
    chat = client.post("/api/chats", json={"videos": ["film"]}).json()
    address = f"/api/chats/{chat['id']}"
    told = events(client.post(f"{address}/ask", json={"question": "Who hides the key?"}, headers=STREAM))
    assert told[-1][0] == "answered"
    follow = client.post(f"{address}/ask", json={"question": "Who finds it?"}).json()
    assert "twin" in follow["answer"]
    shown = client.get(address).json()
    assert [turn["question"] for turn in shown["turns"]] == ["Who hides the key?", "Who finds it?"]
    assert shown["turns"][0]["answer"] == json.loads(told[-1][1])["answer"] | shown["turns"][0]["answer"]
    assert shown["turns"][0]["answer"]["evidence"][0]["video_id"] == "f" * 24
    assert client.patch(address, json={"name": "The key"}).json()["name"] == "The key"
    (listed,) = client.get("/api/chats").json()["chats"]
    assert (listed["name"], listed["turns"], listed["asking"]) == ("The key", 2, None)
    client.delete(address)
    assert client.get(address).status_code == 404


def test_a_question_about_a_moment_looks_there_alone(client: httpx.Client) -> None:
    chat = client.post("/api/chats", json={}).json()
    moment = {"video": "film", "start_s": 95, "end_s": 110}
    asked = {"question": "What happens to the key?", "moment": moment}
    answer = client.post(f"/api/chats/{chat['id']}/ask", json=asked).json()
    assert {line["start_s"] for line in answer["evidence"]} == {100.0}


def test_exports_show_markup_as_text(client: httpx.Client) -> None:
    chat = client.post("/api/chats", json={"name": "<b>A</b> [x](http://evil.example)"}).json()
    client.post(f"/api/chats/{chat['id']}/ask", json={"question": "Who hides the key?"})
    document = client.get(f"/api/chats/{chat['id']}/export")
    assert document.headers["content-disposition"].startswith("attachment")
    assert document.text.startswith("# \\<b\\>A\\</b\\> \\[x\\](http")
    assert "\n## Who hides the key?\n" in document.text
    assert client.get(f"/api/chats/{chat['id']}/export?format=json").json()["turns"]


def test_the_same_key_is_one_question(client: httpx.Client) -> None:
    ask = {"json": {"question": "Who hides the key?"}, "headers": {"Idempotency-Key": "one"}}
    first, again = (client.post("/api/ask", **ask).json() for _ in range(2))  # type: ignore[arg-type]
    assert first["run"] == again["run"]
    assert len(client.get("/api/runs").json()["runs"]) == 1
    replayed = events(client.get(f"/api/asks/{first['run']}"))
    assert replayed[-1][0] == "answered"
    assert {"planned", "observed"} <= {name for name, _ in replayed}


def test_runs_are_listed_explained_and_forgotten(client: httpx.Client) -> None:
    run = client.post("/api/ask", json={"question": "Who hides the key?"}).json()["run"]
    assert client.get(f"/api/runs/{run}").json()["status"] == "answered"
    page = client.get(f"/api/runs/{run}/page")
    assert "<html" in page.text
    assert "script" not in page.headers["content-security-policy"]
    client.delete(f"/api/runs/{run}")
    assert client.get(f"/api/runs/{run}").status_code == 404


def test_settings_tell_no_key(make: Make, serve: Serve, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-the-tests-1234")
    client = serve(make()).client()
    told = client.get("/api/settings")
    assert {(role["key"], role["key_set"]) for role in told.json()["roles"]} == {("OPENAI_API_KEY", True)}
    assert "observe" in {strategy["name"] for strategy in told.json()["strategies"]}
    assert "sk-secret" not in told.text + client.get("/api/settings/findings").text
