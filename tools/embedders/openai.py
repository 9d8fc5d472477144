"""Embeddings from any server with `/v1/embeddings`: OpenAI, vLLM, Ollama, llama.cpp, TEI…

`openai:MODEL`; where the server is and which key it gets are the settings of every server backend
(PLAYHEAD_BASE_URL, PLAYHEAD_API_KEY, …). The key is sent, and neither stored nor shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import openai

from playhead.tools.errors import ModelReplyError, UsageError
from playhead.tools.serving import openai_errors
from playhead.tools.serving.retries import CallFailed
from playhead.tools.serving.server_settings import ServerSettings, base_url_of, connection_of, key_of
from playhead.tools.types import Vectors

BATCH = 128
"""Texts in a request; servers take at least this many."""

MAX_CHARACTERS = 24_000
SHORTEST = 200
"""Characters of a text that no server may refuse as too long."""


class OpenAiEmbedder:
    """Safe for threads. `dimension` asks the server once."""

    def __init__(
        self, model: str, settings: ServerSettings, dimensions: int | None, timeout_s: float
    ) -> None:
        self._model, self._dimensions = model, dimensions
        self._url, self._key = base_url_of(settings), key_of(settings)
        self._tries, self._timeout_s = settings.tries, timeout_s
        self.fingerprint = f"openai:{model}@{dimensions or 'native'}"

    def __repr__(self) -> str:
        return f"OpenAiEmbedder({self._model!r})"

    @cached_property
    def dimension(self) -> int:
        return int(self.embed_texts(["dimension"]).shape[1])

    @cached_property
    def _client(self) -> openai.OpenAI:
        return openai.OpenAI(
            api_key=self._key or "none",
            base_url=self._url,
            max_retries=max(0, self._tries - 1),
            timeout=self._timeout_s,
            http_client=openai.DefaultHttpxClient(**connection_of(self._url)),
        )

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """len(texts) x dimension, unit rows. Raises ModelError and its children.

        A text that is too long for the server's model is cut in half until it fits.
        """
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        clean = [_valid(text) for text in texts]
        parts = [self._embed(clean[start : start + BATCH]) for start in range(0, len(clean), BATCH)]
        if len({part.shape[1] for part in parts}) > 1:
            raise self._unusable("vectors of different length")
        return np.concatenate(parts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        try:
            return self._request(texts)
        except CallFailed as failed:
            if failed.kind != "request" or (len(texts) == 1 and len(texts[0]) <= SHORTEST):
                raise failed.error from None
        if len(texts) == 1:
            return self._embed([texts[0][: len(texts[0]) // 2]])
        middle = len(texts) // 2
        return np.concatenate([self._embed(texts[:middle]), self._embed(texts[middle:])])

    def _request(self, texts: Sequence[str]) -> Vectors:
        size: Any = openai.omit if self._dimensions is None else self._dimensions
        try:
            reply = self._client.embeddings.create(
                model=self._model, input=list(texts), dimensions=size, encoding_format="float"
            )
            rows = sorted(reply.data, key=lambda row: row.index)
            vectors: Vectors = np.array([row.embedding for row in rows], np.float32)
        except (ValueError, TypeError, AttributeError) as error:
            raise self._unusable("no list of vectors") from error
        except Exception as error:
            raise openai_errors.failure(error, self._url, self._model, self._key) from None
        return self._checked(vectors, len(texts))

    def _checked(self, vectors: Vectors, count: int) -> Vectors:
        if vectors.ndim != 2 or len(vectors) != count or not np.isfinite(vectors).all():
            raise self._unusable(f"{len(vectors)} vectors for {count} texts, or no numbers")
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not norms.all():
            raise self._unusable("a vector of zeros")
        vectors /= norms
        return vectors

    def _unusable(self, what: str) -> ModelReplyError:
        return ModelReplyError(f"{self._model!r} sent {what}", "name a model that makes embeddings")


def _valid(text: str) -> str:
    """Servers refuse empty texts and half characters."""
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode() if text.strip() else "-"


def create(
    argument: str = "",
    *,
    base_url: str = "",
    api_key: str = "",
    dimensions: int | None = None,
    tries: int = 4,
    timeout_s: float = 60.0,
    **_settings: Any,
) -> OpenAiEmbedder:
    """`openai:MODEL`, for instance `openai:text-embedding-3-small`."""
    if not argument:
        raise UsageError("the openai embedder needs a model", "write openai:text-embedding-3-small")
    settings = ServerSettings(base_url=base_url, api_key=api_key, tries=tries)
    return OpenAiEmbedder(argument, settings, dimensions, timeout_s)
