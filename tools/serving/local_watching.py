"""Generation watched from outside: rows that end early, and text handed on while it grows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import torch
import transformers

from playhead.tools.serving.local_jobs import ModelJob


class Stops(transformers.StoppingCriteria):  # type: ignore[misc]
    """Ends the rows whose caller has left or whose deadline has passed."""

    def __init__(self, jobs: Sequence[ModelJob], started: float) -> None:
        self._jobs = jobs
        self._started = started

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:  # noqa: ARG002
        elapsed_s = time.monotonic() - self._started
        for job in self._jobs:
            job.late = job.late or elapsed_s > job.request.timeout_s
        return torch.tensor([job.late or job.stopped() for job in self._jobs], device=input_ids.device)


class Pieces(transformers.TextStreamer):  # type: ignore[misc]
    """Hands the text of a batch of one to a callback, a few words at a time."""

    def __init__(self, on_text: Callable[[str], None], tokenizer: Any) -> None:
        super().__init__(tokenizer, skip_prompt=True, skip_special_tokens=True)
        self._on_text = on_text

    def on_finalized_text(self, text: str, stream_end: bool = False) -> None:  # noqa: ARG002
        if text:
            self._on_text(text)
