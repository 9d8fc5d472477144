"""Text subtitle tracks inside a container (mp4, mkv, webm, mov), read without decoding anything else.

The packets are read as they are, because FFmpeg's own decoders throw WebVTT speakers away.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import av.error
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition, Stream

from playhead.tools.pictures.containers import open_container, start_s
from playhead.tools.types import Cue
from playhead.tools.words import captions_text
from playhead.tools.words.captions_formats import RawCue
from playhead.tools.words.cues import clean_cues, repaired
from playhead.tools.words.sidecars import language_code

TEXT_CODECS = frozenset({"mov_text", "subrip", "srt", "ass", "ssa", "webvtt", "text"})
"""Codecs of tracks that carry text; the others (PGS, DVD, DVB) carry pictures of it (`pictured`)."""

_DESCRIBES = Disposition.descriptions | Disposition.visual_impaired


def embedded_cues(path: Path, languages: Sequence[str] = ()) -> list[Cue]:
    """The words of the text tracks of a video, cleaned and in order; none when it has no such track.

    `languages` (such as `("en", "de")`) says which track is wanted; else the one marked as default, or the
    first, tells the language. Tracks that name no language are all read. Raises MediaError when the
    container cannot be opened; where it is damaged, what came before is returned.
    """
    with open_container(path) as container:
        tracks = [stream for stream in container.streams.subtitles if _codec(stream) in TEXT_CODECS]
        wanted = chosen(tracks, languages)
        raw: dict[int, list[RawCue]] = {stream.index: [] for stream in wanted}
        for index, cue in _packets(container, wanted):
            raw[index].append(cue)
        cues = [cue for stream in wanted for cue in repaired(raw[stream.index], told_language(stream))]
    return clean_cues(cues)


def chosen(tracks: Sequence[Stream], languages: Sequence[str] = ()) -> list[Stream]:
    """The tracks to read: one full track of the wanted language with its descriptions, or all untold ones."""
    named = sorted((track for track in tracks if told_language(track)), key=_rank)
    codes = {told_language(track): track for track in reversed(named)}
    found = next((code for name in languages if (code := language_code(name)) in codes), "")
    language = found or (told_language(named[0]) if named else "")
    if not language:
        return list(tracks)
    described = [
        track for track in named if told_language(track) == language and track.disposition & _DESCRIBES
    ]
    return list(dict.fromkeys([codes[language], *described]))


def _rank(track: Stream) -> tuple[bool, bool, bool, int]:
    """Full tracks before forced ones (only foreign words) and descriptions, then the default one."""
    flags = track.disposition
    return (
        bool(flags & _DESCRIBES),
        bool(flags & Disposition.forced),
        not flags & Disposition.default,
        track.index,
    )


def told_language(track: Stream) -> str:
    """Two letters, or nothing where the track names no language."""
    return language_code(track.metadata.get("language", ""))


def _codec(track: Stream) -> str:
    return track.codec_context.name if track.codec_context else ""


def _packets(container: InputContainer, tracks: Sequence[Stream]) -> Iterator[tuple[int, RawCue]]:
    if not tracks:
        return
    zero_s = start_s(container)
    try:
        for packet in container.demux(*tracks):
            if packet.pts is not None and packet.time_base:
                yield packet.stream.index, _cue(packet, zero_s)
    except av.error.FFmpegError:
        return


def _cue(packet: Packet[Stream], zero_s: float) -> RawCue:
    begin_s = float((packet.pts or 0) * (packet.time_base or 0)) - zero_s
    length_s = float((packet.duration or 0) * (packet.time_base or 0))
    text, speaker = _text(bytes(packet), _codec(packet.stream))
    return RawCue(begin_s, begin_s + length_s if length_s > 0 else math.nan, text, speaker)


def _text(data: bytes, codec: str) -> tuple[str, str]:
    """(words with their markup, speaker) of one packet."""
    if codec == "mov_text":
        data = data[2 : 2 + int.from_bytes(data[:2], "big")]
    try:
        text = captions_text.decode(data.rstrip(b"\x00"))
    except ValueError:
        return "", ""
    if codec in ("ass", "ssa"):
        fields = text.split(",", 8)
        return (fields[8], fields[3]) if len(fields) == 9 and r"{\p1" not in fields[8] else ("", "")
    return captions_text.voices(text)
