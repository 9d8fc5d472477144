"""What goes on behind a server that stops, and what can be stopped while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.server.room import Room
from playhead.agent.server.store import Store
from playhead.agent.server.uploads import Uploads
from playhead.tools.errors import LibraryLockedError
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.synthesis import Scene, Script, encode
from tests.fake_server import FakeServer
from tests.running_server import RunningServer, wait_until

Make = Callable[..., VideoAgent]
Serve = Callable[..., RunningServer]
ENOUGH: dict[str, Any] = {"thought": "", "calls": []}
SAID = {"found": True, "answer": "The cook.", "cites": []}


async def stall(_: Any) -> None:
    await asyncio.Event().wait()


async def slow(_: Any) -> dict[str, Any]:
    await asyncio.sleep(0.5)
    return ENOUGH


def test_a_question_of_a_conversation_goes_on_after_a_restart(make: Make, library: Library) -> None:
    asked = {"question": "Who hides the key?"}
    with RunningServer(make(ScriptedModel({"plan": [stall]}))) as server:
        client = server.client()
        chat = client.post("/api/chats", json={"videos": ["film"]}).json()["id"]
        with server.asked(f"/api/chats/{chat}/ask", asked, Accept="text/event-stream"):
            wait_until(lambda: client.get(f"/api/chats/{chat}").json()["asking"] is not None)
        shown = client.get(f"/api/chats/{chat}").json()
        assert (shown["question"], shown["turns"]) == ("Who hides the key?", [])
        assert client.post(f"/api/chats/{chat}/ask", json=asked).status_code == 409
    with RunningServer(make(ScriptedModel({"plan": [ENOUGH], "answer": [SAID]}))) as server:
        client = server.client()
        wait_until(lambda: client.get(f"/api/chats/{chat}").json()["turns"] != [])
        (turn,) = client.get(f"/api/chats/{chat}").json()["turns"]
    assert (turn["question"], turn["run"]) == ("Who hides the key?", shown["asking"])


def test_stop_ends_the_request_at_the_model(make: Make, serve: Serve) -> None:
    with FakeServer(faults=("hang",), fault_rate=1.0) as model:
        server = serve(make(model=f"openai:{model.model}", base_url=model.url))
        client = server.client()
        chat = client.post("/api/chats", json={}).json()["id"]
        with server.asked(f"/api/chats/{chat}/ask", {"question": "Who hides the key?"}):
            wait_until(lambda: model.in_flight > 0)
            assert client.post(f"/api/chats/{chat}/stop").json()["stopped"]
            assert model.disconnected.wait(300)
        assert client.get(f"/api/chats/{chat}").json()["asking"] is None


def test_a_question_with_a_key_outlasts_a_lost_connection(make: Make, serve: Serve) -> None:
    server = serve(make(ScriptedModel({"plan": [slow, ENOUGH], "answer": [SAID]})))
    asked, key = {"question": "Who hides the key?"}, {"Idempotency-Key": "one"}
    with server.asked("/api/ask", asked, **key):
        wait_until(lambda: bool(server.client().get("/api/runs").json()["runs"]))
    answer = server.client().post("/api/ask", json=asked, headers=key).json()
    assert "cook" in answer["answer"]
    assert len(server.client().get("/api/runs").json()["runs"]) == 1


def test_a_key_that_a_model_server_repeats_is_not_told_on(make: Make, serve: Serve) -> None:
    key = "sk-a-secret-that-is-long-enough"
    with FakeServer(key="another") as model:
        server = serve(make(model=f"openai:{model.model}", base_url=model.url, api_key=key))
        client, asked = server.client(), {"question": "Who hides the key?"}
        plain = client.post("/api/ask", json=asked)
        told = client.post("/api/ask", json=asked, headers={"Accept": "text/event-stream"})
        runs = client.get("/api/runs").json()["runs"]
        kept = [client.get(f"/api/runs/{run['id']}").text for run in runs]
    assert plain.status_code == 502
    assert key not in "".join([plain.text, told.text, *kept])


def test_two_servers_cannot_share_the_queue_of_a_library(make: Make, serve: Serve) -> None:
    serve(make())
    with pytest.raises(LibraryLockedError, match="another playhead serve"):
        Room(make(), keeps=True).prepare()


async def test_an_upload_that_came_whole_is_taken_over_after_a_crash(tmp_path: Path) -> None:
    data = encode(Script((Scene(0, 2, (200, 0, 0)),), fps=5.0), tmp_path / "red.mp4").read_bytes()
    store = Store(tmp_path)
    uploads = Uploads(tmp_path, store)
    whole, half = uploads.begin("a.mp4", len(data)), uploads.begin("b.mp4", len(data))

    async def body(part: bytes) -> Any:
        yield part

    await uploads.write(whole.id, 0, body(data))
    await uploads.write(half.id, 0, body(data[: len(data) // 2]))
    later = Uploads(tmp_path, store)
    assert later.resume() == [whole]
    assert (await later.finish(whole.id)).read_bytes() == data
    assert later.find(half.id)[1] == len(data) // 2
    store.close()


def test_a_store_forgets_the_oldest_that_are_over_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(1010):
        store.add("ask", str(number), {"n": number})
        if number:
            store.put("ask", str(number), {"n": number}, "over")
    assert store.open_rows("ask") == [{"n": 0}]
    assert store.get("ask", "5") is None
    assert len(store.latest("ask", 5000)) == 1001
    store.close()
