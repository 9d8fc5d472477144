"""MiniLM in numpy is MiniLM: the vectors of sentence-transformers, from the published weights only."""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from playhead.tools.embedders import minilm
from playhead.tools.errors import MissingExtraError, PrerequisiteError, UsageError
from playhead.tools.serving.bert import _gelu

TEXTS = [
    "hello",
    "",
    "The recommended learning rate is 3e-4 with 500 warm-up steps.",
    "Ünïcödé, ẞ, naïve café — “quotes”",
    "今天天气很好 日本語 한국어",
    "emoji 🎉👩‍👩‍👧 mixed",
    "word " * 400,
    "x" * 3000,
]


@pytest.fixture(scope="module")
def folder() -> Path:
    return minilm.create()._folder


def test_the_vectors_are_those_of_sentence_transformers(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    wanted = SentenceTransformer(str(folder), device="cpu").encode(TEXTS, normalize_embeddings=True)
    assert (minilm.create().embed_texts(TEXTS) * wanted).sum(axis=1).min() >= 0.9999


def test_meaning_counts_and_not_only_words() -> None:
    query, good, bad = minilm.create().embed_texts(["a puppy", "a young dog", "the puppet government"])
    assert query @ good > query @ bad


def test_gelu_is_exact_to_float32() -> None:
    values = np.linspace(-9, 9, 40_001, dtype=np.float32)
    exact = [x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in values.tolist()]
    assert np.abs(_gelu(values.copy()) - np.array(exact)).max() < 2e-6


def test_long_texts_among_short_ones_stay_in_order() -> None:
    embedder = minilm.create()
    texts = [("lamp " * (i % 5 * 12 + 1)) + str(i) for i in range(40)]
    alone = np.concatenate([embedder.embed_texts([text]) for text in texts[:9]])
    assert np.allclose(embedder.embed_texts(texts)[:9], alone, atol=1e-5)


def test_changed_weights_are_refused(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "model")
    with (tmp_path / "model" / "model.safetensors").open("r+b") as file:
        file.seek(50_000_000)
        file.write(b"\x00\x00\x80\x3f")
    with pytest.raises(PrerequisiteError, match=r"not the published ones.*reinstall"):
        minilm.MiniLmEmbedder(tmp_path / "model").embed_texts(["x"])


def test_missing_files_and_packages_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PrerequisiteError, match="cannot be read"):
        minilm.MiniLmEmbedder(tmp_path).embed_texts(["x"])
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package_anywhere")
    with pytest.raises(MissingExtraError, match=r"playhead\[local\]"):
        minilm.create()
    with pytest.raises(UsageError, match="no argument"):
        minilm.create("large")


def test_neither_torch_nor_sentence_transformers_is_imported() -> None:
    code = (
        "import sys; from playhead.tools.embedders import minilm; minilm.create().embed_texts(['x'])\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
