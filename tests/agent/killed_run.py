"""Asks a question in a process that dies: `python killed_run.py LIBRARY weighing|saving`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

from playhead.agent.agent import VideoAgent
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel


def die(_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


CALL = {"tool": "search_memory", "arguments": {"query": "hides the key", "limit": 2}}

VERDICT = {"missing": "", "candidate": "the cook", "cites": [1], "sufficient": True, "confidence": 0.9}
ANSWER = {"found": True, "answer": "The cook.", "cites": [1]}


class Unwritten(Library):
    """Dies when an answer is to be written."""

    def put_run(self, run_id: str, data: Mapping[str, Any]) -> None:
        if data["answer"]:
            die(data)
        super().put_run(run_id, data)


if __name__ == "__main__":
    store = registry.load("stores", "in_memory")
    kind, verdict = (Unwritten, VERDICT) if sys.argv[2] == "saving" else (Library, die)
    with kind(sys.argv[1], registry.load("embedders", "hashing"), store) as library:
        plan = {"thought": "", "calls": [CALL]}
        model = ScriptedModel({"plan": [plan], "reflect": [verdict], "answer": [ANSWER]})
        VideoAgent(model, library).ask("Who hides the key?")
