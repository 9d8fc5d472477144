"""A recording looked over as a whole: what it is about, summary, chapters, topics, moments, speakers.

Without a model everything is extracted, with the seconds it stands at. With one, each chapter is summarised
(map) and the summaries are merged (reduce); times and speakers stay measured.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from playhead.agent.offline.recollection import CACHE
from playhead.agent.overviews import writing as wording
from playhead.agent.overviews.survey import Speaker, Survey
from playhead.agent.pricing import INDEXING
from playhead.agent.scope import remember
from playhead.agent.wiring import Setup
from playhead.tools.errors import UsageError
from playhead.tools.indexing import resolve
from playhead.tools.library import Library
from playhead.tools.metering import Metered
from playhead.tools.pipeline.digest import Summariser
from playhead.tools.protocols import Filter
from playhead.tools.types import PERCEIVED, Span, Video
from playhead.tools.words.chapters import Chapter
from playhead.tools.words.writing import webvtt


@dataclass(frozen=True, slots=True)
class Part:
    """One chapter: its title, and with a model what it holds in a few sentences."""

    start_s: float
    end_s: float
    title: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """One recording. Every line of `about`, `summary`, `topics` and `moments` begins with its time.

    `topics` and `moments` are empty where nothing is said: the chapters tell what stood there.
    """

    video: str
    title: str
    duration_s: float
    about: tuple[str, ...]
    summary: tuple[str, ...]
    chapters: tuple[Part, ...]
    topics: tuple[str, ...]
    moments: tuple[str, ...]
    speakers: tuple[Speaker, ...]
    """Empty where the words do not carry who says them."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `playhead overview --json`."""
        return asdict(self)

    def vtt(self) -> str:
        """The chapters as a WebVTT file, as players read them for navigation."""
        return webvtt([(Span(part.start_s, part.end_s), part.title) for part in self.chapters])


async def look_over(setup: Setup, reference: str, subtitles: Sequence[str] = ()) -> Overview:
    """The overview of one video, indexed first where it is not yet.

    Raises UsageError for a folder, MediaError, LibraryError, and ModelError when a configured model fails.
    """
    library = await asyncio.to_thread(setup.library)
    video = await _video(setup, library, reference, subtitles)
    survey = await asyncio.to_thread(_survey, library, video)
    parts = await asyncio.to_thread(lambda: survey.chapters)
    model = setup.models.get("captioner")
    if model is None:
        chapters = tuple(Part(c.span.start_s, c.span.end_s, c.title) for c in parts)
        return await asyncio.to_thread(_extracted, video, survey, chapters)
    summariser = Summariser(Metered(model, INDEXING, setup.indexing), library, video.id)
    return await _summarised(video, survey, parts, summariser, setup.config.indexing.parallel)


async def _video(setup: Setup, library: Library, reference: str, subtitles: Sequence[str]) -> Video:
    found = await asyncio.to_thread(resolve, reference, library)
    if isinstance(found, Video):
        return found
    if found.is_dir():
        raise UsageError(f"{reference!r} is a folder", "name one video; each has an overview of its own")
    ids: dict[str, None] = {}
    async with aclosing(remember(setup, [found], subtitles)) as events:
        async for event in events:
            ids |= {event.progress.video_id: None} if event.progress.video_id else {}
    video = await asyncio.to_thread(library.video, next(iter(ids)))
    if video is None:
        raise UsageError(f"{reference!r} is not in the library", "see: playhead library")
    return video


def _survey(library: Library, video: Video) -> Survey:
    memories = [
        memory
        for memory in library.memories(Filter((video.id,), PERCEIVED))
        if memory.text.strip() and not memory.meta.get("focus")
    ]
    embed = partial(CACHE.embed, library.embedder)
    return Survey(tuple(memories), library.rows(memories), embed, Span(0.0, video.duration_s))


def _extracted(video: Video, survey: Survey, chapters: tuple[Part, ...]) -> Overview:
    return Overview(
        video.path or video.id,
        video.title,
        video.duration_s,
        _texts(survey, "about"),
        _texts(survey, "summary"),
        chapters,
        _texts(survey, "topics") if survey.spoken else (),
        _texts(survey, "moments") if survey.spoken else (),
        tuple(survey.speakers()),
    )


def _texts(survey: Survey, kind: str) -> tuple[str, ...]:
    lines = wording.lines_of(kind, survey) if survey.memories else []
    return tuple(line.text for line in lines)


async def _summarised(
    video: Video, survey: Survey, parts: Sequence[Chapter], summariser: Summariser, parallel: int
) -> Overview:
    """The extract with the model's words for chapters and the whole in the place of quotes."""
    texts = await summariser.chapters(parts, parallel)
    whole = await summariser.whole(parts, texts)
    told = [(part.span, *_divided(text)) for part, text in zip(parts, texts, strict=True)]
    chapters = tuple(Part(span.start_s, span.end_s, title, summary) for span, title, summary in told)
    extracted = await asyncio.to_thread(_extracted, video, survey, chapters)
    return replace(extracted, about=(_divided(whole)[0],), summary=(_divided(whole)[1] or whole,))


def _divided(text: str) -> tuple[str, str]:
    """(title, summary) of what `Summariser` returns."""
    title, _, summary = text.partition(": ")
    return title, summary
