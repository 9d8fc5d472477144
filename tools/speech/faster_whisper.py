"""Speech recognition by faster-whisper (CTranslate2), the `asr` extra: `faster_whisper:small` or a folder.

The sound is heard in pieces of some minutes, so that memory does not grow with its length and cues come
while it goes on. Segments are cut by their word times into lines the length of a subtitle.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from playhead.tools.errors import ModelError, PrerequisiteError
from playhead.tools.types import Cue, Span, VideoInfo
from playhead.tools.words.audio import Piece, pieces

PIECE_S = 180.0
_LINE_S = 8.0
_LINE_CHARACTERS = 120
_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！")
_NO_LETTERS = {0xFFFD: None, **dict.fromkeys(range(32))}


class WhisperTranscriber:
    """A Transcriber. The model is loaded when first needed and then kept."""

    def __init__(self, name: str, **settings: Any) -> None:
        self.name = name
        self.language: str | None = settings.pop("language") or None
        self.vad: bool = settings.pop("vad")
        self.offline: bool = settings.pop("offline")
        self.temperatures: list[float] = list(settings.pop("temperatures"))
        self.settings = settings
        self._model: Any = None
        self._loading = Lock()

    def transcribe(self, path: Path, info: VideoInfo | None) -> Iterator[Cue]:
        """Cues in order of time, as they are recognised; the language is the first one heard.

        Raises PrerequisiteError without the model, MediaError when the file cannot be opened, ModelError
        when recognition fails.
        """
        if info is not None and not info.has_audio:
            return
        model, language = self._loaded(), self.language
        for piece in pieces(path, PIECE_S):
            segments, heard = self._recognised(model, piece, language)
            if segments:
                language = language or heard
            yield from _cues(segments, piece, language or "")

    def _recognised(self, model: Any, piece: Piece, language: str | None) -> tuple[list[Any], str]:
        try:
            segments, about = model.transcribe(
                piece.samples,
                language=language,
                vad_filter=self.vad,
                temperature=self.temperatures,
                word_timestamps=True,
                condition_on_previous_text=False,
            )
            return list(segments), str(about.language)
        except Exception as error:  # CTranslate2 raises RuntimeError and ValueError of many kinds
            raise ModelError(
                f"speech recognition failed: {error}", "try another model, or --asr none"
            ) from error

    def _loaded(self) -> Any:
        with self._loading:
            if self._model is None:
                self._model = _load(self.name, self.offline, self.settings)
        return self._model


def _load(name: str, offline: bool, settings: dict[str, Any]) -> Any:
    from faster_whisper import WhisperModel

    folder = Path(name).expanduser()
    local = folder.is_dir()
    if not local and (folder.is_absolute() or name.startswith((".", "~"))):
        raise PrerequisiteError(f"no folder {name!r} with a speech model", _cure("small"))
    try:
        return WhisperModel(str(folder) if local else name, local_files_only=offline or local, **settings)
    except Exception as error:  # hub, disk and CTranslate2 errors share no base
        raise PrerequisiteError(_cause(name, offline and not local, error), _cure(name)) from error


def _cause(name: str, offline: bool, error: Exception) -> str:
    if offline:
        return f"the speech model {name!r} is not on this machine and downloads are switched off"
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return f"the speech model {name!r} cannot be had: {reason[:200]}"


def _cure(name: str) -> str:
    folder = Path(name).name
    spec = f"faster_whisper:/path/{folder}"
    return f"check the name and the connection, or give a folder with a CTranslate2 Whisper model: {spec}"


def _cues(segments: Iterable[Any], piece: Piece, language: str) -> list[Cue]:
    """Lines in order of time; what is heard after the end of the sound was made up by the model."""
    length_s = piece.end_s - piece.start_s
    cues: list[Cue] = []
    for segment in segments:
        words = [word for word in segment.words or (segment,) if word.start < length_s]
        for line in _lines(words):
            text = "".join(_said(word) for word in line).translate(_NO_LETTERS)
            start_s, end_s = max(0.0, float(line[0].start)), min(float(line[-1].end), length_s)
            span = Span(piece.start_s + start_s, piece.start_s + max(start_s, end_s))
            cues.append(Cue(span, " ".join(text.split()), language))
    return sorted((cue for cue in cues if cue.text), key=lambda cue: cue.span)


def _said(word: Any) -> str:
    """The text of a word, or of a whole segment when it came without words."""
    return str(getattr(word, "word", None) or getattr(word, "text", ""))


def _lines(words: Iterable[Any]) -> Iterator[list[Any]]:
    """Words gathered into lines: up to a sentence's end, some seconds, or two lines of a subtitle."""
    line: list[Any] = []
    for word in words:
        line.append(word)
        length = sum(len(_said(one)) for one in line)
        full = word.end - line[0].start >= _LINE_S or length >= _LINE_CHARACTERS
        if full or (_said(word).rstrip().endswith(_SENTENCE_ENDS) and length > 20):
            yield line
            line = []
    if line:
        yield line


def create(
    argument: str = "small",
    *,
    language: str = "",
    device: str = "auto",
    compute_type: str = "default",
    threads: int = 0,
    vad: bool = True,
    offline: bool | None = None,
    temperatures: Sequence[float] = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
) -> WhisperTranscriber:
    """`faster_whisper:NAME`, fetched at first use unless it is there, or `faster_whisper:FOLDER`.

    `language` '' detects it; `vad` skips what is no speech; `threads` 0 lets the library choose; `offline`
    None follows HF_HUB_OFFLINE and never touches the network when that is set. Where the model repeats
    itself or is unsure, the next of `temperatures` is tried; with 0 alone the words are always the same.
    """
    import faster_whisper  # noqa: F401 - a missing package is said before any sound is decoded

    switched_off = os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on")
    return WhisperTranscriber(
        argument or "small",
        language=language,
        vad=vad,
        offline=switched_off if offline is None else offline,
        temperatures=temperatures,
        device=device,
        compute_type=compute_type,
        cpu_threads=threads,
    )
