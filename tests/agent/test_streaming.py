"""`stream` and `index`: with `async for`, with `for`, left early, and forgotten."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

import playhead
from playhead.agent.agent import VideoAgent
from playhead.agent.events import Answered
from playhead.agent.private_loop import PrivateLoop, Stream
from playhead.tools.embedders.hashing import create as hashing
from playhead.tools.errors import LibraryError, MediaError, UsageError
from playhead.tools.library import DATABASE


@pytest.fixture
def loop() -> Iterator[PrivateLoop]:
    made = PrivateLoop()
    yield made
    made.close()


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    file = tmp_path / "talk.vtt"
    file.write_text("WEBVTT\n\n00:05.000 --> 00:08.000\nThe copper key hangs behind the station clock.\n")
    return file


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[VideoAgent]:
    with VideoAgent(library=tmp_path / "library", embedder=hashing("64")) as made:
        yield made


def counting(loop: PrivateLoop, ended: list[str]) -> Stream[int]:
    async def numbers() -> AsyncGenerator[int, None]:
        try:
            for number in range(3):
                await asyncio.sleep(0)
                yield number
        finally:
            ended.append("put away")

    return Stream(loop, numbers, "count", "call total()")


def test_a_plain_for_gives_every_item(loop: PrivateLoop) -> None:
    assert list(counting(loop, [])) == [0, 1, 2]


async def test_async_for_gives_the_same(loop: PrivateLoop) -> None:
    assert [item async for item in counting(loop, [])] == [0, 1, 2]


def test_leaving_early_puts_the_work_away(loop: PrivateLoop) -> None:
    ended: list[str] = []
    for _ in counting(loop, ended):
        break
    gc.collect()
    assert ended == ["put away"]


def test_an_error_comes_through(agent: VideoAgent) -> None:
    with pytest.raises(MediaError):
        list(agent.index(["gone.mp4"]))


def test_what_is_never_iterated_warns(loop: PrivateLoop) -> None:
    with pytest.warns(RuntimeWarning, match=r"count does nothing until it is iterated; call total\(\)"):
        counting(loop, [])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        list(counting(loop, []))
        gc.collect()


def test_a_plain_for_indexes_and_answers(agent: VideoAgent, talk: Path) -> None:
    assert [event.progress.stage for event in agent.index(talk)][-1] == "done"
    *_, last = agent.stream("Where does the copper key hang?")
    assert isinstance(last, Answered)
    assert last.answer.found


def test_add_leaves_out_what_is_no_recording(
    agent: VideoAgent, talk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (video,) = agent.add([talk, talk.parent / "gone.mp4"])
    assert video.name == "talk.vtt"
    assert "gone.mp4" in caplog.text


async def test_an_agent_is_an_asynchronous_context(tmp_path: Path, talk: Path) -> None:
    async with VideoAgent(library=tmp_path / "library", embedder=hashing("64")) as agent:
        assert (await agent.aask("Where does the copper key hang?", talk)).found


def test_no_question_is_bad_usage(agent: VideoAgent) -> None:
    with pytest.raises(UsageError, match="the question is None"):
        agent.ask(None)  # type: ignore[arg-type]


def test_a_search_makes_no_library(agent: VideoAgent, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="nothing is indexed yet"):
        agent.search("key")
    assert not (tmp_path / "library" / DATABASE).exists()


def test_nothing_near_is_no_hit(agent: VideoAgent, talk: Path) -> None:
    agent.add(talk)
    assert agent.search("copper")
    assert not agent.search("zzzqqq")


def test_the_public_names_are_listed() -> None:
    assert set(playhead.__all__) <= set(dir(playhead))
