"""What a library remembers of the work itself: units done, model replies, runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from playhead.tools.memory.database import Database
from playhead.tools.memory.rows import dump


class Journal:
    """Part of the library: what need not be done twice, and what was answered."""

    _database: Database

    def done(self, video_id: str, stage: str) -> set[str]:
        """The units of the stage that are finished."""
        sql = "SELECT unit FROM work WHERE video_id = ? AND stage = ?"
        return {row[0] for row in self._database.rows(sql, (video_id, stage))}

    def mark_done(self, video_id: str, stage: str, unit: str, detail: dict[str, Any] | None = None) -> None:
        """Mark one unit of a stage finished; `detail` is kept for `detail`."""
        sql = (
            "INSERT INTO work VALUES (?, ?, ?, ?) "
            "ON CONFLICT (video_id, stage, unit) DO UPDATE SET detail = excluded.detail"
        )
        self._database.run(sql, (video_id, stage, unit, None if detail is None else dump(detail)))

    def detail(self, video_id: str, stage: str, unit: str) -> dict[str, Any] | None:
        """What `mark_done` was told about the unit."""
        sql = "SELECT detail FROM work WHERE video_id = ? AND stage = ? AND unit = ?"
        found = self._database.value(sql, (video_id, stage, unit))
        return dict(json.loads(found)) if found else None

    def reply(self, key: str) -> str | None:
        """A model's reply, kept under a hash of all that it depends on."""
        text: str | None = self._database.value("SELECT text FROM replies WHERE key = ?", (key,))
        return text

    def put_reply(self, key: str, text: str, video_id: str | None = None) -> None:
        """Keep a reply; one that belongs to a video goes with it, and is not kept when it is gone already."""
        values = (key, text.encode("utf-8", "replace").decode(), video_id)
        sql = (
            "INSERT OR REPLACE INTO replies (key, text, video_id) SELECT ?1, ?2, ?3 "
            "WHERE ?3 IS NULL OR EXISTS (SELECT 1 FROM videos WHERE id = ?3)"
        )
        self._database.run(sql, values)

    def put_run(self, run_id: str, trajectory: Mapping[str, Any]) -> None:
        """Keep a run's trajectory; its `question` is listed by `runs`."""
        question = str(trajectory.get("question", "")).encode("utf-8", "replace").decode()
        created = datetime.now(UTC).isoformat(timespec="milliseconds")
        sql = (
            "INSERT INTO runs VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET question = excluded.question, data = excluded.data"
        )
        self._database.run(sql, (run_id, question, created, dump(trajectory)))

    def run(self, run_id: str) -> dict[str, Any] | None:
        """The trajectory kept under the id."""
        found = self._database.value("SELECT data FROM runs WHERE id = ?", (run_id,))
        return dict(json.loads(found)) if found else None

    def forget_run(self, run_id: str) -> bool:
        """Whether there was such a run, which there is no longer."""
        return self._database.run("DELETE FROM runs WHERE id = ?", (run_id,)) > 0

    def runs(self, limit: int = 20) -> list[dict[str, str]]:
        """The latest runs, newest first: id, question, created (ISO 8601, UTC)."""
        rows = self._database.rows(
            "SELECT id, question, created FROM runs ORDER BY created DESC, rowid DESC LIMIT ?", (limit,)
        )
        return [dict(zip(("id", "question", "created"), row, strict=True)) for row in rows]
