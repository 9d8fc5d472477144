"""Subtitle tracks that hold pictures of words (Blu-ray PGS, DVD VobSub, DVB), read by OCR.

The decoder tells which pixels share a colour but not which colour it is. The background is the commonest
one; whether letters are the next or all the rest (letter and outline) is tried on the first pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, cast

import av.error
import numpy as np
from av.container import InputContainer
from av.stream import Stream
from av.subtitles.codeccontext import SubtitleCodecContext
from av.subtitles.subtitle import BitmapSubtitle

from playhead.tools.pictures.containers import open_container, start_s
from playhead.tools.protocols import ScreenReader, TextLine
from playhead.tools.types import Cue, Image, Span
from playhead.tools.words.tracks import chosen, told_language

PICTURE_CODECS = frozenset(
    {"pgssub", "hdmv_pgs_subtitle", "dvdsub", "dvd_subtitle", "dvbsub", "dvb_subtitle"}
)
TRIED = 3
"""Pictures on which it is tried what is letter and what is outline."""
LONGEST_S = 10.0
"""A subtitle that nothing takes away is gone by then."""
MARGIN_PX = 16

Report = Callable[[float], None]
Shown = tuple[float, list[Image]]
Ink = Callable[[Image], Image]


def pictured_cues(
    path: Path, reader: ScreenReader, languages: Sequence[str] = (), report: Report | None = None
) -> list[Cue]:
    """The words of the pictured tracks of a video, in order; `report` is told how far it is, in seconds.

    Raises MediaError when the container cannot be opened; where it is damaged, what came before is read.
    """
    with open_container(path) as container:
        tracks = [stream for stream in container.streams.subtitles if _codec(stream) in PICTURE_CODECS]
        cues: list[Cue] = []
        for track in chosen(tracks, languages)[:1]:
            pictures = _timed(container, track)
            first = list(islice(pictures, TRIED))
            read = _reading(reader, [image for _, images in first for image in images])
            for span, images in chain(first, pictures):
                text = "\n".join(filter(None, map(read, images)))
                cues += [Cue(span, text, told_language(track))] if text else []
                if report is not None:
                    report(span.end_s)
    return cues


def _timed(container: InputContainer, track: Stream) -> Iterator[tuple[Span, list[Image]]]:
    """Each set of pictures with the time it is shown: until the next set, or an empty one."""
    standing: Shown | None = None
    for time_s, images in _sets(container, track):
        if standing and standing[1]:
            yield Span(standing[0], min(max(time_s, standing[0]), standing[0] + LONGEST_S)), standing[1]
        standing = (time_s, images)
    if standing and standing[1]:
        yield Span(standing[0], standing[0] + LONGEST_S), standing[1]


def _sets(container: InputContainer, track: Stream) -> Iterator[Shown]:
    """(seconds, pictures) of every packet; what a packet itself says of its end is an empty set."""
    zero_s = start_s(container)
    try:
        for packet in container.demux(track):
            if packet.pts is None or not packet.time_base or not packet.size:
                continue
            begin_s = max(0.0, float(packet.pts * packet.time_base) - zero_s)
            found = cast(SubtitleCodecContext, track.codec_context).decode2(packet)
            yield begin_s, [_indices(one) for one in found or () if isinstance(one, BitmapSubtitle)]
            length_s = float((packet.duration or 0) * packet.time_base)
            if found and length_s > 0:
                yield begin_s + length_s, []
    except av.error.FFmpegError:
        return


def _indices(bitmap: BitmapSubtitle) -> Image:
    """The colour numbers of a bitmap, height x width."""
    plane: Any = bitmap.planes[0]  # a buffer, which its type does not say
    flat = np.frombuffer(bytes(plane), np.uint8)
    return flat[: bitmap.width * bitmap.height].reshape(bitmap.height, bitmap.width)


def _reading(reader: ScreenReader, tried: Sequence[Image]) -> Callable[[Image], str]:
    """A function from picture to words, by whichever kind of ink is read more surely."""
    inks: tuple[Ink, ...] = (_all, _main)
    surest = max(inks, key=lambda ink: sum(_sureness(_lines(reader, ink, image)) for image in tried))
    return lambda image: " ".join(line.text for line in _lines(reader, surest, image))


def _sureness(lines: Sequence[TextLine]) -> float:
    return math.fsum(line.confidence * len(line.text) for line in lines)


def _lines(reader: ScreenReader, ink: Ink, image: Image) -> list[TextLine]:
    """What is read in black letters on white, from top to bottom."""
    letters = np.pad(ink(image), MARGIN_PX)
    page = np.repeat(np.where(letters, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
    return sorted(reader.read(page), key=lambda line: (round(line.box[1], 1), line.box[0]))


def _all(image: Image) -> Image:
    """Everything but the background."""
    return np.asarray(image != np.bincount(image.ravel()).argmax())


def _main(image: Image) -> Image:
    """The commonest colour beside the background."""
    counts = np.bincount(image.ravel(), minlength=2)
    counts[counts.argmax()] = 0
    return np.asarray(image == counts.argmax())


def _codec(track: Stream) -> str:
    return track.codec_context.name if track.codec_context else ""
