"""What is decided without any model: look up the question and its likeliest options, read the places that
speak for the answer, and answer by quoting or by the margin of support.

The answer is that of `offline.answering` over every memory of the videos; the calls bring its evidence into
the ledger, where it can be cited and checked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from weakref import WeakKeyDictionary

from playhead.agent.context import Context
from playhead.agent.followups.nearby import asked_alone, near_first
from playhead.agent.loop.base_run import BaseRun
from playhead.agent.offline import answering
from playhead.agent.offline.answering import CITED, Support
from playhead.agent.offline.looks import first_look, looked_at, reread
from playhead.agent.offline.ranking import Earlier
from playhead.agent.offline.recollection import CACHE, recollect
from playhead.agent.overviews.kinds import kind_of
from playhead.agent.overviews.writing import respond
from playhead.agent.state import Draft, Plan, Reflection, State, ToolCall
from playhead.tools.types import Evidence, Memory, Video
from playhead.tools.words import languages

CLOSEST = "No clear answer."
NOTHING = "Nothing near it was found."
UNSEEN = "Not said or shown in words; nobody looked at the pictures (one flag away: --model)."
SEEN = "Not said or shown in words, nor seen where a model looked."
UNSAID = "Not said or written."
FOREIGN = " The question seems to be in another language than the recording; try it in that one."
SURELY_HEARD = 0.8
"""Words that a recogniser is so sure of weigh as much as written ones."""


_LAST: WeakKeyDictionary[BaseRun, tuple[tuple[object, ...], Support]] = WeakKeyDictionary()


async def plan(run: BaseRun) -> Plan:
    """Searches first, then the places of the best answer; no calls when all of it was read. An overview comes
    before them for a model whose prompts lack it; rules find nothing in it that the memories do not hold."""
    state, context = run.state, run.context
    room = context.config.calls_per_round
    support = await _support(run)
    if not state.round:
        likely = _by_probability(support)[: max(0, room - 2)] if state.options else []
        queries = [state.question, *(f"{state.question} {state.options[index]}" for index in likely)]
        searches = [ToolCall("search_memory", {"query": query[:500]}) for query in queries]
        known = support.found and support.confidence >= context.config.threshold
        look = await asyncio.to_thread(first_look, state, context, known=known)
        overview = [ToolCall("overview")] if run.model and not state.overview else []
        first = [*overview, *([look] if look else []), *searches]
        usable = [call for call in first if call.name in context.toolbox.names]
        return Plan(tuple(usable[:room]), "Look up the question and its likeliest options.")
    made = {(record.call.name, str(record.call.arguments)) for record in state.calls}
    calls = [reread(memory, context) for memory in _unread(support, state)]
    calls += [look for place in support.evidence[:1] if (look := looked_at(place, state, context))]
    fresh = [call for call in calls if (call.name, str(call.arguments)) not in made]
    return Plan(tuple(fresh[:room]), "Read the places that speak for the answer.")


async def weigh(run: BaseRun) -> Reflection:
    """Sufficient when an answer is found and its evidence is in the ledger."""
    support = await _support(run)
    unread = _unread(support, run.state)
    missing = (
        f"the words at {unread[0].span.start_s:.0f} s" if unread else "" if support.found else "evidence"
    )
    return Reflection(
        sufficient=support.found and not unread,
        confidence=round(support.confidence, 4),
        missing=missing,
        candidate=support.text,
        option=support.option,
        signals={"support": round(support.confidence, 4), "margin": round(_margin(support), 4)},
    )


async def evidence(run: BaseRun) -> tuple[Evidence, ...]:
    """The memories that support the answer as lines of the ledger, whether it holds them or not."""
    support = await _support(run)
    lines = (run.context.tools.recall(memory, tool="quotes") for memory in support.evidence[:CITED])
    return tuple(line for line in lines if line is not None)


async def answer(run: BaseRun) -> Draft:
    """The supported option or the quote, citing the ledger; else not found, and the closest moments."""
    draft = drafted(await _support(run), run.ledger)
    if draft.found or draft.text:
        return draft
    searched = await asyncio.to_thread(_searched, run.context)
    foreign = FOREIGN * languages.differ(run.state.question, [line.text for line in run.ledger])
    return replace(draft, text=f"{searched} {CLOSEST if draft.cites else NOTHING}{foreign}")


def drafted(support: Support, ledger: Sequence[Evidence]) -> Draft:
    """The answer with the lines of the ledger that it cites."""
    return Draft(
        support.text,
        support.option,
        tuple(dict.fromkeys(_numbers(support.evidence[:CITED], ledger))),
        support.found,
        round(support.confidence, 4),
        "quotes",
        elsewhere=tuple(_numbers(support.elsewhere, ledger)),
    )


async def _support(run: BaseRun) -> Support:
    """The answer as things stand; computed again only when the ledger has changed."""
    state, context = run.state, run.context
    key = (state.question, state.options, state.near, state.before_s, state.ledger, context.tools.videos)
    last = _LAST.get(run)
    if last is None or last[0] != key:
        last = _LAST[run] = key, await asyncio.to_thread(_supported, state, context)
    return last[1]


def _supported(state: State, context: Context) -> Support:
    corpus = recollect(state.question, state.options, state.ledger, context.tools)
    embed = partial(CACHE.embed, context.tools.library.embedder)
    kind = None if state.options else kind_of(asked_alone(state.question), embed)
    if kind and (overview := respond(kind, state.question, corpus, embed)):
        return weighed(overview)

    def answered(question: str, earlier: Earlier | None) -> Support:
        return answering.answer(question, state.options, corpus, embed, earlier)

    surveyed = bool(state.history) and kind_of(state.history[-1].question, embed) is not None
    near = () if surveyed else state.near
    return weighed(near_first(state.question, state.history, near, corpus, embed, answered))


def weighed(support: Support) -> Support:
    """The same answer, less confident where all that it cites was heard and no part of it surely."""
    heard = [1.0 if place.confidence is None else place.confidence for place in support.evidence[:CITED]]
    weight = min(1.0, max(heard, default=1.0) / SURELY_HEARD)
    return replace(support, confidence=weight * support.confidence)


def _searched(context: Context) -> str:
    """What was searched, in the words of somebody who found no answer there."""
    pictures = any(_has_picture(video, context) for video in context.tools.videos)
    looked = {"inspector", "captioner"} & set(context.models)
    return UNSAID if not pictures else SEEN if looked else UNSEEN


def _has_picture(video: Video, context: Context) -> bool:
    known = context.tools.library.video(video.id)
    info = known.info if known else None
    return video.source == "video" and (info is None or info.has_picture)


def _by_probability(support: Support) -> list[int]:
    """Indices of the options, the likeliest first."""
    return sorted(range(len(support.probabilities)), key=lambda index: -support.probabilities[index])


def _margin(support: Support) -> float:
    """Probability between the two likeliest options; 0 for open questions."""
    ranked = sorted(support.probabilities, reverse=True)
    return ranked[0] - ranked[1] if len(ranked) > 1 else 0.0


def _unread(support: Support, state: State) -> list[Memory]:
    """Evidence of the answer that the ledger does not hold yet."""
    return [memory for memory in support.evidence[:CITED] if not list(_numbers((memory,), state.ledger))]


def _numbers(memories: Sequence[Memory], ledger: Sequence[Evidence]) -> Iterator[int]:
    """The ledger number of each memory that is there."""
    numbers = {_place(line): line.number for line in ledger}
    return (numbers[place] for memory in memories if (place := _place(memory)) in numbers)


def _place(told: Memory | Evidence) -> tuple[str, str, int, str]:
    return told.video_id, told.kind, round(told.span.start_s), " ".join(told.text.split())
