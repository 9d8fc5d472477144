"""SeViCES: pictures chosen by what was described and pictures chosen by how they look; equal answers end it.

SeViCES: Unifying Semantic-Visual Evidence Consensus for Long Video Understanding (arXiv 2510.20622); no code,
most constants unpublished. Kept: clips rated alone and with their neighbours, the best of each section;
groups of like pictures that share by size and rating; two looks; equal answers end it, else a third look sees
both sets and must choose between those two answers. Choices of ours: ratings from 0 to 10 in batches of 40,
one neighbour, eight sections, 32 pictures a look, 50 in the third. An open question compares its answers in
words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from playhead.agent.blocks.places import Place
from playhead.agent.blocks.texts import Item
from playhead.agent.blocks.watching import Watched
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info

INFO = Info(
    idea="pictures chosen by words and pictures chosen by looks; equal answers end it",
    source="SeViCES (arXiv 2510.20622)",
    claimed="gains on four sets; figures not at hand",
    uses=("captions", "eyes", "visual search", "speech"),
    instead={
        "captions": "what was said, written and noted of each clip",
        "eyes": "the words of the chosen clips, never surer than 0.6",
        "visual search": "groups of like words",
        "speech": "left out",
    },
    calls="3 to 8",
    most_calls=8,
)
CLIP_S = 10.0
SECTIONS, GROUPS, LAST = 8, (8, 16), 50


@dataclass(frozen=True)
class Settings:
    """What `[strategies.sevices]` sets."""

    pictures: Annotated[int, Field(ge=2, le=200)] = 32
    """Pictures of each of the first two looks."""
    clips: Annotated[int, Field(ge=2, le=2000)] = 60
    """Clips of 10 s and more that are rated, over all videos."""


SETTINGS = Settings


async def answer(run: Run) -> Draft:
    """Two choices of pictures, two answers, and a third where they differ."""
    whole = run.whole()
    each = max(1, run.settings.clips // max(1, len(whole)))
    clips = [
        clip
        for place in whole
        for clip in run.equal(place, min(each, max(1, round(place.duration_s / CLIP_S))))
    ]
    items = await run.describe(clips)
    scores = smoothed(await run.rate(items, run.question))
    by_words = [items[index] for index in run.spread(scores, SECTIONS, run.settings.pictures)]
    by_looks = [items[index] for index in await _by_looks(run, items, scores)]
    one = await _watched(run, by_words, run.settings.pictures)
    other = await _watched(run, by_looks, run.settings.pictures)
    if run.agree(one.answer, other.answer, (one.option, other.option)) == "yes":
        return await _ended(run, one, by_words, max(one.sure, other.sure))
    both = list(dict.fromkeys([*by_words, *by_looks]))
    rivals = sorted({w.option for w in (one, other) if w.option is not None})
    options = [run.options[index] for index in rivals] if len(rivals) == 2 else ()
    last = await run.watch(
        await run.seen(_moments(run, both), LAST), await _notes(run, both), options, purpose="decide"
    )
    return await _ended(run, last, both, min(last.sure, 0.6))


def smoothed(scores: Sequence[float]) -> tuple[float, ...]:
    """The mean of each rating and the mean of it and its neighbours."""
    near = [scores[max(0, i - 1) : i + 2] for i in range(len(scores))]
    return tuple((own + sum(part) / len(part)) / 2 for own, part in zip(scores, near, strict=True))


async def _by_looks(run: Run, items: Sequence[Item], scores: Sequence[float]) -> list[int]:
    """Of each group of like clips as many as its size times its rating, the ones nearest to its centre."""
    if not items:
        return []
    rows = await run.look_vectors([item.place for item in items])
    if rows is None:
        rows = await run.text_vectors([item.text or "." for item in items])
    groups = run.cluster(rows, min(GROUPS[1], max(GROUPS[0], len(items) // 8)))
    weights = [sum(scores[index] for index in group.members) for group in groups]
    shares = run.share(min(run.settings.pictures, len(items)), weights)
    chosen: list[int] = []
    for group, share in zip(groups, shares, strict=True):
        alike = rows[list(group.members)] @ rows[group.centre]
        nearest = np.argsort(-alike, kind="stable")[:share]
        chosen += [group.members[int(index)] for index in nearest]
    return sorted(chosen)


async def _watched(run: Run, items: Sequence[Item], most: int) -> Watched:
    return await run.watch(await run.seen(_moments(run, items), most), await _notes(run, items))


async def _notes(run: Run, items: Sequence[Item]) -> str:
    return "" if run.eyes else run.document(items)


async def _ended(run: Run, seen: Watched, items: Sequence[Item], sure: float) -> Draft:
    await run.recall([item.place for item in items[:8]], f"{run.question} {seen.answer}", 1)
    return await run.answer(seen.answer, option=seen.option, confidence=sure)


def _moments(run: Run, items: Sequence[Item]) -> list[Place]:
    """The tenth of a second in the middle of each clip: one picture each."""
    return [run.middle(item.place, 0.1) for item in items]
