"""The videos of a library and their clips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from playhead.tools.errors import UsageError
from playhead.tools.memory.database import Database
from playhead.tools.memory.rows import clip_from, video_data, video_from
from playhead.tools.types import Clip, Level, Span, Video

PREFIX_LETTERS = 6
"""The shortest beginning of an id that `find` takes."""


class Catalogue:
    """Part of the library: which videos there are and how they are cut."""

    _database: Database

    def put_video(self, video: Video) -> None:
        """Store or update a video. One that is complete stays so."""
        self._database.run(
            "INSERT INTO videos (id, data, complete, added) VALUES (?, ?, ?, ?) ON CONFLICT (id) "
            "DO UPDATE SET data = excluded.data, complete = max(complete, excluded.complete)",
            (video.id, video_data(video), int(video.complete), datetime.now(UTC).timestamp()),
        )

    def video(self, video_id: str) -> Video | None:
        rows = self._database.rows("SELECT data, complete FROM videos WHERE id = ?", (video_id,))
        return video_from(*rows[0]) if rows else None

    def videos(self) -> list[Video]:
        """All videos, in the order in which they were first stored."""
        return [
            video_from(*row)
            for row in self._database.rows("SELECT data, complete FROM videos ORDER BY added, id")
        ]

    def find(self, reference: str) -> Video | None:
        """By id, by the beginning of an id (6 letters or more), by path, file name or title.

        Raises UsageError when several videos fit.
        """
        videos = self.videos()
        for fits in _FITS:
            found = [video for video in videos if fits(video, reference)]
            if len(found) > 1:
                choices = ", ".join(video.id[:12] for video in found)
                raise UsageError(f"{reference!r} fits {len(found)} videos", f"use an id: {choices}")
            if found:
                return found[0]
        return None

    def mark_complete(self, video_id: str, complete: bool = True) -> None:
        self._database.run("UPDATE videos SET complete = ? WHERE id = ?", (int(complete), video_id))

    def put_clips(self, video_id: str, clips: Sequence[Clip]) -> None:
        """Replace the clips of the video, all levels at once."""
        rows = [(video_id, c.level, c.index, c.span.start_s, c.span.end_s, c.parent) for c in clips]
        with self._database.transaction():
            self._database.run("DELETE FROM clips WHERE video_id = ?", (video_id,))
            self._database.many("INSERT INTO clips VALUES (?, ?, ?, ?, ?, ?)", rows)

    def clips(self, video_id: str, level: Level | None = None, span: Span | None = None) -> list[Clip]:
        """In order of time, longer ones first; those of `level` that touch `span`."""
        rows = self._database.rows(
            "SELECT level, number, start_s, end_s, parent FROM clips "
            "WHERE video_id = ?1 AND (?2 IS NULL OR level = ?2) "
            "AND (?3 IS NULL OR end_s >= ?3) AND (?4 IS NULL OR start_s <= ?4) "
            "ORDER BY start_s, end_s DESC, number",
            (video_id, level, span.start_s if span else None, span.end_s if span else None),
        )
        return [clip_from(row) for row in rows]


def _has_id(video: Video, reference: str) -> bool:
    return video.id == reference or (len(reference) >= PREFIX_LETTERS and video.id.startswith(reference))


def _has_path(video: Video, reference: str) -> bool:
    return bool(video.path) and (video.path == reference or _absolute(video.path) == _absolute(reference))


def _has_name(video: Video, reference: str) -> bool:
    return reference in (Path(video.path).name, video.title)


def _absolute(path: str) -> Path:
    return Path(path).expanduser().absolute()


_FITS: tuple[Callable[[Video, str], bool], ...] = (_has_id, _has_path, _has_name)
