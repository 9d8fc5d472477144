"""Chroma: an embedded database in a folder, or a server by URL (`chroma:http://localhost:8000`).

Vectors are always ours: no embedding function of Chroma is ever used, and telemetry is off. Distances
are cosine.

Embedded Chroma is safe for threads but not for processes: two that write into one folder can corrupt
it, and one does not see what the other wrote. So every call holds a lock between processes on
`<folder>.lock`, and `<folder>.change` names the last change: who finds another than the one it knows
opens the folder anew before going on. A folder that cannot be opened is thrown away, since the library fills
it again from SQLite. A server does all this itself; there the collection is named after the library.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import shutil
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playhead.tools.allocator import clean_blocks
from playhead.tools.errors import LibraryError, PlayheadError, UsageError
from playhead.tools.memory.locks import file_lock
from playhead.tools.protocols import Filter
from playhead.tools.types import Vectors

GRAPH = {"space": "cosine", "max_neighbors": 64, "ef_construction": 400, "ef_search": 1000}
"""Denser, and searched wider, than Chroma's own (16, 100, 100), which found 85 of the 100 nearest among
8,000 captions and half of them among phrases made by rule; this finds all and nine tenths."""

SYNC = {"batch_size": 100, "sync_threshold": 100}
"""Opening puts into the graph whatever came after the last full hundred; with Chroma's own thousand that
takes seconds."""


class ChromaStore:
    """One collection. Raises LibraryError for whatever goes wrong inside Chroma."""

    def __init__(
        self, open_client: Callable[[], Any], collection: str, folder: Path | None, timeout_s: float
    ) -> None:
        self._open_client = open_client
        self._name = collection
        self._folder = folder
        self._timeout_s = timeout_s
        self._guard = threading.RLock()
        self._client: Any = None
        self._collection: Any = None
        self._change = b""

    def upsert(self, ids: Sequence[str], vectors: Vectors, fields: Sequence[Mapping[str, Any]]) -> None:
        """Insert or replace, in batches of the size that Chroma takes."""
        with self._session(changes=True) as collection:
            for part in self._batches(len(ids)):
                batch = [dict(values) for values in fields[part]]
                collection.upsert(ids=list(ids[part]), embeddings=vectors[part], metadatas=batch)

    def query(self, vector: Vectors, limit: int, where: Filter) -> list[tuple[str, float]]:
        """(id, cosine similarity), best first."""
        with self._session() as collection:
            limit = min(limit, collection.count())
            if limit < 1:
                return []
            found = collection.query(
                query_embeddings=[vector], n_results=limit, where=condition(where), include=["distances"]
            )
        return [
            (name, 1 - float(far)) for name, far in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def ids(self) -> set[str]:
        with self._session() as collection:
            return set(collection.get(include=[])["ids"])

    def count(self) -> int:
        with self._session() as collection:
            return int(collection.count())

    def delete(self, ids: Sequence[str]) -> None:
        with self._session(changes=True) as collection:
            for part in self._batches(len(ids)):
                collection.delete(ids=list(ids[part]))

    def clear(self) -> None:
        """Drop the collection and make it anew, ready for another dimension."""
        with self._session(changes=True):
            self._client.delete_collection(self._name)
            self._collection = self._make()

    def close(self) -> None:
        with self._guard:
            self._shut()

    def _batches(self, count: int) -> Iterator[slice]:
        size = int(self._client.get_max_batch_size())
        return (slice(start, start + size) for start in range(0, count, size))

    @contextlib.contextmanager
    def _session(self, changes: bool = False) -> Iterator[Any]:
        """The collection, fresh and alone: no other thread or process is inside."""
        with self._guard, self._alone(), _mapped(self._name), clean_blocks():
            last = self._last_change()
            if self._collection is None or last != self._change:
                self._reopen()
            elif self._folder is None:
                self._collection = self._make()  # another client may have dropped it
            self._change = self._new_change() if changes else last
            try:
                yield self._collection
            except BaseException:
                self._shut()
                raise

    def _alone(self) -> contextlib.AbstractContextManager[None]:
        if self._folder is None:
            return contextlib.nullcontext()
        lock, holder = self._beside("lock"), "another process searching or indexing"
        return file_lock(lock, self._timeout_s, holder, self._last_change)

    def _last_change(self) -> bytes:
        """A name that is given once; of a server nothing need be known."""
        try:
            return b"" if self._folder is None else self._beside("change").read_bytes()
        except FileNotFoundError:
            return b""

    def _new_change(self) -> bytes:
        change = b"" if self._folder is None else uuid.uuid4().hex.encode()
        if change:
            self._beside("change").write_bytes(change)
        return change

    def _beside(self, suffix: str) -> Path:
        assert self._folder is not None
        return self._folder.with_name(f"{self._folder.name}.{suffix}")

    def _reopen(self) -> None:
        self._shut()
        self._client = self._open_client()
        self._collection = self._make()

    def _make(self) -> Any:
        return self._client.get_or_create_collection(
            self._name, embedding_function=None, configuration={"hnsw": {**GRAPH, **SYNC}}
        )

    def _shut(self) -> None:
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.close()
        self._client = self._collection = None


def condition(where: Filter) -> dict[str, Any] | None:
    """A filter in Chroma's `where` language; None when nothing is restricted."""
    parts: list[dict[str, Any]] = []
    for name, wanted in (("video_id", where.video_ids), ("kind", where.kinds), ("level", where.levels)):
        if wanted:
            parts.append({name: {"$in": list(wanted)}})
    bounds = (
        ("end_s", "$gte", where.start_s),
        ("start_s", "$lte", where.end_s),
        ("end_s", "$lte", where.before_s),
    )
    parts += [{name: {operator: float(bound)}} for name, operator, bound in bounds if bound is not None]
    return parts[0] if len(parts) == 1 else {"$and": parts} if parts else None


