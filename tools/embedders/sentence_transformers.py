"""Any model of the sentence-transformers library, by name or local folder.

A name is downloaded at first use; a folder never touches the network. Code that comes with a model is
not run.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from playhead.tools.errors import UsageError
from playhead.tools.serving import hub_models
from playhead.tools.types import Vectors

BATCH = 32


class SentenceTransformersEmbedder:
    """Loads when a vector, or the dimension, is first asked for; safe for threads."""

    def __init__(self, reference: str, device: str | None) -> None:
        self._reference, self._device = reference, device
        self._guard = threading.Lock()
        self._model: Any = None
        self.fingerprint = f"sentence_transformers:{reference}@{hub_models.fingerprint(reference)}"

    @property
    def dimension(self) -> int:
        return int(self.embed_texts([""]).shape[1])

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """len(texts) x dimension, unit rows. Raises PrerequisiteError when the model cannot be had."""
        with self._guard:
            if self._model is None:
                self._model = _load(self._reference, self._device)
            if not texts:
                return np.empty((0, len(self._encode([""])[0])), np.float32)
            return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        clean = [_valid(text) for text in texts]
        rows = self._model.encode(
            clean, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return np.ascontiguousarray(rows, np.float32)


def _load(reference: str, device: str | None) -> Any:
    from sentence_transformers import SentenceTransformer

    with hub_models.loading(reference):
        return SentenceTransformer(reference, device=device, trust_remote_code=False)


def _valid(text: str) -> str:
    """Half characters cannot be encoded, and some tokenizers make nothing at all of an empty text."""
    return text.encode("utf-8", "replace").decode() if text.strip() else "."


def create(
    argument: str = "", *, device: str | None = None, **_settings: Any
) -> SentenceTransformersEmbedder:
    """`sentence_transformers:NAME_OR_FOLDER`; `device` as torch names it, chosen by itself when None."""
    if not argument:
        cure = "write sentence_transformers:NAME or sentence_transformers:/folder"
        raise UsageError("the sentence_transformers embedder needs a model", cure)
    return SentenceTransformersEmbedder(argument, device)
