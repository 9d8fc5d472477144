"""Ask hours of video a question; get an answer with the seconds that prove it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playhead.agent.agent import Answer, VideoAgent
    from playhead.tools.errors import PlayheadError
    from playhead.tools.types import Evidence, Span

__version__ = "0.1.0"
__all__ = ["Answer", "Evidence", "PlayheadError", "Span", "VideoAgent", "__version__"]

_HOMES = {
    "Answer": "playhead.agent.agent",
    "Evidence": "playhead.tools.types",
    "PlayheadError": "playhead.tools.errors",
    "Span": "playhead.tools.types",
    "VideoAgent": "playhead.agent.agent",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'playhead' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
