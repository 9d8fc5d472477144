"""Videos are known by what is in them: size and sampled blocks, never name, path or date.

A renamed, moved or copied file keeps its identity; a replaced one gets another.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from playhead.tools.errors import MediaError

WHOLE_BYTES = 8 << 20
"""Files up to this size are read whole, so that small edits (a transcript, a short clip) are seen."""

BLOCK_BYTES = 64 << 10
BLOCKS = 32
"""Larger files: this many blocks, evenly spaced, first and last included; 2 MiB of reading."""


def content_id(path: Path | str) -> str:
    """24 hex digits naming the content of the file. Raises MediaError when it cannot be read."""
    path = Path(path)
    try:
        return _digest(path)
    except FileNotFoundError as error:
        raise MediaError(f"no file {str(path)!r}", "check the path") from error
    except IsADirectoryError as error:
        raise MediaError(f"{str(path)!r} is a folder", "name a file") from error
    except PermissionError as error:
        raise MediaError(f"no permission to read {str(path)!r}", "check the file's rights") from error
    except (OSError, ValueError) as error:
        raise MediaError(f"cannot read {path.name!r}: {error}", "check the path and the disk") from error


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        digest = blake2b(size.to_bytes(8, "big"), digest_size=12, person=b"playhead-video")
        for offset in _offsets(size):
            file.seek(offset)
            digest.update(file.read(BLOCK_BYTES))
    return digest.hexdigest()


def _offsets(size: int) -> list[int]:
    if size <= WHOLE_BYTES:
        return list(range(0, size, BLOCK_BYTES))
    last = size - BLOCK_BYTES
    return [last * number // (BLOCKS - 1) for number in range(BLOCKS)]
