"""The stage that tells the story: chapters by what is said and shown, a digest of each and of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from playhead.tools.errors import ModelError
from playhead.tools.pipeline.digest import EXTRACT, Summariser, extract, whole
from playhead.tools.pipeline.stages import IndexingJob, cache_key, cues_of
from playhead.tools.protocols import Filter
from playhead.tools.types import PERCEIVED, Clip, Level, Memory, Span, Vectors
from playhead.tools.words.chapters import Chapter, chapters
from playhead.tools.words.tiling import clips_of_speech, group

MOST_SCENES = 96
"""Scenes of a recording without pictures."""
VERSION = 2
"""Of the way chapters are made; a higher one makes them anew for what is indexed already."""


def summarise(job: IndexingJob) -> None:
    """Chapters with one digest memory for each, then one for the video."""
    model = job.captioner if job.config.captions == "all" else None
    built_on = job.key_of("segment", "speech", "screen", "captions")
    if model is None and _summarised(job, built_on):
        return
    stage = job.stage("digest", cache_key(built_on, model.name if model else "", VERSION), ("digest",))
    if "all" in stage.done():
        return
    memories = job.library.memories(Filter((job.video.id,), PERCEIVED))
    memories = [memory for memory in memories if memory.text and not memory.meta.get("focus")]
    embed = job.library.embedder.embed_texts
    vectors = job.library.rows(memories)
    found = chapters(memories, vectors, embed, Span(0.0, job.video.duration_s))
    job.library.put_clips(job.video.id, _units(job, memories, vectors, found))
    texts, by = _texts(job, found)
    stage.add("all", _memories(job, found, texts, by))
    job.report("digest", len(found), len(found))


def _summarised(job: IndexingJob, built_on: str) -> bool:
    """Whether a model has summarised just this; that stays where no model summarises now."""
    plan = job.library.detail(job.video.id, "digest", "plan") or {"key": None}
    kept = job.library.memories(Filter((job.video.id,), ("digest",)))
    makers = {memory.source for memory in kept} - {EXTRACT}
    return any(plan["key"] == cache_key(built_on, name, VERSION) for name in makers)


def _units(
    job: IndexingJob, memories: Sequence[Memory], vectors: Vectors, found: Sequence[Chapter]
) -> list[Clip]:
    """The whole hierarchy; clips of a recording without pictures begin where its utterances begin."""
    known = [unit for unit in job.library.clips(job.video.id) if unit.level != "chapter"]
    if job.library.detail(job.video.id, "segment", "plan") is None:
        spoken = cues_of(memory for memory in memories if memory.kind == "speech")
        known = clips_of_speech(spoken, job.video.duration_s)
    clips = sorted((unit for unit in known if unit.level == "clip"), key=lambda unit: unit.index)
    scenes = [unit.span.start_s for unit in known if unit.level == "scene"]
    job.clips = len(clips)
    if not scenes:
        spans, weights = [clip.span for clip in clips], _vectors_of_clips(clips, memories, vectors)
        shortest_s = min(600.0, max(15.0, job.video.duration_s / 96))
        scenes = [spans[at].start_s for at in group(spans, weights, shortest_s, MOST_SCENES)]
    return nested(clips, scenes, [chapter.span.start_s for chapter in found])


def _vectors_of_clips(clips: Sequence[Clip], memories: Sequence[Memory], vectors: Vectors) -> Vectors:
    """The mean of what is said in each; one without words continues the one before it."""
    if not len(vectors):
        return np.ones((len(clips), 1), np.float32)
    starts = [clip.span.start_s for clip in clips]
    owners = np.searchsorted(starts, [memory.span.middle_s for memory in memories], side="right") - 1
    sums = np.zeros((len(clips), vectors.shape[1]), np.float32)
    np.add.at(sums, np.maximum(owners, 0), vectors)
    spoken = np.unique(np.maximum(owners, 0))
    latest = np.maximum(np.searchsorted(spoken, np.arange(len(clips)), side="right") - 1, 0)
    rows = sums[spoken[latest]]
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def nested(clips: Sequence[Clip], scenes_s: Sequence[float], chapters_s: Sequence[float]) -> list[Clip]:
    """Clips in scenes in chapters: the starts go to the nearest clip, and a chapter begins a scene."""
    if not clips:
        return []
    starts, end_s = np.array([clip.span.start_s for clip in clips]), clips[-1].span.end_s
    chapter_edges = _snapped(chapters_s, starts)
    scene_edges = sorted({*_snapped(scenes_s, starts), *chapter_edges})
    scenes = _level(scene_edges, end_s, "scene")
    return [
        *_under(clips, scene_edges),
        *_under(scenes, chapter_edges),
        *_level(chapter_edges, end_s, "chapter"),
    ]


def _snapped(times_s: Sequence[float], starts: npt.NDArray[np.float64]) -> list[float]:
    nearest = (float(starts[np.abs(starts - time_s).argmin()]) for time_s in times_s)
    return sorted({float(starts[0]), *nearest})


def _level(edges: Sequence[float], end_s: float, level: Level) -> list[Clip]:
    return [Clip(i, Span(*ends), level) for i, ends in enumerate(pairwise([*edges, end_s]))]


def _under(units: Sequence[Clip], edges: Sequence[float]) -> list[Clip]:
    parents = np.searchsorted(edges, [unit.span.start_s for unit in units], side="right") - 1
    return [replace(unit, parent=int(parent)) for unit, parent in zip(units, parents, strict=True)]


def _texts(job: IndexingJob, found: Sequence[Chapter]) -> tuple[list[str], str]:
    """A text a chapter, then one of the whole, and who made them."""
    if job.config.captions == "all" and job.captioner is not None:
        try:
            return job.wait(
                _summaries(job, Summariser(job.captioner, job.library, job.video.id), found)
            ), job.captioner.name
        except ModelError as error:
            job.complete = False
            job.warn("digest", f"the digest is an extract, not a summary: {error}")
    texts = [extract(chapter) for chapter in found]
    return [*texts, whole(job.video, found, texts)], EXTRACT


async def _summaries(job: IndexingJob, summariser: Summariser, found: Sequence[Chapter]) -> list[str]:
    def report(done: int) -> None:
        job.report("digest", done, len(found))

    texts = await summariser.chapters(found, job.config.parallel, report)
    return [*texts, await summariser.video(job.video, found, texts)]


def _memories(job: IndexingJob, found: Sequence[Chapter], texts: Sequence[str], by: str) -> list[Memory]:
    spans: list[tuple[Span, Level]] = [(chapter.span, "chapter") for chapter in found]
    spans.append((Span(0.0, job.video.duration_s), "video"))
    titles = [{"title": chapter.title} if by == EXTRACT else {} for chapter in found]
    return [
        Memory(job.video.id, span, "digest", text, level, by, meta)
        for (span, level), text, meta in zip(spans, texts, [*titles, {}], strict=True)
    ]
