"""The loop: look things up in rounds until the evidence suffices. The default with a model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from typing_extensions import TypedDict

from playhead.agent.loop.rounds import plan, reflect
from playhead.agent.run import Run
from playhead.agent.state import Draft, Plan
from playhead.agent.strategy import Info

INFO = Info(
    idea="rounds of planned look-ups, weighed after each, until the evidence suffices",
    uses=("captions", "eyes", "log-probabilities", "speech"),
    instead={"captions": "clips are described when a question needs them", "eyes": "what was said and read"},
    calls="3 to 15",
    most_calls=15,
)


class Loop(TypedDict, total=False):
    """The state of the graph: the plan of this round, why the loop is over, and the answer."""

    planned: Plan
    over: str
    draft: Draft


@dataclass(frozen=True)
class Nodes:
    """What the nodes of the graph work with."""

    run: Run


async def answer(run: Run) -> Draft:
    """Plan, act and reflect until the evidence suffices, the rounds are over or nothing is left."""
    ended: Loop = await run.graph(graph(), Loop(), Nodes(run))
    return ended["draft"]


@cache
def graph() -> CompiledStateGraph[Loop, Nodes, Loop, Loop]:
    """plan → act → reflect → (plan | answer)"""
    whole = StateGraph(Loop, context_schema=Nodes)
    whole.add_node("plan", _plan)
    whole.add_node("act", _act)
    whole.add_node("reflect", _reflect)
    whole.add_node("answer", _answer)
    whole.add_edge(START, "plan")
    whole.add_conditional_edges("plan", _after_plan)
    whole.add_edge("act", "reflect")
    whole.add_conditional_edges("reflect", _after_reflect)
    whole.add_edge("answer", END)
    return whole.compile(name="observe")


async def _plan(state: Loop, runtime: Runtime[Nodes]) -> Loop:  # noqa: ARG001
    planned = await plan(runtime.context.run)
    return Loop(planned=planned, over="" if planned.calls else "exhausted")


def _after_plan(state: Loop) -> Literal["act", "answer"]:
    return "answer" if state["over"] else "act"


async def _act(state: Loop, runtime: Runtime[Nodes]) -> Loop:
    await runtime.context.run.call(*state["planned"].calls)
    return Loop()


async def _reflect(state: Loop, runtime: Runtime[Nodes]) -> Loop:  # noqa: ARG001
    return Loop(over=await reflect(runtime.context.run))


def _after_reflect(state: Loop) -> Literal["plan", "answer"]:
    return "answer" if state["over"] else "plan"


async def _answer(state: Loop, runtime: Runtime[Nodes]) -> Loop:
    draft = await runtime.context.run.answer()
    return Loop(draft=replace(draft, because=draft.because or state["over"]))
