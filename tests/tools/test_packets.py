"""A walk through a film leaves nothing behind for the garbage collector: decoders hold megabytes."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from playhead.tools.media import open_reader
from playhead.tools.pictures.packets import Packets
from playhead.tools.synthesis import Scene, Script, encode


@pytest.fixture
def uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("most", [2, None])
def test_a_walk_ends_with_its_last_frame(most: int | None, tmp_path: Path) -> None:
    film = encode(Script((Scene(0, 4, (9, 9, 200)),), width_px=64, height_px=48), tmp_path / "film.mp4")
    frames = open_reader(film, "pyav").scan(2.0)
    assert len(list(islice(frames, most))) == (most or 8)
    del frames
    assert not any(isinstance(held, Packets) for held in gc.get_objects())
