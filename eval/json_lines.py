"""A file of JSON lines that survives kill -9: one write and one fsync a line; damaged lines are set aside."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


class JsonLines:
    """An append-only file. Opening repairs it; `append` is durable when it returns; safe for threads.

    Lines that cannot be read or lack one of the fields `needed`, wherever they stand, move to a file of the
    same name with `.damaged` at its end; every other line is kept. `damaged` counts those that opening found.
    """

    def __init__(self, path: Path, *needed: str) -> None:
        self.path = path
        self._needed = needed
        self._lock = threading.Lock()
        self.damaged = 0
        self.rows: list[dict[str, Any]] = self._repair()

    def append(self, row: Mapping[str, Any]) -> None:
        """Write one line and wait until it is on disk."""
        with self._lock:
            with self.path.open("ab", buffering=0) as file:
                file.write(_line(row))
                os.fsync(file.fileno())
            self.rows.append(dict(row))

    def _repair(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        rows, damaged = readable_lines(self.path.read_bytes(), self._needed)
        if damaged:
            self.damaged = len(damaged)
            with self.path.with_name(f"{self.path.name}.damaged").open("ab") as aside:
                aside.write(b"".join(line + b"\n" for line in damaged))
                os.fsync(aside.fileno())
            write_lines(self.path, rows)
        return rows


def readable_lines(data: bytes, needed: Iterable[str] = ()) -> tuple[list[dict[str, Any]], list[bytes]]:
    """The objects of the whole lines, and the lines that are torn, hold no object or lack a field."""
    rows: list[dict[str, Any]] = []
    damaged: list[bytes] = []
    *whole, last = data.split(b"\n")
    for line in whole:
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if isinstance(row, dict) and all(name in row for name in needed):
            rows.append(row)
        elif line:
            damaged.append(line)
    return rows, [*damaged, last] if last else damaged


def _line(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Replace a file of JSON lines whole."""
    _replace(path, b"".join(map(_line, rows)))


def write_json(path: Path, data: Any) -> None:
    """Replace a JSON file whole: a reader sees the old or the new one, never half."""
    _replace(path, json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n")


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
