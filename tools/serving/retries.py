"""Trying again, and knowing when not to: jittered backoff, `Retry-After`, and a circuit breaker."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from playhead.tools.errors import ModelError, ModelUnreachableError

FailureKind = Literal["busy", "transient", "reply", "request", "final"]
"""busy: told to slow down · transient: lost on the way · reply: came but is unusable ·
request: refused as built, another one may pass · final: no retry can help."""


class CallFailed(Exception):  # noqa: N818 - never leaves the backends; `error` is what does
    """One attempt failed; `error` is what the user reads if no other attempt succeeds."""

    def __init__(
        self, error: ModelError, kind: FailureKind, retry_after_s: float | None = None, detail: str = ""
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.kind: FailureKind = kind
        self.retry_after_s = retry_after_s
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often and how patiently to try again, with jitter ("Exponential Backoff And Jitter", AWS 2015)."""

    tries: int = 5
    """Attempts in all for busy and lost requests."""
    reply_tries: int = 2
    """Attempts in all when a reply came but cannot be used: the same question mostly gets the same answer."""
    first_s: float = 0.5
    """Seconds before the second attempt; doubles from there."""
    ceiling_s: float = 20.0
    """The longest wait that playhead chooses by itself; a server may ask for more."""

    def allows(self, failure: CallFailed, attempt: int) -> bool:
        """Whether attempt number `attempt` (from 1), which failed, may be followed by another."""
        if failure.kind == "reply":
            return attempt < self.reply_tries
        return failure.kind in ("busy", "transient") and attempt < self.tries

    def wait_s(self, attempt: int, retry_after_s: float | None, draw: float | None = None) -> float:
        """Seconds to wait after failed attempt number `attempt`; `draw` is a random number in 0..1."""
        share = random.random() if draw is None else draw  # noqa: S311 - jitter, not a secret
        own = min(self.ceiling_s, self.first_s * 2.0 ** (attempt - 1)) * (0.5 + 0.5 * share)
        return own if retry_after_s is None else max(own, retry_after_s * (1 + 0.1 * share))


@dataclass
class Breaker:
    """Stops hammering a server that keeps failing ("Release It!", Nygard).

    After `threshold` failures in a row only one request a `cooldown_s` goes out, as a probe; the others
    wait for its outcome. A server down for longer than `patience_s` fails them at once.
    """

    threshold: int = 10
    cooldown_s: float = 5.0
    patience_s: float = 60.0
    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    opened_at: float = 0.0
    probe_at: float = 0.0
    last_error: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def is_open(self) -> bool:
        return self.failures >= self.threshold

    def wait_s(self) -> float:
        """Seconds to wait before asking again; 0 admits. Raises ModelUnreachableError out of patience."""
        with self.lock:
            now = self.clock()
            if not self.is_open:
                return 0.0
            if now >= self.probe_at:
                self.probe_at = now + self.cooldown_s
                return 0.0
            if now - self.opened_at > self.patience_s:
                cause = f"the server failed {self.failures} times in a row, last: {self.last_error}"
                raise ModelUnreachableError(cause, "start it again, or see its log")
            return self.probe_at - now

    def succeeded(self) -> None:
        with self.lock:
            self.failures = 0

    def failed(self, error: ModelError) -> None:
        with self.lock:
            self.failures += 1
            self.last_error = error.cause
            if self.failures == self.threshold:
                self.opened_at = self.clock()
                self.probe_at = self.opened_at + self.cooldown_s
