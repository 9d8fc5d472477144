"""One question to every part of a stretch, and the notes put together: for the whole, for order and for
counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from playhead.agent.blocks.places import Place
from playhead.agent.blocks.texts import Item, document
from playhead.agent.state import ToolCall
from playhead.prompts import render
from playhead.tools.types import Span

if TYPE_CHECKING:
    from playhead.agent.run import Run


@dataclass(frozen=True, slots=True)
class Note:
    """What one part says to the question; `count` is how often, where that was asked."""

    place: Place
    text: str
    count: int = 0


@dataclass(frozen=True)
class Whole:
    """All notes as one answer. `count` is the sum of what differs."""

    answer: Annotated[str, Field(max_length=1500)]
    count: int


async def survey(run: Run, place: Place, question: str) -> tuple[Note, ...]:
    """The notes of all parts that have something to say, in the order of time; they are lines of the ledger.

    Empty where the model failed each time.
    """
    call = ToolCall.of(
        "ask_every_clip",
        question=question[:1500],
        start_s=place.start_s,
        end_s=place.end_s,
        video=str(place.video),
    )
    (seen,) = await run.call(call)
    return tuple(_note(place.video, row) for row in seen.data.get("notes", ()))


async def reduce(run: Run, notes: Sequence[Note], question: str) -> Whole | None:
    """The notes put together; None when there are none, or after two unusable replies."""
    if not notes:
        return None
    items = [
        Item(note.place, f"{note.text} (count {note.count})" if note.count else note.text) for note in notes
    ]
    task = render("block_reduce", question=question, items=document(run, items))
    reply = await run.ask("reduce", task, Whole, about="nothing")
    return reply.value if reply else None


def _note(video: int, row: dict[str, float | str]) -> Note:
    span = Span(float(row["start_s"]), float(row["end_s"]))
    return Note(Place(video, span), str(row.get("answer", "")), int(row.get("count") or 0))
