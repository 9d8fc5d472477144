"""A file of JSON lines that survives kill -9: one write and one fsync a line, a torn last line cut off."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Journal:
    """An append-only file. Opening repairs it; `append` is durable when it returns; safe for threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self.rows: list[dict[str, Any]] = self._repair()

    def append(self, row: Mapping[str, Any]) -> None:
        """Write one line and wait until it is on disk."""
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            with self.path.open("ab", buffering=0) as file:
                file.write(line)
                os.fsync(file.fileno())
            self.rows.append(dict(row))

    def _repair(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        data = self.path.read_bytes()
        rows, end = whole_lines(data)
        if end < len(data):
            os.truncate(self.path, end)
        return rows


def whole_lines(data: bytes) -> tuple[list[dict[str, Any]], int]:
    """The objects of the whole lines, and the byte where the last readable line ends.

    Reading stops at the first line that is torn or no object: what was written after it cannot be trusted.
    """
    rows: list[dict[str, Any]] = []
    end = 0
    while (stop := data.find(b"\n", end)) >= 0:
        try:
            row = json.loads(data[end:stop])
        except ValueError:
            return rows, end
        if not isinstance(row, dict):
            return rows, end
        rows.append(row)
        end = stop + 1
    return rows, end


def write_json(path: Path, data: Any) -> None:
    """Replace a JSON file whole: a reader sees the old or the new one, never half."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
