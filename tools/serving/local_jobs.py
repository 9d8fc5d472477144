"""Requests on their way into an in-process model: turns for its chat template, its pictures, its cuts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from PIL import Image as Pictures

from playhead.tools.errors import ContextOverflowError
from playhead.tools.protocols import ChatRequest, Message
from playhead.tools.serving.mosaic import shrink, stamp
from playhead.tools.serving.request_fit import Fit, fitted, smaller
from playhead.tools.serving.server_limits import Learned

OPEN_LIMITS = Learned()
"""An in-process model takes any number of pictures that fits its context."""


@dataclass
class ModelJob:
    """One request in a batch. `stopped` is asked at every token; `on_text` gets the text as it grows.

    A row that passed its deadline comes back with `finish_reason` "deadline".
    """

    request: ChatRequest
    stopped: Callable[[], bool] = lambda: False
    on_text: Callable[[str], None] | None = None
    fit: Fit = field(default_factory=Fit)
    late: bool = False


def conversation(job: ModelJob) -> tuple[list[dict[str, Any]], list[Any]]:
    """(turns as chat templates take them, the pictures in order)."""
    images: list[Any] = []
    messages = fitted(job.request.messages, OPEN_LIMITS, job.fit)
    turns = [{"role": message.role, "content": _content(message, job.fit, images)} for message in messages]
    return turns, images


def _content(message: Message, fit: Fit, images: list[Any]) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = []
    for part in message.parts:
        if isinstance(part, str):
            content.append({"type": "text", "text": part})
            continue
        if part.time_s is not None:
            content.append({"type": "text", "text": stamp(part.time_s)})
        content.append({"type": "image"})
        images.append(Pictures.fromarray(np.ascontiguousarray(shrink(part.image, fit.side_px))))
    return content


def reply_tokens(job: ModelJob) -> int:
    """The longest reply the job may get."""
    return job.fit.max_tokens or job.request.max_tokens


def shrunk(job: ModelJob, share: float, cause: str) -> ModelJob:
    """The job cut down to about `share` of its size; ContextOverflowError when nothing is left to cut."""
    if (fit := smaller(job.request, job.fit, share)) is None:
        cure = "use a model with more room, or free memory"
        raise ContextOverflowError(f"{cause} even at its smallest", cure)
    return replace(job, fit=fit)
