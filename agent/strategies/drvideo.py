"""DrVideo: the video is a document; where the question needs more, its passages are written anew.

Ma et al., DrVideo: Document Retrieval Based Long Video Understanding (CVPR 2025); the code is gone. Kept: the
five places nearest to the question described toward it; then a loop: does it suffice, what is missing, and
fewer than five other places, each either described in detail (A) or asked a question of its own (B). Changed:
rounds are unstated, five are ours; places that were augmented are never offered again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from playhead.agent.blocks.places import Place
from playhead.agent.blocks.texts import Item
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import render

INFO = Info(
    idea="the video as a document, whose passages are written anew where the question needs it",
    source="DrVideo, Ma et al. (CVPR 2025)",
    claimed="EgoSchema-500 66.4, Video-MME long 51.7",
    uses=("captions", "eyes", "speech"),
    instead={
        "captions": "what was said, written and noted of each place; without a word, clips are described",
        "eyes": "the same, never surer than 0.6",
        "speech": "left out",
    },
    calls="2 to 30",
    most_calls=37,
)
PLACES = 5


@dataclass(frozen=True)
class Settings:
    """What `[strategies.drvideo]` sets."""

    rounds: Annotated[int, Field(ge=0, le=20)] = 5
    """How often passages are written anew."""
    clips: Annotated[int, Field(ge=1, le=2000)] = 60
    """Passages of the document, over all videos."""


SETTINGS = Settings


@dataclass(frozen=True)
class _Check:
    missing: Annotated[str, Field(max_length=400)]
    sufficient: bool


@dataclass(frozen=True)
class _Wish:
    number: int
    how: Literal["describe", "ask"]
    question: Annotated[str, Field(max_length=300)]


@dataclass(frozen=True)
class _Wishes:
    wanted: Annotated[list[_Wish], Field(max_length=PLACES - 1)]


async def answer(run: Run) -> Draft:
    """Describe the nearest places, then augment what is missing."""
    whole = run.whole()
    each = max(1, run.settings.clips // max(1, len(whole)))
    clips = [c for place in whole for c in run.equal(place, min(each, max(1, round(place.duration_s / 10))))]
    document = {item.place: item for item in await _written_down(run, clips)}
    done = await _nearest(run, clips)
    document |= {item.place: item for item in await run.describe(done, "medium", run.question) if item.text}
    because = "exhausted"
    for _ in range(run.settings.rounds):
        task = render("drvideo_check", items=run.document(list(document.values())))
        checked = await run.ask("check", task, _Check)
        if checked is None or checked.value.sufficient:
            because = "" if checked else because
            break
        if not (more := await _augmented(run, document, done, checked.value.missing)):
            break
        for item in more:
            document[item.place] = item
            done.append(item.place)
    verdict = await run.conclude(list(document.values()))
    await run.recall([item.place for item in verdict.items], run.question, 2)
    return await run.answer(verdict.answer, option=verdict.option, confidence=verdict.sure, because=because)


async def _written_down(run: Run, clips: Sequence[Place]) -> tuple[Item, ...]:
    """What is known of each passage; described now where no words tell of any."""
    told = await run.gather(clips, ("caption", "speech", "screen"))
    if run.eyes and not any(item.text for item in told):
        return await run.describe(clips)
    return await run.gather(clips, ("caption", "speech", "screen", "frame"))


async def _nearest(run: Run, clips: Sequence[Place]) -> list[Place]:
    """The five passages that hold the best hits."""
    found: dict[Place, None] = {}
    for item in run.items_of(await run.retrieve([run.question], most=50)):
        found |= dict.fromkeys(clip for clip in clips if clip.overlaps(item.place))
    return list(found)[:PLACES]


async def _augmented(
    run: Run, document: dict[Place, Item], done: Sequence[Place], missing: str
) -> list[Item]:
    """Passages not yet augmented, each described in detail or asked a question."""
    free = [item for place, item in document.items() if place not in done]
    if not free:
        return []
    task = render("drvideo_pick", items=run.document(free), missing=missing, most=PLACES - 1)
    reply = await run.ask("pick", task, _Wishes)
    wishes = [wish for wish in reply.value.wanted if 1 <= wish.number <= len(free)] if reply else []
    mapped = await run.map(wishes, lambda wish: _written(run, free[wish.number - 1], wish, missing))
    return [item for _, item in mapped.done]


async def _written(run: Run, item: Item, wish: _Wish, missing: str) -> Item:
    if wish.how == "describe":
        (again,) = await run.describe([item.place], "medium", wish.question or missing)
        return again if again.text else item
    look = await run.look([item.place], wish.question or run.question)
    told = look.answer if look.can_tell else f"asked {wish.question!r}, it cannot be told"
    return Item(item.place, f"{told} | {item.text}", look.can_tell)
