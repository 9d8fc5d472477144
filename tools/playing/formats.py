"""What browsers play as it is, and what a recording needs before they do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from av.container import InputContainer
from av.video.stream import VideoStream

from playhead.tools.pictures.containers import open_container, picture_stream

_PICTURES = {
    "mp4": {"h264", "av1", "vp9"},
    "webm": {"vp8", "vp9", "av1"},
    "ogg": {"theora"},
}
_SOUNDS = {
    "mp4": {"aac", "mp3", "opus", "flac"},
    "webm": {"opus", "vorbis"},
    "ogg": {"opus", "vorbis", "flac"},
    "mpeg": {"mp3"},
    "wav": {"pcm_s16le", "pcm_u8", "pcm_s24le", "pcm_f32le"},
    "flac": {"flac"},
    "aac": {"aac"},
}
_CONTAINERS = {"mov,mp4,m4a,3gp,3g2,mj2": "mp4", "mp3": "mpeg", "matroska,webm": "webm"}
_UNTIMED = {"avi", "mpeg", "vob"}
"""Containers whose packets do not say when their picture is shown; they cannot be copied into mp4."""
_EIGHT_BIT = {"yuv420p", "yuvj420p"}


@dataclass(frozen=True, slots=True)
class Playback:
    """How a browser gets to play a recording: as it is, or as mp4 with tracks copied or encoded anew."""

    mime: str
    """Of what is sent: the file where it is `native`, else of the mp4 that is made from it."""
    native: bool
    pictures: bool
    sound: bool
    copies_pictures: bool
    copies_sound: bool


def playback(path: Path) -> Playback:
    """What the file needs. Raises MediaError when it cannot be opened."""
    with open_container(path) as container:
        stream = picture_stream(container)
        picture, sound = _picture_codec(stream), _sound_codec(container)
        name = _container(container, path)
    takes = (not picture or picture in _PICTURES.get(name, ())) and (
        not sound or sound in _SOUNDS.get(name, ())
    )
    native = takes and (name in _PICTURES or not picture) and name in _SOUNDS
    kind = "video" if stream else "audio"
    return Playback(
        mime=f"{kind}/{name if native else 'mp4'}",
        native=native,
        pictures=stream is not None,
        sound=bool(sound),
        copies_pictures=picture in _PICTURES["mp4"] and name not in _UNTIMED,
        copies_sound=sound in _SOUNDS["mp4"] and name not in (*_UNTIMED, "mpegts"),
    )


def _container(container: InputContainer, path: Path) -> str:
    name = container.format.name
    if name == "matroska,webm" and path.suffix.lower() != ".webm":
        return name  # what Matroska may hold goes far beyond what browsers take from it
    return _CONTAINERS.get(name, name)


def _picture_codec(stream: VideoStream | None) -> str:
    """The codec, with its pixels where browsers do not take them; empty without pictures."""
    if stream is None:
        return ""
    name = stream.codec_context.name
    return (
        name
        if name != "h264" or stream.codec_context.pix_fmt in _EIGHT_BIT
        else f"{name} {stream.codec_context.pix_fmt}"
    )


def _sound_codec(container: InputContainer) -> str:
    stream = next(iter(container.streams.audio), None)
    return stream.codec_context.name.removesuffix("float") if stream and stream.codec_context else ""
