"""Bringing a sample's material into the library of a run: videos, subtitles by policy, memories."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

from playhead.agent.agent import VideoAgent
from playhead.agent.offline.recollection import foreseen
from playhead.eval.types import Sample, Source, SubtitlePolicy, TimedText
from playhead.tools.errors import MediaError, PlayheadError
from playhead.tools.library import Library
from playhead.tools.media import probe
from playhead.tools.synthesis import write_srt
from playhead.tools.types import Clip, Cue, Memory, Span, Video
from playhead.tools.words.cues import load_cues

TOGETHER = 32
"""Videos whose ready-made memories are embedded together: large batches of like length, bounded memory."""

CLIP_S = 10.0
"""Imported memories are filed under clips of this length."""


class Materials:
    """The material of samples in one agent's library: every video once, however many samples share it."""

    def __init__(self, agent: VideoAgent, policy: SubtitlePolicy, frames: int = 64) -> None:
        self._agent = agent
        self._policy = policy
        self._frames = frames
        self._ready: dict[object, asyncio.Task[list[str]]] = {}

    def files(self, sample: Sample) -> tuple[Path, ...]:
        """The video files. Raises MediaError for the first that is missing."""
        for path in sample.source.videos:
            if not path.exists():
                raise MediaError(
                    f"the video {str(path)!r} is missing", "download it, or use --limit or --subset"
                )
        return sample.source.videos

    async def indexed(self, sample: Sample) -> list[str]:
        """Ids of the sample's videos in the library, indexed or imported now if they are not there yet.

        Samples that ask for the same files wait for the same work. Raises MediaError.
        """
        key = sample.source.videos or sample.video
        task = self._ready.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._ready[key] = asyncio.create_task(self._bring(sample))
        return await asyncio.shield(task)

    async def prepare(self, samples: Sequence[Sample]) -> None:
        """Import the ready-made memories of the samples; the texts that the questions of some videos need are
        embedded together while the videos before them are stored."""
        asked: dict[str, list[Sample]] = {}
        for sample in samples:
            if sample.source.memories is not None:
                asked.setdefault(sample.video, []).append(sample)
        every = list(asked.values())
        stored: asyncio.Future[Any] = asyncio.gather()
        for start in range(0, len(every), TOGETHER):
            part = every[start : start + TOGETHER]
            await asyncio.to_thread(self._embed, part)
            await stored
            stored = asyncio.gather(*(self.indexed(same[0]) for same in part), return_exceptions=True)
        await stored

    def _embed(self, videos: Sequence[Sequence[Sample]]) -> None:
        """Have the vectors of all these texts made at once, for an embedder that keeps them."""
        texts: dict[str, None] = {}
        for samples in videos:
            with contextlib.suppress(PlayheadError):
                read = samples[0].source.memories() if samples[0].source.memories else ()
                held = [_memory(samples[0].video, *text) for text in read if text[2].strip()]
                for sample in samples:
                    texts |= dict.fromkeys(foreseen(sample.question, sample.options, held))
        if texts:
            self._agent.library.embedder.embed_texts(list(texts))

    async def _bring(self, sample: Sample) -> list[str]:
        source = sample.source
        if source.memories is not None:
            texts = await asyncio.to_thread(source.memories)
            return [await asyncio.to_thread(import_memories, self._agent.library, sample, texts)]
        paths = self.files(sample)
        subtitles = await asyncio.to_thread(self._subtitles, sample) if len(paths) < 2 else []
        if not paths and not subtitles:
            raise MediaError(
                f"{sample.video!r} has no video, and its subtitles may not be read", "use --subtitles full"
            )
        listed, spare = (list(paths), subtitles) if paths else (subtitles[:1], subtitles[1:])
        found: dict[str, None] = {}
        async for event in self._agent.index(listed, subtitles=spare):
            if event.progress.failed:
                raise MediaError(event.progress.message)
            found |= {event.progress.video_id: None} if event.progress.video_id else {}
        return list(found)

    def _subtitles(self, sample: Sample) -> list[Path]:
        """The subtitle files that the policy allows, written anew where only some cues may be read."""
        source = sample.source
        if self._policy == "none":
            return []
        if self._policy == "full":
            own = [self._written(sample, source.cues(), "full")] if source.cues else []
            return [*source.subtitles, *own]
        cues = [cue for path in source.subtitles for cue in load_cues(path)]
        cues += source.cues() if source.cues else []
        kept = at_sampled_frames(cues, duration_s(source, sample.duration_s), self._frames)
        return [self._written(sample, kept, f"{self._frames}-frames")] if kept else []

    def _written(self, sample: Sample, cues: Sequence[Cue], kind: str) -> Path:
        folder = self._agent.library.path / "bench-subtitles"
        folder.mkdir(exist_ok=True)
        name = blake2b(f"{sample.video}\x1f{kind}".encode(), digest_size=8).hexdigest()
        path = folder / f"{name}.srt"
        write_srt(tuple(cues), path)
        return path


def at_sampled_frames(cues: Sequence[Cue], length_s: float, frames: int) -> list[Cue]:
    """The cues shown at one of `frames` times in the middle of equal parts of the video."""
    times_s = [(place + 0.5) * length_s / frames for place in range(frames)]
    return [cue for cue in cues if any(cue.span.contains(time_s) for time_s in times_s)]


def duration_s(source: Source, known_s: float | None) -> float:
    """The length of the video: as annotated, else as the file says. Raises MediaError."""
    return known_s if known_s else max((probe(path).duration_s for path in source.videos), default=0.0)


def import_memories(library: Library, sample: Sample, texts: Sequence[TimedText]) -> str:
    """Put ready-made captions into the library as a video without a file; done once for the same content."""
    content = "\x1e".join(f"{start}\x1f{end}\x1f{words}" for start, end, words in texts)
    video_id = blake2b(f"{sample.video}\x1e{content}".encode(), digest_size=16).hexdigest()
    known = library.video(video_id)
    if known is not None and known.complete:
        return video_id
    end_s = max((end for _, end, _ in texts), default=0.0)
    length_s = max(sample.duration_s or 0.0, end_s)
    library.put_video(Video(video_id, "", sample.video, length_s, source="memories"))
    library.put_clips(video_id, clips(length_s))
    library.add(video_id, [_memory(video_id, *text) for text in texts if text[2].strip()])
    library.mark_complete(video_id)
    return video_id


def clips(length_s: float) -> list[Clip]:
    """Clips of ten seconds that cover the video; one at least."""
    count = max(1, -int(-length_s // CLIP_S))
    spans = [Span(place * CLIP_S, min(length_s, (place + 1) * CLIP_S)) for place in range(count)]
    return [Clip(place, span) for place, span in enumerate(spans)]


def _memory(video_id: str, start_s: float, end_s: float, words: str) -> Memory:
    return Memory(video_id, Span(start_s, max(start_s, end_s)), "caption", words.strip(), source="imported")
