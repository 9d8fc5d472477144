"""Vectors kept by text: embedded once for all runs, never in the way when the file is bad."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from playhead.tools.embedders.hashing import create
from playhead.tools.memory.kept_vectors import KeptVectors
from playhead.tools.serving import side_by_side
from playhead.tools.types import Vectors


class Counted:
    """The hashing embedder, with what it was asked."""

    def __init__(self) -> None:
        self._inner = create()
        self.fingerprint, self.dimension = self._inner.fingerprint, self._inner.dimension
        self.asked: list[str] = []

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return self._inner.embed_texts(texts)


def test_no_text_is_embedded_twice_in_any_run(tmp_path: Path) -> None:
    first, second = Counted(), Counted()
    texts = ["a cat", "a dog", "a cat", "half \ud800"]
    rows = KeptVectors(first, tmp_path).embed_texts(texts)
    again = KeptVectors(second, tmp_path).embed_texts(["a dog", "a bird", *texts])
    assert first.asked == ["a cat", "a dog", "half \ud800"]
    assert second.asked == ["a bird"]
    assert np.array_equal(again[2:], rows)
    assert KeptVectors(first, tmp_path).embed_texts([]).shape == (0, first.dimension)


def test_embedders_do_not_share_vectors(tmp_path: Path) -> None:
    first, second = Counted(), Counted()
    second.fingerprint = "another"
    KeptVectors(first, tmp_path).embed_texts(["a cat"])
    KeptVectors(second, tmp_path).embed_texts(["a cat"])
    assert second.asked == ["a cat"]


def test_a_bad_file_is_passed_over(tmp_path: Path) -> None:
    kept = KeptVectors(Counted(), tmp_path)
    kept.embed_texts(["a cat"])
    kept.close()
    for file in tmp_path.glob("*.db"):
        file.write_bytes(b"this is no database, this is text" * 200)
    embedder = Counted()
    assert KeptVectors(embedder, tmp_path).embed_texts(["a cat"]).shape == (1, embedder.dimension)
    assert KeptVectors(embedder, tmp_path / "x.db" / "y").embed_texts(["b"]).shape[0] == 1


def test_pieces_come_back_in_order() -> None:
    assert list(side_by_side.each(lambda n: n * n, range(50))) == [n * n for n in range(50)]
