"""The trajectory of a run: everything needed to explain it, as plain JSON, saved whatever happens.

    {"run", "version", "created", "status": "running|answered|interrupted|failed", "error",
     "question", "asked", "options", "videos": [{"id", "path", "title", "duration_s"}], "references",
     "subtitles", "before_s", "strategy", "models": {role: name}, "budget": {…},
     "steps": [{"event": "planned", "at_s", "round", …}], "answer": {…} or null}

A step is what an event says of itself (`Event.step`); evidence has its `number`, `tool` and `perceived`
besides the public form. Saving replaces the stored trajectory in one transaction. Keys never get in: every
text is searched for the secrets the agent was given and for what looks like one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from playhead.agent.events import Answered, Event
from playhead.tools.errors import UsageError

if TYPE_CHECKING:
    from playhead.tools.library import Library

VERSION = 1
HIDDEN = "[hidden]"
_LOOKS_SECRET = re.compile(
    r"\b(?:sk|hf|gsk|xai|key)[-_][A-Za-z0-9_-]{16,}|(?<=Bearer )[A-Za-z0-9._~+/-]{8,}=*"
)

Status = Literal["running", "answered", "interrupted", "failed"]


class Trace:
    """Collects a run's events. `facts` are the fields of the request that the trajectory begins with."""

    def __init__(
        self,
        run: str,
        facts: Mapping[str, Any],
        secrets: Iterable[str] = (),
        steps: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.run = run
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 6)
        self._started_s = time.monotonic()
        self._earlier = [_observed(step) for step in steps if step["event"] == "observed"]
        self._data: dict[str, Any] = {
            "run": run,
            "version": VERSION,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "status": "running",
            "error": "",
            **facts,
            "steps": [dict(step) for step in steps],
            "answer": None,
        }

    def note(self, **facts: Any) -> None:
        """Add or replace facts that are known only later."""
        self._data |= facts

    def record(self, event: Event) -> bool:
        """False for an observation that an earlier process had recorded: its run tells them again."""
        if isinstance(event, Answered):
            self._data |= {"status": "answered", "answer": event.answer.to_dict()}
        elif step := event.step():
            if (known := _observed(step)) in self._earlier:
                self._earlier.remove(known)
                return False
            self._data["steps"].append({**step, "at_s": round(time.monotonic() - self._started_s, 3)})
        return True

    @property
    def is_of_use(self) -> bool:
        """False for a run that failed before it knew its videos: it explains and resumes nothing."""
        return "videos" in self._data or self._data["status"] != "failed"

    @property
    def answered(self) -> bool:
        return bool(self._data["status"] == "answered")

    def end(self, status: Status, error: str = "") -> None:
        """Say how a run without an answer ended; one that has its answer stays answered."""
        if not self.answered:
            self._data |= {"status": status, "error": error}

    def to_dict(self) -> dict[str, Any]:
        """The trajectory as it stands, free of secrets."""
        cleaned: dict[str, Any] = clean(self._data, self._secrets)
        return cleaned

    def save(self, library: Library) -> None:
        library.put_run(self.run, self.to_dict())


def _observed(step: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells one observation from another, as it is stored or not."""
    call = step.get("call") or {}
    return (
        step["event"],
        step.get("round"),
        call.get("name"),
        tuple(step.get("numbers", ())),
        step.get("text"),
    )


def find_run(library: Library, reference: str) -> dict[str, Any]:
    """The trajectory of a run by id, its first letters, or `last`. Raises UsageError if there is none."""
    ids = [row["id"] for row in library.runs(10_000) if not row["id"].startswith("chat-")]
    matching = ids[:1] if reference == "last" else [name for name in ids if name.startswith(reference)]
    if reference in ids:
        matching = [reference]
    if len(matching) > 1:
        raise UsageError(f"{len(matching)} runs begin with {reference!r}", "give more of the id")
    trajectory = library.run(matching[0]) if matching else None
    if trajectory is None:
        known = f"the latest are {', '.join(ids[:3])}" if ids else "ask something first"
        raise UsageError(f"the library has no run {reference!r}", known)
    return trajectory


def clean(value: Any, secrets: tuple[str, ...]) -> Any:
    """`value` with every secret replaced, in keys as well."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, HIDDEN)
        return _LOOKS_SECRET.sub(HIDDEN, value)
    if isinstance(value, Mapping):
        return {clean(str(key), secrets): clean(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item, secrets) for item in value]
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return None
    return value
