"""Where runs in progress are kept: `checkpoints.sqlite` in the library's folder, without pickle.

Only the classes of the state may come back out of it; anything else in the file stays plain data.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from playhead.agent.state import CallRecord, Draft, Plan, Reflection, State, ToolCall, Turn
from playhead.tools.types import Evidence, Span, Usage, Video

FILE = "checkpoints.sqlite"
STORED = (State, Turn, ToolCall, CallRecord, Plan, Reflection, Draft, Evidence, Span, Usage, Video)
WAIT_S = 30.0
"""How long one run waits while another writes."""
PAUSE_S = 0.05


class Serializer(JsonPlusSerializer):
    """Stores of an error its kind alone, since its words may quote a server that quotes a key."""

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        return super().dumps_typed(type(obj).__name__ if isinstance(obj, BaseException) else obj)


@asynccontextmanager
async def checkpoints(folder: Path) -> AsyncIterator[AsyncSqliteSaver]:
    """The checkpointer of a library's folder, closed afterwards."""
    serde = Serializer(pickle_fallback=False, allowed_msgpack_modules=STORED)
    # Every statement by itself: a run cancelled between two of them must not keep the file locked.
    async with aiosqlite.connect(folder / FILE, timeout=WAIT_S, isolation_level=None) as connection:
        saver = AsyncSqliteSaver(connection, serde=serde)
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
