"""Many who want the same video indexed at once: in one process, and in two."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from playhead import VideoAgent
from playhead.agent.config import Config
from playhead.agent.context import LoopConfig
from playhead.agent.scope import remember
from playhead.agent.wiring import Setup
from playhead.tools.embedders.hashing import create as hashing
from playhead.tools.indexing import IndexingConfig, index
from playhead.tools.library import Library
from playhead.tools.memory.identity import content_id
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.protocols import Filter
from playhead.tools.stores.in_memory import InMemoryStore
from playhead.tools.synthesis import Scene, Script, write_srt
from playhead.tools.types import Cue, Span

CROWD = 40
"""More than the threads that asyncio shares out by default, on any machine."""
EAGER = IndexingConfig(segmenter="fixed:2", ocr=None, captions="all")
CAPTION: dict[str, Any] = {
    "caption": "A red square goes round.", "actions": [], "entities": [], "screen_text": [], "place": "hall",
}  # fmt: skip
DIGEST = {"title": "A square", "summary": "It goes round."}
PROGRAM = """
import asyncio, sys
from pathlib import Path
from playhead.tools.embedders.hashing import create
from playhead.tools.memory.identity import content_id
from playhead.tools.indexing import IndexingConfig, index
from playhead.tools.library import Library

async def main(film, folder):
    with Library(folder, create()) as library:
        async for step in index(film, library, IndexingConfig(segmenter="fixed:2", ocr="scripted:EXIT")):
            print(step.stage, flush=True)

asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
"""


def model() -> ScriptedModel:
    answer = {"found": True, "answer": "A square.", "cites": [1]}
    plan = {"thought": "", "calls": [{"tool": "search_memory", "arguments": {"query": "square"}}]}
    seen = {"missing": "", "candidate": "", "cites": [1], "sufficient": True, "confidence": 0.9}
    return ScriptedModel(
        {"caption": CAPTION, "digest": DIGEST, "plan": plan, "reflect": seen, "answer": answer}
    )


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Forty seconds of a moving square."""
    path = tmp_path / "film.synthetic.json"
    scenes = (Scene(0, 40, (200, 20, 20), moving=True),)
    path.write_text(Script(scenes, width_px=64, height_px=48, fps=4).to_json())
    return path


async def test_a_crowd_that_waits_leaves_threads_to_the_one_that_works(film: Path, tmp_path: Path) -> None:
    captioner = model()

    async def once(library: Library) -> set[str]:
        return {step.stage async for step in index(film, library, EAGER, captioner=captioner)}

    with Library(tmp_path / "library", hashing(), InMemoryStore()) as library:
        async with asyncio.timeout(600):
            stages = await asyncio.gather(*(once(library) for _ in range(CROWD)))
        captions = library.memories(Filter((library.videos()[0].id,), ("caption",)))
    assert sum("captions" in seen for seen in stages) == 1
    assert all("done" in seen for seen in stages)
    assert len(captions) == len(captioner.asked("caption")) == 20


async def test_a_crowd_of_questions_about_a_new_video_is_answered(film: Path, tmp_path: Path) -> None:
    captioner = model()
    with Library(tmp_path / "library", hashing(), InMemoryStore()) as library:
        config = Config(indexing=EAGER, loop=LoopConfig(first_plan="model"))
        agent = VideoAgent(captioner, library, config=config)
        async with asyncio.timeout(600):
            answers = await asyncio.gather(*(agent.aask("What goes round?", [film]) for _ in range(CROWD)))
        await agent.aclose()
    assert {answer.text for answer in answers} == {"A square."}
    assert len(captioner.asked("caption")) == 20


def contents(library: Library) -> list[tuple[Any, ...]]:
    return [(memory.kind, memory.span, memory.text) for memory in library.memories()]


def test_two_processes_do_the_work_once(film: Path, tmp_path: Path) -> None:
    write_srt(
        [Cue(Span(i * 4, i * 4 + 3), f"Remark {i}.") for i in range(10)], tmp_path / "film.synthetic.srt"
    )
    command = [sys.executable, "-c", PROGRAM, str(film)]
    subprocess.run([*command, str(tmp_path / "alone")], check=True, stdout=subprocess.DEVNULL)
    with Library(tmp_path / "both", hashing()) as library:
        with library.indexing_lock(content_id(film)):
            both = [_start([*command, str(library.path)]) for _ in range(2)]
            assert all("lock\n" in iter(process.stdout.readline, "") for process in both if process.stdout)
        stages = [set(process.communicate()[0].split()) for process in both]
        with Library(tmp_path / "alone", hashing()) as alone:
            assert contents(library) == contents(alone)
            assert [video.id for video in library.videos()] == [video.id for video in alone.videos()]
        assert library.verify() == []
        counts = library.count(library.videos()[0].id)
    assert counts["speech"] == 10
    assert sorted("screen" in seen for seen in stages) == [False, True]
    assert [process.returncode for process in both] == [0, 0]


def _start(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


async def test_who_leaves_early_leaves_nothing_running(film: Path, tmp_path: Path) -> None:
    with Library(tmp_path / "library", hashing(), InMemoryStore()) as library:
        setup = Setup(Config(indexing=EAGER), {"captioner": model()}, opened=library)
        async with aclosing(remember(setup, [film])) as events:
            async for event in events:
                if event.progress.stage == "captions":
                    break
        with library.indexing_lock(content_id(film), 0.0):
            assert not library.videos()[0].complete
