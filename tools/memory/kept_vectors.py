"""An embedder that embeds no text twice: vectors are kept on disk by text, for all libraries and runs."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from playhead.tools.protocols import Embedder
from playhead.tools.types import Vectors

PART = 500
"""Keys in one query of SQLite."""


class KeptVectors:
    """`embedder` behind a file of vectors, which may be deleted at any time. Safe for threads and processes.

    A file that cannot be read or written is passed over: everything is then embedded.
    """

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self.fingerprint, self.dimension = embedder.fingerprint, embedder.dimension
        name = blake2b(embedder.fingerprint.encode(), digest_size=8).hexdigest()
        self._lock = threading.Lock()
        self._file = self._open(folder / f"{name}.db")

    def _open(self, path: Path) -> sqlite3.Connection | None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = sqlite3.connect(path, timeout=30, check_same_thread=False)
            file.execute("PRAGMA journal_mode = WAL")
            file.execute("PRAGMA synchronous = NORMAL")
            file.execute(
                "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
            )
        except (OSError, sqlite3.Error):
            return None
        return file

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """len(texts) x dimension; only texts that were never seen reach the embedder, in one batch."""
        keys = [blake2b(text.encode("utf-8", "replace"), digest_size=16).digest() for text in texts]
        found = self._known(list(dict.fromkeys(keys)))
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if new:
            rows = np.asarray(self._embedder.embed_texts(list(new.values())), np.float32)
            made = dict(zip(new, rows, strict=True))
            found |= made
            self._keep(made)
        return np.stack([found[key] for key in keys]) if keys else np.zeros((0, self.dimension), np.float32)

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        if self._file is None:
            return found
        with self._lock, contextlib.suppress(sqlite3.Error):
            for start in range(0, len(keys), PART):
                part = keys[start : start + PART]
                marks = ",".join("?" * len(part))
                sql = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"  # noqa: S608 - marks only
                found |= {key: np.frombuffer(blob, np.float32) for key, blob in self._file.execute(sql, part)}
        return {key: row for key, row in found.items() if row.shape == (self.dimension,)}

    def _keep(self, rows: dict[bytes, Vectors]) -> None:
        if self._file is None:
            return
        values = [(key, row.tobytes()) for key, row in rows.items()]
        with self._lock, contextlib.suppress(sqlite3.Error), self._file:
            self._file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", values)

    def close(self) -> None:
        """Let go of the file; texts are embedded without it from then on."""
        with self._lock:
            if self._file is not None:
                self._file.close()
            self._file = None
