"""What an action works with: the library, the videos of the question, the cut-off, the models.

The planner never sees any of it; it sees the annotated arguments of the actions. Every span that leaves
an action lies inside its video and before the cut-off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

from playhead.tools.errors import ToolError
from playhead.tools.metering import Meter
from playhead.tools.pictures.sampling import SamplingConfig
from playhead.tools.protocols import ChatModel, Filter
from playhead.tools.types import Evidence, Kind, Level, Memory, Span, Video

if TYPE_CHECKING:
    from playhead.tools.library import Library


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one call of an action may take or give."""

    hits: int = 16
    """Memories of one search; the number that VideoAgent-style systems settled on."""
    neighbours: int = 1
    """Memories shown before and after each hit when a search asks for them."""
    frames: int = SamplingConfig().max_frames
    """Pictures of one inspection."""
    side_px: int = 768
    """Longest side of the pictures sent to a model; a crop is cut before it is scaled."""
    lines: int = 120
    """Lines of transcript or screen text in one observation."""
    clips: int = 200
    """Clips that one call may describe."""
    clip_frames: int = 60
    """Pictures that one clip may be described from."""
    survey_frames: int = 500
    """Pictures of one question to every clip, the closer look not counted…"""
    survey_share: float = 0.75
    """…and the share of the pictures and calls still allowed that it may take."""
    parallel: int = 8
    """Model calls in flight from one action."""
    screen_s: float = 180.0
    """Seconds of video that one call may read the screen of when indexing has not."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What an action found. The first line of `text` is a summary that stands on its own.

    `frames` counts the pictures that were looked at; `data` says the same as the text in plain values, for
    strategies, which read no prose.
    """

    text: str
    evidence: tuple[Evidence, ...] = ()
    frames: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolContext:
    """The surroundings of every action of one question; `videos` is its scope, numbered from 1."""

    library: Library
    videos: tuple[Video, ...]
    before_s: float | None = None
    models: Mapping[str, ChatModel] = field(default_factory=dict)
    """By role: `captioner`, `inspector`. Without one, the actions that need it say so."""
    meter: Meter = field(default_factory=Meter)
    limits: Limits = field(default_factory=Limits)
    reader: str = "auto"
    ocr: str | None = "rapidocr"
    keep_focused: bool = True
    """Whether descriptions made for this question may be found by later ones."""

    @property
    def eyes(self) -> bool:
        """Whether a model can look at the pictures of any of the videos."""
        models = (self.models.get(role) for role in ("inspector", "captioner"))
        sees = any(model is not None and model.sees_images for model in models)
        return sees and any(video.source == "video" for video in self.videos)

    def select(self, reference: str | None) -> tuple[Video, ...]:
        """The videos that `reference` names (number, id prefix, title or file name); None means all.

        Raises ToolError that lists the choices.
        """
        if not self.videos:
            raise ToolError("no video is indexed; nothing can be looked up")
        if reference is None:
            return self.videos
        if found := _match(reference.strip(), self.videos):
            return (found,)
        choices = ", ".join(f"{i} ({video.title})" for i, video in enumerate(self.videos[:20], 1))
        raise ToolError(f"argument 'video': no video {reference[:80]!r}; choose one of: {choices}")

    def one(self, reference: str | None) -> Video:
        """The video that `reference` names; None means the first."""
        return self.select(reference)[0]

    def end_s(self, video: Video) -> float:
        """The last second that may be known: the end of the video or the cut-off."""
        return max(0.0, video.duration_s if self.before_s is None else min(video.duration_s, self.before_s))

    def span(self, video: Video, start_s: float | None = None, end_s: float | None = None) -> Span:
        """The asked stretch inside what may be known; swapped ends are put right.

        Raises ToolError when it lies wholly after the end or the cut-off.
        """
        last = self.end_s(video)
        low = max(0.0, 0.0 if start_s is None else start_s)
        high = last if end_s is None else max(0.0, end_s)
        if start_s is not None and end_s is not None and low > high:
            low, high = high, low
        if low > last:
            what = "the end of the video" if last >= video.duration_s else "the cut-off of this question"
            raise ToolError(f"argument 'start_s': {low:g} is after {what}; allowed: 0 to {last:g}")
        return Span(low, min(max(low, high), last))

    def where(
        self,
        videos: Sequence[Video],
        kinds: Sequence[Kind] = (),
        span: Span | None = None,
        levels: Sequence[Level] = (),
    ) -> Filter:
        """A filter of the library that always carries the cut-off."""
        start_s, end_s = (None, None) if span is None else (span.start_s, span.end_s)
        ids = tuple(video.id for video in videos)
        return Filter(ids, tuple(kinds), tuple(levels), start_s, end_s, self.before_s)

    def memories(
        self,
        video: Video,
        kinds: Sequence[Kind] = (),
        span: Span | None = None,
        levels: Sequence[Level] = (),
    ) -> list[Memory]:
        """The memories that share time with `span`, in the order of time, none past the cut-off."""
        found = self.library.memories(self.where((video,), kinds, span, levels))
        return [memory for memory in found if span is None or shares(memory.span, span)]

    def knows(self, span: Span) -> bool:
        """Whether the cut-off allows knowing about `span`."""
        return self.before_s is None or span.end_s <= self.before_s

    def by_id(self, video_id: str) -> Video | None:
        return next((video for video in self.videos if video.id == video_id), None)

    def left(self, name: Literal["frames", "model_calls"]) -> float:
        """How many more the budget of the question allows; infinity without a limit."""
        limit: float = getattr(self.meter.budget, name)
        spent: float = getattr(self.meter.total(), name)
        return max(0.0, limit - spent)

    def model(self, *roles: str) -> ChatModel:
        """The first model that plays one of `roles`. Raises ToolError when none does."""
        for role in roles:
            if model := self.models.get(role):
                return model
        raise ToolError(f"this needs a model as {roles[0]}, and none is configured; use the other tools")

    def evidence(
        self,
        video: Video,
        span: Span,
        kind: Kind,
        text: str,
        *,
        tool: str,
        score: float = 0.0,
        perceived: bool = True,
    ) -> Evidence:
        """One line for the ledger, its span held inside the video and the cut-off."""
        inside = span.clamp(0.0, self.end_s(video))
        name = video.path or video.title
        return Evidence(video.id, name, inside, kind, text, tool=tool, score=score, perceived=perceived)

    def recall(self, memory: Memory, *, tool: str, score: float = 0.0) -> Evidence | None:
        """A memory as evidence; None when its video is not in the question's scope."""
        video = self.by_id(memory.video_id)
        if video is None or not self.knows(memory.span):
            return None
        perceived = memory.kind != "digest"
        told = self.evidence(
            video, memory.span, memory.kind, memory.text, tool=tool, score=score, perceived=perceived
        )
        return replace(told, origin=memory.origin, confidence=memory.confidence)


