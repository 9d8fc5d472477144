"""playhead's tools for agents that others build with LangChain or LangGraph: `VideoAgent.langchain_tools`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langchain_core.tools import StructuredTool

from playhead.agent.private_loop import PrivateLoop
from playhead.agent.state import State
from playhead.agent.wiring import Setup
from playhead.tools.errors import BudgetExceededError, ToolError, UsageError
from playhead.tools.types import Video

Result = tuple[str, list[dict[str, Any]]]


def offered(
    setup: Setup, loop: PrivateLoop, videos: Sequence[str | Path], before_s: float | None
) -> list[StructuredTool]:
    """Every action as a LangChain tool over indexed videos (none: the whole library), to invoke or to await.

    Raises UsageError for a video that is not indexed.
    """
    scope = Scope(setup, loop, tuple(_indexed(setup, videos)), before_s)
    return [_tool(schema, scope) for schema in setup.toolbox().schemas()]


@dataclass(frozen=True)
class Scope:
    """What the tools of one list see. Every call has the budget of a question to itself."""

    setup: Setup
    loop: PrivateLoop
    videos: tuple[Video, ...]
    before_s: float | None

    async def call(self, name: str, arguments: dict[str, Any]) -> Result:
        """What the planner would read, and the evidence as dictionaries; a failure is told in words."""
        state = State("", before_s=self.before_s)
        context = await asyncio.to_thread(self.setup.context, state, self.videos, {})
        try:
            found = await context.toolbox.call(name, arguments, context.tools)
        except ToolError as error:
            return str(error), []
        except BudgetExceededError as error:
            return f"{name}: {error}", []
        return found.text, [line.to_dict() for line in found.evidence]


def _tool(schema: dict[str, Any], scope: Scope) -> StructuredTool:
    name = schema["name"]

    def run(**arguments: Any) -> Result:
        return scope.loop.run(scope.call(name, arguments))

    async def arun(**arguments: Any) -> Result:
        return await scope.loop.arun(scope.call(name, arguments))

    return StructuredTool(
        name=name,
        description=schema["description"],
        args_schema=schema["parameters"],
        func=run,
        coroutine=arun,
        response_format="content_and_artifact",
    )


def _indexed(setup: Setup, videos: Sequence[str | Path]) -> list[Video]:
    library = setup.library()
    found = [(str(name), library.find(str(name))) for name in videos]
    missing = [name for name, video in found if video is None]
    if missing:
        raise UsageError(f"{missing[0]!r} is not indexed", "index it first: agent.add([...])")
    return [video for _, video in found if video is not None] or list(library.videos())
