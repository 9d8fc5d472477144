"""What a server must not lose when it stops or dies: questions, jobs and uploads that are not over.

One SQLite file, `server.db` beside the library's own. A row holds a JSON object under its id; `state` says
whether it is over, and rows that are over are kept while they are among the latest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from playhead.tools.memory.database import Database

FILE = "server.db"
MOST_OVER = 1000
"""Rows of one kind that are kept after they are over."""

State = Literal["open", "over"]
Kind = Literal["ask", "job", "upload", "fetch"]

_MIGRATIONS = (
    """
CREATE TABLE items (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT,
  state TEXT NOT NULL, created TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (kind, id), UNIQUE (kind, name));
CREATE INDEX items_by_state ON items (kind, state, seq)
""",
)


class Store:
    """Rows of a few kinds. Raises LibraryError. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder / FILE, _MIGRATIONS)

    def add(self, kind: Kind, name: str, data: Mapping[str, Any], key: str | None = None) -> None:
        """A new row, open; `key` is a second name that no other row of the kind may have."""
        created = datetime.now(UTC).isoformat(timespec="milliseconds")
        sql = "INSERT INTO items (kind, id, name, state, created, data) VALUES (?, ?, ?, 'open', ?, ?)"
        self._database.run(sql, (kind, name, key, created, _text(data)))

    def put(self, kind: Kind, name: str, data: Mapping[str, Any], state: State = "open") -> None:
        """What a row holds from now on; the oldest that are over make room."""
        with self._database.transaction():
            sql = "UPDATE items SET data = ?, state = ? WHERE kind = ? AND id = ?"
            self._database.run(sql, (_text(data), state, kind, name))
            if state == "over":
                old = (
                    "DELETE FROM items WHERE kind = ?1 AND state = 'over' AND seq <= (SELECT seq FROM items "
                    "WHERE kind = ?1 AND state = 'over' ORDER BY seq DESC LIMIT 1 OFFSET ?2)"
                )
                self._database.run(old, (kind, MOST_OVER))

    def get(self, kind: Kind, name: str) -> dict[str, Any] | None:
        """What a row holds, by its id or its key."""
        sql = "SELECT data FROM items WHERE kind = ?1 AND (id = ?2 OR name = ?2)"
        found = self._database.value(sql, (kind, name))
        return dict(json.loads(found)) if found else None

    def open_rows(self, kind: Kind) -> list[dict[str, Any]]:
        """Those that are not over, the oldest first."""
        sql = "SELECT data FROM items WHERE kind = ? AND state = 'open' ORDER BY seq"
        return [json.loads(row[0]) for row in self._database.rows(sql, (kind,))]

    def latest(self, kind: Kind, limit: int) -> list[dict[str, Any]]:
        """The newest first."""
        sql = "SELECT data FROM items WHERE kind = ? ORDER BY seq DESC LIMIT ?"
        return [json.loads(row[0]) for row in self._database.rows(sql, (kind, limit))]

    def forget(self, kind: Kind, name: str) -> None:
        self._database.run("DELETE FROM items WHERE kind = ? AND id = ?", (kind, name))

    def close(self) -> None:
        self._database.close()


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, separators=(",", ":"))
