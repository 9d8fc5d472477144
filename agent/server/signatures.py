"""What the first bytes of a file say it is, for uploads."""

from __future__ import annotations

from pathlib import Path

from playhead.tools.media import MEDIA_SUFFIXES, TRANSCRIPT_SUFFIXES

HEAD_BYTES = 600
LONGEST_NAME = 150

_BEGINNINGS = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM
    b"OggS",
    b"ID3",
    b"fLaC",
    b"FLV\x01",
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"\x00\x00\x01\xb3",  # MPEG video
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF: wmv, wma
    b"GIF87a",
    b"GIF89a",
)
_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_RIFF = (b"AVI ", b"WAVE")
_PACKETS = ((0, 188), (4, 192))  # MPEG transport streams begin every packet with a G


def clean_name(name: str) -> str:
    """A file name for any system, with the ending of a recording or transcript; '' for other endings."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*').strip(" .")
    path = Path(kept)
    if path.suffix.lower() not in MEDIA_SUFFIXES | TRANSCRIPT_SUFFIXES or not path.stem.strip(" ."):
        return ""
    stem = path.stem.encode()[:LONGEST_NAME].decode(errors="ignore")
    return stem + path.suffix


def looks_right(name: str, head: bytes) -> bool:
    """Whether the beginning of a file is that of a recording, or of a text where the name says transcript."""
    if Path(name).suffix.lower() in TRANSCRIPT_SUFFIXES:
        return b"\x00" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return (
        head.startswith(_BEGINNINGS)
        or head[4:8] in _BOXES
        or (head[:4] in (b"RIFF", b"RF64") and head[8:12] in _RIFF)
        or _is_mpeg_audio(head)
        or any(head[at : at + step + 1 : step] == b"GG" for at, step in _PACKETS)
    )


def _is_mpeg_audio(head: bytes) -> bool:
    """The sync word of MP3 and of AAC in ADTS, with a layer and a rate that exist."""
    return len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[2] & 0xF0 != 0xF0
