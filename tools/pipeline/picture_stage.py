"""Stages that look at the picture: cutting it with its simple facts, one decoding for both, and vectors."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from playhead.tools import registry
from playhead.tools.pictures.facts import Looks, facts
from playhead.tools.pipeline.stages import IndexingJob, Stage, cache_key
from playhead.tools.protocols import Segmenter
from playhead.tools.types import Clip, Image, Memory, Span

SIDE_PX = 160
"""Longest side of the pictures that are compared to find cuts; more adds time and no accuracy."""
BATCH = 32
"""Clips whose pictures get their vectors together."""


def segment(job: IndexingJob) -> None:
    """Clips and scenes, and one memory of visual facts for each clip."""
    stage = job.stage("segment", cache_key(job.config.segmenter, job.config.reader, SIDE_PX), ("frame",))
    if "all" in stage.done():
        return
    segmenter: Segmenter = registry.load("segmenters", job.config.segmenter)
    looks, duration_s = Looks(), job.video.duration_s
    with job.reader() as reader:
        frames = reader.scan(segmenter.sample_fps, max_side_px=SIDE_PX)
        watched = job.watch("segment", looks.watch(frames), duration_s)
        units = segmenter.segment(watched, duration_s)
        deque(watched, maxlen=0)  # one that cuts by the clock looks at none; the facts need them all
        skipped = reader.skipped
    units = [unit for unit in units if unit.level in ("clip", "scene")]
    job.library.put_clips(job.video.id, units)
    clips = [unit for unit in units if unit.level == "clip"]
    job.clips = len(clips)
    stage.note("skipped", {"spans": [[span.start_s, span.end_s] for span in skipped]})
    stage.add("all", facts(job.video.id, clips, looks))
    job.report("segment", duration_s, duration_s)
    _report(job, skipped, bool(looks.seen))


def _report(job: IndexingJob, skipped: tuple[Span, ...], seen: bool) -> None:
    if not seen:
        job.warn("segment", f"no picture of {job.video.title!r} could be decoded; only its words are indexed")
    elif skipped:
        where = ", ".join(f"{span.start_s:.1f}-{span.end_s:.1f} s" for span in skipped[:5])
        more = f" and {len(skipped) - 5} more" if len(skipped) > 5 else ""
        job.warn("segment", f"{job.video.title!r} is damaged at {where}{more}; that part was skipped")


def vectors(job: IndexingJob) -> None:
    """A vector of the middle picture of every clip, in the library's space of pictures."""
    embedder = job.library.visual
    if embedder is None or not job.config.visual:
        return
    stage = job.stage("visual", cache_key(embedder.fingerprint, job.key_of("segment")))
    done = stage.done()
    clips = job.library.clips(job.video.id, "clip")
    groups = [clips[start : start + BATCH] for start in range(0, len(clips), BATCH)]
    waiting = [group for group in groups if str(group[0].index) not in done]
    if not waiting:
        return
    with job.reader() as reader:
        for group in waiting:
            frames = reader.frames_at([clip.span.middle_s for clip in group], 384)
            pictures = {round(frame.time_s, 3): frame.image for frame in frames}
            _keep(job, stage, group, pictures)
            job.report("visual", group[-1].index + 1, len(clips))


def _keep(job: IndexingJob, stage: Stage, group: list[Clip], pictures: dict[float, Image]) -> None:
    rows = list(_nearest(job.video.id, group, pictures))
    job.library.add_frames(job.video.id, rows, work=(stage.name, str(group[0].index)))


def _nearest(
    video_id: str, group: list[Clip], pictures: dict[float, Image]
) -> Iterator[tuple[Memory, Image]]:
    for clip in group:
        inside = [time_s for time_s in pictures if clip.span.contains(time_s)]
        if inside:
            time_s = min(inside, key=lambda time_s: abs(time_s - clip.span.middle_s))
            yield (
                Memory(video_id, clip.span, "frame", "", source="picture", meta={"time_s": time_s}),
                pictures[time_s],
            )
