"""Video made from a script, so that every fact in it is known: for the demo, the tests and `synthetic`.

A script is a list of scenes (a background, slide texts, things and labels, something that moves) and cues.
What is drawn at a time depends on nothing else, so a frame can be checked without storing it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from playhead.tools.pictures.drawing import Colour, ink, shapes, slide, square
from playhead.tools.pictures.painting import Label, Thing, paint
from playhead.tools.types import Cue, Image, Span
from playhead.tools.words.writing import subrip

if TYPE_CHECKING:
    from playhead.tools.words.audio import Samples

SUFFIX = ".synthetic.json"
_MAX_FRAMES = 12 * 3600 * 120


@dataclass(frozen=True, slots=True)
class Scene:
    """What is seen from `start_s` until just before `end_s`: the first text is a title, the rest lines.

    `moving` sends a square round the picture once in four seconds. A `seed` other than 0 scatters
    shapes over a scene without texts, so that two scenes of one colour differ. `things` and `labels` are
    painted over all that.
    """

    start_s: float
    end_s: float
    background: Colour
    texts: tuple[str, ...] = ()
    moving: bool = False
    seed: int = 0
    things: tuple[Thing, ...] = ()
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """A whole synthetic video. Times without a scene are black; raises ValueError on impossible numbers."""

    scenes: tuple[Scene, ...]
    width_px: int = 640
    height_px: int = 360
    fps: float = 10.0
    cues: tuple[Cue, ...] = ()

    def __post_init__(self) -> None:
        if not (2 <= self.width_px <= 8192 and 2 <= self.height_px <= 8192):
            raise ValueError(f"picture size must be 2..8192, got {self.width_px}x{self.height_px}")
        if not 0 < self.fps <= 1000:
            raise ValueError(f"fps must be above 0 and at most 1000, got {self.fps!r}")
        for scene in self.scenes:
            if not 0 <= scene.start_s < scene.end_s < math.inf:
                raise ValueError(f"a scene must satisfy 0 <= start < end, got {scene!r}")
        if self.duration_s * self.fps > _MAX_FRAMES:
            raise ValueError(f"a script may hold {_MAX_FRAMES} frames, got {self.duration_s * self.fps:.0f}")

    @property
    def duration_s(self) -> float:
        """The end of the last scene; 0 without scenes."""
        return max((scene.end_s for scene in self.scenes), default=0.0)

    @property
    def cuts_s(self) -> tuple[float, ...]:
        """The times at which one scene replaces another, ascending."""
        return tuple(sorted(scene.start_s for scene in self.scenes))[1:]

    def scene_at(self, time_s: float) -> Scene | None:
        """The scene shown at `time_s`; the latest started wins where scenes overlap."""
        shown = (scene for scene in self.scenes if scene.start_s <= time_s + 1e-6 < scene.end_s)
        return max(shown, key=lambda scene: scene.start_s, default=None)

    def frame_times(self, vfr: bool = False) -> npt.NDArray[np.float64]:
        """Presentation times in seconds; with `vfr` the gaps go 1, 1, 3, 2 frames and start again."""
        slots = np.arange(math.ceil(self.duration_s * self.fps - 1e-6))
        if vfr:
            slots = slots[np.isin(slots % 7, (0, 1, 2, 5))]
        return slots / self.fps

    def to_json(self) -> str:
        """The script as JSON text; `from_json` gives back an equal one."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Script:
        """The script in `text`; raises ValueError when it is not one."""
        try:
            fields = dict(json.loads(text))
            scenes = tuple(_scene(dict(scene)) for scene in fields.pop("scenes"))
            cues = tuple(_cue(dict(cue)) for cue in fields.pop("cues", ()))
            return cls(scenes, cues=cues, **fields)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"not a synthetic script: {error}") from error


