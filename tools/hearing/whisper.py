"""Whisper through faster-whisper (CTranslate2): voice is looked for, then stretches of it are recognised.

Silero's voice detector, which faster-whisper brings, cuts a piece of sound into stretches of voice; those
are recognised side by side and none depends on the words of another, so an invented line does not spread.
Only the most likely words are taken (temperature 0): the same sound always gives the same words.
Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision", 2022.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from playhead.tools.errors import ModelError
from playhead.tools.hearing.doubts import Doubts, Stretch, believed, understood
from playhead.tools.hearing.sentences import Word, sentences
from playhead.tools.types import Cue, Span, VideoInfo
from playhead.tools.words.audio import RATE_HZ, Piece, Samples, pieces

STRETCH_S = 24.0
"""Longest stretch recognised at once; Whisper hears 30 s, and knows its words better in long stretches."""
PAUSE_S = 2.0
"""Silence that a stretch may hold."""
BATCH = 4
"""Stretches recognised side by side: about 1.5 minutes of sound, after which a stop is noticed."""
MOST_THREADS = 4


class WhisperTranscriber:
    """A Transcriber. `load` gives a faster-whisper model when first needed; it is then kept."""

    def __init__(
        self, load: Callable[[int], Any], fingerprint: str, *, language: str, threads: int, doubts: Doubts
    ) -> None:
        self.fingerprint = f"{fingerprint}/{language}/{doubts}"
        self.language = language or None
        self.doubts = doubts
        self._make = load
        self._threads = threads or min(MOST_THREADS, os.cpu_count() or 1)
        self._model: Any = None
        self._loading = Lock()

    def transcribe(self, path: Path, info: VideoInfo | None, span: Span | None = None) -> Iterator[Cue]:
        """Cues in order of time, as they are recognised, each with its confidence.

        Raises PrerequisiteError without the model, MediaError when the file cannot be opened, ModelError
        when recognition fails.
        """
        if info is None or info.has_audio:
            for piece in pieces(path, span):
                yield from believed(self._piece(piece), self.doubts)

    def _piece(self, piece: Piece) -> Iterator[Cue]:
        voiced = stretches(voices(piece.samples))
        for start in range(0, len(voiced), BATCH):
            batch = voiced[start : start + BATCH]
            segments, language = self._recognised(piece.samples, [span for span, _ in batch])
            for (span, voice_s), segment in zip(batch, segments, strict=True):
                yield from self._cues(piece, span, voice_s, segment, language)

    def _recognised(self, samples: Samples, spans: Sequence[Span]) -> tuple[list[Any], str]:
        """One segment a span, and the language."""
        from faster_whisper import BatchedInferencePipeline

        try:
            segments, about = BatchedInferencePipeline(self.load()).transcribe(
                samples,
                language=self.language,
                clip_timestamps=[{"start": span.start_s, "end": span.end_s} for span in spans],
                batch_size=BATCH,
                temperature=0.0,
                word_timestamps=True,
            )
            found = {segment.seek: segment for segment in segments}  # no timestamps: one a stretch
        except (RuntimeError, ValueError, MemoryError) as error:
            cure = "try another model, or --asr none"
            raise ModelError(f"speech recognition failed: {error}", cure) from error
        return [found.get(_seek(span)) for span in spans], str(about.language)

    def load(self) -> Any:
        """The faster-whisper model. Raises PrerequisiteError."""
        with self._loading:
            if self._model is None:
                self._model = self._make(self._threads)
        return self._model

    def _cues(self, piece: Piece, span: Span, voice_s: float, segment: Any, language: str) -> Iterator[Cue]:
        """The sentences of a stretch, or one cue without words where they are not believed."""
        length_s = piece.end_s - piece.start_s
        stretch = Stretch(
            voice_s,
            segment.text if segment else "",
            segment.avg_logprob if segment else 0.0,
            segment.no_speech_prob if segment else 1.0,
            segment.compression_ratio if segment else 0.0,
        )
        if not understood(stretch, self.doubts):
            where = Span(piece.start_s + span.start_s, piece.start_s + min(span.end_s, length_s))
            yield Cue(where, "", confidence=0.0)
            return
        words = [_word(piece.start_s, length_s, word) for word in segment.words or ()]
        yield from sentences([word for word in words if word.start_s < piece.end_s], language)


def _word(start_s: float, length_s: float, word: Any) -> Word:
    """A word at its time in the recording; what lies after the end of the sound is cut."""
    end_s = start_s + min(word.end, length_s)
    return Word(start_s + word.start, end_s, word.word, word.probability)


def _seek(span: Span) -> int:
    """The name that faster-whisper gives a stretch: its start in hundredths of a second."""
    return int(int(span.start_s * RATE_HZ) / RATE_HZ * 100)


def voices(samples: Samples) -> list[Span]:
    """Where somebody speaks, in seconds from the first sample, with some air around it."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(max_speech_duration_s=STRETCH_S, min_silence_duration_ms=160, speech_pad_ms=400)
    found = get_speech_timestamps(samples, options)
    return [Span(item["start"] / RATE_HZ, item["end"] / RATE_HZ) for item in found]


def stretches(found: Sequence[Span]) -> list[tuple[Span, float]]:
    """Voices joined to stretches, and the seconds of voice in each."""
    joined: list[tuple[Span, float]] = []
    for span in found:
        last, voice_s = joined[-1] if joined else (span, 0.0)
        near = span.start_s - last.end_s <= PAUSE_S and span.end_s - last.start_s <= STRETCH_S
        if joined and near:
            joined[-1] = (last.union(span), voice_s + span.duration_s)
        else:
            joined.append((span, span.duration_s))
    return joined
