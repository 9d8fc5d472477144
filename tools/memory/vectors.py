"""Keeps a vector store in step with SQLite, which holds every vector itself.

A memory and its vector are committed first, with a line in the outbox; the store is told afterwards, in
batches, by whichever process comes next, and then the line goes. So the store can lag, be killed half-way,
be deleted or be damaged: what is missing is sent again, and where the counts differ all of it is.
One process at a time does so (a lock on `vectors.lock`); a search that finds another one at it goes on
with what the store has, and the lexical route sees everything in any case.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from playhead.tools.errors import LibraryError, LibraryLockedError
from playhead.tools.memory.database import Row
from playhead.tools.memory.locks import file_lock
from playhead.tools.memory.memories import Memories, Space
from playhead.tools.memory.rows import vectors_from
from playhead.tools.protocols import Embedder, Filter, VectorStore
from playhead.tools.types import Memory, Vectors

BATCH = 1000
FLUSH_AT = 1024
"""Memories that may wait in the outbox before a writer tells the store."""

PATIENCE_S = 0.2
"""How long a search waits for another process that is filling the store."""


class VectorIndex:
    """One space: an embedder, the vectors it made (in SQLite), and the store that searches them."""

    def __init__(self, memories: Memories, space: Space, embedder: Embedder, store: VectorStore) -> None:
        self.memories, self.space, self.embedder, self.store = memories, space, embedder, store
        self._database = memories.database
        self._lock: Path = self._database.path.with_name("vectors.lock")
        self._guard = threading.RLock()
        self._seen: int | None = None

    def query(self, vector: Vectors, limit: int, where: Filter) -> list[tuple[str, float]]:
        """(memory id, cosine similarity), best first. A store that fails is filled anew, once."""
        self.refresh()
        try:
            return self.store.query(vector, limit, where)
        except LibraryLockedError:
            raise
        except LibraryError:
            self.rebuild(self._database.timeout_s)
            return self.store.query(vector, limit, where)

    def refresh(self) -> None:
        """Bring the store up to date, unless another process is doing that just now."""
        with self._guard:
            version = self._database.value("PRAGMA data_version")  # moves when another connection commits
            if version != self._seen or self.waiting():
                with contextlib.suppress(LibraryLockedError):
                    self.synchronise(PATIENCE_S)
                    self._seen = version

    def relieve(self) -> None:
        """For writers: refresh once enough waits; telling the store in batches is what makes it quick."""
        if self.waiting() >= FLUSH_AT:
            self.refresh()

    def synchronise(self, timeout_s: float) -> None:
        """Send what waits in the outbox; send everything when the store turns out to hold something else."""
        with self._guard, file_lock(self._lock, timeout_s, "another process"):
            if self._stale():
                return self._rebuild()
            try:
                self._flush()
                vectors, waiting = self.counts()
                if not waiting and vectors != self.store.count():
                    self._rebuild()
            except LibraryLockedError:
                raise
            except LibraryError:
                self._rebuild()

    def rebuild(self, timeout_s: float) -> None:
        """Empty the store and fill it from SQLite, without embedding anything."""
        with self._guard, file_lock(self._lock, timeout_s, "another process"):
            self._rebuild()

    def counts(self) -> tuple[int, int]:
        """Vectors in SQLite, and lines of the outbox, at one moment."""
        sql = (
            "SELECT (SELECT count(*) FROM vectors WHERE space = ?1), "
            "(SELECT count(*) FROM outbox WHERE space = ?1)"
        )
        vectors, waiting = self._database.rows(sql, (self.space,))[0]
        return int(vectors), int(waiting)

    def waiting(self) -> int:
        return int(self._database.value("SELECT count(*) FROM outbox WHERE space = ?", (self.space,)))

    def embed(self, memories: Iterable[Memory]) -> dict[str, Vectors]:
        """Vectors by memory id of those with words; equal texts are embedded once."""
        texts = {memory.id: memory.text for memory in memories if memory.text.strip()}
        distinct = list(dict.fromkeys(texts.values()))
        rows: Iterable[Vectors] = self.embedder.embed_texts(distinct) if distinct else []
        by_text = dict(zip(distinct, rows, strict=True))
        return {name: by_text[text] for name, text in texts.items()}

    def complete(self) -> None:
        """Embed what has words and no vector."""
        self.memories.set_vectors(self.space, self.embed(self.memories.without_vector(self.space)))

    def reembed(self) -> None:
        """Replace every vector by one of this embedder; pictures are not kept, so visual ones just go."""
        worded = self.memories.select(Filter()) if self.space == "text" else []
        vectors = self.embed(worded)
        with self._database.transaction():
            self._database.run("DELETE FROM vectors WHERE space = ?", (self.space,))
            self.memories.set_vectors(self.space, vectors)
            facts = ((f"stale:{self.space}", "1"), (f"embedder:{self.space}", self.embedder.fingerprint))
            self._database.many("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts)

    def problems(self) -> list[str]:
        """What a look at the ids finds wrong, one line each."""
        self.refresh()
        stored = self.store.ids()
        sql = "SELECT m.id FROM memories m JOIN vectors v ON v.key = m.key WHERE v.space = ?"
        wanted = {row[0] for row in self._database.rows(sql, (self.space,))}
        lost, strange = len(wanted - stored), len(stored - wanted)
        problems = [f"{lost} {self.space} vectors are not in the store"] if lost else []
        return problems + (
            [f"{strange} {self.space} vectors in the store belong to nothing"] if strange else []
        )

    def _stale(self) -> bool:
        return (
            self._database.value("SELECT 1 FROM facts WHERE name = ?", (f"stale:{self.space}",)) is not None
        )

    def _flush(self) -> None:
        sql = "SELECT seq, id FROM outbox WHERE space = ? ORDER BY seq LIMIT ?"
        while lines := self._database.rows(sql, (self.space, BATCH)):
            self._send([row[1] for row in lines])
            self._database.run("DELETE FROM outbox WHERE space = ? AND seq <= ?", (self.space, lines[-1][0]))

    def _send(self, ids: Sequence[str]) -> None:
        marks = ",".join("?" * len(ids))
        rows = self._database.rows(f"{_ROWS} AND m.id IN ({marks}) ORDER BY v.key", (self.space, *ids))
        self._upsert(rows)
        if gone := sorted(set(ids) - {row[1] for row in rows}):
            self.store.delete(gone)

    def _upsert(self, rows: Sequence[Row]) -> None:
        if rows:
            fields = [
                dict(zip(("video_id", "kind", "level", "start_s", "end_s"), row[2:7], strict=True))
                for row in rows
            ]
            self.store.upsert([row[1] for row in rows], vectors_from([row[7] for row in rows]), fields)

    def _rebuild(self) -> None:
        self.store.clear()
        self._database.run("DELETE FROM outbox WHERE space = ?", (self.space,))
        last = 0
        while rows := self._database.rows(
            f"{_ROWS} AND v.key > ? ORDER BY v.key LIMIT {BATCH}", (self.space, last)
        ):
            self._upsert(rows)
            last = rows[-1][0]
        self._database.run("DELETE FROM facts WHERE name = ?", (f"stale:{self.space}",))


_ROWS = (
    "SELECT v.key, m.id, m.video_id, m.kind, m.level, m.start_s, m.end_s, v.vector "
    "FROM vectors v JOIN memories m ON m.key = v.key WHERE v.space = ?"
)
