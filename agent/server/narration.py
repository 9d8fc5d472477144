"""What goes on while a question is answered, in words: for programs that show text and know no events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playhead.agent.server.payloads import Payload

LONGEST = 200
"""Characters of a line; the trajectory keeps all of it."""


class Narrator:
    """Tells one question, or one indexing. `shares` says how far a stage is, not only that it began."""

    def __init__(self, *, shares: bool = False) -> None:
        self._shares = shares
        self._last = ""

    def line(self, event: Payload) -> str:
        """What an event is about; empty where another event says it better or nothing is new."""
        words = _words(event)
        if event["event"] == "indexing" and self._shares:
            words += _share(event["done"], event["total"])
        if words == self._last:
            return ""
        self._last = words
        return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _words(event: Payload) -> str:
    match event["event"]:
        case "waiting":
            return f"number {event['place']} in the line"
        case "indexing":
            return f"{event['video']}: {event['stage']}"
        case "planned":
            thought = _flat(event["thought"])
            return f"round {event['round']}: {thought}" if thought else ""
        case "tool_called":
            return _call(event["call"])
        case "observed":
            return f"→ {_flat(event['text'].partition(chr(10))[0])}"
        case "reflected":
            missing = f", missing: {_flat(event['missing'])}" if event["missing"] else ""
            return f"confidence {event['confidence']:.2f}{missing}"
        case "warned":
            return f"note: {_flat(event['message'])}"
    return ""


def _call(call: Mapping[str, Any]) -> str:
    arguments = ", ".join(f"{name}={value!r}" for name, value in call["arguments"].items())
    return _flat(f"{call['name']}({arguments})")


def _share(done: float, total: float) -> str:
    return f" {min(1.0, done / total):.0%}" if total else ""


def _flat(text: str) -> str:
    return " ".join(text.split())
