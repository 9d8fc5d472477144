"""PyAV: reads whatever FFmpeg reads, one forward pass a call; also files with sound and no pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from playhead.tools.pictures.containers import describe, open_container
from playhead.tools.pictures.decoding import shown_at
from playhead.tools.pictures.frames import Damage, ascending, grid
from playhead.tools.types import Frame, Span, VideoInfo


class PyavReader:
    """An open file. Every call walks on its own, so several may run side by side."""

    def __init__(self, path: Path, info: VideoInfo) -> None:
        self.path = path
        self.info = info
        self.damage = Damage()

    @property
    def skipped(self) -> tuple[Span, ...]:
        return self.damage.spans

    def scan(self, fps: float, span: Span | None = None, max_side_px: int | None = None) -> Iterator[Frame]:
        return shown_at(self.path, grid(fps, self.info.duration_s, span), max_side_px, self.damage)

    def frames_at(self, times_s: Sequence[float], max_side_px: int | None = None) -> Iterator[Frame]:
        return shown_at(self.path, ascending(times_s, self.info.duration_s), max_side_px, self.damage)

    def close(self) -> None:
        """Nothing is held open between calls."""


class PyavPlugin:
    """Opens files with PyAV."""

    def open(self, path: Path) -> PyavReader:
        """Raises MediaError when libav finds neither pictures nor sound in the file."""
        with open_container(path) as container:
            return PyavReader(path, describe(container, path))


def create(argument: str = "") -> PyavPlugin:  # noqa: ARG001 - takes none
    return PyavPlugin()
