"""What rules look at before any model has planned: the place that a question names, or everything."""

from __future__ import annotations

import re

from playhead.agent.context import Context
from playhead.agent.offline.question import analyse
from playhead.agent.offline.time_window import window
from playhead.agent.state import State, ToolCall
from playhead.tools.types import KINDS

CLOSELY_S = 60.0
"""The longest stretch that is looked at as one place; a longer one is gone through."""
_WHOLE = re.compile(
    r"\bhow (many|often)\b|\bnumber of\b|\bcount\b|\b(every|each) time\b"
    r"|\bin (which|what) order\b|\bsequence\b|\bchronological"
    r"|\b(come|came|comes|coming|back|appears?|return\w*|happens?) again\b|\bcomes? back\b|\breturns?\b"
    r"|\bchanges?\b|\bat the end\b|\bthroughout\b|\bover time\b",
    re.IGNORECASE,
)
"""Questions that no single moment answers."""


def first_look(state: State, context: Context) -> ToolCall | None:
    """A look at the pictures that is worth its calls whatever memory holds; None when there is none.

    Only where a model plans, another sees, and one video with pictures is asked about.
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
    return None


def is_whole(question: str) -> bool:
    """Whether only somebody who has seen everything can answer: counts, order, changes."""
    return analyse(question).asks in ("count", "order") or bool(_WHOLE.search(question))


def _nothing_told(context: Context) -> bool:
    """Whether nothing was said, written or described that a search could find."""
    counts = context.tools.library.count(context.tools.videos[0].id)
    return not any(counts.get(kind) for kind in KINDS if kind not in ("frame", "digest"))
