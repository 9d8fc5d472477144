"""The same tools at `/mcp`, over HTTP and behind the same door."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from playhead.agent.agent import VideoAgent
from tests.fake_server import FakeServer
from tests.running_server import TOKEN, RunningServer

Make = Callable[..., VideoAgent]
Serve = Callable[[VideoAgent], RunningServer]
MODES = ("auto", "legacy")
"""How the client begins: as since 2026, or with the handshake that most assistants still use."""


@asynccontextmanager
async def connected(server: RunningServer, mode: Any) -> AsyncGenerator[Client, None]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(headers=headers, trust_env=False, timeout=300) as let_in:
        transport = streamable_http_client(f"{server.url}/mcp", http_client=let_in)
        async with Client(transport, mode=mode) as client:
            yield client


@pytest.mark.parametrize("mode", MODES)
async def test_an_assistant_asks_over_http_and_hears_of_the_steps(
    make: Make, serve: Serve, mode: str
) -> None:
    steps: list[str] = []

    async def told(progress: float, total: float | None, message: str | None) -> None:
        steps.append(message or "")

    async with connected(serve(make()), mode) as client:
        asked = {"question": "Who hides the key?"}
        answer = await client.call_tool("ask_video", asked, progress_callback=told)
        listed = (await client.list_resources()).resources
    assert answer.structured_content["evidence"][0]["start_s"] == 30.0
    assert any("search_memory" in step for step in steps)
    assert [one.name for one in listed] == ["film.mkv (transcript)"]


def test_strangers_and_other_sites_stay_outside(make: Make, serve: Serve) -> None:
    server = serve(make())
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert server.stranger().post("/mcp", json=message).status_code == 401
    elsewhere = server.client().post("/mcp", json=message, headers={"Origin": "http://evil.example"})
    assert elsewhere.status_code == 403


async def test_files_elsewhere_are_out_of_reach(make: Make, serve: Serve) -> None:
    async with connected(serve(make()), "auto") as client:
        refused = await client.call_tool("index_video", {"path": "/etc/hostname"})
    assert refused.is_error


@pytest.fixture
def slow() -> Iterator[FakeServer]:
    with FakeServer(latency_s=600) as server:
        yield server


@pytest.mark.parametrize("mode", MODES)
async def test_a_cancelled_call_ends_the_model_request(
    make: Make, serve: Serve, slow: FakeServer, mode: str
) -> None:
    server = serve(make("openai:fake", base_url=slow.url))
    async with connected(server, mode) as client, anyio.create_task_group() as calls:
        calls.start_soon(client.call_tool, "ask_video", {"question": "Who hides the key?"})
        while not slow.in_flight:
            await anyio.sleep(0.01)
        calls.cancel_scope.cancel()
        with anyio.CancelScope(shield=True):
            assert await anyio.to_thread.run_sync(slow.disconnected.wait, 300)
