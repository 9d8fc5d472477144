"""Runs in progress are kept in one file that several runs open at once."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from playhead.agent.loop.durable import checkpoints


async def test_a_file_that_another_run_is_closing_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, setup = [], AsyncSqliteSaver.setup

    async def locked_twice(saver: AsyncSqliteSaver) -> Any:
        tries.append(1)
        if len(tries) < 3:
            raise sqlite3.OperationalError("database is locked")
        return await setup(saver)

    monkeypatch.setattr(AsyncSqliteSaver, "setup", locked_twice)
    async with checkpoints(tmp_path) as saver:
        assert await saver.aget_tuple({"configurable": {"thread_id": "none"}}) is None
    assert len(tries) >= 3


async def test_a_damaged_file_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "checkpoints.sqlite").write_bytes(b"no database at all " * 100)
    with pytest.raises(sqlite3.DatabaseError):
        async with checkpoints(tmp_path):
            pass
