"""Ask hours of video a question; get an answer with the seconds that prove it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playhead.agent.agent import VideoAgent
    from playhead.agent.config import Config
    from playhead.agent.result import Answer
    from playhead.agent.run import Run
    from playhead.agent.state import Draft, ToolCall
    from playhead.agent.strategy import Info
    from playhead.tools.errors import PlayheadError
    from playhead.tools.metering import Budget
    from playhead.tools.types import Evidence, Span, Usage, Video

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "Budget",
    "Config",
    "Draft",
    "Evidence",
    "Info",
    "PlayheadError",
    "Run",
    "Span",
    "ToolCall",
    "Usage",
    "Video",
    "VideoAgent",
    "__version__",
]

_HOMES = {
    "Answer": "playhead.agent.result",
    "Budget": "playhead.tools.metering",
    "Config": "playhead.agent.config",
    "Draft": "playhead.agent.state",
    "Evidence": "playhead.tools.types",
    "Info": "playhead.agent.strategy",
    "PlayheadError": "playhead.tools.errors",
    "Run": "playhead.agent.run",
    "Span": "playhead.tools.types",
    "ToolCall": "playhead.agent.state",
    "Usage": "playhead.tools.types",
    "Video": "playhead.tools.types",
    "VideoAgent": "playhead.agent.agent",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'playhead' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
