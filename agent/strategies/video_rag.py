"""Video-RAG: one pass; the question names the texts that join the pictures.

Luo et al., Video-RAG: Visually-aligned Retrieval-Augmented Long Video Comprehension (NeurIPS 2025); code
github.com/Leon1207/Video-RAG. Kept: the question is taken apart into what may be said, which things may be
seen and what kind of answer is wanted; what is said, written and detected joins 32 pictures at equal
distances in one prompt. Changed: there is no detector, so things come from the register of what was named and
described; for numbers and relations no texts are added, since they cost 7 points there when it was run again;
lines come by search, not by a fixed cosine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from playhead.agent.run import Run
from playhead.agent.state import Draft, ToolCall
from playhead.agent.strategy import Info
from playhead.tools.types import Evidence

INFO = Info(
    idea="one pass: pictures at equal distances, and the texts that the question asks for",
    source="Video-RAG, Luo et al. (NeurIPS 2025), github.com/Leon1207/Video-RAG",
    claimed="Video-MME +2.8 over 7 models; 63.5 when run again",
    uses=("eyes", "speech", "screen text"),
    instead={
        "eyes": "the texts alone, never surer than 0.6",
        "speech": "left out",
        "screen text": "left out",
    },
    calls="3, and once a video those that join the names in its descriptions",
    most_calls=8,
)
WITHOUT_TEXTS = {"number", "relation"}
MOST_CHARS = 8_000
"""Some 2 k tokens."""


@dataclass(frozen=True)
class Settings:
    """What `[strategies.video_rag]` sets."""

    pictures: Annotated[int, Field(ge=1, le=200)] = 32
    """Pictures at equal distances, over all videos."""
    lines: Annotated[int, Field(ge=1, le=100)] = 12
    """Lines of speech, and lines of screen text."""


SETTINGS = Settings


async def answer(run: Run) -> Draft:
    """Take apart, fetch, answer."""
    wanted = await run.decouple()
    shots = await run.seen(run.whole(), run.settings.pictures, 512)
    lines: list[Evidence] = []
    if not shots or not WITHOUT_TEXTS & set(wanted.kinds):
        query, most = wanted.speech or run.question, run.settings.lines
        lines += await run.retrieve([query], ("speech",), most)
        lines += await run.retrieve([query], ("screen",), most)
        lines += await _things(run, wanted.things)
    notes = run.document(run.items_of(list(dict.fromkeys(lines))), MOST_CHARS)
    seen = await run.watch(shots, notes)
    return await run.answer(seen.answer, option=seen.option, confidence=seen.sure)


async def _things(run: Run, things: tuple[str, ...]) -> list[Evidence]:
    """Where the things are named or described; nothing is asked when there are none."""
    if not things:
        return []
    found = await run.call(*(ToolCall.of("find_entity", name=thing) for thing in things))
    return [line for seen in found for line in seen.evidence[:4]]
