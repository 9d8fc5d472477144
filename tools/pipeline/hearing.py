"""Hearing a recording unit by unit: what was recognised is kept, so a stop or a kill loses one unit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from playhead.tools.errors import ModelError, PrerequisiteError
from playhead.tools.hearing.doubts import not_understood_s
from playhead.tools.pipeline.stages import IndexingJob, cache_key
from playhead.tools.protocols import Transcriber
from playhead.tools.types import HEARD, Cue, Span
from playhead.tools.words.audio import PIECE_S
from playhead.tools.words.utterances import from_rows, to_rows

DEFAULT = "whisper"
OFF = ("", "none")
"""Specs of `indexing.asr` that mean: nothing is heard."""

LEAST_UNCLEAR_S, LEAST_UNCLEAR_SHARE = 10.0, 0.2
"""Speech without words is told of when there is so much of it, and such a share of all speech."""

BETTER = "--asr faster_whisper:small"


@dataclass(frozen=True, slots=True)
class Hearing:
    """What one recogniser hears in one recording. `key` changes whenever the words would."""

    job: IndexingJob
    name: str
    key: str
    transcriber: Transcriber | None = None
    """None when only what was heard before is wanted."""

    def unit(self, number: int, span: Span) -> list[Cue]:
        """What is said in the unit, recognised now unless it is kept. Raises StoppedError, ModelError."""
        job, stage = self.job, f"speech.heard {self.key}"
        if kept := job.library.detail(job.video.id, stage, str(number)):
            return from_rows(kept["rows"])
        cues = list(self._listen(span))
        job.library.mark_done(job.video.id, stage, str(number), {"rows": to_rows(cues)})
        return cues

    def _listen(self, span: Span) -> Iterator[Cue]:
        """Cues that begin in the recording, reported as they come."""
        job, end_s = self.job, self.job.video.duration_s
        if self.transcriber is None:
            return
        job.report("speech", span.start_s, end_s)
        for cue in self.transcriber.transcribe(job.path, job.video.info, span):
            job.report("speech", min(cue.span.end_s, end_s), end_s, settled=False)
            if cue.span.start_s < end_s:
                yield replace(cue, span=cue.span.clamp(0.0, end_s))


def hearing(job: IndexingJob, written: Collection[str], known: Mapping[str, str]) -> Hearing | None:
    """What is to be heard beside what was `written`; `known` are the sources so far, key by name.

    What was heard stays where hearing is off, not needed any more, or would be done again by the default
    recogniser, which is the smallest. Without the recogniser's model there is one warning.
    """
    before = next((Hearing(job, *item) for item in known.items() if item[0].startswith(HEARD)), None)
    if written and job.config.hear != "always":
        return before if any(name in known for name in written) else None
    spec, info = job.config.asr or "", job.video.info
    replaced = before is not None and before.name != f"{HEARD}{spec}"
    if spec in OFF or info is None or not info.has_audio or (replaced and spec == DEFAULT):
        return before
    try:
        transcriber = job.listen(spec)
    except (PrerequisiteError, ModelError) as error:
        job.warn("speech", f"speech is not indexed: {error}")
        return before
    return Hearing(job, f"{HEARD}{spec}", cache_key(transcriber.fingerprint, PIECE_S), transcriber)


def units(duration_s: float) -> list[Span]:
    """The recording in units of PIECE_S; a short rest belongs to the last one."""
    count = max(1, round(duration_s / PIECE_S))
    edges = [*(number * PIECE_S for number in range(count)), duration_s]
    return [Span(start, end) for start, end in pairwise(edges)]


def report_unclear(job: IndexingJob, heard: Hearing, cues: Sequence[Cue]) -> None:
    """One line when much of the speech was not understood, in a foreign language for instance."""
    unclear_s = not_understood_s(cues)
    all_s = unclear_s + sum(cue.span.duration_s for cue in cues if cue.text)
    if unclear_s >= max(LEAST_UNCLEAR_S, LEAST_UNCLEAR_SHARE * all_s):
        what = f"{unclear_s:.0f} of {all_s:.0f} s that sound like speech were not understood and left out"
        why = f"{heard.name.removeprefix(HEARD)} may not know the language, or the sound is poor"
        job.warn("speech", f"{what}: {why} — {BETTER} knows many languages, or name a larger model")
