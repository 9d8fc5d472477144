"""Clips of one length, no look at the picture: `fixed:20` makes them 20 seconds long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from playhead.tools.pictures.boundaries import Lengths, clip_seconds, units
from playhead.tools.types import Clip, Frame


@dataclass(frozen=True, slots=True)
class Fixed:
    """Cuts by the clock; scenes are six clips long."""

    clip_s: float
    sample_fps: float = 1.0

    def segment(self, frames: Iterable[Frame], duration_s: float) -> list[Clip]:  # noqa: ARG002 - not looked at
        return units((), duration_s, Lengths(self.clip_s, max_scene_s=6 * self.clip_s))


def create(argument: str = "") -> Fixed:
    return Fixed(clip_seconds(argument))
