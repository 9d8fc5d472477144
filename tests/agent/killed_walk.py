"""Asks a question in a process that dies at one of its model calls: `python killed_walk.py LIBRARY CALL`."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from playhead.agent.agent import VideoAgent
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel

if __name__ == "__main__":
    left = int(sys.argv[2])

    def reply(request: Any) -> Any:
        global left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return {"word": request.messages[-1].parts[-1][:7]}

    store = registry.load("stores", "in_memory")
    with Library(sys.argv[1], registry.load("embedders", "hashing"), store) as library:
        VideoAgent(ScriptedModel({"*": reply}), library, strategy="house.walk").ask("Who hides the key?")
