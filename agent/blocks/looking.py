"""Looking at pictures, and choosing among options with the probability of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from playhead.agent.blocks.judging import STATED_MOST
from playhead.agent.blocks.places import Place
from playhead.agent.blocks.texts import describe, document
from playhead.agent.loop.asking import About
from playhead.agent.loop.confidence import UNENDORSED_MOST
from playhead.agent.state import ToolCall
from playhead.prompts import render
from playhead.tools.errors import ToolError
from playhead.tools.pictures.looking import look as decode
from playhead.tools.pictures.looking import playable
from playhead.tools.pictures.mosaic import mosaic
from playhead.tools.pictures.sampling import shared
from playhead.tools.pipeline.parallel import in_thread
from playhead.tools.protocols import ImagePart
from playhead.tools.types import Evidence, Frame

if TYPE_CHECKING:
    from playhead.agent.run import Run


@dataclass(frozen=True, slots=True)
class Shot:
    """One decoded picture, ready to be shown to a model with its time."""

    video: int
    time_s: float
    part: ImagePart


@dataclass(frozen=True, slots=True)
class Look:
    """What a look gave. `lines` are in the ledger; `sure` is 0..1, of the tokens where `by_tokens`."""

    answer: str
    can_tell: bool
    lines: tuple[Evidence, ...] = ()
    sure: float = 0.0
    by_tokens: bool = False
    perceived: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen option, an index, or None. `sure` is its probability; `by_tokens` says whether the server
    told it or the model did, which counts 0.8 at most."""

    option: int | None
    sure: float
    probabilities: tuple[float, ...] = ()
    by_tokens: bool = False


@dataclass(frozen=True)
class _Told:
    answer: Annotated[str, Field(max_length=600)]
    can_tell: bool
    confidence: float


@dataclass(frozen=True)
class _Confidence:
    reason: Annotated[str, Field(max_length=300)]
    confidence: float


async def pictures(run: Run, places: Sequence[Place], count: int, side_px: int = 768) -> tuple[Shot, ...]:
    """At most `count` pictures, shared among the places by their length, in the order of time.

    Raises ToolError and MediaError where a video has no pictures.
    """
    shots: list[Shot] = []
    for number in sorted({place.video for place in places}):
        spans = [place.span for place in places if place.video == number]
        most = max(1, round(count * sum(s.duration_s for s in spans) / max(1e-9, _length_s(places))))
        fps = count / max(1e-3, sum(span.duration_s for span in spans))
        at_s = shared(spans, fps, min(most, count))
        path = await in_thread(playable, run.videos[number - 1])
        frames = await in_thread(decode, path, at_s, side_px, run.context.tools.reader)
        known = [frame for frame in frames if frame.time_s <= run.end_s(number)]
        shots += [Shot(number, frame.time_s, ImagePart(frame.image, frame.time_s)) for frame in known]
    return tuple(shots[:count])


def grid(
    _: Run, shots: Sequence[Shot], columns: int = 3, rows: int = 3, side_px: int = 256
) -> tuple[ImagePart, ...]:
    """The pictures of one video as mosaics of `columns` x `rows`, each picture at most `side_px` with its
    time burned in; the last mosaic may have black places."""
    size = columns * rows
    frames = [Frame(shot.time_s, shot.part.image) for shot in shots]
    parts = [frames[start : start + size] for start in range(0, len(frames), size)]
    return tuple(ImagePart(mosaic(part, columns, rows, side_px), part[0].time_s) for part in parts)


async def look(
    run: Run, places: Sequence[Place], question: str, frames: int = 50, side_px: int = 768
) -> Look:
    """Ask the pictures of places in one video; what is seen goes into the ledger as perceived.

    Where nobody can see, what is known of the places in words is asked, which is not perceived and never
    surer than 0.6. Raises ToolError for places in several videos.
    """
    if len({place.video for place in places}) != 1:
        raise ToolError("a look takes places of one video")
    video = run.videos[places[0].video - 1]
    if not run.eyes or video.source != "video":
        return await _read(run, places, question)
    length_s = sum(place.duration_s for place in places)
    spans = [[place.start_s, place.end_s] for place in places]
    fps = max(0.01, frames / max(0.5, length_s))
    call = ToolCall.of(
        "inspect_frames", spans=spans, question=question[:1500], fps=fps, video=str(places[0].video)
    )
    (seen,) = await run.call(call, limits={"frames": frames, "side_px": side_px})
    if seen.failed:
        return Look(seen.text, can_tell=False)
    sure = seen.data.get("probability")
    can_tell = bool(seen.data.get("can_tell"))
    stated = 0.5 if sure is None else float(sure)
    words = str(seen.data.get("answer", ""))
    return Look(words, can_tell, seen.evidence, stated if can_tell else 0.0, sure is not None)


async def choose(
    run: Run,
    question: str,
    options: Sequence[str],
    images: Sequence[str | ImagePart] = (),
    notes: str = "",
    *,
    purpose: str = "choose",
) -> Choice:
    """One of the options, from pictures or from `notes`, with the probability of each where the server tells
    it."""
    task = render("block_choose", question=question, options=list(options), notes=notes)
    about: About = "nothing" if images or notes else "ledger"
    reply = await run.ask(purpose, task, _Confidence, images=tuple(images), options=options, about=about)
    if reply is None:
        return Choice(None, 0.0)
    if reply.probabilities and reply.option is not None:
        return Choice(reply.option, reply.probabilities[reply.option], reply.probabilities, by_tokens=True)
    return Choice(
        reply.option, min(STATED_MOST, max(0.0, reply.value.confidence)) if reply.option is not None else 0.0
    )


async def yes(
    run: Run,
    question: str,
    images: Sequence[str | ImagePart] = (),
    notes: str = "",
    *,
    purpose: str = "yes",
) -> float:
    """The probability that the answer is yes, 0..1; 0.5 when nothing can be told."""
    choice = await choose(run, question, ("yes", "no"), images, notes, purpose=purpose)
    if choice.option is None:
        return 0.5
    if choice.by_tokens:
        return choice.probabilities[0]
    return choice.sure if choice.option == 0 else 1 - choice.sure


async def _read(run: Run, places: Sequence[Place], question: str) -> Look:
    items = [item for item in await describe(run, places) if item.text]
    if not items:
        return Look("nothing is known of these places", can_tell=False, perceived=False)
    task = render("block_read", question=question, items=document(run, items))
    reply = await run.ask("look", task, _Told)
    if reply is None or not reply.value.can_tell:
        return Look(reply.value.answer if reply else "", can_tell=False, perceived=False)
    sure = min(UNENDORSED_MOST, max(0.0, reply.value.confidence))
    return Look(reply.value.answer, True, (), sure, perceived=False)


def _length_s(places: Sequence[Place]) -> float:
    return sum(place.duration_s for place in places)
