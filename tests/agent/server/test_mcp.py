"""What an assistant can do over MCP, asked by the official client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, MCPError
from mcp.types import CallToolResult, ImageContent, TextContent

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.server.mcp_server import Server
from playhead.agent.server.reach import Reach
from playhead.agent.server.room import Room
from playhead.tools.indexing import IndexingConfig
from playhead.tools.synthesis import Scene, Script, encode
from tests.fake_server import FakeServer

Make = Callable[..., VideoAgent]


@pytest.fixture
def connect(make: Make) -> Callable[..., Any]:
    """`async with connect(agent, *places) as client`; no model is configured unless an agent is given."""

    @asynccontextmanager
    async def connected(agent: VideoAgent | None = None, *places: Path) -> Any:
        async with Room(agent or make(), Reach.of(places)) as room, Client(Server(room)) as client:
            yield client

    return connected


def text(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


async def test_an_answer_comes_with_its_seconds_and_tells_its_steps(connect: Any) -> None:
    steps: list[str] = []

    async def told(progress: float, total: float | None, message: str | None) -> None:
        steps.append(message or "")

    async with connect() as client:
        asked = {"question": "Who hides the key?", "videos": ["film"]}
        answer = await client.call_tool("ask_video", asked, progress_callback=told)
    assert "cook" in text(answer)
    assert "[1] film.mkv 00:30–00:35 speech: The cook hides the key" in text(answer)
    assert answer.structured_content["evidence"][0]["start_s"] == 30.0
    assert any(step.startswith("search_memory(") for step in steps)


async def test_what_is_told_to_assistants_is_searched_read_and_listed(connect: Any) -> None:
    async with connect() as client:
        found = await client.call_tool("search_video", {"query": "blue carpet", "kinds": "speech"})
        said = await client.call_tool("read_transcript", {"video": "film", "start_s": "0:25", "end_s": 40})
        listed = await client.call_tool("list_videos", {})
        about = await client.call_tool("overview_video", {"video": "film.mkv"})
    assert about.structured_content["duration_s"] == 120.0
    assert found.structured_content["hits"][0]["start_s"] == 30.0
    assert text(said) == "00:30–00:35 The cook hides the key under the blue carpet."
    assert "film.mkv 02:00 (1 caption, 1 screen, 3 speech)" in text(listed)


async def test_pictures_come_as_images_with_their_times(connect: Any, tmp_path: Path) -> None:
    film = encode(
        Script((Scene(0, 4, (200, 30, 20)), Scene(4, 8, (20, 40, 200))), fps=5), tmp_path / "two.mp4"
    )
    async with connect(None, tmp_path) as client:
        await client.call_tool("index_video", {"path": "two.mp4"})
        seen = await client.call_tool("watch", {"video": film.name, "at_s": [1, 6], "side_px": 64})
        late = await client.call_tool("watch", {"video": film.name, "at_s": [9]})
    times, images = seen.content[::2], [one for one in seen.content if isinstance(one, ImageContent)]
    assert [block.text for block in times] == ["two.mp4 at 00:01 (1.00 s)", "two.mp4 at 00:06 (6.00 s)"]
    assert len({image.data for image in images}) == 2
    assert late.is_error


async def test_indexing_tells_how_far_it_is(connect: Any, tmp_path: Path) -> None:
    (tmp_path / "talk.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nThe lighthouse is green.\n")
    steps: list[tuple[float, str]] = []

    async def told(progress: float, total: float | None, message: str | None) -> None:
        steps.append((progress, message or ""))

    async with connect(None, tmp_path) as client:
        path = {"path": str(tmp_path)}
        indexed = await client.call_tool("index_video", path, progress_callback=told)
        transcript = await client.read_resource(
            f"transcript://{indexed.structured_content['videos'][0]['id']}"
        )
    assert transcript.contents[0].text.endswith("The lighthouse is green.\n")
    assert [done for done, _ in steps] == sorted({done for done, _ in steps})
    assert steps[-1][1].startswith("talk: ")


@pytest.mark.parametrize("tool", ["index_video", "ask_video"])
@pytest.mark.parametrize("reference", ["{outside}", "../outside.srt", "link.srt", "film\x00", "~nobody/x"])
async def test_nothing_outside_the_library_and_the_named_folders_is_opened(
    connect: Any, tmp_path: Path, tool: str, reference: str
) -> None:
    outside = tmp_path / "outside.srt"
    outside.write_text("1\n00:00:01,000 --> 00:00:02,000\nThe safe opens at nine.\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.srt").symlink_to(outside)
    named = reference.format(outside=outside)
    arguments = {"path": named} if tool == "index_video" else {"question": "When?", "videos": [named]}
    async with connect(None, inside) as client:
        refused = await client.call_tool(tool, arguments)
        listed = await client.call_tool("list_videos", {})
    assert refused.is_error
    assert "may be opened" in text(refused)
    assert len(listed.structured_content["videos"]) == 1


async def test_transcripts_are_resources(connect: Any) -> None:
    async with connect() as client:
        (listed,) = (await client.list_resources()).resources
        read = (await client.read_resource(listed.uri)).contents[0]
        with pytest.raises(MCPError, match="holds no video"):
            await client.read_resource("transcript://nothing")
    assert listed.name == "film.mkv (transcript)"
    assert read.mime_type == "text/vtt"
    assert "00:00:30.000 --> 00:00:35.000\nThe cook hides the key" in read.text


async def test_what_a_person_could_mend_is_told_with_its_cure(connect: Any) -> None:
    async with connect() as client:
        empty = await client.call_tool("ask_video", {"question": " "})
        unknown = await client.call_tool("read_transcript", {"video": "nothing"})
    assert empty.is_error
    assert "the question is empty — ask something" in text(empty)
    assert "the library holds no video 'nothing'" in text(unknown)


@pytest.fixture
def slow() -> Iterator[FakeServer]:
    with FakeServer(latency_s=600) as server:
        yield server


async def test_a_cancelled_call_ends_the_model_request(connect: Any, make: Make, slow: FakeServer) -> None:
    agent = make("openai:fake", base_url=slow.url)
    async with connect(agent) as client, anyio.create_task_group() as calls:
        calls.start_soon(client.call_tool, "ask_video", {"question": "Who hides the key?"})
        while not slow.in_flight:
            await anyio.sleep(0.01)
        calls.cancel_scope.cancel()
        with anyio.CancelScope(shield=True):
            assert await anyio.to_thread.run_sync(slow.disconnected.wait, 300)


async def test_cancelled_indexing_stops_where_it_is(make: Make, slow: FakeServer, tmp_path: Path) -> None:
    encode(Script((Scene(0, 4, (200, 30, 20)),), fps=5), tmp_path / "red.mp4")
    config = Config(indexing=IndexingConfig(captions="all"))
    agent = make("openai:fake", base_url=slow.url, config=config)
    async with Room(agent, Reach.of([tmp_path])) as room, Client(Server(room)) as client:
        async with anyio.create_task_group() as calls:
            calls.start_soon(client.call_tool, "index_video", {"path": "red.mp4"})
            while not slow.in_flight:
                await anyio.sleep(0.01)
            calls.cancel_scope.cancel()
        assert await anyio.to_thread.run_sync(slow.disconnected.wait, 300)
        while room.jobs.listed()[0]["status"] == "running":
            await anyio.sleep(0.01)
        assert room.jobs.listed()[0]["status"] == "cancelled"