def _scene(fields: dict[str, Any]) -> Scene:
    texts = tuple(map(str, fields.pop("texts", ())))
    things = tuple(_thing(dict(thing)) for thing in fields.pop("things", ()))
    labels = tuple(Label(**label) for label in fields.pop("labels", ()))
    background = _colour(fields.pop("background"))
    return Scene(background=background, texts=texts, things=things, labels=labels, **fields)


def _thing(fields: dict[str, Any]) -> Thing:
    return Thing(colour=_colour(fields.pop("colour")), **fields)


def _colour(values: Sequence[Any]) -> Colour:
    red, green, blue = (min(255, max(0, int(value))) for value in values)
    return red, green, blue


def _cue(fields: dict[str, Any]) -> Cue:
    return Cue(Span(**fields.pop("span")), **fields)


def render(script: Script, time_s: float) -> Image:
    """The picture shown at `time_s`, height x width x 3."""
    scene = script.scene_at(time_s)
    if scene is None:
        return np.zeros((script.height_px, script.width_px, 3), np.uint8)
    image = _still(scene, script.width_px, script.height_px).copy()
    if scene.moving:
        square(image, ink(scene.background), time_s - scene.start_s, scene.seed, low=bool(scene.texts))
    return image


@lru_cache(maxsize=8)
def _still(scene: Scene, width_px: int, height_px: int) -> Image:
    drawn = (
        slide(scene.texts, scene.background, width_px, height_px)
        if scene.texts
        else shapes(scene.seed, scene.background, width_px, height_px)
    )
    painted = scene.things or scene.labels
    return paint(drawn, scene.things, scene.labels, scene.background) if painted else drawn


def pictures(script: Script, vfr: bool = False) -> Iterator[tuple[float, Image]]:
    """Every frame with its time; the same array object comes again while nothing changes."""
    shown: tuple[Scene | None, Image] | None = None
    for time_s in script.frame_times(vfr).tolist():
        scene = script.scene_at(time_s)
        if shown is None or shown[0] is not scene or (scene and scene.moving):
            shown = (scene, render(script, time_s))
        yield time_s, shown[1]


def encode(
    script: Script,
    path: Path,
    codec: str = "libx264",
    subtitles: bool = False,
    vfr: bool = False,
    *,
    audio: bool = False,
    sound: Samples | None = None,
    rotation_deg: int = 0,
    key_frame_s: float = 5.0,
) -> Path:
    """Write `script` as a video file; the container follows the suffix of `path`.

    `subtitles` embeds the cues as a text track, `audio` adds a quiet tone, or `sound` is heard instead;
    `rotation_deg` tells players to turn the picture counter-clockwise, `key_frame_s` is the longest
    distance of two key frames.
    """
    import av

    from playhead.tools.pictures.muxing import PictureTrack, SoundTrack, TextTrack

    heard = audio or sound is not None

    with av.open(str(path), "w") as container:
        size_px = (script.width_px, script.height_px)
        picture = PictureTrack(container, codec, size_px, script.fps, key_frame_s, rotation_deg)
        others: list[TextTrack | SoundTrack] = [SoundTrack(container, sound)] if heard else []
        others += [TextTrack(container, script.cues)] if subtitles else []
        for time_s, image in pictures(script, vfr):
            for track in others:
                track.until(time_s)
            picture.add(time_s, image)
        for track in others:
            track.until(script.duration_s)
            track.finish()
        picture.finish()
    return path


def encode_audio(path: Path, duration_s: float, sound: Samples | None = None) -> Path:
    """A file without pictures (.m4a, .mp3, .ogg, .wav…): a quiet tone, or `sound`."""
    import av

    from playhead.tools.pictures.muxing import SoundTrack

    with av.open(str(path), "w") as container:
        track = SoundTrack(container, sound)
        track.until(duration_s)
        track.finish()
    return path


def write_srt(cues: Sequence[Cue], path: Path) -> Path:
    """The cues as a SubRip file, in the order given."""
    path.write_text(subrip([(cue.span, cue.text) for cue in cues]), encoding="utf-8")
    return path
