"""The stage that has every clip described while indexing; without it, questions ask for what they need."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing

from playhead.tools.errors import ModelError
from playhead.tools.pipeline.captioning import Captioner, spans_of
from playhead.tools.pipeline.parallel import in_thread
from playhead.tools.pipeline.stages import IndexingJob, Stage, cache_key
from playhead.tools.protocols import ChatModel
from playhead.tools.types import Span


def caption(job: IndexingJob) -> None:
    """A caption of every clip; a clip that fails stays undone and is tried again by the next run."""
    config = job.config
    if config.captions != "all":
        return
    if job.captioner is None or not job.captioner.sees_images:
        job.warn("captions", "clips are not described: that needs a captioner that sees pictures (--model)")
        return
    key = cache_key(job.captioner.name, config.granularity, job.key_of("segment"))
    stage = job.stage("captions", key, ("caption",))
    clips = job.library.clips(job.video.id, "clip")
    spans = spans_of(clips, Span(0.0, job.video.duration_s), config.granularity)
    done = stage.done()
    waiting = [span for span in spans if _unit(span) not in done]
    if waiting:
        job.wait(_describe(job, stage, job.captioner, waiting, len(spans)))


def _unit(span: Span) -> str:
    return f"{span.start_s:.3f}-{span.end_s:.3f}"


async def _describe(
    job: IndexingJob, stage: Stage, model: ChatModel, waiting: Sequence[Span], total: int
) -> None:
    config, done, failures = job.config, total - len(waiting), []
    captioner = Captioner(
        model, job.library, config.granularity, parallel=config.parallel, reader=config.reader
    )
    try:
        async with aclosing(captioner.describe(job.video, job.path, waiting)) as described:
            async for one in described:
                if one.memory is None:
                    failures.append(one.error)
                    continue
                await in_thread(stage.add, _unit(one.span), [one.memory])
                done += 1
                job.report("captions", done, total)
    except ModelError as error:
        failures.append(str(error))
    if failures:
        job.complete = False
        job.warn("captions", f"{total - done} of {total} clips are not described yet: {failures[-1]}")
