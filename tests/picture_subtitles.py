"""Subtitles as pictures (PGS, as on Blu-ray), made by hand: nothing in FFmpeg writes them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from playhead.tools.types import Cue

WIDTH, HEIGHT = 1280, 720
_PCS, _WDS, _PDS, _ODS, _END = 0x16, 0x17, 0x14, 0x15, 0x80


def write_sup(cues: Sequence[Cue], path: Path) -> Path:
    """Every cue as white letters on nothing, shown and taken away again."""
    data = b""
    for number, cue in enumerate(cues):
        data += _shown(cue.text, number, cue.span.start_s) + _cleared(number, cue.span.end_s)
    path.write_bytes(data)
    return path


def with_pictures(film: Path, sup: Path, path: Path) -> Path:
    """The film with the subtitles inside it."""
    with av.open(str(film)) as seen, av.open(str(sup)) as read, av.open(str(path), "w") as out:
        pairs = [(seen, seen.streams.video[0]), (read, read.streams.subtitles[0])]
        targets = [out.add_stream_from_template(stream) for _, stream in pairs]
        targets[1].metadata["language"] = "eng"
        for (container, stream), target in zip(pairs, targets, strict=True):
            for packet in container.demux(stream):
                if packet.dts is not None:
                    packet.stream = target
                    out.mux(packet)
    return path


def _shown(text: str, number: int, time_s: float) -> bytes:
    letters = _letters(text)
    height, width = letters.shape
    x, y = (WIDTH - width) // 2, HEIGHT - height - 40
    screen = struct.pack(">HHBHBBBB", WIDTH, HEIGHT, 0x10, 2 * number, 0x80, 0, 0, 1)
    window = struct.pack(">BBHHHH", 1, 0, x, y, width, height)
    palette = bytes((0, 0, 1, 235, 128, 128, 255))
    runs = _runs(letters)
    picture = struct.pack(">HBB", 0, 0, 0xC0) + (len(runs) + 4).to_bytes(3, "big")
    picture += struct.pack(">HH", width, height) + runs
    parts = ((_PCS, screen + struct.pack(">HBBHH", 0, 0, 0, x, y)), (_WDS, window), (_PDS, palette))
    return b"".join(_segment(kind, body, time_s) for kind, body in (*parts, (_ODS, picture), (_END, b"")))


def _cleared(number: int, time_s: float) -> bytes:
    screen = struct.pack(">HHBHBBBB", WIDTH, HEIGHT, 0x10, 2 * number + 1, 0, 0, 0, 0)
    return _segment(_PCS, screen, time_s) + _segment(_END, b"", time_s)


def _segment(kind: int, body: bytes, time_s: float) -> bytes:
    return b"PG" + struct.pack(">IIBH", int(time_s * 90_000), 0, kind, len(body)) + body


def _letters(text: str) -> np.ndarray:
    font = ImageFont.load_default(40)
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("L", (int(right - left) + 16, int(bottom - top) + 16))
    ImageDraw.Draw(picture).text((8 - left, 8 - top), text, 255, font)
    return (np.asarray(picture) > 127).astype(np.uint8)


def _runs(letters: np.ndarray) -> bytes:
    """Run-length code of the format; lines end with two zeros."""
    out = bytearray()
    for line in letters:
        for colour, run in groupby(line.tolist()):
            length = len(list(run))
            flag = 0x8000 if colour else 0
            short = length < 64
            out += b"\0" + (
                bytes([(flag >> 8) | length]) if short else struct.pack(">H", flag | 0x4000 | length)
            )
            out += bytes([colour]) if colour else b""
        out += b"\0\0"
    return bytes(out)
