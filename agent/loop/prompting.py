"""The prompt of each step, built anew from the state: what never changes first, what grows at its end next.

    system      rules and tools                        the same for every question
    situation   videos, question, evidence by number   grows only at its end
    task        what this step asks                    short, last

A server that caches prefixes therefore serves all but the new evidence and the task from its cache.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from playhead.agent.context import Context
from playhead.agent.loop.offer import signatures
from playhead.agent.loop.schemas import labels
from playhead.agent.state import CallRecord, State
from playhead.prompts import render
from playhead.tools.protocols import Message

LINE_CHARS = 500
"""The most characters of one evidence line; longer ones are cut at the end."""

DIGEST_CHARS = 2000

CALLS = 16
"""The most calls, the latest, that who answers is told of."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is told. Halved each time the server says that the request is too large."""

    lines: int = 10_000
    line_chars: int = LINE_CHARS
    digest_chars: int = DIGEST_CHARS

    def leaner(self, state: State) -> Detail:
        lines = min(self.lines, len(state.ledger))
        return replace(
            self,
            lines=max(4, lines // 2),
            line_chars=self.line_chars // 2,
            digest_chars=self.digest_chars // 2,
        )


def system(tools: Sequence[Mapping[str, Any]]) -> Message:
    """The rules and the tools; equal for all questions about as many videos of the same kinds."""
    return Message("system", (render("system", tools=signatures(tools)),))


def situation(state: State, context: Context, detail: Detail, about: str = "ledger") -> str:
    """What is known, the evidence too unless it is `about` the question alone. When lines must be left out,
    the newest are kept."""
    places = {video.id: number for number, video in enumerate(state.videos, 1)}
    lines = [
        {
            "number": line.number,
            "place": places.get(line.video_id, 0),
            "start_s": line.span.start_s,
            "end_s": line.span.end_s,
            "kind": line.kind,
            "text": _flat(line.text)[: detail.line_chars],
        }
        for line in state.ledger[-detail.lines :]
    ]
    return render(
        "situation",
        videos=state.videos,
        before_s=state.before_s,
        digest=state.digest[: detail.digest_chars],
        history=state.history[-context.config.history_turns :],
        question=_flat(state.question),
        options=list(zip(labels(len(state.options)), map(_flat, state.options), strict=True)),
        lines=lines if about == "ledger" else None,
    )


def planning(state: State, context: Context) -> str:
    """The task of the plan step: calls made, what is missing, what is left to spend."""
    missing = state.reflection.missing if state.reflection else ""
    return render("plan", missing=missing, **_spending(state, context, state.round + 1))


def weighing(state: State, context: Context, *, plans: bool) -> str:
    """The task of the reflect step: calls made, the verdict, and with `plans` the calls of the next round."""
    spending = _spending(state, context, state.round + 2)
    return render("reflect", options=state.options, **{**spending, "most": plans * spending["most"]})


def answering(state: State) -> str:
    """The task of the answer step: what was looked up, and the best answer so far."""
    candidate = state.reflection.candidate if state.reflection else ""
    calls = [_told(record) for record in state.calls[-CALLS:]]
    return render("answer", options=state.options, candidate=candidate, calls=calls)


def made(state: State) -> str:
    """The latest calls with what they gave, those that found nothing too; empty before the first."""
    return render("calls_made", calls=[_told(record) for record in state.calls[-CALLS:]])


def _spending(state: State, context: Context, number: int) -> dict[str, Any]:
    return {
        "most": context.config.calls_per_round,
        "calls": [_told(record) for record in state.calls],
        "round": number,
        "rounds": context.meter.budget.rounds,
        "left": left(context),
    }


def left(context: Context) -> str:
    """What may still be spent, in words."""
    budget, spent = context.meter.budget, context.meter.total()
    rows = {
        "model calls": budget.model_calls - spent.model_calls - context.meter.answer_calls,
        "pictures": budget.frames - spent.frames,
        "seconds": budget.wall_s - spent.wall_s,
    }
    return ", ".join(f"{max(0.0, amount):.0f} {name}" for name, amount in rows.items())


def _told(record: CallRecord) -> dict[str, object]:
    arguments = json.dumps(record.call.arguments, ensure_ascii=False, default=str)[:300]
    said = record.text.split("\n", 1)[0] if record.numbers else record.text[:600]
    return {
        "round": record.round,
        "name": record.call.name[:60],
        "arguments": arguments,
        "text": _flat(said)[:600],
    }


def _flat(text: str) -> str:
    return " ".join(text.split())
