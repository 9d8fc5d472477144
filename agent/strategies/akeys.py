"""AKeyS: segments that matter are split until two ways of prompting give the same answer.

Fan et al., Agentic Keyframe Search for Video Question Answering (2025); code github.com/fansunqi/AKeyS. Kept:
moments at equal distances and the segments between them; the summary route (summary, then an answer rated 1
to 5) beside the reasoning route (reasoned answer, then a rating 1 to 3); the search stops when both agree and
both are rated 3 or more; at most five segments a step are split in the middle, at most five steps; then equal
answers count at any rating, else one direct answer over all moments. Changed: the segments of a step are
chosen in one call, not one each, by what is known of their ends and of the time between (theirs compares
pictures of the ends); moments stand 10 s apart or more, at most `moments` of them; what the search found is
kept to the end (their last answer goes back to the first moments); temperature 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from playhead.agent.blocks.judging import Verdict
from playhead.agent.blocks.places import Place
from playhead.agent.blocks.texts import Item
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import render

INFO = Info(
    idea="segments that matter are split until two ways of prompting agree",
    source="AKeyS, Fan et al. (2025), github.com/fansunqi/AKeyS",
    claimed="EgoSchema-500 66.0",
    uses=("captions", "speech"),
    instead={"captions": "what was said, written and noted around each moment", "speech": "left out"},
    calls="4 when the routes agree at once, 5 a step, 31 at most; and captions of at most 61 moments",
    most_calls=92,
)
APART_S = 10.0
SPLITS = 5
ENOUGH = 3


@dataclass(frozen=True)
class Settings:
    """What `[strategies.akeys]` sets."""

    steps: Annotated[int, Field(ge=0, le=20)] = 5
    """How often segments are split."""
    moments: Annotated[int, Field(ge=2, le=500)] = 36
    """The most moments of the first step, over all videos."""


SETTINGS = Settings


@dataclass(frozen=True)
class _Summary:
    summary: Annotated[str, Field(max_length=4000)]


async def answer(run: Run) -> Draft:
    """Two routes over the moments known; while they differ, the segments that matter are split."""
    segments = _segments(run)
    items = list(await _moments(run, segments))
    for step in range(run.settings.steps + 1):
        one, other = await _by_summary(run, items), await _by_reasons(run, items)
        same = run.agree(one.answer, other.answer, (one.option, other.option)) == "yes"
        run.note("two routes", step=step, agree=same, ratings=[one.rating, other.rating])
        if same and one.rating >= ENOUGH and other.rating >= ENOUGH:
            return await _ended(run, one, max(one.sure, other.sure))
        if step == run.settings.steps or not (chosen := await _chosen(run, segments, items)):
            break
        halves = [half for segment in chosen for half in run.halve(segment)]
        segments = sorted([segment for segment in segments if segment not in chosen] + halves)
        items += await _moments(run, halves[1::2])
    if same:
        return await _ended(run, one, min(one.sure, other.sure))
    return await _ended(run, await run.conclude(items, purpose="direct"), 0.3)


async def _ended(run: Run, verdict: Verdict, sure: float) -> Draft:
    await run.recall([item.place for item in verdict.items], f"{run.question} {verdict.answer}")
    await run.retrieve([run.question, verdict.answer])
    return await run.answer(verdict.answer, option=verdict.option, confidence=sure)


def _segments(run: Run) -> list[Place]:
    places = run.whole()
    total_s = sum(place.duration_s for place in places)
    apart_s = max(APART_S, total_s / run.settings.moments)
    return [segment for place in places for segment in run.pieces(place, apart_s)]


async def _moments(run: Run, segments: Sequence[Place]) -> tuple[Item, ...]:
    """The second in which each segment begins, described."""
    found = [run.place(place.start_s, place.start_s + 1, place.video) for place in segments]
    return await run.describe([moment for moment in found if moment], "fine")


async def _by_summary(run: Run, items: Sequence[Item]) -> Verdict:
    reply = await run.ask("summary", render("akeys_summary", items=run.document(items)), _Summary)
    text = reply.value.summary if reply else ""
    told = [Item(place, text) for place in run.whole()[:1]] if text.strip() else list(items)
    return await run.conclude(told, 1, 5, purpose="by_summary")


async def _by_reasons(run: Run, items: Sequence[Item]) -> Verdict:
    verdict = await run.conclude(items, 1, 3, render("akeys_reasons"), purpose="by_reasons")
    return await run.self_rating(verdict, 1, 3)


async def _chosen(run: Run, segments: Sequence[Place], items: Sequence[Item]) -> list[Place]:
    """Segments long enough to be split, by relevance and by what changes between their ends."""
    long = [segment for segment in segments if segment.duration_s >= 2]
    told = {(item.place.video, item.place.start_s): item.text for item in items}
    within = await run.gather(long, ("speech", "screen", "caption"))
    ends = [Item(item.place, _changing(item, told)) for item in within]
    return [item.place for item in (await run.pick(ends, run.question, SPLITS)).items]


def _changing(segment: Item, told: Mapping[tuple[int, float], str]) -> str:
    """What is known of a segment between what its first moment and the one after its end show."""
    place = segment.place
    first, last = (told.get((place.video, at_s), "") for at_s in (place.start_s, place.end_s))
    parts = (("at first", first), ("meanwhile", segment.text), ("then", last))
    return " | ".join(f"{when}: {words}" for when, words in parts if words)
