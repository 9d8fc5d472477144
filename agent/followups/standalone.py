"""Follow-up questions made to stand alone: by the planner model, or by rules when there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from playhead.agent.followups.rules import by_rules, leans
from playhead.agent.followups.swapping import Embed
from playhead.agent.state import Turn
from playhead.prompts import render
from playhead.tools.errors import BudgetExceededError, ModelError
from playhead.tools.metering import Meter, Metered
from playhead.tools.protocols import ChatModel, ChatRequest, Message
from playhead.tools.types import Vectors

if TYPE_CHECKING:
    from playhead.agent.request import Request
    from playhead.agent.wiring import Setup

_SCHEMA = {
    "type": "object",
    "properties": {"question": {"type": "string"}},
    "required": ["question"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question made to stand alone, and whether it leaned on what was said before."""

    question: str
    leans: bool = False


async def completed(setup: Setup, request: Request) -> Request:
    """The request with its question made to stand alone, as far as its history explains it.

    What the last answer cited stays only where the question leans on it.
    """
    meter = Meter(setup.config.budget)
    planner = setup.models.get("planner")
    model = Metered(planner, "planner", meter) if planner else None

    def embed(texts: Sequence[str]) -> Vectors:
        return setup.library().embedder.embed_texts(list(texts))

    follow = await standalone(request.question, request.history, model, embed)
    near = request.near if follow.leans else ()
    return replace(request, question=follow.question, near=near, spent=meter.by_role())


async def standalone(
    question: str, history: Sequence[Turn], model: ChatModel | None, embed: Embed | None = None
) -> FollowUp:
    """The question with everything it needs to be understood alone. Never fails: at worst unchanged."""
    if not history:
        return FollowUp(question)
    if model is not None and (rewritten := await _by_model(question, history, model)):
        return FollowUp(rewritten, rewritten != question)
    return FollowUp(by_rules(question, history, embed), leans(question))


async def _by_model(question: str, history: Sequence[Turn], model: ChatModel) -> str:
    prompt = render("rewrite", history=history[-6:], question=question)
    request = ChatRequest(
        (Message("user", (prompt,)),), _SCHEMA, "rewrite", max_tokens=256, timeout_s=60.0, purpose="rewrite"
    )
    try:
        reply = await model.complete(request)
    except (ModelError, BudgetExceededError):
        return ""
    written = reply.data.get("question") if isinstance(reply.data, Mapping) else ""
    text = " ".join(written.split()) if isinstance(written, str) else ""
    return text if len(text) <= 4 * len(question) + 400 else ""
