"""`playhead mcp` as an assistant starts it: a process of its own that speaks on stdin and stdout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import TextContent

SUBTITLES = "1\n00:00:01,000 --> 00:00:04,000\nThe copper key hangs behind the station clock.\n"


@pytest.fixture
def server(tmp_path: Path) -> StdioServerParameters:
    (tmp_path / "talks").mkdir()
    (tmp_path / "talks" / "talk.srt").write_text(SUBTITLES)
    words = ["-m", "playhead", "mcp", "--library", str(tmp_path / "library"), str(tmp_path / "talks")]
    environment = {**os.environ, "PLAYHEAD_EMBEDDER": "hashing"}
    return StdioServerParameters(command=sys.executable, args=words, env=environment)


async def test_an_assistant_indexes_and_asks_over_stdio(server: StdioServerParameters) -> None:
    steps: list[str] = []

    async def told(progress: float, total: float | None, message: str | None) -> None:
        steps.append(message or "")

    async with Client(server) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        await client.call_tool("index_video", {"path": "talk.srt"}, progress_callback=told)
        answer: Any = await client.call_tool("ask_video", {"question": "Where does the copper key hang?"})
    assert {"ask_video", "search_video", "watch", "read_transcript", "list_videos", "index_video"} <= names
    assert any("speech" in step for step in steps)
    assert isinstance(answer.content[0], TextContent)
    assert "behind the station clock" in answer.content[0].text


def test_stdout_holds_nothing_but_the_protocol(server: StdioServerParameters) -> None:
    command = [server.command, *server.args]
    ended = subprocess.run(command, input="", env=server.env, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (0, "")


def test_a_folder_that_is_not_there_is_named_before_anything_starts(server: StdioServerParameters) -> None:
    command = [server.command, *server.args, "nowhere"]
    ended = subprocess.run(command, input="", env=server.env, capture_output=True, text=True)
    assert ended.returncode == 1
    assert "there is no file or folder 'nowhere'" in ended.stderr
