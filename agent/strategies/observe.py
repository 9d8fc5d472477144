"""The loop: look things up in rounds until the evidence suffices. The default."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from playhead.agent.graph import Graph, build


def create(
    argument: str = "",  # noqa: ARG001
    *,
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> Graph:
    """The compiled graph of plan, act, reflect and answer."""
    return build(checkpointer)
