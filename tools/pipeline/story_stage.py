"""The stage that tells the story: chapters by what is said and shown, a digest of each and of the whole."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import pairwise

import numpy as np

from playhead.tools.errors import ModelError
from playhead.tools.pipeline.digest import Part, Summariser, extracts, parts, whole
from playhead.tools.pipeline.parallel import fan_out
from playhead.tools.pipeline.stages import Job, cues_of, digest
from playhead.tools.protocols import Embedder, Filter
from playhead.tools.types import Clip, Level, Memory, Span, Vectors
from playhead.tools.words.tiling import clips_of_speech, group

UNIT_CHARS = 300
"""Of a scene, that decide where the subject changes; more costs time and moves few cuts."""


def tell(job: Job) -> None:
    """Chapters over the scenes and one digest memory for each, then one for the video."""
    model = job.captioner if job.config.captions == "all" else None
    built_on = job.key_of("segment", "speech", "screen", "captions")
    stage = job.stage("digest", digest(built_on, model.name if model else ""), ("digest",))
    if "all" in stage.done():
        return
    memories = job.library.memories(Filter((job.video.id,), ("speech", "screen", "caption", "frame")))
    memories = [memory for memory in memories if memory.text and not memory.meta.get("focus")]
    units = _units(job, memories)
    job.library.put_clips(job.video.id, units)
    found = parts([unit for unit in units if unit.level == "chapter"], memories)
    texts, by = _texts(job, found)
    stage.add("all", _memories(job, found, texts, by))
    job.report("digest", len(found), len(found))


def _units(job: Job, memories: Sequence[Memory]) -> list[Clip]:
    """The whole hierarchy; clips of a recording without pictures begin where its utterances begin."""
    known = [unit for unit in job.library.clips(job.video.id) if unit.level != "chapter"]
    if job.library.detail(job.video.id, "segment", "plan") is None:
        spoken = cues_of(memory for memory in memories if memory.kind == "speech")
        known = clips_of_speech(spoken, job.video.duration_s)
    clips = sorted((unit for unit in known if unit.level == "clip"), key=lambda unit: unit.index)
    scenes = sorted((unit for unit in known if unit.level == "scene"), key=lambda unit: unit.index)
    job.clips = len(clips)
    embedder = job.library.embedder
    if not scenes:
        clips, scenes = above(clips, "scene", memories, embedder, *_bounds(job.video.duration_s / 4))
    scenes, chapters = above(scenes, "chapter", memories, embedder, *_bounds(job.video.duration_s))
    return [*clips, *scenes, *chapters]


def _bounds(duration_s: float) -> tuple[float, float]:
    """Shortest and longest group, so that a video has about 4 to 24 chapters."""
    return min(600.0, max(15.0, duration_s / 24)), min(1800.0, max(60.0, duration_s / 4))


def above(
    units: Sequence[Clip],
    level: Level,
    memories: Sequence[Memory],
    embedder: Embedder,
    shortest_s: float,
    longest_s: float,
) -> tuple[list[Clip], list[Clip]]:
    """(the units with their parents, the groups one level up), cut where the subject changes."""
    if not units:
        return [], []
    spans = [unit.span for unit in units]
    starts = group(spans, _embedded(parts(units, memories), embedder), shortest_s, longest_s)
    edges = [*starts, len(units)]
    groups = [
        Clip(i, Span(spans[first].start_s, spans[last - 1].end_s), level)
        for i, (first, last) in enumerate(pairwise(edges))
    ]
    parents = [i for i, (first, last) in enumerate(pairwise(edges)) for _ in range(first, last)]
    return [replace(unit, parent=parent) for unit, parent in zip(units, parents, strict=True)], groups


def _embedded(found: Sequence[Part], embedder: Embedder) -> Vectors:
    """A vector a unit; one without words continues the one before: silence is no change of subject."""
    texts = [" ".join(part.said("speech", "screen", "caption"))[:UNIT_CHARS] for part in found]
    spoken = [i for i, text in enumerate(texts) if text]
    if not spoken:
        return np.ones((len(texts), 1), np.float32)
    vectors = embedder.embed_texts([texts[i] for i in spoken])
    latest = np.maximum(np.searchsorted(spoken, np.arange(len(texts)), side="right") - 1, 0)
    return np.asarray(vectors[latest], dtype=np.float32)


def _texts(job: Job, found: Sequence[Part]) -> tuple[list[str], str]:
    """A text a chapter, then one of the whole, and who made them."""
    if job.config.captions == "all" and job.captioner is not None:
        try:
            return job.wait(
                _summaries(job, Summariser(job.captioner, job.library, job.video.id), found)
            ), job.captioner.name
        except ModelError as error:
            job.complete = False
            job.warn("digest", f"the digest is an extract, not a summary: {error}")
    texts = extracts(found)
    return [*texts, whole(job.video, found, texts)], "extract"


async def _summaries(job: Job, summariser: Summariser, found: Sequence[Part]) -> list[str]:
    texts = [""] * len(found)

    async def numbered() -> AsyncGenerator[tuple[int, Part], None]:
        for item in enumerate(found):
            yield item

    async def chapter(item: tuple[int, Part]) -> tuple[int, str]:
        return item[0], await summariser.chapter(item[1])

    async with aclosing(fan_out(numbered(), chapter, job.config.parallel)) as summaries:
        async for number, text in summaries:
            texts[number] = text
            job.report("digest", sum(map(bool, texts)), len(found))
    return [*texts, await summariser.video(job.video, found, texts)]


def _memories(job: Job, found: Sequence[Part], texts: Sequence[str], by: str) -> list[Memory]:
    spans: list[tuple[Span, Level]] = [(part.clip.span, "chapter") for part in found]
    spans.append((Span(0.0, job.video.duration_s), "video"))
    return [
        Memory(job.video.id, span, "digest", text, level, by)
        for (span, level), text in zip(spans, texts, strict=True)
    ]
