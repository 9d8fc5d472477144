"""SigLIP and SigLIP 2: texts and pictures in one space, by transformers; a name or a local folder.

Zhai et al., "Sigmoid Loss for Language Image Pre-Training", ICCV 2023. A name is downloaded at first use;
a folder never touches the network.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from playhead.tools.errors import UsageError
from playhead.tools.serving import hub_models
from playhead.tools.types import Image, Vectors

BATCH = 16


class SiglipEmbedder:
    """Loads when a vector, or the dimension, is first asked for; safe for threads."""

    def __init__(self, reference: str, device: str | None) -> None:
        self._reference, self._device = reference, device
        self._guard = threading.Lock()
        self._parts: tuple[Any, Any, Any] | None = None
        self.fingerprint = f"siglip:{reference}@{hub_models.fingerprint(reference)}"

    @property
    def dimension(self) -> int:
        return int(self.embed_texts([""]).shape[1])

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """len(texts) x dimension, unit rows. Raises PrerequisiteError when the model cannot be had."""
        return self._batched(
            [text.encode("utf-8", "replace").decode().lower() for text in texts], self._text_features
        )

    def embed_images(self, images: Sequence[Image]) -> Vectors:
        """len(images) x dimension, unit rows; pictures may differ in size."""
        return self._batched(images, self._image_features)

    def _batched(self, items: Sequence[Any], features: Callable[[Sequence[Any]], Vectors]) -> Vectors:
        if not items:
            return np.empty((0, self.dimension), np.float32)
        with self._guard:
            parts = [features(items[start : start + BATCH]) for start in range(0, len(items), BATCH)]
        rows = np.concatenate(parts)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return rows

    def _text_features(self, texts: Sequence[str]) -> Vectors:
        model, tokenizer, _ = self._loaded()
        length = model.config.text_config.max_position_embeddings
        inputs = tokenizer(
            list(texts), padding="max_length", truncation=True, max_length=length, return_tensors="pt"
        )
        return self._features(model.get_text_features, {"input_ids": inputs["input_ids"]})

    def _image_features(self, images: Sequence[Image]) -> Vectors:
        model, _, processor = self._loaded()
        inputs = processor(images=list(images), input_data_format="channels_last", return_tensors="pt")
        return self._features(model.get_image_features, dict(inputs))

    def _features(self, method: Callable[..., Any], inputs: dict[str, Any]) -> Vectors:
        import torch

        model, _, _ = self._loaded()
        with torch.inference_mode():
            out = method(**{name: value.to(model.device) for name, value in inputs.items()})
        rows = out if isinstance(out, torch.Tensor) else out.pooler_output  # a tensor before transformers 5
        return np.asarray(rows.float().cpu().numpy(), np.float32)

    def _loaded(self) -> tuple[Any, Any, Any]:
        if self._parts is None:
            self._parts = _load(self._reference, self._device)
        return self._parts


def _load(reference: str, device: str | None) -> tuple[Any, Any, Any]:
    import torch
    from transformers import AutoImageProcessor, AutoModel, AutoTokenizer

    with hub_models.loading(reference):
        model = AutoModel.from_pretrained(reference).eval()
        tokenizer = AutoTokenizer.from_pretrained(reference)
        processor = AutoImageProcessor.from_pretrained(reference)
        place = device or ("cuda" if torch.cuda.is_available() else "cpu")
        return model.to(place), tokenizer, processor


def create(argument: str = "", *, device: str | None = None, **_settings: Any) -> SiglipEmbedder:
    """`siglip:NAME_OR_FOLDER`, for instance `siglip:google/siglip2-base-patch16-224`."""
    if not argument:
        raise UsageError("the siglip embedder needs a model", "write siglip:google/siglip2-base-patch16-224")
    return SiglipEmbedder(argument, device)
