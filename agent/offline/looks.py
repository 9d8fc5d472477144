"""What rules look at: the place that a question names or everything, before any model has planned; later, the
places that speak for an answer."""

from __future__ import annotations

import re
from itertools import chain, zip_longest

from playhead.agent.context import Context
from playhead.agent.offline.question import analyse
from playhead.agent.offline.time_window import window
from playhead.agent.state import State, ToolCall
from playhead.tools.types import KINDS, Memory, Span

CLOSELY_S = 60.0
"""The longest stretch that is looked at as one place; a longer one is gone through."""
TWICE = 2
"""Pictures of a place that descriptions make likely, at least…"""
SEEN_EVERY_S = 4.0
"""…and the longest time between two of them: what stands for four seconds is seen."""
MARGIN_S = 0.5
"""A place is read with this much before and after it."""
_WHOLE = re.compile(
    r"\bhow (many|often)\b|\bnumber of\b|\bcount\b|\b(every|each) time\b"
    r"|\bin (which|what) order\b|\bsequence\b|\bchronological"
    r"|\b(come|came|comes|coming|back|appears?|return\w*|happens?) again\b|\bcomes? back\b|\breturns?\b"
    r"|\bchanges?\b|\bat the end\b|\bthroughout\b|\bover time\b",
    re.IGNORECASE,
)
"""Questions that no single moment answers."""


def first_look(state: State, context: Context, *, known: bool) -> ToolCall | None:
    """A look at the pictures that is worth its calls; None when there is none.

    What only the whole shows is gone through, whatever memory holds. Of the rest, unless it is `known` from
    memory, the places are looked at that descriptions make likely: they tell where something is and leave out
    what it says. Only where a model plans, another sees, and one video with pictures is asked about.
    """
    tools = context.tools
    if "planner" not in context.models or len(tools.videos) != 1 or tools.videos[0].source != "video":
        return None
    eyes = context.models.get("inspector") or context.models.get("captioner")
    if eyes is None or not eyes.sees_images:
        return None
    asked = {"question": state.question[:500]}
    if span := window(state.question, tools.end_s(tools.videos[0])):
        if span.duration_s <= CLOSELY_S:
            return ToolCall("inspect_frames", {**asked, "spans": [[span.start_s, span.end_s]]})
        return ToolCall("ask_every_clip", {**asked, "start_s": span.start_s, "end_s": span.end_s})
    if is_whole(state.question) or _nothing_told(context):
        return ToolCall("ask_every_clip", dict(asked))
    if not known and _described(context) and (places := likely(state, context)):
        return ToolCall("inspect_frames", {**asked, "spans": [[s.start_s, s.end_s] for s in places]})
    return None


def reread(memory: Memory, context: Context) -> ToolCall:
    """The call that brings a memory into the ledger, by the tool that goes to its place."""
    start_s = round(max(0.0, memory.span.start_s - MARGIN_S), 2)
    end_s = round(memory.span.end_s + MARGIN_S, 2)
    place = {"start_s": start_s, "end_s": end_s, "video": _number(memory, context)}
    if memory.kind == "speech":
        return ToolCall("read_transcript", place)
    if memory.kind == "screen":
        return ToolCall("read_screen", place)
    query = " ".join(memory.text.split())[:300]
    return ToolCall("search_memory", {"query": query, "kinds": [memory.kind], "limit": 4, **place})


def looked_at(place: Memory, state: State, context: Context) -> ToolCall | None:
    """One look at the pictures of a place, where a model can see."""
    if not {"inspector", "captioner"} & set(context.models):
        return None
    span = [round(place.span.start_s, 2), round(max(place.span.end_s, place.span.start_s + 1.0), 2)]
    about = {"question": state.question[:500], "video": _number(place, context)}
    return ToolCall("inspect_frames", {"spans": [span], **about})


def _number(memory: Memory, context: Context) -> str:
    """Which video it is of, as tools name them."""
    return str(next((n for n, video in enumerate(context.tools.videos, 1) if video.id == memory.video_id), 1))


def likely(state: State, context: Context) -> list[Span]:
    """The places whose descriptions come nearest to the question and its options, as many as the pictures of
    one look show well, in the order of time."""
    tools, room = context.tools, context.tools.limits.frames
    asked = [" ".join((state.question, option))[:500] for option in state.options] or [state.question[:500]]
    hits = tools.library.search_many(asked, tools.where(tools.videos, ("caption",)), room // TWICE)
    in_turn = chain.from_iterable(zip_longest(*hits))
    spans, length_s = [], 0.0
    for span in dict.fromkeys(hit.memory.span for hit in in_turn if hit is not None):
        length_s += max(span.duration_s, TWICE * SEEN_EVERY_S)
        if length_s > room * SEEN_EVERY_S:
            break
        spans.append(span)
    return sorted(spans)


def is_whole(question: str) -> bool:
    """Whether only somebody who has seen everything can answer: counts, order, changes."""
    return analyse(question).asks in ("count", "order") or bool(_WHOLE.search(question))


def _described(context: Context) -> bool:
    """Whether most clips are described: a few descriptions say nothing of where else to look."""
    library, video = context.tools.library, context.tools.videos[0]
    return 2 * library.count(video.id).get("caption", 0) >= len(library.clips(video.id, "clip")) > 0


def _nothing_told(context: Context) -> bool:
    """Whether nothing was said, written or described that a search could find."""
    counts = context.tools.library.count(context.tools.videos[0].id)
    return not any(counts.get(kind) for kind in KINDS if kind not in ("frame", "digest"))
