"""What the C library is told: give memory back, and hand out no block that still holds somebody's words."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

import pytest

from playhead.tools import allocator, registry
from playhead.tools.library import Library
from playhead.tools.types import Memory, Span, Video


def test_the_graph_on_disk_holds_nothing_but_the_graph(tmp_path: Path) -> None:
    """Without clean blocks, about one file in three holds pages of freed memory behind its elements."""
    for number in range(8):
        with Library(tmp_path / str(number), registry.load("embedders", "hashing:512")) as library:
            library.put_video(Video("v", "v.mp4", "v", 10.0))
            library.add("v", [Memory("v", Span(0, 1), "speech", "the key is under the mat")])
            library.search("key")
    files = list(tmp_path.rglob("data_level0.bin"))
    assert len(files) == 8
    element_bytes = files[0].stat().st_size // 100
    assert not any(any(file.read_bytes()[element_bytes:]) for file in files)


@pytest.mark.parametrize("system", [lambda _: object(), lambda _: ctypes.CDLL("no such library")])
def test_another_c_library_is_left_alone(
    system: Callable[[None], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = ctypes.CDLL
    monkeypatch.setattr(ctypes, "CDLL", lambda name: system(name) if name is None else loaded(name))
    allocator._glibc.cache_clear()
    try:
        assert allocator._glibc() is None
        allocator.trim()
        with allocator.clean_blocks(), allocator.clean_blocks():
            pass
    finally:
        allocator._glibc.cache_clear()
