"""What is known of places as text: descriptions, and documents made of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from playhead.agent.blocks.places import Place
from playhead.agent.blocks.shortening import BETWEEN, shortened
from playhead.agent.state import ToolCall
from playhead.prompts import fence
from playhead.tools.pipeline.captioning import SAMPLING
from playhead.tools.types import Evidence, Kind, Memory, Span

if TYPE_CHECKING:
    from playhead.agent.run import Run

Granularity = Literal["coarse", "medium", "fine"]
WORDS: tuple[Kind, ...] = ("speech", "screen")
FINER: tuple[Granularity, ...] = ("coarse", "medium", "fine")
COVERED = 0.8
"""Share of a place from which on captions that indexing made describe it."""
DESCRIBING = 0.5
"""Share of the pictures that are left which describing may take: what is described is looked at later."""


@dataclass(frozen=True, slots=True)
class Item:
    """A place and what is known of it; `seen` is False where nobody looked at its pictures."""

    place: Place
    text: str
    seen: bool = False


async def describe(
    run: Run, places: Sequence[Place], granularity: Granularity = "medium", focus: str = ""
) -> tuple[Item, ...]:
    """Each place described by a model, in their order. Long ones are described in pieces of 60 s (coarse), 10
    s (medium) or 1 s (fine). Without `focus`, captions that the library has are used first.

    What is not described yet gets fewer pictures each rather than the last of them none. Where there are no
    eyes, or a description fails, what was said, written and noted there stands instead.
    """

    async def bare() -> tuple[tuple[Place, ...], int]:
        lacking = tuple(places) if focus else await asyncio.to_thread(_bare, run, places, granularity)
        return lacking, _pictures(run, lacking, granularity)

    async def items() -> tuple[Item, ...]:
        return await asyncio.to_thread(
            lambda: tuple(_item(run, place, granularity, focus) for place in places)
        )

    # What the library holds grows while it is described: a run that is gone on with must find what it found.
    (wanted, most), _ = await run.once("bare", bare, tuple[tuple[Place, ...], int])
    if run.eyes:
        for number in sorted({place.video for place in wanted}):
            spans = [[place.start_s, place.end_s] for place in wanted if place.video == number]
            for start in range(0, len(spans), 50):
                await _caption(run, number, spans[start : start + 50], granularity, focus, most)
    return (await run.once("items", items, tuple[Item, ...]))[0]


async def gather(run: Run, places: Sequence[Place], kinds: Sequence[Kind] = WORDS) -> tuple[Item, ...]:
    """What memory holds of each place, without any model: by default what was said and written there. The
    digest of something of which the place is but a small part says nothing of the place."""

    async def items() -> tuple[Item, ...]:
        told = [await asyncio.to_thread(_own, run, place, kinds) for place in places]
        return tuple(Item(place, _joined(memories)) for place, memories in zip(places, told, strict=True))

    return (await run.once("items", items, tuple[Item, ...]))[0]


def document(run: Run, items: Sequence[Item], most_chars: int = 40_000) -> str:
    """Items numbered from 1 as they are given, one a line, in the order of time. When there is too much,
    every line is cut to the same length: what bears on the question stays."""
    several = len({item.place.video for item in items}) > 1
    each = max(40, most_chars // max(1, len(items)))
    rows = sorted(enumerate(items, 1), key=lambda row: (row[1].place, row[0]))
    return "\n".join(f"[{number}] {_line(item, run.question, several, each)}" for number, item in rows)


def items_of(run: Run, lines: Sequence[Evidence]) -> tuple[Item, ...]:
    """Lines of the ledger as items."""
    numbers = {video.id: number for number, video in enumerate(run.videos, 1)}
    return tuple(Item(Place(numbers[x.video_id], x.span), x.text, x.perceived) for x in lines)


async def _caption(
    run: Run, video: int, spans: list[list[float]], granularity: Granularity, focus: str, most: int
) -> None:
    about = {"focus": focus} if focus else {}
    arguments = {"spans": spans, "granularity": granularity, "video": str(video), **about}
    fewer = {"clip_frames": most} if most < SAMPLING[granularity].most else None
    await run.call(ToolCall("caption_clips", arguments), limits=fewer)


def _pictures(run: Run, places: Sequence[Place], granularity: Granularity) -> int:
    """How many one clip may be described from."""
    sampling = SAMPLING[granularity]
    clips = sum(max(1, round(place.duration_s / sampling.length_s)) for place in places)
    return max(1, int(min(sampling.most, DESCRIBING * run.left.pictures / max(1, clips))))


def _item(run: Run, place: Place, granularity: Granularity, focus: str) -> Item:
    captions = _captions(run, place, granularity, focus)
    words = _memories(run, place, WORDS)
    if captions:
        return Item(place, _joined([*captions, *words]), seen=True)
    return Item(place, _joined([*words, *_memories(run, place, ("frame",))]))


def _bare(run: Run, places: Sequence[Place], granularity: Granularity) -> tuple[Place, ...]:
    return tuple(place for place in places if not _covers(_captions(run, place, granularity), place))


def _captions(run: Run, place: Place, granularity: Granularity, focus: str = "") -> list[Memory]:
    """Captions of the place at least as fine as asked, made under this focus, else neutral ones."""
    fine = [g for g in FINER if FINER.index(g) >= FINER.index(granularity)]
    found = _memories(run, place, ("caption",))
    found = [memory for memory in found if memory.meta.get("granularity", "medium") in fine]
    own = [memory for memory in found if memory.meta.get("focus", "") == focus]
    return own or [memory for memory in found if not memory.meta.get("focus")]


def _covers(captions: Sequence[Memory], place: Place) -> bool:
    spans = sorted({memory.span.clamp(place.start_s, place.end_s) for memory in captions})
    covered_s, reached_s = 0.0, place.start_s
    for span in spans:
        covered_s += max(0.0, span.end_s - max(reached_s, span.start_s))
        reached_s = max(reached_s, span.end_s)
    return covered_s >= COVERED * place.duration_s and bool(captions)


def _memories(run: Run, place: Place, kinds: Sequence[Kind]) -> list[Memory]:
    video = run.videos[place.video - 1]
    return run.context.tools.memories(video, kinds, place.span)


def _own(run: Run, place: Place, kinds: Sequence[Kind]) -> list[Memory]:
    def inside(memory: Memory) -> bool:
        return 2 * memory.span.intersection_s(place.span) >= memory.span.duration_s

    return [memory for memory in _memories(run, place, kinds) if memory.kind != "digest" or inside(memory)]


def _joined(memories: Sequence[Memory]) -> str:
    texts = dict.fromkeys(f"{memory.kind}: {' '.join(memory.text.split())}" for memory in memories)
    return BETWEEN.join(text for text in texts if text)


def _line(item: Item, question: str, several: bool, most: int) -> str:
    where, text = f"video {item.place.video}, " if several else "", shortened(item.text, question, most)
    span: Span = item.place.span
    return f"{where}{span.start_s:.1f}-{span.end_s:.1f} s: {fence(text or '(nothing known)')}"
