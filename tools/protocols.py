"""The shapes plug-ins must have. Matched by shape, never inherited.

Every plug-in file exposes one function `create`, whose first argument is the text after the colon of
its spec (`fixed:20` → `create("20")`, `pyav` → `create("")`) and whose keyword arguments are its
settings with defaults; `tools.registry.load(folder, spec)` calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from playhead.tools.types import Clip, Cue, Frame, Image, Kind, Level, Span, Usage, Vectors, VideoInfo


class Reader(Protocol):
    """An open video. Frames come in ascending time, one at a time, with their true presentation time."""

    info: VideoInfo

    @property
    def skipped(self) -> tuple[Span, ...]:
        """Stretches that could not be decoded so far."""

    def scan(self, fps: float, span: Span | None = None, max_side_px: int | None = None) -> Iterator[Frame]:
        """Sample `span` (default: all) at `fps` frames a second, in bounded memory."""

    def frames_at(self, times_s: Sequence[float], max_side_px: int | None = None) -> Iterator[Frame]:
        """The frame shown at each time, in ascending order; undecodable ones are left out."""

    def close(self) -> None: ...


class Segmenter(Protocol):
    """Cuts a video into clips, scenes and chapters from a stream of sampled frames."""

    sample_fps: float
    """How densely `frames` should be sampled, in frames a second."""

    def segment(self, frames: Iterable[Frame], duration_s: float) -> list[Clip]:
        """Clips in order of time, then the scenes that hold them; covers 0..duration_s without gaps."""


class Transcriber(Protocol):
    """A source of spoken words. `fingerprint` changes whenever the words would."""

    fingerprint: str

    def transcribe(self, path: Path, info: VideoInfo | None, span: Span | None = None) -> Iterator[Cue]:
        """Cues in order of time, none when the file carries none; PrerequisiteError without its model.

        With `span` only what is said in it, give or take a pause (`words.audio.pieces`); neighbouring
        spans share no words. A recogniser sets the confidence of every cue; one without text is a
        stretch in which somebody speaks and that it did not understand.
        """


@dataclass(frozen=True, slots=True)
class TextLine:
    """Text read in one picture; `box` is left, top, right, bottom as shares of the picture (0..1)."""

    text: str
    confidence: float
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)


class ScreenReader(Protocol):
    """Reads the text in a picture (OCR)."""

    def read(self, image: Image) -> list[TextLine]: ...


class Embedder(Protocol):
    """Turns texts into unit vectors. `fingerprint` changes whenever the vectors would."""

    fingerprint: str
    dimension: int

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """len(texts) x dimension, float32, rows of unit length; an empty text gives a valid row."""


@runtime_checkable
class VisualEmbedder(Embedder, Protocol):
    """An embedder whose text and image vectors live in one space."""

    def embed_images(self, images: Sequence[Image]) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Filter:
    """What a search may return. Empty tuples and None mean no restriction. `before_s` is the causal
    cut-off: nothing that ends after it."""

    video_ids: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    levels: tuple[Level, ...] = ()
    start_s: float | None = None
    end_s: float | None = None
    before_s: float | None = None


class VectorStore(Protocol):
    """Vectors by memory id. Can be thrown away and rebuilt from the library's SQLite file."""

    def upsert(self, ids: Sequence[str], vectors: Vectors, fields: Sequence[Mapping[str, Any]]) -> None:
        """`fields` hold video_id, kind, level, start_s and end_s of each id."""

    def query(self, vector: Vectors, limit: int, where: Filter) -> list[tuple[str, float]]:
        """(id, cosine similarity), best first, at most `limit`; `vector` has shape (dimension,)."""

    def ids(self) -> set[str]: ...

    def count(self) -> int: ...

    def delete(self, ids: Sequence[str]) -> None: ...

    def clear(self) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture inside a message; `time_s` is told to the model in text before it."""

    image: Image = field(repr=False, compare=False)
    time_s: float | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message: texts and pictures in order."""

    role: Literal["system", "user", "assistant"]
    parts: tuple[str | ImagePart, ...]


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call of a chat model. With `schema` (JSON Schema of an object) the reply must be that object."""

    messages: tuple[Message, ...]
    schema: Mapping[str, Any] | None = None
    schema_name: str = "reply"
    temperature: float = 0.0
    max_tokens: int = 1024
    seed: int | None = 0
    logprobs: bool = False
    timeout_s: float = 120.0
    most_calls: int | None = None
    """Replies that may be paid for to get a usable one; None: as the backend sees fit."""
    purpose: str = ""
    """Which call site asks (plan, reflect, answer, caption, inspect…); for logs and for scripted replies."""
    on_text: Callable[[str], None] | None = field(default=None, repr=False, compare=False)
    """Told the text so far as it arrives, by backends that can; starts over when an attempt is repeated."""


@dataclass(frozen=True, slots=True)
class TokenProbability:
    """A generated token with the log-probabilities of its alternatives (itself included)."""

    token: str
    logprob: float
    alternatives: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChatReply:
    """`data` is the parsed object when a schema was asked for and the reply had its shape, else None."""

    text: str
    data: Mapping[str, Any] | None = None
    reasoning: str = ""
    usage: Usage = field(default_factory=lambda: Usage(model_calls=1))
    finish_reason: str = "stop"
    tokens: tuple[TokenProbability, ...] = ()
    model: str = ""


@runtime_checkable
class ChatModel(Protocol):
    """A chat model. Safe to call from many tasks at once; raises only ModelError and its children.

    A reply that does not fit the asked schema comes back with `data=None`; it is never repaired into
    something the model did not say.
    """

    name: str
    """Public spec, for instance `openai:Qwen/Qwen3-VL-8B-Instruct`; part of every cache key."""

    @property
    def sees_images(self) -> bool:
        """False for a model that takes text only, as far as is known by now."""

    async def complete(self, request: ChatRequest) -> ChatReply: ...

    async def aclose(self) -> None: ...
