"""Simple visual facts, measured from small pictures: colours, brightness, motion, what changes and stays. No
model, no guess."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playhead.tools.pictures.boundaries import Cut
from playhead.tools.pictures.changes import Changes
from playhead.tools.types import Clip, Frame, Image, Memory, Span

COLOURS = (
    "black",
    "grey",
    "white",
    "red",
    "orange",
    "brown",
    "yellow",
    "green",
    "cyan",
    "blue",
    "purple",
    "pink",
)
SIDE_PX = 48
STILL, LIVELY = 0.012, 0.06
"""Mean change of brightness between neighbouring samples (0..1) below which a picture stands still, and
above which much moves."""
MOST_CHANGES = 4
"""Changes that are kept of one clip, the strongest."""

_HUE_EDGES = np.array([15.0, 45.0, 70.0, 165.0, 195.0, 255.0, 290.0, 345.0])
_HUE_NAMES = np.array([3, 4, 6, 7, 8, 9, 10, 11, 3])


@dataclass(frozen=True, slots=True)
class Look:
    """What was measured of one picture: share of each colour, brightness and change, all 0..1."""

    time_s: float
    colours: npt.NDArray[np.float32]
    brightness: float
    change: float


class Looks:
    """Watches frames pass by and keeps a few numbers of each, so that one decoding serves two readers."""

    def __init__(self) -> None:
        self.seen: list[Look] = []
        self.changes = Changes()
        self._previous: npt.NDArray[np.float32] | None = None

    def watch(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        for frame in frames:
            self.seen.append(self._measure(frame))
            self.changes.add(frame.time_s, frame.image)
            yield frame

    def _measure(self, frame: Frame) -> Look:
        small = shrink(frame.image)
        grey = small.mean(axis=2, dtype=np.float32) / 255
        same_shape = self._previous is not None and self._previous.shape == grey.shape
        change = float(np.abs(grey - self._previous).mean()) if same_shape else 0.0
        self._previous = grey
        return Look(frame.time_s, colour_shares(small), float(grey.mean()), change)


def shrink(image: Image) -> Image:
    """Every n-th pixel, so that the longest side is near SIDE_PX."""
    step = max(1, max(image.shape[:2]) // SIDE_PX)
    return image[::step, ::step]


def colour_shares(image: Image) -> npt.NDArray[np.float32]:
    """The share of each of COLOURS among the pixels, by hue, saturation and value."""
    pixels = (image.reshape(-1, 3) / np.float32(255)).astype(np.float32)
    value, low = pixels.max(axis=1), pixels.min(axis=1)
    chroma = value - low
    names = _HUE_NAMES[np.digitize(_hue_deg(pixels, value, chroma), _HUE_EDGES)]
    names[(names == 4) & (value < 0.6)] = 5
    pale = chroma < 0.15 * np.maximum(value, 1e-6)
    names[pale] = np.where(value[pale] > 0.8, 2, 1)
    names[value < 0.18] = 0
    return (np.bincount(names, minlength=len(COLOURS)) / len(names)).astype(np.float32)


def _hue_deg(
    pixels: npt.NDArray[np.float32], value: npt.NDArray[np.float32], chroma: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    red, green, blue = pixels.T
    safe = np.maximum(chroma, 1e-6)
    hue = np.where(value == red, (green - blue) / safe % 6, (red - green) / safe + 4)
    hue = np.where((value == green) & (value != red), (blue - red) / safe + 2, hue)
    return np.asarray(hue * 60, dtype=np.float32)


def facts(video_id: str, clips: Iterable[Clip], looks: Looks) -> Iterator[Memory]:
    """One memory of kind `frame` for each clip that any picture was seen of."""
    times = np.array([look.time_s for look in looks.seen])
    changes = looks.changes.found()
    for clip in clips:
        first, last = np.searchsorted(times, (clip.span.start_s, clip.span.end_s))
        if inside := looks.seen[first : max(last, first + 1)]:
            text, meta = describe(inside)
            meta["changes"] = _strongest(changes, clip.span)
            yield Memory(video_id, clip.span, "frame", text, source="facts", meta=meta)


def changes_of(memories: Iterable[Memory]) -> list[Cut]:
    """The changes that facts tell of, in any order; none of a video whose index is older than they are."""
    return [Cut(*pair) for memory in memories for pair in memory.meta.get("changes", ())]


def _strongest(changes: Sequence[Cut], span: Span) -> list[list[float]]:
    """Times and strengths of those that begin within the span."""
    edges = [
        bisect_left(changes, time_s, key=lambda cut: cut.time_s) for time_s in (span.start_s, span.end_s)
    ]
    kept = sorted(changes[slice(*edges)], key=lambda cut: -cut.depth)[:MOST_CHANGES]
    return [[round(cut.time_s, 2), cut.depth] for cut in sorted(kept, key=lambda cut: cut.time_s)]


def describe(looks: list[Look]) -> tuple[str, dict[str, object]]:
    """Words and numbers for the pictures of one clip; the first change belongs to the cut before it."""
    shares = np.mean([look.colours for look in looks], axis=0)
    brightness = float(np.mean([look.brightness for look in looks]))
    change = float(np.mean([look.change for look in looks[1:]])) if len(looks) > 1 else 0.0
    order = np.argsort(-shares, kind="stable")
    named = [COLOURS[i] for i in order[:3] if shares[i] >= 0.12] or [COLOURS[order[0]]]
    light = "dark" if brightness < 0.25 else "bright" if brightness > 0.7 else "medium light"
    motion = "still" if change < STILL else "much motion" if change > LIVELY else "some motion"
    text = f"picture mostly {' and '.join(named)}; {light}; {motion}"
    return text, {"colours": named, "brightness": round(brightness, 3), "motion": round(change, 4)}