@contextlib.contextmanager
def _mapped(name: str) -> Iterator[None]:
    """Chroma's own errors share no useful base (some are Rust panics): all become LibraryError."""
    try:
        yield
    except (PlayheadError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        cause = f"the vector store {name!r} failed: {type(error).__name__}: {error}"
        raise LibraryError(cause[:400], "run `playhead library repair`") from error


def _embedded(path: Path) -> Callable[[], Any]:
    def opened() -> Any:
        import chromadb

        path.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(_spelled(path, next(_OPENED)), settings=_settings())

    def opened_or_emptied() -> Any:
        try:
            return opened()
        except Exception:  # damaged: it holds nothing that SQLite does not
            _empty(path)
            return opened()

    return opened_or_emptied


_OPENED = itertools.count(1)


def _spelled(path: Path, number: int) -> str:
    """The same folder, written differently for each number.

    Chroma shares one engine among all clients of a process that name a folder alike, stale or broken as it
    may be; another spelling gives a fresh one.
    """
    return str(path) + "".join("/." if bit == "1" else "//." for bit in f"{number:b}")


def _empty(folder: Path) -> None:
    """Remove what Chroma writes, and nothing else that may be there."""
    for entry in folder.glob("*"):
        if entry.name.startswith("chroma.sqlite3"):
            entry.unlink(missing_ok=True)
        elif entry.is_dir() and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", entry.name):
            shutil.rmtree(entry, ignore_errors=True)


def _server(url: str) -> Callable[[], Any]:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{url!r} is no address of a Chroma server", "write chroma:http://localhost:8000")
    port = parts.port or (443 if secure else 8000)

    def opened() -> Any:
        import chromadb

        try:
            return chromadb.HttpClient(host=str(parts.hostname), port=port, ssl=secure, settings=_settings())
        except Exception as error:
            cure = f"start it (chroma run --port {port}) or use the embedded store"
            raise LibraryError(f"no Chroma server answers at {url}", cure) from error

    return opened


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def create(
    argument: str = "",
    *,
    path: Path | str | None = None,
    collection: str = "playhead",
    timeout_s: float = 30.0,
    **_settings: Any,
) -> ChromaStore:
    """`chroma` keeps its files in `path`; `chroma:http://host:port` asks a server, in `collection`."""
    if argument:
        return ChromaStore(_server(argument), collection, None, timeout_s)
    if path is None:
        raise UsageError(
            "the embedded Chroma store needs a folder", "give path=…, or chroma:http://host:port"
        )
    folder = Path(path)
    return ChromaStore(_embedded(folder), collection, folder, timeout_s)
