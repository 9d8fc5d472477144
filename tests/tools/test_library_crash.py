"""Killed at any point, a library is whole up to its last commit, and the next process does the rest."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from playhead.tools.embedders.hashing import HashingEmbedder
from playhead.tools.library import Library
from playhead.tools.memory import vectors
from playhead.tools.protocols import Filter
from playhead.tools.types import Memory, Span, Video

POINTS = 20
UNITS, EACH = 6, 3
HOMES = ("database.py", "library.py", "memories.py", "vectors.py", "chroma.py", "journal.py", "locks.py")


def lines(unit: int) -> list[Memory]:
    return [Memory("v", Span(unit, unit + i), "speech", f"word{unit} said{i}") for i in range(EACH)]


def work(path: Path) -> None:
    """Index six units, the store being told after every few; what is done already is left out."""
    vectors.FLUSH_AT = 4
    with Library(path, HashingEmbedder(64)) as library:
        library.put_video(Video("v", "/v.mkv", "v", 60.0))
        for unit in range(UNITS):
            if str(unit) not in library.done("v", "speech"):
                library.add("v", lines(unit), work=("speech", str(unit)))
        library.delete_memories(Filter(start_s=5, kinds=("screen",)))
        library.mark_complete("v")


def state(path: Path) -> dict[str, Any]:
    """What is there after a kill, before anything is repaired by hand."""
    with Library(path, HashingEmbedder(64)) as library:
        done = library.done("v", "speech")
        kept = sorted(memory.text for memory in library.memories())
        whole = kept == sorted(memory.text for unit in done for memory in lines(int(unit)))
        found = {hit.memory.text for hit in library.dense("word0 said1", limit=99)}
        return {
            "whole": whole,
            "searched": found == set(kept),
            "problems": library.verify(),
            "kept": len(kept),
        }


class Killer:
    """Kills its own process at the n-th call that our modules make or receive."""

    def __init__(self, at: int | None) -> None:
        self.at, self.calls = at, 0

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        if frame.f_code.co_filename.endswith(HOMES):
            self.calls += 1
            if self.calls == self.at:
                os.kill(os.getpid(), signal.SIGKILL)


def forked(task: Callable[[], object], killer: Killer | None = None) -> Any:
    """The result of the task, done in a process of its own; None when that was killed."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        sys.setprofile(killer)
        result = task()
        sys.setprofile(None)
        os.write(writing, json.dumps(result if killer is None else killer.calls).encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        return json.loads(pipe.read() or "null")


def main(folder: Path) -> None:
    """Chroma is imported once and every process forked from here, which makes twenty kills affordable."""
    import chromadb  # noqa: F401

    calls = forked(partial(work, folder / "whole"), Killer(None))
    for number in range(POINTS):
        path = folder / str(number)
        at = 1 + (calls - 1) * number // POINTS
        killed = forked(partial(work, path), Killer(at)) is None
        after = forked(partial(state, path))
        forked(partial(work, path))
        end = forked(partial(state, path))
        print(json.dumps({"at": at, "killed": killed, "after": after, "end": end}), flush=True)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills are POSIX signals")
def test_twenty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    output = subprocess.check_output([sys.executable, __file__, str(tmp_path)], text=True)
    reports = [json.loads(line) for line in output.splitlines()]
    assert len(reports) == POINTS
    for report in reports:
        assert report["killed"], report
        assert report["after"] | {"kept": 0} == {
            "whole": True,
            "searched": True,
            "problems": [],
            "kept": 0,
        }, report
        assert report["end"] == {"whole": True, "searched": True, "problems": [], "kept": UNITS * EACH}, (
            report
        )
    assert len({report["after"]["kept"] for report in reports}) > 3


if __name__ == "__main__":
    main(Path(sys.argv[1]))
