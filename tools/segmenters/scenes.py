"""PySceneDetect's detectors on sampled frames: `scenes` (adaptive) or `scenes:content`."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playhead.tools.errors import UsageError
from playhead.tools.pictures.boundaries import Cut, Lengths, units
from playhead.tools.types import Clip, Frame


@dataclass(frozen=True, slots=True)
class Scenes:
    """A cut wherever the detector says so, no closer than the lengths allow."""

    detector: Callable[[], Any]
    lengths: Lengths = field(default_factory=Lengths)

    sample_fps: float = 2.0
    """Frames a second; cuts are found to one sample."""

    def segment(self, frames: Iterable[Frame], duration_s: float) -> list[Clip]:
        cuts = (Cut(time_s, 1.0) for time_s in _cuts(self.detector(), frames))
        return units(cuts, duration_s, self.lengths)


def _cuts(detector: Any, frames: Iterable[Frame]) -> Iterator[float]:
    """Start times of the frames at which the detector sees a new scene."""
    times = array("d")
    for number, frame in enumerate(frames):
        times.append(frame.time_s)
        bgr = np.ascontiguousarray(frame.image[:, :, ::-1])
        yield from (times[cut] for cut in detector.process_frame(number, bgr))
    if times:
        yield from (times[cut] for cut in detector.post_process(len(times) - 1))


def create(argument: str = "") -> Scenes:
    from scenedetect.detectors import AdaptiveDetector, ContentDetector

    detectors = {
        "": lambda: AdaptiveDetector(min_scene_len=1),
        "adaptive": lambda: AdaptiveDetector(min_scene_len=1),
        "content": lambda: ContentDetector(min_scene_len=1),
    }
    if argument not in detectors:
        raise UsageError(
            f"PySceneDetect has no detector {argument!r} here", "use scenes:adaptive or scenes:content"
        )
    return Scenes(detectors[argument])
