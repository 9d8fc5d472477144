"""VideoTree: moments that look alike are grouped; groups that matter are split deeper; the leaves answer.

Wang et al., VideoTree: Adaptive Tree-based Video Representation for LLM Reasoning on Long Videos (CVPR 2025);
code github.com/Ziyang412/VideoTree. Kept: 8 groups by k-means on cosine, the moment nearest each centre
described, one rating from 1 to 3 of all of them; with fewer than four rated 3 twice as many groups, up to 32;
a group rated 2 becomes 4, one rated 3 becomes 4 x 4; the descriptions in the order of time answer. Changed:
ratings are kept by place (theirs are given in the order of time and applied by the number of the cluster,
which differs in every video they shipped); a missing rating is 1, not 3; vectors are those of what was
described, said and written, where there is nothing neighbours make a group; groups are split by k-means too,
not by Ward's method, so that one block serves both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from playhead.agent.blocks.clustering import Group
from playhead.agent.blocks.places import Place
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.tools.types import Vectors

INFO = Info(
    idea="groups of like moments; those that matter are split deeper, their descriptions answer",
    source="VideoTree, Wang et al. (CVPR 2025), github.com/Ziyang412/VideoTree",
    claimed="EgoSchema 61.1, Video-MME long 54.2",
    uses=("captions", "visual search", "speech"),
    instead={
        "captions": "what was said, written and noted of each moment",
        "visual search": "vectors of captions and words, else neighbours",
        "speech": "left out",
    },
    calls="2 to 4, and captions of 30 to 130 moments that indexing did not make",
    most_calls=136,
)
ENOUGH = 4
SPLIT = 4


@dataclass(frozen=True)
class Settings:
    """What `[strategies.videotree]` sets."""

    groups: Annotated[int, Field(ge=1, le=128)] = 8
    """Groups of the first level."""
    most: Annotated[int, Field(ge=1, le=512)] = 32
    """Groups of the first level when few of them matter."""
    moments: Annotated[int, Field(ge=1, le=2000)] = 180
    """Moments that are grouped, over all videos."""


SETTINGS = Settings


async def answer(run: Run) -> Draft:
    """Group, rate, split what matters, conclude from all that was described."""
    settings, moments = run.settings, _moments(run)
    vectors = await _vectors(run, moments)
    count = settings.groups
    while True:
        groups = run.cluster(vectors, count)
        items = await run.describe([moments[group.centre] for group in groups], "fine")
        ratings = await run.rate(items, run.question, 1, 3)
        relevant = sum(rating >= 3 for rating in ratings)
        run.note("groups rated", groups=len(groups), relevant=relevant)
        if relevant >= ENOUGH or count * 2 > settings.most or len(groups) < count:
            break
        count *= 2
    rated = zip(groups, ratings, strict=True)
    leaves = [leaf for group, rating in rated for leaf in _leaves(run, group, rating, vectors)]
    deeper = await run.describe([moments[leaf.centre] for leaf in leaves], "fine")
    known = {item.place: item for item in (*items, *deeper) if item.text}
    verdict = await run.conclude(sorted(known.values(), key=lambda item: item.place))
    await run.recall([item.place for item in verdict.items], run.question, 2)
    return await run.answer(verdict.answer, option=verdict.option, confidence=verdict.sure)


def _moments(run: Run) -> list[Place]:
    """A second in the middle of each of many equal parts of every video."""
    places = run.whole()
    each = max(1, run.settings.moments // max(1, len(places)))
    parts = [
        part for place in places for part in run.equal(place, min(each, max(1, round(place.duration_s))))
    ]
    return [run.middle(part) for part in parts]


async def _vectors(run: Run, moments: Sequence[Place]) -> Vectors:
    """How each moment looks, else what is known of it; moments without any lie along the time."""
    rows = await run.look_vectors(moments)
    if rows is not None:
        return rows
    items = await run.gather(moments, ("caption", "speech", "screen", "frame"))
    if any(item.text for item in items):
        return await run.text_vectors([item.text or "." for item in items])
    angle = np.linspace(0.0, np.pi / 2, len(moments), dtype=np.float32)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _leaves(run: Run, group: Group, rating: float, vectors: Vectors) -> Sequence[Group]:
    """The parts of a group: none at 1, four at 2, four times four at 3."""
    if rating < 2:
        return ()
    parts = run.split(group, vectors, SPLIT)
    return parts if rating < 3 else [leaf for part in parts for leaf in run.split(part, vectors, SPLIT)]
