"""Vectors of texts and pictures, and groups of what is alike."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from playhead.agent.blocks.looking import Shot
from playhead.agent.blocks.places import Place, middle
from playhead.agent.blocks.watching import seen
from playhead.tools.types import Vectors

if TYPE_CHECKING:
    from playhead.agent.run import Run

SIDE_PX = 224
"""What visual embedders take in."""
TURNS = 50
"""Turns of k-means; it settles long before."""


@dataclass(frozen=True, slots=True)
class Group:
    """Indices of what is alike, ascending, and the one nearest to the middle of them all."""

    members: tuple[int, ...]
    centre: int


async def text_vectors(run: Run, texts: Sequence[str]) -> Vectors:
    """len(texts) x dimension, rows of unit length, by the library's embedder."""
    return await asyncio.to_thread(run.context.tools.library.embedder.embed_texts, list(texts))


async def picture_vectors(run: Run, shots: Sequence[Shot]) -> Vectors | None:
    """len(shots) x dimension by the library's visual embedder; None where there is none."""
    visual = run.context.tools.library.visual
    if visual is None or not shots:
        return None
    return await asyncio.to_thread(visual.embed_images, [shot.part.image for shot in shots])


async def look_vectors(run: Run, places: Sequence[Place]) -> Vectors | None:
    """len(places) x dimension: how the middle of each place looks; None without a visual embedder, and where
    a picture is missing. Nothing is decoded that nobody could compare."""
    if run.context.tools.library.visual is None:
        return None
    shots = await seen(run, [middle(run, place, 0.1) for place in places], len(places), SIDE_PX)
    return await picture_vectors(run, shots) if len(shots) == len(places) else None


async def visual_likeness(run: Run, text: str, shots: Sequence[Shot]) -> tuple[float, ...] | None:
    """How much each picture looks like the text (cosine); None without a visual embedder."""
    rows, visual = await picture_vectors(run, shots), run.context.tools.library.visual
    if rows is None or visual is None:
        return None
    asked = await asyncio.to_thread(visual.embed_texts, [text])
    return tuple(float(value) for value in rows @ asked[0])


def cluster(_: Run, vectors: Vectors, count: int) -> tuple[Group, ...]:
    """At most `count` groups of unit vectors by k-means on their cosine, in the order of their first members.

    Depends on the vectors alone: the first centre is the first row, each further one the row least like all
    centres so far; equal rows make one group.
    """
    if not len(vectors):
        return ()
    centres = vectors[_apart(vectors, count)]
    nearest = (vectors @ centres.T).argmax(1)
    for _turn in range(TURNS):
        means = [vectors[nearest == index].mean(0) for index in np.unique(nearest)]
        centres = np.stack([row / max(1e-9, float(np.linalg.norm(row))) for row in means])
        before, nearest = nearest, (vectors @ centres.T).argmax(1)
        if (before == nearest).all():
            break
    groups = (
        _group(vectors, centres[index], np.flatnonzero(nearest == index)) for index in np.unique(nearest)
    )
    return tuple(sorted(groups, key=lambda group: group.members[0]))


def split(run: Run, group: Group, vectors: Vectors, count: int) -> tuple[Group, ...]:
    """A group divided again; indices stay those of the whole."""
    members = np.asarray(group.members)
    parts = cluster(run, vectors[members], count)
    return tuple(
        Group(tuple(int(members[i]) for i in part.members), int(members[part.centre])) for part in parts
    )


def _apart(vectors: Vectors, count: int) -> list[int]:
    chosen = [0]
    while len(chosen) < min(count, len(vectors)):
        alike = (vectors @ vectors[chosen].T).max(1)
        if float(alike.min()) > 1 - 1e-6:
            break
        chosen.append(int(alike.argmin()))
    return chosen


def _group(vectors: Vectors, centre: Vectors, members: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Group:
    best = members[int((vectors[members] @ centre).argmax())]
    return Group(tuple(int(index) for index in members), int(best))
