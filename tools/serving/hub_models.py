"""Checkpoints of Hugging Face models: which one is meant, and one line when it cannot be had."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from playhead.tools.errors import PlayheadError, PrerequisiteError
from playhead.tools.memory.identity import content_id

WEIGHTS = ("*.safetensors", "*.bin")


def fingerprint(reference: str) -> str:
    """Names the checkpoint: for a local folder by the content of its weights, else by its name."""
    folder = Path(reference).expanduser()
    files = sorted(file for pattern in WEIGHTS for file in folder.rglob(pattern)) if folder.is_dir() else []
    if not files:
        return "hub"
    return blake2b("".join(content_id(file) for file in files).encode(), digest_size=6).hexdigest()


@contextmanager
def loading(reference: str) -> Iterator[None]:
    """Whatever fails while a checkpoint is loaded becomes PrerequisiteError; progress bars stay off."""
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        yield
    except (PlayheadError, ModuleNotFoundError):
        raise
    except Exception as error:
        line = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        cure = "check the name and the connection, or give a folder that holds the model"
        raise PrerequisiteError(f"the model {reference!r} cannot be loaded: {line}", cure) from error
