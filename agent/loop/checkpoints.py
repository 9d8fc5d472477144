"""Where runs in progress are kept: `checkpoints.sqlite` in the library's folder, plain data, no pickle."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

FILE = "checkpoints.sqlite"
WAIT_S = 30.0
"""How long one run waits while another writes."""
PAUSE_S = 0.05


class Serializer(JsonPlusSerializer):
    """Stores of an error its kind alone, since its words may quote a server that quotes a key."""

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        return super().dumps_typed(type(obj).__name__ if isinstance(obj, BaseException) else obj)


class Saver(AsyncSqliteSaver):
    """A checkpointer that can be waited for: LangGraph writes beside the work that follows."""

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self._stored: dict[str, asyncio.Event] = {}

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        try:
            await super().aput_writes(config, writes, task_id, task_path)
        finally:
            for _, value in writes:
                if isinstance(value, Mapping) and "key" in value:
                    self._event(value["key"]).set()

    async def stored(self, key: str) -> None:
        """Wait until the step with this key is on disk, or cannot be written."""
        await self._event(key).wait()
        del self._stored[key]

    def _event(self, key: str) -> asyncio.Event:
        return self._stored.setdefault(key, asyncio.Event())


@asynccontextmanager
async def checkpoints(folder: Path) -> AsyncIterator[Saver]:
    """The checkpointer of a library's folder, closed afterwards."""
    serde = Serializer(pickle_fallback=False, allowed_msgpack_modules=())
    # Every statement by itself: a run cancelled between two of them must not keep the file locked.
    async with aiosqlite.connect(folder / FILE, timeout=WAIT_S, isolation_level=None) as connection:
        saver = Saver(connection, serde=serde)
        await _ready(saver)
        yield saver


async def _ready(saver: AsyncSqliteSaver) -> None:
    """Make the tables. Turning the journal on does not wait for a run that is closing: it is tried again."""
    deadline_s = time.monotonic() + WAIT_S
    while True:
        try:
            return await saver.setup()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline_s:
                raise
            await asyncio.sleep(PAUSE_S)
