"""VideoRAG (HKUDS): clips by words, by the names that share them and by looks; filtered, described anew,
answered.

Ren et al., VideoRAG: Retrieval-Augmented Generation with Extreme Long-Context Videos (2025); code
github.com/HKUDS/VideoRAG. Kept: three ways to clips of 30 s, by text (20), by the entities of a rewritten
query and what shares a clip with them (2), by a visual rewrite (4), united; a yes or no for each; those that
are left described again with keywords in mind, one call each; an answer with video and time. Changed: the
graph is the register of names, joined by the clips they share; descriptions are made side by side; what
cannot be asked is not asked for ever; when no clip is left all are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from playhead.agent.blocks.places import Place
from playhead.agent.blocks.texts import Item
from playhead.agent.run import Run
from playhead.agent.state import Draft, ToolCall
from playhead.agent.strategy import Info
from playhead.prompts import render

INFO = Info(
    idea="clips by words, by names that share them and by looks; filtered, described anew",
    source="VideoRAG, Ren et al. (2025), github.com/HKUDS/VideoRAG",
    claimed="LongerVideos, judged wins only",
    uses=("captions", "visual search", "speech"),
    instead={
        "captions": "what was said, written and noted of each clip",
        "visual search": "search by the words of the visual rewrite",
        "speech": "left out",
    },
    calls="4 to 41, and once a video those that join the names in its descriptions",
    most_calls=46,
)
CLIP_S = 30.0
NAMES = 20


@dataclass(frozen=True)
class Settings:
    """What `[strategies.videorag_graph]` sets."""

    by_text: Annotated[int, Field(ge=1, le=100)] = 20
    by_names: Annotated[int, Field(ge=0, le=100)] = 2
    by_looks: Annotated[int, Field(ge=0, le=100)] = 4
    described: Annotated[int, Field(ge=1, le=100)] = 10
    """Clips that are described anew, at most."""


SETTINGS = Settings


@dataclass(frozen=True)
class _Rewrite:
    names: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=NAMES)]
    scene: Annotated[str, Field(max_length=300)]
    keywords: Annotated[str, Field(max_length=200)]


async def answer(run: Run) -> Draft:
    """Find, filter, describe, conclude."""
    reply = await run.ask("rewrite", render("videorag_graph_rewrite"), _Rewrite)
    rewrite = reply.value if reply else _Rewrite([], run.question, run.question)
    clips = await _clips(run, rewrite)
    items = await run.gather(clips, ("caption", "speech", "screen", "frame"))
    judged = await run.map(items, lambda item: _relevant(run, item))
    kept = [item for item, probability in judged.done if probability >= 0.5] or list(items)
    run.note("clips", found=len(clips), kept=len(kept))
    focus = rewrite.keywords or run.question
    known = await run.describe([item.place for item in kept[: run.settings.described]], "coarse", focus)
    verdict = await run.conclude(known)
    await run.recall([item.place for item in verdict.items], run.question, 2)
    return await run.answer(verdict.answer, option=verdict.option, confidence=verdict.sure)


async def _clips(run: Run, rewrite: _Rewrite) -> list[Place]:
    """Stretches of 30 s, the most certain way first."""
    settings = run.settings
    by_text = run.items_of(await run.retrieve([run.question], most=settings.by_text))
    by_looks = await run.retrieve([rewrite.scene or run.question], ("frame", "caption"), settings.by_looks)
    places = [item.place for item in (*by_text, *run.items_of(by_looks))]
    if rewrite.names and settings.by_names:
        found = await run.call(*(ToolCall.of("find_entity", name=name) for name in rewrite.names))
        shared: dict[Place, int] = {}
        for seen in found:
            for clip in {run.slot(item.place, CLIP_S) for item in run.items_of(seen.evidence)}:
                shared[clip] = shared.get(clip, 0) + 1
        places += sorted(shared, key=lambda clip: (-shared[clip], clip))[: settings.by_names]
    return list(dict.fromkeys(run.slot(place, CLIP_S) for place in places))


async def _relevant(run: Run, item: Item) -> float:
    question = f"Does this clip help to answer: {run.question}"
    return await run.yes(question, notes=run.document([item], 4000), purpose="relevant")
