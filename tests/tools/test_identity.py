"""Videos are known by content."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from playhead.tools.errors import MediaError
from playhead.tools.memory.identity import BLOCK_BYTES, BLOCKS, WHOLE_BYTES, content_id


def sparse(path: Path, size: int, marks: dict[int, bytes]) -> Path:
    with path.open("wb") as file:
        file.truncate(size)
        for offset, mark in marks.items():
            file.seek(offset)
            file.write(mark)
    return path


def test_a_copy_or_a_new_name_or_date_changes_nothing(tmp_path: Path) -> None:
    one = tmp_path / "one.mp4"
    one.write_bytes(b"frames" * 1000)
    before = content_id(one)
    other = tmp_path / "other name.mkv"
    other.write_bytes(one.read_bytes())
    os.utime(other, (1, 1))
    assert content_id(other) == before
    assert len(before) == 24


def test_one_byte_anywhere_in_a_small_file_counts(tmp_path: Path) -> None:
    size = WHOLE_BYTES
    plain = content_id(sparse(tmp_path / "a", size, {}))
    assert content_id(sparse(tmp_path / "b", size, {size // 2 + 12345: b"x"})) != plain


@pytest.mark.parametrize("offset", [0, 3_000_000_000 - 1])
def test_a_large_file_is_known_by_its_ends(tmp_path: Path, offset: int) -> None:
    size = 3_000_000_000
    plain = content_id(sparse(tmp_path / "a", size, {}))
    assert content_id(sparse(tmp_path / "b", size, {offset: b"x"})) != plain


def test_a_large_file_is_known_by_its_size_and_read_in_part(tmp_path: Path) -> None:
    plain = content_id(sparse(tmp_path / "a", 3_000_000_000, {}))
    assert content_id(sparse(tmp_path / "b", 3_000_000_001, {})) != plain
    assert BLOCKS * BLOCK_BYTES < 4 << 20


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"no file.*check the path"):
        content_id(tmp_path / "missing.mp4")
    with pytest.raises(MediaError, match="is a folder"):
        content_id(tmp_path)
    with pytest.raises(MediaError):
        content_id("nul\0byte")