def shares(first: Span, second: Span) -> bool:
    """Whether they have more than an edge in common; an instant need only lie inside."""
    instant = min(first.duration_s, second.duration_s) == 0
    return first.overlaps(second) and (instant or first.intersection_s(second) > 0)


def line(evidence: Evidence, videos: Sequence[Video] = ()) -> str:
    """One line of an observation; the video is named only where there are several."""
    number = next((i for i, video in enumerate(videos, 1) if video.id == evidence.video_id), 0)
    where = f"video {number} " if len(videos) > 1 and number else ""
    text = " ".join(evidence.text.split())
    times = f"{evidence.span.start_s:.1f}-{evidence.span.end_s:.1f} s"
    return f"[{where}{times}] {evidence.kind}{evidence.heard}: {text}"


def observe(
    summary: str, evidence: Sequence[Evidence], videos: Sequence[Video] = (), frames: int = 0
) -> Observation:
    """A summary followed by one line for each piece of evidence."""
    lines = [summary, *(line(item, videos) for item in evidence)]
    return Observation("\n".join(lines), tuple(evidence), frames)


def _match(reference: str, videos: Sequence[Video]) -> Video | None:
    bare = re.sub(r"^(?:video)?\s*#?\s*", "", reference, flags=re.IGNORECASE)
    if re.fullmatch(r"\d{1,4}", bare) and 1 <= int(bare) <= len(videos):
        return videos[int(bare) - 1]
    wanted = reference.casefold()
    if not wanted:
        return None
    exact = [video for video in videos if wanted in _names(video)]
    prefixed = [video for video in videos if len(wanted) >= 4 and video.id.casefold().startswith(wanted)]
    partial = [video for video in videos if len(wanted) >= 3 and wanted in video.title.casefold()]
    return next(iter(exact or prefixed or (partial if len(partial) == 1 else [])), None)


def _names(video: Video) -> set[str]:
    path = PurePath(video.path)
    return {name.casefold() for name in (video.id, video.title, video.path, path.name, path.stem) if name}
