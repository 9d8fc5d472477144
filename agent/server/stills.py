"""Pictures that were asked for lately, so that a pointer going to and fro decodes each once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

MOST_BYTES = 32 << 20

Key = tuple[str, float, int | None]


class Stills:
    """At most MOST_BYTES of JPEG, the longest unused forgotten first. Safe to use from several threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Key, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def of(
        self,
        path: Path,
        video_id: str,
        time_s: float,
        side_px: int | None,
        make: Callable[[Path, float, int | None], bytes],
    ) -> bytes:
        """The picture at a time to the tenth of a second, made where it is not kept."""
        key = (video_id, round(time_s, 1) if side_px else time_s, side_px)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        data = make(path, key[1], side_px)
        with self._lock:
            self._size += len(data) - len(self._kept.pop(key, b""))
            self._kept[key] = data
            while self._size > self._most_bytes:
                self._size -= len(self._kept.popitem(last=False)[1])
        return data
