"""Answering from pictures shown all at once, beside what else is known; and what a question asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from playhead.agent.blocks.judging import STATED_MOST
from playhead.agent.blocks.looking import Shot, pictures
from playhead.agent.blocks.places import Place
from playhead.agent.blocks.shapes import Reply
from playhead.agent.loop.confidence import UNENDORSED_MOST
from playhead.prompts import render
from playhead.tools.errors import MediaError, ToolError
from playhead.tools.protocols import ImagePart
from playhead.tools.types import Span

if TYPE_CHECKING:
    from playhead.agent.run import Run

MOST_LINES = 4
LIKELY = 0.5
"""Stated confidence from which on an answer without times is worth a line."""
CITED_S = 60.0
"""The longest stretch that is cited as a whole."""
Wanted = Literal["place", "number", "relation", "other"]


@dataclass(frozen=True, slots=True)
class Watched:
    """An answer from pictures. `sure` is the probability of the chosen option where `by_tokens`, of an open
    answer that the model holds for likely that of its tokens (geometric mean), else what the model says of
    itself, at most 0.8; at most 0.6 where there were no pictures."""

    answer: str = ""
    option: int | None = None
    sure: float = 0.0
    by_tokens: bool = False
    times_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Decoupled:
    """What a question is after: what may be said, what may be seen, and what kind of answer is wanted."""

    speech: str = ""
    things: tuple[str, ...] = ()
    kinds: tuple[Wanted, ...] = ()


@dataclass(frozen=True)
class _Watched:
    answer: Annotated[str, Field(max_length=600)]
    times_s: Annotated[list[float], Field(max_length=8)]
    confidence: float


@dataclass(frozen=True)
class _Decoupled:
    speech: Annotated[str, Field(max_length=300)]
    things: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=5)]
    kinds: Annotated[list[Wanted], Field(max_length=3)]


async def seen(run: Run, places: Sequence[Place], count: int, side_px: int = 768) -> tuple[Shot, ...]:
    """`pictures`, or none where nobody can look or there is nothing to look at."""
    if not run.eyes or not places:
        return ()
    try:
        return await pictures(run, places, count, side_px)
    except (ToolError, MediaError):
        return ()


async def watch(
    run: Run,
    shots: Sequence[Shot],
    notes: str = "",
    options: Sequence[str] = (),
    images: Sequence[str | ImagePart] = (),
    *,
    purpose: str = "watch",
) -> Watched:
    """The question put to pictures, each with its time, and to `notes`; `options` are some of its own.

    `images` are shown instead of the shots as they are, mosaics of them for example. What the pictures show
    becomes a line of evidence at each time that the model names.
    """
    parts = images or [part for shot in shots for part in (f"<{shot.time_s:.1f} s>", shot.part)]
    choices = tuple(options) or run.options
    task = render("block_watch", notes=notes, pictured=bool(parts), options=choices)
    reply = await run.ask(purpose, task, _Watched, images=tuple(parts), options=choices)
    if reply is None:
        return Watched()
    said, most = reply.value, STATED_MOST if parts else UNENDORSED_MOST
    option = run.options.index(choices[reply.option]) if reply.option is not None else None
    token = _token(reply, open_answer=not choices) if parts else None
    sure = min(most, max(0.0, said.confidence)) if token is None else token
    times = tuple(said.times_s[:MOST_LINES]) if parts else ()
    told = said.answer or (choices[reply.option] if reply.option is not None else "")
    if told and shots and (times or said.confidence > LIKELY):
        await _remember(run, shots, told, times)
    return Watched(said.answer, option, sure, token is not None, times)


async def decouple(run: Run) -> Decoupled:
    """What the question asks of the speech and of the pictures; nothing after two unusable replies."""
    reply = await run.ask("decouple", render("block_decouple"), _Decoupled)
    if reply is None:
        return Decoupled()
    said = reply.value
    return Decoupled(said.speech.strip(), tuple(t for t in said.things if t.strip()), tuple(said.kinds))


def _token(reply: Reply[_Watched], *, open_answer: bool) -> float | None:
    """What the tokens say: a fluent "cannot be seen" is no answer, whatever their probability."""
    if open_answer:
        return reply.fluent if reply.value.confidence > LIKELY else None
    return reply.probabilities[reply.option] if reply.probabilities and reply.option is not None else None


async def _remember(run: Run, shots: Sequence[Shot], told: str, times_s: Sequence[float]) -> None:
    """A line at each time that was named; without any the whole stretch, where it is short enough."""
    if times_s:
        for shot in dict.fromkeys(_nearest(shots, time_s) for time_s in times_s):
            await run.saw(shot.video, Span(shot.time_s, shot.time_s), told)
        return
    first, last = shots[0], shots[-1]
    if first.video == last.video and 0 <= last.time_s - first.time_s <= CITED_S:
        await run.saw(first.video, Span(first.time_s, last.time_s), told)


def _nearest(shots: Sequence[Shot], time_s: float) -> Shot:
    return min(shots, key=lambda shot: abs(shot.time_s - time_s))
