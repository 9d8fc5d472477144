"""Run as a program: index a video with a SIGKILL at random statements, resume, print what differs.

`indexing_child.py VIDEO FOLDER KILLS SEED` prints one JSON object: statements of a whole run, the points at
which runs were killed, and for each the differences from a library that was never killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
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
CONFIG = IndexingConfig(segmenter="fixed:5", ocr="child.colours", chunk_s=10.0)


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


async def run(video: Path, folder: Path) -> list[str]:
    """One run of indexing; the names of its stages."""
    with Library(folder, hashing(), InMemoryStore()) as library:
        stages = [step.stage async for step in index(video, library, CONFIG)]
        assert library.verify() == []
    return stages


def child(video: Path, folder: Path, at: int | None) -> int:
    """Index in a forked process; its statements, or -1 when it was killed."""
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:
        killer = Killer(at)
        asyncio.run(run(video, folder))
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


def main(video: Path, root: Path, kills: int, seed: int) -> dict[str, Any]:
    whole = child(video, root / "whole", None)
    wanted = contents(root / "whole")
    points = sorted(random.Random(seed).sample(range(1, whole), kills))
    killed, different = [], {}
    for number, at in enumerate(points):
        folder = root / str(number)
        killed.append(child(video, folder, at))
        child(video, folder, None)
        found = contents(folder)
        different[at] = [name for name in TABLES if found[name] != wanted[name]]
    counts = {name: len(rows) for name, rows in wanted.items()}
    return {"statements": whole, "killed": killed, "different": different, "counts": counts}


if __name__ == "__main__":
    plugin = types.ModuleType("child.colours")
    plugin.create = lambda argument="", **settings: Colours()  # type: ignore[attr-defined]
    sys.modules |= {"child": types.ModuleType("child"), "child.colours": plugin}
    source, target, kills, seed = sys.argv[1:]
    print(json.dumps(main(Path(source), Path(target), int(kills), int(seed))))
