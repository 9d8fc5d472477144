"""The agent as one compiled LangGraph graph, for a LangGraph server (`langgraph.json`) or as a subgraph.

from playhead.agent.deploy import build

graph = build(VideoAgent(model="openai:…", base_url="…"))
(await graph.ainvoke({"question": "Who hides the key?", "videos": ["film.mkv"]}))["answer"]

State is plain JSON: what `playhead ask --json` takes and prints. Streaming with `stream_mode="custom"` gives
the run's events. `graph` at the end of this file reads the usual configuration when it is first used.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import asdict, is_dataclass
from functools import cache
from typing import Any, NotRequired, TypedDict

from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from playhead.agent import config
from playhead.agent.agent import VideoAgent
from playhead.agent.events import Answered


class Asked(TypedDict):
    """What to find out; without videos the whole library is asked."""

    question: str
    videos: NotRequired[list[str]]
    options: NotRequired[list[str]]
    before_s: NotRequired[float | None]
    subtitles: NotRequired[list[str]]
    wait_s: NotRequired[float | None]


class Told(TypedDict):
    """The JSON object of `playhead ask --json`."""

    answer: dict[str, Any]


class Conversation(Asked, Told):
    """Question and answer."""


def build(agent: VideoAgent | None = None) -> CompiledStateGraph[Any, None, Any, Any]:
    """A graph of one node that asks `agent`, or the agent of the configuration. Raises PlayheadError."""

    async def answer(state: Asked) -> Told:
        own = await asyncio.to_thread(_configured) if agent is None else agent
        events = own.stream(
            state["question"],
            state.get("videos", ()),
            state.get("options", ()),
            before_s=state.get("before_s"),
            subtitles=state.get("subtitles", ()),
            wait_s=state.get("wait_s"),
        )
        write, told = get_stream_writer(), Told(answer={})
        async with aclosing(events):
            async for event in events:
                write({"event": type(event).__name__, **_plain(event)})
                if isinstance(event, Answered):
                    told = Told(answer=event.answer.to_dict())
        return told

    whole = StateGraph(Conversation, input_schema=Asked, output_schema=Told)
    whole.add_node("answer", answer)
    whole.add_edge(START, "answer")
    whole.add_edge("answer", END)
    return whole.compile(name="playhead")


def _plain(event: object) -> dict[str, Any]:
    if isinstance(event, Answered):
        return event.answer.to_dict()
    return asdict(event) if is_dataclass(event) and not isinstance(event, type) else {}


@cache
def _configured() -> VideoAgent:
    return VideoAgent.from_config(config.load().config)


graph = build()
