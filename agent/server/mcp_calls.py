"""One call of an MCP tool: what it tells on the way, and how it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent

from playhead.agent.server.narration import Narrator
from playhead.agent.server.payloads import Payload
from playhead.tools.errors import PlayheadError
from playhead.tools.errors import ToolError as ActionError

Call = Context[Any, Any]
"""A call as a tool sees it: where progress is told."""
Result = Annotated[CallToolResult, dict[str, Any]]
"""Text for a model, and the same as data."""


def result(text: str, data: dict[str, Any]) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=data)


@contextmanager
def for_the_model() -> Iterator[None]:
    """What a person could mend becomes the text of a failed call, cause and cure."""
    try:
        yield
    except (PlayheadError, ActionError) as error:
        raise ToolError(str(error)) from error


class Telling:
    """Progress notifications of a call: one a step, numbered, never the same line twice in a row."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._narrator = Narrator(shares=True)
        self._count = 0

    async def event(self, event: Payload) -> None:
        if line := self._narrator.line(event):
            self._count += 1
            await self._call.report_progress(self._count, message=line)
