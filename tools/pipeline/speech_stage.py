"""The stage that hears: every source of words, kept by content, so that what appears or changes is noticed.

The cleaned cues of every source stay in the library, what is recognised unit by unit. When one source
changes, all memories of speech are written anew from there, and a subtitle file that has meanwhile vanished
loses nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from playhead.tools import registry
from playhead.tools.errors import MediaError, ModelError, PrerequisiteError
from playhead.tools.pipeline.hearing import Hearing, hearing, tell_unclear, units
from playhead.tools.pipeline.stages import EnoughError, Job, Stage, digest
from playhead.tools.protocols import ScreenReader
from playhead.tools.synthesis import SUFFIX, Script
from playhead.tools.types import HEARD, Cue, Memory
from playhead.tools.words.cues import load_cues
from playhead.tools.words.pictured import PICTURE_CODECS, pictured_cues
from playhead.tools.words.sidecars import sidecars
from playhead.tools.words.tracks import embedded_cues
from playhead.tools.words.utterances import from_rows, last_second, remember, to_rows

SOURCES, CUES = "speech.sources", "speech.cues"


def hear(job: Job) -> None:
    """Memories of speech from sidecars, given files, text tracks, and from recognition where it is due."""
    known = dict(job.library.detail(job.video.id, SOURCES, "all") or {})
    written = _written(job, known)
    heard = hearing(job, written, known)
    sources = written | ({heard.name: heard.key} if heard else {})
    stage = job.stage("speech", digest(*sorted(sources.items())), ("speech",))
    if "all" in stage.done():
        return
    spoken = {name: _kept(job, content) for name, content in written.items()}
    _fit_duration(job, spoken)
    spoken = _without_doubles(spoken)
    stage.add("written", _memories(job, spoken))
    if heard is None or _hear(job, stage, heard, spoken):
        job.library.mark_done(job.video.id, SOURCES, "all", sources)
        stage.add("all")
        job.report("speech", 1, 1)


def _hear(job: Job, stage: Stage, heard: Hearing, written: dict[str, list[Cue]]) -> bool:
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
    tell_unclear(job, heard, cues)
    return True


def _memories(job: Job, spoken: dict[str, list[Cue]]) -> list[Memory]:
    return [
        memory
        for name, cues in spoken.items()
        for memory in remember(job.video.id, _inside(job, name, cues), name)
    ]


def _written(job: Job, known: Mapping[str, str]) -> dict[str, str]:
    """Name and content of everything that somebody wrote down, that of earlier runs included."""
    found = {name: content for name, content in known.items() if not name.startswith(HEARD)}
    for path, asked in _files(job):
        content = _read(job, path, asked)
        if content and content not in found.values():
            found[path.name] = content
    if job.video.info is not None and job.config.sidecars:
        found |= _embedded(job)
    return found


def _files(job: Job) -> list[tuple[Path, bool]]:
    """Subtitle files, and whether somebody named them; named ones win over sidecars of the same name."""
    own = [job.path] if job.video.source == "transcript" else []
    beside = [path for path in sidecars(job.path) if path != job.path] if job.config.sidecars else []
    return [(path, False) for path in beside] + [(path, True) for path in (*own, *job.subtitles)]


def _read(job: Job, path: Path, asked: bool) -> str | None:
    """The content id of a subtitle file whose cues are kept now; a bad sidecar is only a warning."""
    try:
        content = blake2b(_bytes(path), digest_size=12).hexdigest()
        _keep(job, content, lambda: load_cues(path))
    except MediaError as error:
        if asked:
            raise
        job.warn("speech", str(error))
        return None
    return content


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MediaError(
            f"cannot read {str(path)!r}: {error.strerror}", "check the path and its permissions"
        ) from error


def _keep(job: Job, content: str, cues: Callable[[], Iterable[Cue]]) -> None:
    if content not in job.library.done(job.video.id, CUES):
        job.library.mark_done(job.video.id, CUES, content, {"rows": to_rows(cues())})


def _kept(job: Job, content: str) -> list[Cue]:
    return from_rows((job.library.detail(job.video.id, CUES, content) or {"rows": []})["rows"])


def _embedded(job: Job) -> dict[str, str]:
    info = job.video.info
    if info is None or not any(stream.kind == "subtitle" for stream in info.streams):
        return {}
    try:
        _keep(job, "embedded", lambda: _tracks(job))
    except MediaError as error:
        job.warn("speech", str(error))
        return {}
    return {"embedded": "embedded"} if _kept(job, "embedded") else _pictured(job)


def _pictured(job: Job) -> dict[str, str]:
    """Subtitles that are pictures are read like the screen; where it is left unread, that is said."""
    streams = job.video.info.streams if job.video.info else ()
    if not any(stream.codec in PICTURE_CODECS for stream in streams):
        return {}
    if job.config.ocr is None:
        job.warn("speech", "its subtitles are pictures, and reading pictures (indexing.ocr) is off")
        return {}
    name, length_s = f"pictured:{job.config.ocr}", job.video.duration_s

    def tell(done_s: float) -> None:
        job.report("speech", min(done_s, length_s), length_s)

    try:
        reader: ScreenReader = registry.load("ocr", job.config.ocr)
        _keep(job, name, lambda: pictured_cues(job.path, reader, report=tell))
    except (PrerequisiteError, MediaError, ModelError) as error:
        job.warn("speech", f"its subtitles are pictures and are not read: {error}")
        return {}
    return {name: name} if _kept(job, name) else {}


def _tracks(job: Job) -> list[Cue]:
    if job.path.name.endswith(SUFFIX):
        return list(Script.from_json(job.path.read_text("utf-8")).cues)
    return list(embedded_cues(job.path))


def _fit_duration(job: Job, spoken: dict[str, list[Cue]]) -> None:
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


def _inside(job: Job, name: str, cues: list[Cue]) -> list[Cue]:
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
