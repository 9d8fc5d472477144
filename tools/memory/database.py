"""One SQLite file: opened safely, migrated, guarded by a lock, its errors told in one line.

WAL journal, so that readers and one writer work side by side; every change is one transaction; the
schema's version is `PRAGMA user_version` and ours is marked by `PRAGMA application_id`.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playhead.tools.errors import LibraryError, LibraryLockedError, LibraryVersionError, PlayheadError

APPLICATION_ID = 0x504C4844  # "PLHD"

Row = tuple[Any, ...]


class Database:
    """A connection shared by threads. `migrations[n]` brings version n to n + 1."""

    def __init__(self, path: Path, migrations: Sequence[str], timeout_s: float = 10.0) -> None:
        self.path = path
        self.timeout_s = timeout_s
        self._guard = threading.RLock()
        with self._mapped():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=timeout_s, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(migrations)
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self, migrations: Sequence[str]) -> None:
        self._check_ours(len(migrations))
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        while self._version() < len(migrations):
            self._migrate(migrations)

    def _check_ours(self, newest: int) -> None:
        tables = self.value("SELECT count(*) FROM sqlite_master")
        if tables and self.value("PRAGMA application_id") != APPLICATION_ID:
            raise LibraryError(f"{str(self.path)!r} is not a playhead library", "choose another folder")
        if self._version() > newest:
            cause = f"{str(self.path.parent)!r} was written by a newer playhead (schema {self._version()})"
            raise LibraryVersionError(cause, f"upgrade playhead, which knows schema {newest}")

    def _version(self) -> int:
        return int(self.value("PRAGMA user_version"))

    def _migrate(self, migrations: Sequence[str]) -> None:
        with self.transaction():
            version = self._version()  # another process may have been first
            if version < len(migrations):
                for statement in migrations[version].split(";\n"):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {version + 1}")
                self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; nests by joining the outer one. Waits for another writer up to the timeout."""
        with self._guard, self._mapped():
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a statement."""
        with self._guard, self._mapped():
            return self._connection.execute(sql, values).fetchall()

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.rows(sql, values)
        return found[0][0] if found else None

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Carry out a change; the number of rows changed."""
        with self.transaction():
            return self._connection.execute(sql, values).rowcount

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """Carry out a change once for each row of values; the number of rows changed."""
        with self.transaction():
            return self._connection.executemany(sql, rows).rowcount

    def close(self) -> None:
        with self._guard, self._mapped():
            self._connection.close()

    @contextlib.contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        except OSError as error:
            cause = f"cannot use {str(self.path.parent)!r} as a library: {error.strerror}"
            raise LibraryError(cause, "choose another folder with --library") from error


def peek(path: Path, sql: str) -> str | None:
    """One value of a library file that need not exist, without creating or changing anything."""
    if not path.is_file():
        return None
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            row = connection.execute(sql).fetchone()
    except sqlite3.Error:
        return None  # opening it properly will say what is wrong
    return str(row[0]) if row else None


def explain(error: sqlite3.Error, path: Path) -> PlayheadError:
    """The one line for an SQLite failure; in every case what was committed before is still there."""
    text, folder = str(error).lower(), str(path.parent)
    if "locked" in text or "busy" in text:
        cure = "wait until it has finished, or stop it"
        return LibraryLockedError(f"another process is writing to the library {folder!r}", cure)
    if "foreign key" in text:
        cause = "the video is not, or no longer, in the library; nothing of it was stored"
        return LibraryError(cause, "index it again")
    if "full" in text:
        return LibraryError("the disk is full; nothing stored was lost", "free some space and run it again")
    if "not a database" in text or "malformed" in text or "corrupt" in text:
        cure = "restore a copy, or move the file away and index again"
        return LibraryError(f"the library {str(path)!r} is damaged ({text}); nothing was overwritten", cure)
    if "readonly" in text or "unable to open" in text or "disk i/o" in text:
        cure = "check its rights and the disk, or choose another folder with --library"
        return LibraryError(f"cannot use {folder!r} as a library: {text}", cure)
    return LibraryError(f"the library {folder!r} failed: {text}", "run `playhead library verify`")
