"""How one request is put to one server, and how it changes when the server refuses it.

A refused request is never sent again unchanged: either the refusal teaches something and the request is
rebuilt — fewer frames, smaller sides, a shorter text, a looser form of reply — or it is an error.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playhead.tools.errors import ContextOverflowError, ModelError, ModelRejectedError
from playhead.tools.protocols import ChatReply, ChatRequest
from playhead.tools.serving.openai_wire import body
from playhead.tools.serving.request_fit import (
    LARGEST_SIDE_PX,
    Fit,
    estimate_tokens,
    fit_context,
    frames_sent,
    image_count,
    smaller,
)
from playhead.tools.serving.retries import CallFailed
from playhead.tools.serving.server_limits import Refusal, read_refusal
from playhead.tools.serving.server_state import Server
from playhead.tools.serving.structured import Form, looser

MOST_REBUILDS = 16
"""Refusals that one request may learn from."""
LEAST_REPLY_TOKENS = 256
"""A reply shortened to fit the context keeps at least this; below, the prompt is cut instead."""


class Composition:
    """The present form and fit of one request; what is learned on the way is kept with the server."""

    def __init__(self, server: Server, request: ChatRequest, side_px: int = LARGEST_SIDE_PX) -> None:
        self._server = server
        self._request = request
        self._learned = server.learned
        self._rebuilds = 0
        self.form: Form = server.learned.form
        self.fit = Fit(side_px=min(side_px, server.learned.side_px or side_px))

    def body(self) -> dict[str, Any]:
        """The request as it should be sent now. Compresses pictures: not for an event loop's thread."""
        if self._learned.images == 0 and image_count(self._request):
            raise CallFailed(self._blind(), "final")
        self.fit = fit_context(self._request, self._learned, self.fit)
        return body(self._request, self._server.model, self._learned, self.form, self.fit)

    @property
    def frames(self) -> int:
        """Pictures of the request that are sent, alone or in a mosaic."""
        return frames_sent(self._request, self._learned, self.fit)

    def settles(self, reply: ChatReply) -> bool:
        """Whether to keep this reply; if not, the form was loosened for another try."""
        if self._request.schema is None:
            return True
        if reply.data is not None:
            self._learned.worked(self.form)
            self._server.save()
            return True
        following = looser(self.form)
        if reply.finish_reason == "length" or self._learned.proven or following is None:
            return True
        self.form = following
        return False

    def rebuild(self, failure: CallFailed) -> None:
        """Change the request so that the refusal no longer applies, or raise its ModelError."""
        self._rebuilds += 1
        form = self.form if self._request.schema is not None else None
        refusal = read_refusal(failure.detail, form, image_count(self._request) > 0)
        if self._rebuilds > MOST_REBUILDS or not self._adapts(refusal):
            raise self._hopeless(refusal, failure) from None
        self._server.save()

    def _adapts(self, refusal: Refusal) -> bool:
        match refusal.reason:
            case "no_images":
                self._learned.images = 0
                return False
            case "images":
                return self._fewer_images(refusal.allowed or 1)
            case "parameter":
                return self._without(refusal)
            case "context":
                return self._shorter(refusal)
            case "image_size":
                self.fit = replace(self.fit, side_px=int(self.fit.side_px * 0.7))
                self._learned.side_px = self.fit.side_px
                return self.fit.side_px >= 64
            case "shape":
                return self._looser(refused=True)
            case "unknown":
                return not self._learned.proven and self._looser(refused=False)

    def _fewer_images(self, allowed: int) -> bool:
        sent = min(self.frames, self._learned.images or self.frames)
        self._learned.images = min(allowed, self._learned.images or allowed)
        return sent > self._learned.images

    def _without(self, refusal: Refusal) -> bool:
        if refusal.parameter is None or refusal.parameter in self._learned.dropped:
            return False
        self._learned.dropped.add(refusal.parameter)
        return True

    def _looser(self, *, refused: bool) -> bool:
        following = looser(self.form)
        if self._request.schema is None or following is None:
            return False
        if refused:
            self._learned.refused(self.form)
        self.form = following
        return True

    def _shorter(self, refusal: Refusal) -> bool:
        request, learned, allowed = self._request, self._learned, refusal.allowed
        if allowed:
            learned.context_tokens = min(allowed, learned.context_tokens or allowed)
        if refusal.requested:
            ratio = refusal.requested / max(1, estimate_tokens(request, self.fit))
            learned.tokens_ratio = min(10.0, max(0.2, ratio))
            room = (learned.context_tokens or 0) - refusal.requested - 16
            if LEAST_REPLY_TOKENS <= room < (self.fit.max_tokens or request.max_tokens):
                self.fit = replace(self.fit, max_tokens=room)
                return True
        before = self.fit
        self.fit = fit_context(request, learned, before)
        if self.fit == before:
            self.fit = smaller(request, before, 0.6) or before
        return self.fit != before

    def _hopeless(self, refusal: Refusal, failure: CallFailed) -> ModelError:
        if refusal.reason == "no_images":
            return self._blind()
        if refusal.reason == "context":
            cause = f"the request does not fit the context of {self._server.model!r} even at its smallest"
            return ContextOverflowError(cause, "serve the model with a larger context (--max-model-len)")
        if refusal.reason == "image_size":
            return ModelRejectedError(failure.error.cause, "raise the server's limit for pictures")
        return failure.error

    def _blind(self) -> ModelError:
        cause = f"{self._server.model!r} takes no images"
        return ModelRejectedError(cause, "choose a vision-language model for this role")
