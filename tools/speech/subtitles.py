"""Words that somebody already wrote down: the file itself, files beside the video, or tracks inside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from playhead.tools.types import Cue, Span, VideoInfo
from playhead.tools.words.cues import TRANSCRIPT_SUFFIXES, load_cues, load_transcripts
from playhead.tools.words.sidecars import language_code, language_of, sidecars
from playhead.tools.words.tracks import embedded_cues


class SubtitleTranscriber:
    """A Transcriber that never listens. Files beside a video win over tracks inside it."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.languages = tuple(languages)
        self.fingerprint = f"subtitles:{','.join(self.languages)}"

    def transcribe(self, path: Path, info: VideoInfo | None, span: Span | None = None) -> Iterator[Cue]:
        """Cues in order of time, none when there are none; MediaError when a file cannot be read."""
        for cue in self._cues(path, info):
            if span is None or span.start_s <= cue.span.start_s < span.end_s:
                yield cue

    def _cues(self, path: Path, info: VideoInfo | None) -> Iterator[Cue]:
        if path.suffix.lower() in TRANSCRIPT_SUFFIXES:
            yield from load_cues(path)
        elif beside := self._preferred(sidecars(path)):
            yield from load_transcripts(beside)
        elif info is None or any(stream.kind == "subtitle" for stream in info.streams):
            yield from embedded_cues(path, self.languages)

    def _preferred(self, files: Sequence[Path]) -> Sequence[Path]:
        """Files of the first wanted language that there is, with those that name none; else all."""
        for language in map(language_code, self.languages):
            if any(language_code(language_of(file)) == language for file in files):
                return [file for file in files if language_code(language_of(file)) in (language, "")]
        return files


def create(argument: str = "", *, languages: Sequence[str] = ()) -> SubtitleTranscriber:
    """`subtitles`, or `subtitles:en,de` with the languages wanted, best first."""
    return SubtitleTranscriber([name for name in argument.split(",") if name.strip()] or languages)
