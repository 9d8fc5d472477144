"""Run as a program: index a video with a SIGKILL at random statements, resume, print what differs.

`indexing_child.py VIDEO FOLDER KILLS SEED` does so in an empty library and in one made with other settings,
and prints for both the statements of a whole run and, by the statement at which a run was killed, the
tables that differ from a library that was never killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np

from playhead.tools.embedders.hashing import create as hashing
from playhead.tools.indexing import IndexingConfig, index
from playhead.tools.library import Library
from playhead.tools.protocols import TextLine
from playhead.tools.stores.in_memory import InMemoryStore
from playhead.tools.types import Image

TABLES = {
    "clips": "SELECT * FROM clips ORDER BY 1, 2, 3",
    "memories": "SELECT id, start_s, end_s, kind, level, source, text, meta FROM memories ORDER BY id",
    "work": "SELECT * FROM work ORDER BY 1, 2, 3",
    "vectors": "SELECT m.id, v.space, hex(v.vector) FROM vectors v JOIN memories m USING (key) ORDER BY 1, 2",
    "words": "SELECT m.id FROM words w JOIN memories m ON m.key = w.rowid ORDER BY 1",
    "videos": "SELECT id, complete FROM videos",
}
FIRST = IndexingConfig(segmenter="fixed:5", ocr="child.colours", chunk_s=10.0)
CHANGED = IndexingConfig(segmenter="fixed:7", ocr="child.colours", chunk_s=21.0)


class Colours:
    """Reads the colour of the picture as if it were written there."""

    def read(self, image: Image) -> list[TextLine]:
        red, green, blue = np.asarray(image.reshape(-1, 3).mean(axis=0) // 16, int)
        return [
            TextLine(f"colour {red} {green} {blue}", 1.0, (0.1, 0.1, 0.9, 0.3)),
            TextLine("channel one", 1.0),
        ]


class Killer:
    """Counts SQLite statements and ends the process at one of them, as a power cut would."""

    def __init__(self, at: int | None) -> None:
        self.at, self.count = at, 0
        connect = sqlite3.connect

        def traced(*args: Any, **kwargs: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*args, **kwargs)
            connection.set_trace_callback(self.step)
            return connection

        sqlite3.connect = traced  # type: ignore[assignment]

    def step(self, _statement: str) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


async def run(video: Path, folder: Path, config: IndexingConfig) -> list[str]:
    """One run of indexing; the names of its stages."""
    with Library(folder, hashing(), InMemoryStore()) as library:
        stages = [step.stage async for step in index(video, library, config)]
        assert library.verify() == []
    return stages


def child(video: Path, folder: Path, config: IndexingConfig, at: int | None = None) -> int:
    """Index in a forked process; its statements, or -1 when it was killed."""
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:
        killer = Killer(at)
        asyncio.run(run(video, folder, config))
        os.write(writing, str(killer.count).encode())
        os._exit(0)
    os.close(writing)
    _, status = os.waitpid(pid, 0)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    return int(said) if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0 else -1


def contents(folder: Path) -> dict[str, list[Any]]:
    with sqlite3.connect(folder / "library.db") as database:
        return {name: database.execute(sql).fetchall() for name, sql in TABLES.items()}


def killed(
    video: Path, before: Path | None, root: Path, config: IndexingConfig, kills: int
) -> dict[str, Any]:
    """Runs over `before` (None: an empty library), each killed at another statement and then resumed."""
    whole = _copy(before, root / "whole")
    statements = child(video, whole, config)
    wanted = contents(whole)
    ended, different = [], {}
    for at in sorted(random.sample(range(1, statements), kills)):
        folder = _copy(before, root / str(at))
        ended.append(child(video, folder, config, at))
        child(video, folder, config)
        found = contents(folder)
        different[at] = [name for name in TABLES if found[name] != wanted[name]]
    counts = {name: len(rows) for name, rows in wanted.items()}
    return {"statements": statements, "ended": ended, "different": different, "counts": counts}


def _copy(before: Path | None, folder: Path) -> Path:
    if before is not None:
        shutil.copytree(before, folder)
    return folder


def main(video: Path, root: Path, kills: int) -> dict[str, Any]:
    first = killed(video, None, root / "first", FIRST, kills)
    return {
        "first": first,
        "changed": killed(video, root / "first" / "whole", root / "changed", CHANGED, kills),
    }


if __name__ == "__main__":
    plugin = types.ModuleType("child.colours")
    plugin.create = lambda argument="", **settings: Colours()  # type: ignore[attr-defined]
    sys.modules |= {"child": types.ModuleType("child"), "child.colours": plugin}
    source, target, number, seed = sys.argv[1:]
    random.seed(int(seed))
    print(json.dumps(main(Path(source), Path(target), int(number))))
