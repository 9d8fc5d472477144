"""The library: everything known about the user's videos, in one folder.

    library.db      SQLite, the source of truth: videos, clips, memories with their vectors, work done,
                    model replies, runs
    chroma/         vectors for search, thrown away and filled again at will; chroma.change: their last change
    locks/, *.lock  held by running processes, free when they end or die

Every change is one transaction, so a process may be killed at any point. Any number of threads and
processes may use one library; one of them writes at a time and the others wait up to `timeout_s`.
"""

from __future__ import annotations

import contextlib
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import numpy as np

from playhead.tools import registry
from playhead.tools.errors import EmbedderChangedError, LibraryError, UsageError
from playhead.tools.memory.catalogue import Catalogue
from playhead.tools.memory.database import Database
from playhead.tools.memory.journal import Journal
from playhead.tools.memory.locks import file_lock
from playhead.tools.memory.memories import Memories
from playhead.tools.memory.recall import Recall
from playhead.tools.memory.rows import valid
from playhead.tools.memory.schema import MIGRATIONS
from playhead.tools.memory.vectors import VectorIndex
from playhead.tools.protocols import Embedder, Filter, VectorStore, VisualEmbedder
from playhead.tools.types import Hit, Image, Memory, Vectors

EVERYTHING = Filter()
DATABASE = "library.db"


