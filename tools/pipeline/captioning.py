"""Descriptions of clips by a model that sees: structured, cached, parallel and bounded.

Pictures of the next clips are decoded while replies are awaited; what the library has a reply for is not
even decoded. Memory holds the pictures of at most `parallel` clips and a few more.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playhead.prompts import render
from playhead.tools.errors import ModelError, ModelRejectedError, ModelUnreachableError
from playhead.tools.pictures.looking import Album
from playhead.tools.pictures.sampling import times
from playhead.tools.pipeline import cached_replies
from playhead.tools.pipeline.cached_replies import Query, shape
from playhead.tools.pipeline.parallel import fan_out, in_thread
from playhead.tools.pipeline.progress import Granularity
from playhead.tools.protocols import ChatModel, Filter
from playhead.tools.types import Clip, Frame, Memory, Span, Video

if TYPE_CHECKING:
    from playhead.tools.library import Library

Item = tuple[Video, Span, Query, list[Frame]]

SPEECH_CHARS = 1200

TEXT = {"type": "string"}
SCHEMA = shape(
    caption=TEXT,
    actions={"type": "array", "items": TEXT},
    entities={"type": "array", "items": shape(name=TEXT, description=TEXT)},
    screen_text={"type": "array", "items": TEXT},
    place=TEXT,
)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How finely a clip is looked at: its length, pictures a second, their number and size."""

    length_s: float
    fps: float
    most: int
    side_px: int = 512


SAMPLING: Mapping[Granularity, Sampling] = {
    "coarse": Sampling(60.0, 1.0, 60, 384),
    "medium": Sampling(10.0, 2.0, 20),
    "fine": Sampling(1.0, 4.0, 4, 768),
}
"""10 s at 2 fps is what the ablations of published systems favour; 60 s to skim, 1 s for a glance."""


@dataclass(frozen=True, slots=True)
class Captioned:
    """One clip and its description, or why there is none. `frames` is 0 when the reply was known."""

    span: Span
    memory: Memory | None
    error: str = ""
    frames: int = 0


@dataclass(frozen=True, slots=True)
class Captioner:
    """A model, and how it is to look."""

    model: ChatModel
    library: Library
    granularity: Granularity = "medium"
    focus: str = ""
    parallel: int = 16
    reader: str = "auto"
    before_s: float | None = None
    most: int | None = None
    """Pictures of one clip where that is fewer than its granularity asks for."""

    @property
    def sampling(self) -> Sampling:
        """How finely it looks."""
        usual = SAMPLING[self.granularity]
        return usual if self.most is None else replace(usual, most=max(1, min(self.most, usual.most)))

    async def describe(
        self, video: Video, path: Path, spans: Sequence[Span]
    ) -> AsyncGenerator[Captioned, None]:
        """Every span described, in the order the replies come.

        A clip that fails is reported and the others go on; a server that is gone or refuses raises
        ModelUnreachableError or ModelRejectedError, a passed budget BudgetExceededError.
        """
        async with aclosing(
            fan_out(self._pictures(video, path, spans), self._caption, self.parallel)
        ) as done:
            async for captioned in done:
                yield captioned

    async def _pictures(self, video: Video, path: Path, spans: Sequence[Span]) -> AsyncGenerator[Item, None]:
        sampling = self.sampling
        album = Album(path, self.reader)
        try:
            for span in spans:
                query = await in_thread(self._query, video, span)
                frames: list[Frame] = []
                if await cached_replies.cached(self.library, self.model, query) is None:
                    at_s = times(span, sampling.fps, sampling.most)
                    frames = await in_thread(album.take, at_s, sampling.side_px)
                yield video, span, query, frames
        finally:
            album.close()

    def _query(self, video: Video, span: Span) -> Query:
        prompt = render(
            "caption",
            start_s=span.start_s,
            end_s=span.end_s,
            focus=self.focus,
            speech=self._speech(video, span),
        )
        about = (span.start_s, span.end_s, self.sampling)
        return Query("caption", prompt, SCHEMA, video.id, about)

    def _speech(self, video: Video, span: Span) -> str:
        where = Filter((video.id,), ("speech",), (), span.start_s, span.end_s, self.before_s)
        heard = (memory for memory in self.library.memories(where) if memory.span.intersection_s(span) > 0)
        return "\n".join(memory.text for memory in heard)[:SPEECH_CHARS]

    async def _caption(self, item: Item) -> Captioned:
        video, span, query, frames = item
        known = await cached_replies.cached(self.library, self.model, query)
        if known is None and not frames:
            return Captioned(span, None, "no picture could be decoded")
        try:
            data = known or await cached_replies.ask(self.library, self.model, query, frames)
        except (ModelRejectedError, ModelUnreachableError):
            raise
        except ModelError as error:
            return Captioned(span, None, str(error), len(frames))
        return Captioned(span, self._memory(video, span, data), frames=len(frames))

    def _memory(self, video: Video, span: Span, data: Mapping[str, Any]) -> Memory | None:
        meta = {
            **{name: data[name] for name in ("actions", "entities", "screen_text", "place")},
            "focus": self.focus,
            "granularity": self.granularity,
        }
        return Memory(video.id, span, "caption", _sentence(data), source=self.model.name, meta=meta)


def _sentence(data: Mapping[str, Any]) -> str:
    """One searchable text of a description."""
    written = "; ".join(text for text in data["screen_text"] if text.strip())
    parts = [
        data["caption"].strip(),
        f"Place: {data['place'].strip()}." if data["place"].strip() else "",
        f"On screen: {written}." if written else "",
    ]
    return " ".join(part for part in parts if part)


def spans_of(clips: Sequence[Clip], span: Span, granularity: Granularity) -> list[Span]:
    """What is described together: the clips themselves, or equal pieces of `span` of the usual length."""
    if granularity == "medium" and clips:
        return [clip.span for clip in clips]
    return pieces(span, SAMPLING[granularity].length_s)


def pieces(span: Span, length_s: float) -> list[Span]:
    """Equal pieces of about `length_s`; one piece when the span is shorter."""
    count = max(1, round(span.duration_s / length_s))
    step = span.duration_s / count
    return [
        Span(span.start_s + i * step, min(span.end_s, span.start_s + (i + 1) * step)) for i in range(count)
    ]
