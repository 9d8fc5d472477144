"""The stage that hears: what somebody wrote down, and what is recognised unit by unit.

The cues of every source stay in the library; when one source changes, all memories of speech are written anew
from there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from playhead.tools.errors import MediaError, ModelError, PrerequisiteError
from playhead.tools.pipeline.hearing import Hearing, hearing, report_unclear, units
from playhead.tools.pipeline.stages import EnoughError, IndexingJob, Stage, cache_key
from playhead.tools.pipeline.written import SOURCES, report_transcript, stored_cues, written
from playhead.tools.types import HEARD, Cue, Memory
from playhead.tools.words.utterances import last_second, remember


def hear(job: IndexingJob) -> None:
    """Memories of speech from sidecars, given files, text tracks, and from recognition where it is due."""
    known = dict(job.library.detail(job.video.id, SOURCES, "all") or {})
    texts = written(job, known)
    heard = hearing(job, texts, known)
    sources = texts | ({heard.name: heard.key} if heard else {})
    stage = job.stage("speech", cache_key(*sorted(sources.items())), ("speech",))
    if "all" in stage.done():
        return
    if not texts:
        report_transcript(job)
    spoken = {name: stored_cues(job, content) for name, content in texts.items()}
    _fit_duration(job, spoken)
    spoken = _without_doubles(spoken)
    stage.add("written", _memories(job, spoken))
    if heard is None or _hear(job, stage, heard, spoken):
        job.library.mark_done(job.video.id, SOURCES, "all", sources)
        stage.add("all")
        job.report("speech", 1, 1)


def _hear(job: IndexingJob, stage: Stage, heard: Hearing, written: dict[str, list[Cue]]) -> bool:
    """Memories of each unit as soon as it is heard; False when the recogniser failed on one."""
    cues: list[Cue] = []
    for number, span in enumerate(units(job.video.duration_s)):
        if number and job.enough.is_set():
            raise EnoughError
        try:
            cues += (unit := heard.unit(number, span))
        except (PrerequisiteError, MediaError, ModelError) as error:
            job.complete = False
            job.warn("speech", f"speech is not indexed from {span.start_s:.0f} s on: {error}")
            return False
        if f"heard {number}" not in stage.done():
            worded = [cue for cue in unit if cue.text]
            fresh = _without_doubles(written | {heard.name: worded})[heard.name]
            stage.add(f"heard {number}", _memories(job, {heard.name: fresh}))
    report_unclear(job, heard, cues)
    return True


def _memories(job: IndexingJob, spoken: dict[str, list[Cue]]) -> list[Memory]:
    return [
        memory
        for name, cues in spoken.items()
        for memory in remember(job.video.id, _inside(job, name, cues), name)
    ]


def _fit_duration(job: IndexingJob, spoken: dict[str, list[Cue]]) -> None:
    """A transcript on its own lasts until its last word."""
    end_s = max((last_second(cues) for cues in spoken.values()), default=0.0)
    if job.video.source == "transcript" and end_s != job.video.duration_s:
        job.video = replace(job.video, duration_s=end_s)
        job.library.put_video(job.video)


def _without_doubles(spoken: dict[str, list[Cue]]) -> dict[str, list[Cue]]:
    """What two sources say in the same words at the same time is kept from the first."""
    heard: dict[str, list[Cue]] = defaultdict(list)
    unique: dict[str, list[Cue]] = {}
    for name in sorted(spoken, key=lambda name: (name.startswith(HEARD), name)):
        fresh = [
            cue
            for cue in spoken[name]
            if not any(cue.span.overlaps(other.span) for other in heard[_plain(cue.text)])
        ]
        for cue in fresh:
            heard[_plain(cue.text)].append(cue)
        unique[name] = fresh
    return unique


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _inside(job: IndexingJob, name: str, cues: list[Cue]) -> list[Cue]:
    """Cues that begin before the end of the video, cut at it; the rest belongs to something else."""
    end_s = job.video.duration_s
    if end_s <= 0:
        return cues
    inside = [replace(cue, span=cue.span.clamp(0.0, end_s)) for cue in cues if cue.span.start_s < end_s]
    if len(inside) < len(cues):
        late = len(cues) - len(inside)
        job.warn(
            "speech",
            f"{late} of {len(cues)} lines of {name!r} lie after the end of the video and were left out",
        )
    return inside
