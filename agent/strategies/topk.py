"""One retrieval, one answer: the baseline of most retrieval-augmented systems. `topk:32` takes 32 hits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from playhead.agent.act import act
from playhead.agent.answer import answer
from playhead.agent.context import Context
from playhead.agent.events import Planned
from playhead.agent.graph import Graph
from playhead.agent.oneshot import whole_number
from playhead.agent.state import Plan, State, ToolCall

HITS = 16


def create(argument: str = "", *, checkpointer: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """The compiled graph. Raises UsageError unless the argument is a whole number above 0."""
    hits = whole_number("topk", argument, HITS)

    async def retrieve(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        planned = Plan((ToolCall("search_memory", {"query": state.question, "limit": hits}),))
        runtime.stream_writer(Planned(1, planned))
        return {"planned": planned}

    async def search(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        context = runtime.context
        tools = replace(context.tools, limits=replace(context.tools.limits, hits=hits))
        return await act(state, runtime.override(context=replace(context, tools=tools)))

    graph = StateGraph(State, context_schema=Context)
    graph.add_node("retrieve", retrieve)
    graph.add_node("search", search)
    graph.add_node("answer", answer)
    graph.add_edge(START, "retrieve")
    graph.add_edge("retrieve", "search")
    graph.add_edge("search", "answer")
    graph.add_edge("answer", END)
    return graph.compile(checkpointer)
