"""The wiring of the loop: plan → act → reflect → (plan | answer)."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from playhead.agent.act import act, after_act
from playhead.agent.answer import settle
from playhead.agent.context import Context
from playhead.agent.plan import after_plan, plan
from playhead.agent.reflect import after_reflect, reflect
from playhead.agent.state import State

Graph = CompiledStateGraph[State, Context, State, State]


def build(checkpointer: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """The compiled graph of the loop; with a checkpointer, a killed run goes on from its last node."""
    graph = StateGraph(State, context_schema=Context)
    graph.add_node("plan", plan)
    graph.add_node("act", act)
    graph.add_node("reflect", reflect)
    graph.add_node("answer", settle)
    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", after_plan)
    graph.add_conditional_edges("act", after_act)
    graph.add_conditional_edges("reflect", after_reflect)
    graph.add_edge("answer", END)
    return graph.compile(checkpointer)
