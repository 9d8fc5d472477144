"""The fake: a `.synthetic.json` script played as if it were a video, without any codec."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from playhead.tools.errors import MediaError
from playhead.tools.pictures.containers import check_file
from playhead.tools.pictures.frames import Times, ascending, grid, scaled_size
from playhead.tools.synthesis import SUFFIX, Script, render
from playhead.tools.types import Frame, Image, Span, Stream, VideoInfo

_TOLERANCE_S = 0.0005


class SyntheticReader:
    """A script as a video; every frame is drawn when it is asked for."""

    skipped: tuple[Span, ...] = ()

    def __init__(self, path: Path, script: Script) -> None:
        self.script = script
        self._starts = script.frame_times()
        streams = [Stream(0, "video", "synthetic")]
        streams += [Stream(1, "subtitle", "synthetic")] if script.cues else []
        self.info = VideoInfo(
            path=str(path),
            duration_s=script.duration_s,
            fps=script.fps,
            width_px=script.width_px,
            height_px=script.height_px,
            codec="synthetic",
            streams=tuple(streams),
        )

    def scan(self, fps: float, span: Span | None = None, max_side_px: int | None = None) -> Iterator[Frame]:
        return self._frames(grid(fps, self.info.duration_s, span), max_side_px)

    def frames_at(self, times_s: Sequence[float], max_side_px: int | None = None) -> Iterator[Frame]:
        return self._frames(ascending(times_s, self.info.duration_s), max_side_px)

    def close(self) -> None:
        """Nothing is open."""

    def _frames(self, times: Times, max_side_px: int | None) -> Iterator[Frame]:
        if not len(self._starts):
            return
        rows = np.searchsorted(self._starts, times + _TOLERANCE_S, side="right") - 1
        for time_s in self._starts[np.unique(np.maximum(rows, 0))].tolist():
            yield Frame(time_s, _scaled(render(self.script, time_s), max_side_px))


def _scaled(image: Image, max_side_px: int | None) -> Image:
    from PIL import Image as Picture

    height_px, width_px, _ = image.shape
    size_px = scaled_size(width_px, height_px, max_side_px)
    if size_px == (width_px, height_px):
        return image
    return np.asarray(Picture.fromarray(image).resize(size_px, Picture.Resampling.BOX), np.uint8)


class SyntheticPlugin:
    """Opens `.synthetic.json` scripts."""

    def open(self, path: Path) -> SyntheticReader:
        """Raises MediaError when the file is not a script."""
        check_file(path)
        if not path.name.endswith(SUFFIX):
            raise MediaError(f"{str(path)!r} is not a synthetic script", f"its name must end in {SUFFIX}")
        try:
            return SyntheticReader(path, Script.from_json(path.read_text("utf-8")))
        except (OSError, ValueError, RecursionError) as error:
            cure = "write it with Script.to_json"
            raise MediaError(f"{str(path)!r} is not a synthetic script: {error}", cure) from error


def create(argument: str = "") -> SyntheticPlugin:  # noqa: ARG001 - takes none
    return SyntheticPlugin()
