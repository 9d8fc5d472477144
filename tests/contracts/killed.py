"""Runs that are killed with SIGKILL in the middle of a model call, and gone on with by another process.

    python -m tests.contracts.killed FOLDER FILM STRATEGY...

Every process is forked from this one, which has done nothing but import the package. Prints a JSON object:
for each strategy the answer of a run that nobody stopped and that of the run gone on with, with the number of
requests of each, and the request in which the run was killed.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from playhead.agent.agent import VideoAgent
from playhead.agent.loop.durable import FILE
from playhead.agent.result import Answer
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.protocols import ChatRequest
from tests.contracts.conftest import library_of, outside_folder
from tests.contracts.obliging import fitting, obliging

OPTIONS = ("the cook", "the twin")


def forked(work: Callable[[], Any]) -> tuple[int, Any]:
    """The signal that ended a child doing this work, 0 for none, and what the work gave."""
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.write(write, json.dumps(work()).encode())
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, json.loads(text) if text else None


def whole(folder: Path, film: Path, strategy: str) -> dict[str, Any]:
    """A run that nobody stops."""
    model = obliging()
    with VideoAgent(model, library_of(folder, film), strategy=strategy) as agent:
        return told(agent.ask("Who hides the key?", ["film.mp4"], OPTIONS), model)


def cut(folder: Path, film: Path, strategy: str, at: int) -> None:
    """A run whose process is killed in its request number `at`, once all that was done before is stored."""
    begun: list[ChatRequest] = []
    library = library_of(folder, film)

    async def fatal(request: ChatRequest) -> Any:
        begun.append(request)
        if len(begun) == at:
            await _all_is_stored(library.path / FILE)
            os.kill(os.getpid(), signal.SIGKILL)
        if len(begun) > at:
            await asyncio.Event().wait()
        return fitting(request)

    with VideoAgent(ScriptedModel({"*": fatal}), library, strategy=strategy) as agent:
        agent.ask("Who hides the key?", ["film.mp4"], OPTIONS)


def gone_on_with(folder: Path, film: Path, strategy: str) -> dict[str, Any]:
    """The last run of a library, to its end."""
    model = obliging()
    with VideoAgent(model, library_of(folder, film), strategy=strategy) as agent:
        return told(agent.resume("last"), model)


def told(answer: Answer, model: ScriptedModel) -> dict[str, Any]:
    return {"text": answer.text, "option": answer.option, "requests": len(model.requests)}


async def _all_is_stored(path: Path) -> None:
    """Wait until a run that stands still writes no further step: in time of the processor, since a busy
    machine is late with the steps too."""
    counts = [-1]
    while len(counts) < 4 or len(set(counts[-4:])) > 1:
        with sqlite3.connect(path) as connection:
            counts += connection.execute("SELECT count(*) FROM writes").fetchone()
        await asyncio.sleep(0.02)
        await asyncio.to_thread(_work, 0.02)


def _work(processor_s: float) -> None:
    end_s = time.thread_time() + processor_s
    while time.thread_time() < end_s:
        pass


def killed(folder: Path, film: Path, strategy: str) -> dict[str, Any]:
    """Both runs of one strategy; the step in which it is killed is drawn by its name."""
    _, first = forked(lambda: whole(folder / "whole", film, strategy))
    if not first or not first["requests"]:
        return {"whole": first}
    at = Random(strategy).randint(1, first["requests"])
    ended, _ = forked(lambda: cut(folder / "cut", film, strategy, at))
    _, rest = forked(lambda: gone_on_with(folder / "cut", film, strategy))
    return {"whole": first, "at": at, "signal": ended, "rest": rest}


def import_all(folder: Path, film: Path) -> None:
    """Import here what a run imports on its way, so that no forked process has to."""
    _, names = forked(lambda: [*whole(folder / "first", film, "topk"), *sys.modules])
    for name in names[3:]:
        if name.partition(".")[0] in ("playhead", "langgraph", "langchain_core", "pydantic", "aiosqlite"):
            importlib.import_module(name)


def main() -> None:
    """The strategies of the command line, one after the other."""
    folder, film, *strategies = sys.argv[1:]
    import_all(Path(folder), Path(film))
    sys.path.insert(0, str(outside_folder(Path(folder) / "elsewhere", Path(__file__).parents[2])))
    rows = {name: killed(Path(folder) / name, Path(film), name) for name in strategies}
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
