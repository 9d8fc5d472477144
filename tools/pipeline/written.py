"""What somebody wrote down of a recording: sidecars, files that were named, text tracks, pictured subtitles.

The cleaned cues of every source stay in the library, by content, so a file that has meanwhile vanished loses
nothing. The subtitles of a place belong to what lies there: where the same recording is met at another
place with subtitles of its own, those count, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from playhead.tools import registry
from playhead.tools.errors import MediaError, ModelError, PrerequisiteError
from playhead.tools.pipeline.stages import IndexingJob
from playhead.tools.protocols import ScreenReader
from playhead.tools.synthesis import SUFFIX, Script
from playhead.tools.types import HEARD, Cue
from playhead.tools.words.cues import load_cues
from playhead.tools.words.pictured import PICTURE_CODECS, pictured_cues
from playhead.tools.words.sidecars import is_sidecar_of, sidecars
from playhead.tools.words.tracks import embedded_cues
from playhead.tools.words.utterances import from_rows, to_rows

SOURCES, CUES = "speech.sources", "speech.cues"


def written(job: IndexingJob, known: Mapping[str, str]) -> dict[str, str]:
    """Name and content of everything that somebody wrote down, that of earlier runs included."""
    before = {name: content for name, content in known.items() if not name.startswith(HEARD)}
    here = {path.name: content for path, asked in _files(job) if (content := _read(job, path, asked))}
    found = _still_true(job, before, here)
    if len(found) < len(before):
        gone = before.keys() - found.keys()
        job.library.mark_done(
            job.video.id, SOURCES, "all", {name: known[name] for name in known.keys() - gone}
        )
    found |= {name: content for name, content in here.items() if content not in found.values()}
    if job.video.info is not None and job.config.sidecars:
        found |= _embedded(job)
    return found


def _still_true(job: IndexingJob, before: Mapping[str, str], here: Mapping[str, str]) -> dict[str, str]:
    """What was known, without files that have changed, and without those of another place than this one."""
    gone = [
        name
        for name, content in before.items()
        if content not in here.values() and (name in here or (here and _of_other_place(job, name)))
    ]
    if gone:
        job.warn(
            "speech", f"words are read anew from {', '.join(here)}, no more from the old {', '.join(gone)}"
        )
    return {name: content for name, content in before.items() if name not in gone}


def _of_other_place(job: IndexingJob, name: str) -> bool:
    return bool(job.moved_from) and is_sidecar_of(Path(name), Path(job.moved_from))


def report_transcript(job: IndexingJob) -> None:
    """One line where a file that may be anything, but reads like a transcript, lies beside a recording."""
    beside = job.path.with_suffix(".json")
    if job.config.sidecars and beside != job.path and beside.is_file():
        with suppress(MediaError):
            load_cues(beside)
            job.warn("speech", f"{beside.name} reads like a transcript of it: --subtitles {beside} uses that")


def _files(job: IndexingJob) -> list[tuple[Path, bool]]:
    """Subtitle files, and whether somebody named them; named ones win over sidecars of the same name."""
    own = [job.path] if job.video.source == "transcript" else []
    beside = [path for path in sidecars(job.path) if path != job.path] if job.config.sidecars else []
    return [(path, False) for path in beside] + [(path, True) for path in (*own, *job.subtitles)]


def _read(job: IndexingJob, path: Path, asked: bool) -> str | None:
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


def _keep(job: IndexingJob, content: str, cues: Callable[[], Iterable[Cue]]) -> None:
    if content not in job.library.done(job.video.id, CUES):
        job.library.mark_done(job.video.id, CUES, content, {"rows": to_rows(cues())})


def stored_cues(job: IndexingJob, content: str) -> list[Cue]:
    return from_rows((job.library.detail(job.video.id, CUES, content) or {"rows": []})["rows"])


def _embedded(job: IndexingJob) -> dict[str, str]:
    info = job.video.info
    if info is None or not any(stream.kind == "subtitle" for stream in info.streams):
        return {}
    try:
        _keep(job, "embedded", lambda: _tracks(job))
    except MediaError as error:
        job.warn("speech", str(error))
        return {}
    return {"embedded": "embedded"} if stored_cues(job, "embedded") else _pictured(job)


def _pictured(job: IndexingJob) -> dict[str, str]:
    """Subtitles that are pictures are read like the screen; where it is left unread, that is said."""
    streams = job.video.info.streams if job.video.info else ()
    if not any(stream.codec in PICTURE_CODECS for stream in streams):
        return {}
    if job.config.ocr is None:
        job.warn("speech", "its subtitles are pictures, and reading pictures (indexing.ocr) is off")
        return {}
    name, length_s = f"pictured:{job.config.ocr}", job.video.duration_s

    def report(done_s: float) -> None:
        job.report("speech", min(done_s, length_s), length_s)

    try:
        reader: ScreenReader = registry.load("ocr", job.config.ocr)
        _keep(job, name, lambda: pictured_cues(job.path, reader, report=report))
    except (PrerequisiteError, MediaError, ModelError) as error:
        job.warn("speech", f"its subtitles are pictures and are not read: {error}")
        return {}
    return {name: name} if stored_cues(job, name) else {}


def _tracks(job: IndexingJob) -> list[Cue]:
    if job.path.name.endswith(SUFFIX):
        return list(Script.from_json(job.path.read_text("utf-8")).cues)
    return list(embedded_cues(job.path))
