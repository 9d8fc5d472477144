"""Active Video Perception: one deliberate look a round, and what was missing in it steers the next.

Wang et al., Active Video Perception: Iterative Evidence Seeking for Agentic Long Video Understanding (CVPR
2026 Findings, Salesforce AI Research). Kept: a plan of mode, stretches, rate, detail and goal; the rules that
place it (a named time exactly, an instant as its second, the beginning and the end 30 s, what is only roughly
known or asked for its reason with 15 s on both sides, the unknown uniform at 0.25 to 1 frame a second,
stretches at 2); a reflection that stops when sufficient and at least 0.7 sure and else hands its
justification to the next plan; at most three rounds, the last a synthesis. Changed: at most 50 pictures a
look over all its stretches (theirs 512 or 128 for each), 384 or 768 pixels; what was looked at is not looked
at again at the same detail; an unreadable reply is no answer (theirs reads it as A).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from playhead.agent.blocks.places import Place
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import render

INFO = Info(
    idea="one deliberate look a round; what was missing in it steers the next",
    source="Active Video Perception, Wang et al. (CVPR 2026 Findings, Salesforce AI Research)",
    claimed="MINERVA 65.6, LVBench 74.8, Video-MME long 81.9",
    needs="files",
    uses=("eyes",),
    instead={"eyes": "what was said, written and noted of the place, never surer than 0.6"},
    calls="3 to 9",
    most_calls=9,
)
FRAMES = 50
SIDE_PX = {"low": 384, "medium": 768}
STOP = 0.7
UNIFORM_FPS, REGION_FPS = 0.5, 2.0
VAGUE = re.compile(r"\bwhy\b|\b(?:around|about|roughly|approximately)\s+(?:the\s+)?[\d:]+", re.IGNORECASE)
"""Questions whose times are only rough: by a number that is said to be, or since they ask for a reason."""
ROOM_S = 15.0


@dataclass(frozen=True)
class Settings:
    """What `[strategies.avp]` sets."""

    rounds: Annotated[int, Field(ge=1, le=20)] = 3
    """Looks, at most."""


SETTINGS = Settings
Seconds = Annotated[list[float], Field(min_length=2, max_length=2)]


@dataclass(frozen=True)
class _Aim:
    thought: Annotated[str, Field(max_length=400)]
    mode: Literal["uniform", "region"]
    video: int
    regions: Annotated[list[Seconds], Field(max_length=4)]
    fps: float
    detail: Literal["low", "medium"]
    goal: Annotated[str, Field(max_length=400)]


@dataclass(frozen=True)
class _Thought:
    justification: Annotated[str, Field(max_length=500)]
    candidate: Annotated[str, Field(max_length=600)]
    sufficient: bool
    confidence: float


async def answer(run: Run) -> Draft:
    """Plan, look, reflect; at most three times."""
    complaint = ""
    looked: list[tuple[Place, str]] = []
    for turn in range(1, run.settings.rounds + 1):
        places, fps, detail, goal = await _aim(run, complaint, looked)
        if not places:
            break
        length_s = sum(place.duration_s for place in places)
        look = await run.look(places, goal, max(1, min(FRAMES, round(fps * length_s))), SIDE_PX[detail])
        looked += [(place, detail) for place in places]
        if turn == run.settings.rounds:
            break
        task = render("avp_reflect", goal=goal, found=look.answer, can_tell=look.can_tell)
        reply = await run.ask("reflect_look", task, _Thought, options=run.options, about="ledger")
        thought = reply.value if reply else _Thought("nothing could be told", "", False, 0.3)
        if reply and thought.sufficient and thought.confidence >= STOP:
            return await run.answer(thought.candidate, option=reply.option, confidence=thought.confidence)
        complaint = thought.justification
    return await run.answer(because="rounds")


async def _aim(
    run: Run, complaint: str, looked: list[tuple[Place, str]]
) -> tuple[list[Place], float, str, str]:
    """Where to look, how densely, how sharply and what for."""
    before = [f"{place} ({detail})" for place, detail in looked]
    reply = await run.ask("plan_look", render("avp_plan", complaint=complaint, looked=before), _Aim)
    named = run.window(run.question)
    if reply is None:
        whole = [named] if named and not looked else list(run.whole()[:1])
        return whole, UNIFORM_FPS, "low", run.question
    aim = reply.value
    regions = [run.place(low, high, aim.video) for low, high in aim.regions]
    places = [_placed(run, region) for region in regions if region] if aim.mode == "region" else []
    places = [place for place in places if (place, aim.detail) not in looked]
    if not places and named and (named, aim.detail) not in looked:
        places = [named]
    if places:
        fps = min(max(aim.fps, 0.1), 5.0) if aim.fps > 0 else REGION_FPS
        return places, fps, aim.detail, aim.goal or run.question
    wide = [place for place in run.whole() if place.video == aim.video] or list(run.whole()[:1])
    sharper = (
        detail for detail in (aim.detail, *SIDE_PX) if any((place, detail) not in looked for place in wide)
    )
    detail = next(sharper, "")
    return wide if detail else [], min(max(aim.fps, 0.25), 1.0), detail, aim.goal or run.question


def _placed(run: Run, region: Place) -> Place:
    """With room around it where the time is vague or a reason is asked for; an instant becomes the second
    that it begins."""
    if VAGUE.search(run.question):
        return run.around(region, ROOM_S, ROOM_S)
    return region if region.duration_s > 0 else run.around(region, 0.0, 1.0)
