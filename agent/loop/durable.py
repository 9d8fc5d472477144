"""What a run has done already, step by step, so that a killed run goes on and nothing is paid for twice.

Every step is a LangGraph task of the functional API, kept in `checkpoints.sqlite` in the library's folder
the moment it ends: plain data, no pickle. LangGraph knows a task by the order in which tasks begin; work that
runs side by side begins its later steps in any order. Steps are therefore known by their place in the
strategy: the items of the maps they are in, their number there and their name. When a run is gone on with,
the strategy runs again from its beginning, and what was done before is given back instead of being done.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosqlite
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import set_config_context
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.func import task
from pydantic import TypeAdapter, ValidationError

from playhead.tools.types import Usage

T = TypeVar("T")
Plain = Any
"""JSON: texts, numbers, lists and dictionaries of them."""

FILE = "checkpoints.sqlite"
WAIT_S = 30.0
"""How long one run waits while another writes."""
PAUSE_S = 0.05

_PLACE: ContextVar[str] = ContextVar("place", default="")


class Steps:
    """The steps of one run. `config` is that of the LangGraph entrypoint in which the strategy runs; what
    `beside` gives when a step ends is kept with it; `stored` waits until it is."""

    def __init__(
        self,
        config: RunnableConfig,
        known: Mapping[str, Plain],
        beside: Callable[[], Mapping[str, Plain]],
        stored: Callable[[str], Awaitable[None]],
    ) -> None:
        self._config = config
        self._stored = stored
        self._known = dict(known)
        self._beside = beside
        self._counts: Counter[str] = Counter()

    @property
    def replaying(self) -> bool:
        """Whether steps that an earlier process finished are still to be given back."""
        return bool(self._known)

    def branch(self) -> Callable[[int], None]:
        """For a map: what each of its items calls with its number in an asyncio task of its own, so that its
        steps are known by that number."""
        place = _PLACE.get()
        prefix = f"{place}{self._counts[place]}"
        self._counts[place] += 1

        def enter(number: int) -> None:
            _PLACE.set(f"{prefix}.{number}/")

        return enter

    async def once(self, name: str, work: Callable[[], Awaitable[T]], kind: Any) -> tuple[T, bool]:
        """The value of `work`, and whether it was done before; `kind` is its type, of plain data or
        dataclasses.

        Raises what `work` raises; a step that failed is done again when the run is gone on with.
        """
        place = _PLACE.get()
        key = f"{place}{self._counts[place]}:{name}"
        self._counts[place] += 1
        values = _adapter(kind)
        if (kept := self._known.pop(key, None)) is not None:
            try:
                return values.validate_python(kept["value"]), True
            except ValidationError:
                self._known.clear()

        made: list[T] = []

        async def step() -> Plain:
            made.append(await work())
            value = values.dump_python(made[0], mode="json")
            return {"key": key, "value": value, **self._beside()}

        kept_step: Any = cast(Any, task(name=key))(step)
        with set_config_context(self._config) as context:
            begun = context.run(kept_step)
        await begun
        await self._stored(key)
        return made[0], False


def spent_at(values: Iterable[Mapping[str, Any]]) -> dict[str, Usage]:
    """What a run had spent when the last of its finished steps ended."""
    kept = [value["spent"] for value in values if value.get("spent")]
    last: Mapping[str, Any] = max(kept, key=lambda spent: spent["wall"]["wall_s"], default={})
    return {role: Usage(**usage) for role, usage in last.items()}


@lru_cache(maxsize=256)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


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

    async def finished(self, config: RunnableConfig) -> dict[str, Plain]:
        """The steps that a run has finished, by key.

        They lie beside the checkpoint under which they were done, and a run that was gone on with, or killed
        after its last step, has several.
        """
        kept = [saved.pending_writes or () async for saved in self.alist(config)]
        values = [value for writes in reversed(kept) for _, _, value in writes]
        return {value["key"]: value for value in values if isinstance(value, Mapping) and "key" in value}

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
