"""One question put to a whole stretch of a video: few calls, each with as many pictures as it may hold."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playhead.prompts import render
from playhead.tools.errors import BudgetExceededError, ModelError
from playhead.tools.pictures.looking import Album, playable
from playhead.tools.pipeline import cached_replies
from playhead.tools.pipeline.cached_replies import Query, shape
from playhead.tools.pipeline.parallel import fan_out, in_thread
from playhead.tools.protocols import ChatModel
from playhead.tools.types import Frame, Memory, Span, Video

if TYPE_CHECKING:
    from playhead.tools.context import ToolContext

NOTES_CHARS = 6000
"""What is said, written and described in one stretch, as far as a call is told of it."""

SCHEMA = shape(
    notes={
        "type": "array",
        "maxItems": 40,
        "items": shape(
            start_s={"type": "number"},
            end_s={"type": "number"},
            answer={"type": "string", "maxLength": 400},
            count={"type": "integer"},
            clear={"type": "boolean"},
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one call is asked about; without times of pictures, words alone. `side_px` bounds their sides."""

    span: Span
    at_s: tuple[float, ...] = ()
    side_px: int = 512


@dataclass(frozen=True, slots=True)
class Note:
    """What contributes to the answer; not `clear` where it must be seen closer to be sure."""

    span: Span
    answer: str
    count: int = 0
    clear: bool = True


@dataclass(slots=True)
class Surveyed:
    """The notes in the order of time, stretches asked, those without an answer, pictures looked at."""

    notes: list[Note] = field(default_factory=list)
    asked: int = 0
    failed: int = 0
    frames: int = 0


@dataclass(frozen=True, slots=True)
class Survey:
    """One question about one video, for one model."""

    context: ToolContext
    video: Video
    question: str
    model: ChatModel

    @property
    def sees(self) -> bool:
        """Whether pictures answer; else it is concluded from notes."""
        return self.model.sees_images and self.video.source == "video"

    async def ask(self, stretches: Sequence[Stretch]) -> Surveyed:
        """All that was found before the budget ended it; raises BudgetExceededError when nothing was."""
        found = Surveyed(asked=len(stretches), failed=len(stretches))
        prepared = self._prepared(stretches)
        try:
            async with aclosing(fan_out(prepared, self._put, self.context.limits.parallel)) as replies:
                async for notes, frames in replies:
                    found.frames += frames
                    if notes is not None:
                        found.notes += notes
                        found.failed -= 1
        except BudgetExceededError:
            if found.failed == found.asked:
                raise
        found.notes.sort(key=lambda note: note.span)
        return found

    async def _prepared(
        self, stretches: Sequence[Stretch]
    ) -> AsyncGenerator[tuple[Stretch, Query, list[Frame]], None]:
        looks = any(stretch.at_s for stretch in stretches)
        album = Album(await in_thread(playable, self.video) if looks else Path(), self.context.reader)
        try:
            for stretch in stretches:
                query = await in_thread(self._query, stretch)
                known = await cached_replies.cached(self.context.library, self.model, query)
                frames: list[Frame] = []
                if stretch.at_s and known is None:
                    frames = await in_thread(album.take, stretch.at_s, stretch.side_px)
                yield stretch, query, frames
        finally:
            album.close()

    def _query(self, stretch: Stretch) -> Query:
        known = self.context.memories(self.video, ("speech", "screen", "caption"), stretch.span)
        prompt = render(
            "survey",
            question=self.question,
            start_s=stretch.span.start_s,
            end_s=stretch.span.end_s,
            seen=bool(stretch.at_s),
            notes="\n".join(_row(memory) for memory in known)[:NOTES_CHARS],
        )
        return Query("clip", prompt, SCHEMA, self.video.id, (stretch.at_s, stretch.side_px), max_tokens=1500)

    async def _put(self, item: tuple[Stretch, Query, list[Frame]]) -> tuple[list[Note] | None, int]:
        stretch, query, frames = item
        try:
            data = await cached_replies.ask(self.context.library, self.model, query, frames)
        except ModelError:
            return None, len(frames)
        return [note for row in data["notes"] if (note := _note(row, stretch))], len(frames)


def stretches(at_s: Sequence[float], whole: Span, most: int, side_px: int) -> list[Stretch]:
    """`whole` in as few parts as hold at most `most` of these pictures each, about as many in every part."""
    size = math.ceil(len(at_s) / math.ceil(len(at_s) / most))
    groups = [tuple(at_s[start : start + size]) for start in range(0, len(at_s), size)]
    edges = [(one[-1] + other[0]) / 2 for one, other in pairwise(groups)]
    spans = pairwise([whole.start_s, *edges, whole.end_s])
    return [
        Stretch(Span(start, max(start, end)), group, side_px)
        for (start, end), group in zip(spans, groups, strict=True)
    ]


def _row(memory: Memory) -> str:
    return f"{memory.span.start_s:.1f}-{memory.span.end_s:.1f} s, {memory.kind}: {memory.text}"


def _note(row: Any, stretch: Stretch) -> Note | None:
    """The row, held inside its stretch; None when it says nothing or lies elsewhere: that is made up."""
    text = " ".join(str(row["answer"]).split())[:400]
    times = sorted(float(row[name]) for name in ("start_s", "end_s"))
    if not text or not all(0 <= time_s < 1e9 for time_s in times):
        return None
    named = Span(*times)
    near = replace(stretch.span, start_s=max(0.0, stretch.span.start_s - 1), end_s=stretch.span.end_s + 1)
    if not near.overlaps(named):
        return None
    inside = named.clamp(stretch.span.start_s, stretch.span.end_s)
    return Note(inside, text, max(0, int(row["count"])), bool(row["clear"]))
