"""The agent as one compiled LangGraph graph, for a LangGraph server (`langgraph.json`) or as a subgraph.

from playhead.agent.deploy import build

graph = build(VideoAgent(model="openai:…", base_url="…"))
(await graph.ainvoke({"question": "Who hides the key?", "videos": ["film.mkv"]}))["answer"]

State is plain JSON: what `playhead ask --json` takes and prints. A Studio that looks inside the node shows
those of the default strategy. Streaming with `stream_mode="custom"` gives the events, each with its node.
`graph` at the end of this file reads the usual configuration when it is first used.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import asdict, is_dataclass
from functools import cache
from typing import Any, NotRequired

from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from typing_extensions import TypedDict

from playhead.agent import config_layers
from playhead.agent.agent import VideoAgent
from playhead.agent.events import Answered, Event, Observed, Planned, Reflected, ToolCalled
from playhead.agent.strategies import observe


class Asked(TypedDict):
    """What to find out; without videos the whole library is asked."""

    question: str
    videos: NotRequired[list[str]]
    options: NotRequired[list[str]]
    before_s: NotRequired[float | None]
    subtitles: NotRequired[list[str]]
    wait_s: NotRequired[float | None]


class Found(TypedDict):
    """The JSON object of `playhead ask --json`."""

    answer: dict[str, Any]


class Conversation(Asked, Found):
    """Question and answer."""


NODES = {Planned: "plan", ToolCalled: "act", Observed: "act", Reflected: "reflect", Answered: "answer"}
"""Which node of the default strategy tells what."""


def build(agent: VideoAgent | None = None) -> CompiledStateGraph[Any, None, Any, Any]:
    """A graph that asks `agent`, or the agent of the configuration. Raises PlayheadError."""
    loop = observe.graph()

    async def answer(state: Asked) -> Found:
        own = await asyncio.to_thread(_configured) if agent is None else agent
        events = own.stream(
            state["question"],
            state.get("videos", ()),
            state.get("options", ()),
            before_s=state.get("before_s"),
            subtitles=state.get("subtitles", ()),
            wait_s=state.get("wait_s"),
        )
        found = Found(answer={})
        async with aclosing(events):
            async for event in events:
                node = NODES.get(type(event), "answer")
                _write(event, node if node in loop.nodes else "answer")
                if isinstance(event, Answered):
                    found = Found(answer=event.answer.to_dict())
        return found

    whole = StateGraph(Conversation, input_schema=Asked, output_schema=Found)
    whole.add_node("answer", answer)
    whole.add_edge(START, "answer")
    whole.add_edge("answer", END)
    return whole.compile(name="playhead")


def _write(event: Event, node: str) -> None:
    told = event.answer.to_dict() if isinstance(event, Answered) else _plain(event)
    get_stream_writer()({"event": type(event).__name__, "node": node, **told})


def _plain(event: object) -> dict[str, Any]:
    return asdict(event) if is_dataclass(event) and not isinstance(event, type) else {}


@cache
def _configured() -> VideoAgent:
    return VideoAgent.from_config(config_layers.load().config)


graph = build()
