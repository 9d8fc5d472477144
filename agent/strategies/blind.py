"""No video at all: what a question and its options give away. The floor every other strategy must beat."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from playhead.agent.context import Context
from playhead.agent.graph import Graph
from playhead.agent.oneshot import ask_once
from playhead.agent.state import State
from playhead.prompts import render

NEEDS = "nothing"


def create(
    argument: str = "",  # noqa: ARG001
    *,
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> Graph:
    """The compiled graph: one question to the model."""

    async def guess(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        task = f"{render('blind')}\n\n{render('answer', options=state.options, candidate='')}"
        bare = replace(state, videos=(), digest="", ledger=())
        return await ask_once(task, bare, runtime.context)

    graph = StateGraph(State, context_schema=Context)
    graph.add_node("guess", guess)
    graph.add_edge(START, "guess")
    graph.add_edge("guess", END)
    return graph.compile(checkpointer)
