"""A free loop over tools: the model's next move, and what keeps it from going in circles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playhead.agent.loop.asking import About, Ask, Pictures
from playhead.agent.loop.ledger import repeated
from playhead.agent.loop.replies import read_plan
from playhead.agent.loop.schemas import move_schema, offered
from playhead.agent.state import ToolCall
from playhead.tools.protocols import ChatReply

if TYPE_CHECKING:
    from playhead.agent.run import Run

IN_A_ROW = 3
"""Calls of one tool after which another one has to be chosen."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a model does next: calls of tools or, without any, its answer."""

    thought: str
    calls: tuple[ToolCall, ...]
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Guarded:
    """Calls that may be made, and for each of the others why not, to be told to the model."""

    calls: tuple[ToolCall, ...]
    refused: tuple[str, ...] = ()


async def plan(
    run: Run,
    task: str,
    tools: Sequence[str],
    most: int = 1,
    *,
    images: Pictures = (),
    about: About = "ledger",
    purpose: str = "plan",
) -> Move | None:
    """The model's next move with these tools, `most` calls at most; None after two unusable replies.

    The model reads what the tools take, what it is `about`, then `task`. Calls of other tools are left out.
    """
    known: list[Mapping[str, Any]] = [tool for tool in offered(run.context) if tool["name"] in tools]
    schema = move_schema(known, most)

    def read(reply: ChatReply) -> Move | None:
        answer = str((reply.data or {}).get("answer", "")).strip()
        if (planned := read_plan(reply)) is None:
            return None
        calls = tuple(call for call in planned.calls if call.name in tools)[:most]
        return Move(planned.thought, calls, answer) if calls or answer or not planned.calls else None

    wanted = Ask(purpose, task, schema, tuple(images), tools=known, about=about)
    return await run.put(wanted, read, Move)


def guard(run: Run, calls: Sequence[ToolCall], in_a_row: int = IN_A_ROW) -> Guarded:
    """Equal calls made before are refused, and a tool that was all that the last `in_a_row` calls used."""
    made = [record.call.name for record in run.state.calls]
    allowed: list[ToolCall] = []
    refused: list[str] = []
    for call in calls:
        last = [*made, *(other.name for other in allowed)][-in_a_row:]
        if known := repeated(call, run.state.calls, run.ledger):
            refused.append(f"{call.name}: {known.text}")
        elif len(last) == in_a_row and set(last) == {call.name}:
            refused.append(f"{call.name} was called {in_a_row} times in a row: use another tool, or answer")
        else:
            allowed.append(call)
    return Guarded(tuple(allowed), tuple(refused))
