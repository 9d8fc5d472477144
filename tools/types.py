"""The nouns every folder shares: frozen values, times in seconds from the start of the video."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
"""Height x width x 3, RGB, 0..255."""

Vectors = npt.NDArray[np.float32]
"""Rows of unit length: n x dimension."""

Kind = Literal["speech", "screen", "caption", "digest", "frame"]
"""What a memory is made of: words heard, words read on screen, a model's description of a clip, a summary,
or what a picture itself shows, be it measured, embedded or seen by a model that was asked about it."""

Level = Literal["clip", "scene", "chapter", "video"]
"""How much of the video one unit covers; clip ⊂ scene ⊂ chapter ⊂ video."""

Origin = Literal["subtitles", "heard", ""]
"""Where words of kind `speech` come from: written by somebody, or recognised; empty for other kinds."""

HEARD = "asr:"
"""What the `source` of a recognised memory of speech begins with; the recogniser's spec follows."""

KINDS: tuple[Kind, ...] = ("speech", "screen", "caption", "digest", "frame")
PERCEIVED: tuple[Kind, ...] = ("speech", "screen", "caption", "frame")
"""Kinds that say what was heard or seen; a digest is made of them."""

LEVELS: tuple[Level, ...] = ("clip", "scene", "chapter", "video")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A closed interval of time; raises ValueError unless 0 <= start_s <= end_s and both are finite."""

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start_s) and math.isfinite(self.end_s)):
            raise ValueError(f"span times must be finite, got {self.start_s!r}..{self.end_s!r}")
        if not 0 <= self.start_s <= self.end_s:
            raise ValueError(f"span must satisfy 0 <= start <= end, got {self.start_s!r}..{self.end_s!r}")

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s

    @property
    def middle_s(self) -> float:
        return (self.start_s + self.end_s) / 2

    def contains(self, time_s: float) -> bool:
        return self.start_s <= time_s <= self.end_s

    def overlaps(self, other: Span) -> bool:
        return self.start_s <= other.end_s and other.start_s <= self.end_s

    def intersection_s(self, other: Span) -> float:
        return max(0.0, min(self.end_s, other.end_s) - max(self.start_s, other.start_s))

    def iou(self, other: Span) -> float:
        """Temporal intersection over union, 0..1; two equal instants give 1."""
        union = max(self.end_s, other.end_s) - min(self.start_s, other.start_s)
        return self.intersection_s(other) / union if union > 0 else 1.0

    def union(self, other: Span) -> Span:
        """The smallest span that holds both."""
        return Span(min(self.start_s, other.start_s), max(self.end_s, other.end_s))

    def clamp(self, start_s: float, end_s: float) -> Span:
        low = min(max(self.start_s, start_s), end_s)
        return Span(low, max(low, min(self.end_s, end_s)))


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture with its true presentation time."""

    time_s: float
    image: Image = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream of a container, as listed by the reader."""

    index: int
    kind: Literal["video", "audio", "subtitle", "other"]
    codec: str
    language: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What a reader knows of a file without decoding it. Width and height are after rotation."""

    path: str
    duration_s: float
    fps: float
    width_px: int
    height_px: int
    rotation_deg: int = 0
    codec: str = ""
    streams: tuple[Stream, ...] = ()

    @property
    def has_picture(self) -> bool:
        return self.width_px > 0 and self.height_px > 0

    @property
    def has_audio(self) -> bool:
        return any(stream.kind == "audio" for stream in self.streams)


@dataclass(frozen=True, slots=True)
class Clip:
    """One unit of the hierarchy. `parent` is the index of the unit one level up, or None at the top."""

    index: int
    span: Span
    level: Level = "clip"
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """Words with their time: one subtitle, one recognised utterance, one text on the screen."""

    span: Span
    text: str
    language: str = ""
    speaker: str = ""
    confidence: float | None = None
    """How sure a recogniser was of these words, 0..1; None where a person wrote them."""


@dataclass(frozen=True, slots=True)
class Memory:
    """One remembered thing. `source` names what made it (a file, an OCR engine, a model)."""

    video_id: str
    span: Span
    kind: Kind
    text: str
    level: Level = "clip"
    source: str = ""
    meta: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def id(self) -> str:
        """Stable identity by content: writing the same memory twice stores it once."""
        parts = (self.video_id, self.kind, self.level, self.source, self.text)
        times = f"{self.span.start_s:.3f}-{self.span.end_s:.3f}"
        return blake2b("\x1f".join((*parts, times)).encode(), digest_size=12).hexdigest()

    @property
    def origin(self) -> Origin:
        if self.kind != "speech":
            return ""
        return "heard" if self.source.startswith(HEARD) else "subtitles"

    @property
    def confidence(self) -> float | None:
        """How sure a recogniser was of the words, 0..1; None where nobody measured it."""
        return self.meta.get("confidence")


@dataclass(frozen=True, slots=True)
class Hit:
    """A memory found by a search. `score` is the fused score (higher is better); ranks start at 1."""

    memory: Memory
    score: float
    similarity: float | None = None
    dense_rank: int | None = None
    lexical_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Video:
    """A video of the library, known by content (`id`), never by name.

    `path` is where it was last seen; empty for imported memories. `source` says what it was made from:
    a video file, a transcript on its own, or ready-made memories.
    """

    id: str
    path: str
    title: str
    duration_s: float
    source: Literal["video", "transcript", "memories"] = "video"
    info: VideoInfo | None = None
    complete: bool = False

    @property
    def name(self) -> str:
        """What people call it: the file's name, or the title where there is no file."""
        return self.path.replace("\\", "/").rsplit("/", 1)[-1] or self.title


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of the ledger: something a tool returned, that an answer may cite by `number`.

    `perceived` is True when it came from a perception (speech, pixels, screen text), False when a
    model concluded it. `number` is 0 until the ledger assigns one.
    """

    video_id: str
    video: str
    span: Span
    kind: Kind
    text: str
    tool: str = ""
    score: float = 0.0
    perceived: bool = True
    number: int = 0
    origin: Origin = ""
    confidence: float | None = None
    """How sure a recogniser was of the words, 0..1; None where nobody measured it."""

    @property
    def heard(self) -> str:
        """How a person is told that the words were recognised: `, heard (62 % sure)`; else nothing."""
        if self.origin != "heard":
            return ""
        return ", heard" if self.confidence is None else f", heard ({100 * self.confidence:.0f} % sure)"

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; `source` is that of speech, `confidence` that of heard speech."""
        values = {
            "video": self.video,
            "start_s": round(self.span.start_s, 3),
            "end_s": round(self.span.end_s, 3),
            "kind": self.kind,
            "text": self.text,
        }
        heard = {"source": self.origin, "confidence": self.confidence}
        return values | {name: value for name, value in heard.items() if value not in ("", None)}


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run or a role has spent. `unknown_calls` counts replies whose server reported no tokens."""

    model_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    frames: int = 0
    wall_s: float = 0.0
    unknown_calls: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.model_calls + other.model_calls,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.frames + other.frames,
            self.wall_s + other.wall_s,
            self.unknown_calls + other.unknown_calls,
        )
