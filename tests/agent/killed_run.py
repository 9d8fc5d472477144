"""Asks a question in a process that dies in the middle of it: `python killed_run.py LIBRARY`."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from playhead.agent.agent import VideoAgent
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel


def die(_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


CALL = {"tool": "search_memory", "arguments": {"query": "hides the key", "limit": 2}}

if __name__ == "__main__":
    store = registry.load("stores", "in_memory")
    with Library(sys.argv[1], registry.load("embedders", "hashing"), store) as library:
        model = ScriptedModel({"plan": [{"thought": "", "calls": [CALL]}], "reflect": [die]})
        VideoAgent(model, library).ask("Who hides the key?")