class Library(Catalogue, Journal):
    """Videos by content, what was perceived in them, and the search over it.

    `store` is a VectorStore, or a spec such as `chroma:http://localhost:8000`; the default is Chroma
    embedded in the folder. `visual` adds a space of picture vectors (see `add_frames`).

    Raises LibraryVersionError (written by a newer playhead), EmbedderChangedError (made by another
    embedder; with `reembed=True` all is embedded anew instead), LibraryLockedError, LibraryError (not a
    library, damaged, no rights, disk full).
    """

    def __init__(
        self,
        path: Path | str,
        embedder: Embedder,
        store: VectorStore | str | None = None,
        timeout_s: float = 10.0,
        *,
        visual: VisualEmbedder | None = None,
        visual_store: VectorStore | str | None = None,
        reembed: bool = False,
    ) -> None:
        self.path = Path(path).expanduser()
        self.embedder, self.visual = embedder, visual
        self._timeout_s = timeout_s
        self._held = threading.local()
        self._database = Database(self.path / DATABASE, MIGRATIONS, timeout_s)
        try:
            self._memories = Memories(self._database)
            text = self._space("text", embedder, store)
            seen = self._space("visual", visual, visual_store or (store if isinstance(store, str) else None))
            self._spaces = [space for space in (text, seen) if space]
            self._recall = Recall(self._memories, self._spaces[0], seen)
            self._welcome(reembed)
        except BaseException:
            self._database.close()
            raise

    def _space(
        self, name: str, embedder: Embedder | None, store: VectorStore | str | None
    ) -> VectorIndex | None:
        if embedder is None:
            return None
        if store is None or isinstance(store, str):
            suffix = "" if name == "text" else f"-{name}"
            settings = {"path": self.path / f"chroma{suffix}", "collection": f"playhead-{self.id}{suffix}"}
            made: VectorStore = registry.load("stores", store or "chroma", **settings)
            return VectorIndex(self._memories, name, embedder, made)
        return VectorIndex(self._memories, name, embedder, store)

    def _welcome(self, reembed: bool) -> None:
        for space in self._spaces:
            if reembed and self._fact(f"embedder:{space.space}") not in (None, space.embedder.fingerprint):
                space.reembed()
            self._check_embedder(space)

    def _check_embedder(self, space: VectorIndex) -> None:
        made_by, ours = self._fact(f"embedder:{space.space}"), space.embedder.fingerprint
        if made_by is not None and made_by != ours:
            theirs, mine = made_by.partition("@")[0], ours.partition("@")[0]
            anew = f"playhead library --set embedder={mine} repair"
            cure = f"give --set embedder={theirs}, or embed everything anew: {anew}"
            raise EmbedderChangedError(f"the library was made with {_shown(made_by, ours)}", cure)

    @property
    def id(self) -> str:
        """A random name that the library keeps for life; names its collection on a shared server."""
        if (found := self._fact("id")) is None:
            self._database.run("INSERT OR IGNORE INTO facts VALUES ('id', ?)", (uuid.uuid4().hex[:16],))
            found = self._fact("id")
        return str(found)

    def _fact(self, name: str) -> str | None:
        value: str | None = self._database.value("SELECT value FROM facts WHERE name = ?", (name,))
        return value

    def first(self, notice: str) -> bool:
        """Whether the library is told of this for the first time: some things are said to a person once."""
        return self._database.run("INSERT OR IGNORE INTO facts VALUES (?, '')", (f"told:{notice}",)) > 0

    # Memories

    def add(self, video_id: str, memories: Iterable[Memory], *, work: tuple[str, str] | None = None) -> int:
        """Store memories of one video and mark (stage, unit) done, in one transaction; how many were new.

        What is stored already is neither embedded nor stored again.
        """
        return self._add(video_id, [valid(memory) for memory in memories], {}, work)

    def add_frames(
        self, video_id: str, frames: Iterable[tuple[Memory, Image]], *, work: tuple[str, str] | None = None
    ) -> int:
        """Store memories with the vectors of their pictures; UsageError without a visual embedder."""
        if self.visual is None:
            raise UsageError("the library was opened without a visual embedder", "give visual=…")
        images = {valid(memory).id: (valid(memory), image) for memory, image in frames}
        known = self._memories.known(list(images))
        new = [name for name in images if name not in known]
        rows: Iterable[Vectors] = self.visual.embed_images([images[name][1] for name in new]) if new else []
        looks = dict(zip(new, rows, strict=True))
        return self._add(video_id, [memory for memory, _ in images.values()], looks, work)

    def _add(
        self,
        video_id: str,
        memories: Sequence[Memory],
        looks: Mapping[str, Vectors],
        work: tuple[str, str] | None,
    ) -> int:
        if strangers := {memory.video_id for memory in memories} - {video_id}:
            raise ValueError(f"memories of {sorted(strangers)} cannot be added to {video_id!r}")
        known = self._memories.known([memory.id for memory in memories])
        new = {memory.id: memory for memory in memories if memory.id not in known}
        vectors = {"text": self._spaces[0].embed(new.values()), "visual": looks}
        with self._database.transaction():
            self._claim(vectors)
            count = self._memories.insert(list(new.values()), vectors)
            if work:
                self.mark_done(video_id, *work)
        for space in self._spaces:
            space.relieve()
        return count

    def _claim(self, vectors: Mapping[str, Mapping[str, Vectors]]) -> None:
        """The first vectors decide the embedder; later ones must come from the same."""
        for space in self._spaces:
            self._check_embedder(space)
            if vectors[space.space]:
                values = (f"embedder:{space.space}", space.embedder.fingerprint)
                self._database.run("INSERT OR IGNORE INTO facts VALUES (?, ?)", values)

    def memories(self, where: Filter = EVERYTHING, limit: int | None = None) -> list[Memory]:
        """In order of time, video by video."""
        return self._memories.select(where, limit)

    def count(self, video_id: str) -> dict[str, int]:
        """How many memories of each kind."""
        sql = "SELECT kind, count(*) FROM memories WHERE video_id = ? GROUP BY kind ORDER BY kind"
        return dict(self._database.rows(sql, (video_id,)))

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The stored text vector of each of these memories, unit length; those without one are left out."""
        return self._memories.vectors("text", ids)

    def rows(self, memories: Sequence[Memory]) -> Vectors:
        """One text vector a memory, in their order: as stored, else embedded now."""
        stored = self.vectors([memory.id for memory in memories])
        missing = [memory for memory in memories if memory.id not in stored]
        if missing:
            rows = self.embedder.embed_texts([memory.text for memory in missing])
            stored |= {memory.id: row for memory, row in zip(missing, rows, strict=True)}
        kept = [stored[memory.id] for memory in memories]
        return np.stack(kept) if kept else np.zeros((0, self.embedder.dimension), np.float32)

    def delete_memories(self, where: Filter) -> int:
        """Forget what the filter finds; how many there were."""
        return self._memories.delete(where)

    # Search

    def search(self, query: str, where: Filter = EVERYTHING, limit: int = 16) -> list[Hit]:
        """By meaning, by words and by look, fused by reciprocal rank (k = 60), best first."""
        return self.search_many([query], where, limit)[0]

    def search_many(
        self, queries: Sequence[str], where: Filter = EVERYTHING, limit: int = 16
    ) -> list[list[Hit]]:
        """One result a query; all are embedded in one batch."""
        return self._recall.search_many(queries, where, limit)

    def dense(self, query: str | Vectors, where: Filter = EVERYTHING, limit: int = 16) -> list[Hit]:
        """The route by meaning alone; score and similarity are the cosine."""
        return self._recall.dense(query, where, limit)

    def lexical(self, query: str, where: Filter = EVERYTHING, limit: int = 16) -> list[Hit]:
        """The route by words alone (BM25)."""
        return self._recall.lexical(query, where, limit)

    # Upkeep

    def remove(self, video_id: str) -> bool:
        """Forget a video and all that belongs to it, in every table and store; whether it was there.

        Raises LibraryLockedError while another process indexes it.
        """
        with self.indexing_lock(video_id):
            gone = self._database.run("DELETE FROM videos WHERE id = ?", (video_id,))
        for space in self._spaces:
            space.refresh()
        return gone > 0

    @contextlib.contextmanager
    def indexing_lock(self, video_id: str, timeout_s: float | None = None) -> Iterator[None]:
        """Only one process or thread indexes a video; re-entrant within a thread of this object.

        Raises LibraryLockedError when another one holds it for longer than `timeout_s`.
        """
        held: set[str] = self._held.__dict__.setdefault("videos", set())
        if video_id in held:
            yield
            return
        lock = self.path / "locks" / f"{quote(video_id, safe='')[:200]}.lock"
        with file_lock(
            lock, self._timeout_s if timeout_s is None else timeout_s, "another process, indexing,"
        ):
            held.add(video_id)
            try:
                yield
            finally:
                held.discard(video_id)

    def verify(self) -> list[str]:
        """Everything that is wrong, one line each. Sends what waits for the stores, changes nothing else."""
        problems = [
            f"SQLite: {row[0]}" for row in self._database.rows("PRAGMA quick_check(20)") if row[0] != "ok"
        ]
        return (
            problems
            + self._memories.problems()
            + [line for space in self._spaces for line in space.problems()]
        )

    def repair(self) -> None:
        """Write the full-text table and the stores anew from SQLite; embed only what has no vector."""
        self._memories.index_words()
        for space in self._spaces:
            if space.space == "text":
                space.complete()
            space.rebuild(self._timeout_s)

    def size_bytes(self) -> int:
        """What the folder takes on disk."""
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())

    def close(self) -> None:
        """Tell the stores what waits and let go of everything; a store that fails now is told next time."""
        for space in self._spaces:
            if space.waiting():
                with contextlib.suppress(LibraryError):
                    space.refresh()
            space.store.close()
        self._database.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def exists(path: Path) -> bool:
    """Whether something was ever indexed in this folder."""
    return (path / DATABASE).is_file()


def _shown(made_by: str, ours: str) -> str:
    """Both names, with what tells them apart where the specs are the same."""
    theirs, mine = made_by.partition("@")[0], ours.partition("@")[0]
    return f"{theirs!r}, not {mine!r}" if theirs != mine else f"{made_by!r}, not {ours!r}"
