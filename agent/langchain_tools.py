"""playhead's tools for agents that others build with LangChain or LangGraph.

from playhead import VideoAgent
from playhead.agent.langchain_tools import langchain_tools

tools = langchain_tools(VideoAgent(), ["lecture.mp4"])
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.tools import StructuredTool

from playhead.agent.state import State
from playhead.tools.context import ToolContext
from playhead.tools.errors import ToolError, UsageError
from playhead.tools.toolbox import Toolbox
from playhead.tools.types import Video

if TYPE_CHECKING:
    from playhead.agent.agent import VideoAgent

Result = tuple[str, list[dict[str, Any]]]


def langchain_tools(
    agent: VideoAgent, videos: Sequence[str | Path] = (), *, before_s: float | None = None
) -> list[StructuredTool]:
    """Every action as a LangChain tool over indexed videos (none: the whole library).

    A tool's content is what playhead's own planner would read; its artifact lists the evidence as
    dictionaries. A failed call gives the reason as content. Raises UsageError for an unindexed video.
    """
    context = agent._setup.context(State("", before_s=before_s), _indexed(agent, videos), {})
    return [_tool(schema, context.toolbox, context.tools) for schema in context.toolbox.schemas()]


def _tool(schema: dict[str, Any], toolbox: Toolbox, context: ToolContext) -> StructuredTool:
    return StructuredTool(
        name=schema["name"],
        description=schema["description"],
        args_schema=schema["parameters"],
        coroutine=_runner(schema["name"], toolbox, context),
        response_format="content_and_artifact",
    )


def _runner(name: str, toolbox: Toolbox, context: ToolContext) -> Callable[..., Awaitable[Result]]:
    async def run(**arguments: Any) -> Result:
        try:
            found = await toolbox.call(name, arguments, context)
        except ToolError as error:
            return str(error), []
        return found.text, [line.to_dict() for line in found.evidence]

    return run


def _indexed(agent: VideoAgent, videos: Sequence[str | Path]) -> list[Video]:
    library = agent.library
    found = [(str(name), library.find(str(name))) for name in videos]
    missing = [name for name, video in found if video is None]
    if missing:
        raise UsageError(f"{missing[0]!r} is not indexed", "index it first: agent.add([...])")
    return [video for _, video in found if video is not None] or list(library.videos())
