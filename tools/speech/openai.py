"""Speech recognition by a server that speaks OpenAI's `/v1/audio/transcriptions` (official client).

Long recordings are sent as FLAC pieces of a few minutes, below every server's size limit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openai

from playhead.tools.errors import ModelReplyError
from playhead.tools.serving import openai_errors
from playhead.tools.serving.server_settings import ServerSettings, base_url_of, connection_of, key_of
from playhead.tools.types import Cue, Span, VideoInfo
from playhead.tools.words.audio import RATE_HZ, Piece, flac, pieces
from playhead.tools.words.captions_formats import RawCue
from playhead.tools.words.cues import repaired

UNTIMED_PIECE_S = 30.0
"""Piece sent to a model that tells no times; its words get the span of the piece."""


class OpenAiTranscriber:
    """A Transcriber. The key is read from the environment when first needed and never shown."""

    def __init__(self, model: str, server: ServerSettings, language: str, timeout_s: float) -> None:
        self.model = model
        self.server = server
        self.language = language
        self.timeout_s = timeout_s
        self.timed = True
        self.fingerprint = f"openai:{model}/{language}"

    def transcribe(self, path: Path, info: VideoInfo | None, span: Span | None = None) -> Iterator[Cue]:
        """Cues in order of time, piece by piece; MediaError for the file, ModelError for the server."""
        if info is not None and not info.has_audio:
            return
        url, key = base_url_of(self.server), key_of(self.server)
        with openai.OpenAI(
            base_url=url,
            api_key=key or "none",
            timeout=self.timeout_s,
            max_retries=3,
            http_client=openai.DefaultHttpxClient(**connection_of(url)),
        ) as client:
            for piece in pieces(path, span):
                try:
                    yield from self._piece(client, piece)
                except openai.OpenAIError as error:
                    raise openai_errors.failure(error, url, self.model, key).error from None

    def _piece(self, client: openai.OpenAI, piece: Piece) -> Iterator[Cue]:
        if self.timed:
            try:
                yield from _cues(self._ask(client, piece, "verbose_json"), piece)
                return
            except openai.BadRequestError as error:
                if "response_format" not in str(error):
                    raise
                self.timed = False
        for part in _parts(piece):
            yield from _cues(self._ask(client, part, "json"), part)

    def _ask(self, client: openai.OpenAI, piece: Piece, form: str) -> Mapping[str, Any]:
        fields: dict[str, Any] = {"language": self.language} if self.language else {}
        if form == "verbose_json":
            fields["timestamp_granularities"] = ["segment"]
        reply = client.audio.transcriptions.with_raw_response.create(
            file=("sound.flac", flac(piece.samples), "audio/flac"),
            model=self.model,
            response_format=form,  # type: ignore[call-overload]
            temperature=0.0,
            **fields,
        )
        try:
            found = reply.http_response.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ModelReplyError("the server sent no transcription", "check that the base URL ends in /v1")
        return found


def _parts(piece: Piece) -> Iterator[Piece]:
    size = int(UNTIMED_PIECE_S * RATE_HZ)
    for start in range(0, len(piece.samples), size):
        yield Piece(piece.start_s + start / RATE_HZ, piece.samples[start : start + size])


def _cues(reply: Mapping[str, Any], piece: Piece) -> Iterator[Cue]:
    """The segments of a reply inside the piece, or its whole text on the span of the piece."""
    segments = reply.get("segments")
    if not isinstance(segments, list) or not segments:
        segments = [{"start": 0.0, "end": math.inf, "text": reply.get("text") or ""}]
    length_s = piece.end_s - piece.start_s
    raw = [
        RawCue(piece.start_s + start_s, piece.start_s + min(end_s, length_s), text)
        for start_s, end_s, text in map(_times, segments)
        if 0 <= start_s < length_s and end_s >= start_s
    ]
    language = str(reply.get("language") or "")
    yield from sorted(repaired(raw, language if len(language) == 2 else ""), key=lambda cue: cue.span)


def _times(segment: Any) -> tuple[float, float, str]:
    """(start, end, text) of a segment; a start of NaN for what is none."""
    try:
        return float(segment["start"]), float(segment["end"]), str(segment["text"])
    except (TypeError, KeyError, ValueError):
        return math.nan, math.nan, ""


def create(
    argument: str = "whisper-1",
    *,
    language: str = "",
    timeout_s: float = 300.0,
    base_url: str = "",
    api_key: str = "",
) -> OpenAiTranscriber:
    """`openai:MODEL`; URL and key come from the environment as for chat models, unless given."""
    server = ServerSettings(base_url=base_url, api_key=api_key)
    return OpenAiTranscriber(argument or "whisper-1", server, language, timeout_s)
