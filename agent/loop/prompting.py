"""The prompt of each step, built anew from the state: what never changes first, what grows at its end next.

    system      rules and tools                        the same for every question
    situation   videos, calls and evidence, in order   grows at its end; then the question
    task        what this step asks                    short, last

A server that caches prefixes therefore serves all but the new evidence, question and task from its cache.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from playhead.agent.context import Context
from playhead.agent.loop.schemas import labels
from playhead.agent.state import CallRecord, State
from playhead.prompts import render
from playhead.tools.protocols import Message
from playhead.tools.types import Evidence, Kind

LINE_CHARS = 500
"""The most characters of one evidence line; longer ones are cut at the end."""

OVERVIEW_CHARS = 2000

ARGUMENT_CHARS = 800
"""The most characters of what a call was given: all places of a look fit, so that none is looked at again."""


WORDS: Mapping[Kind, str] = {"speech": "said", "screen": "written on the screen"}
"""What is told to be missing where memory holds none of it."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is told. Halved each time the server says that the request is too large."""

    lines: int = 10_000
    calls: int = 40
    line_chars: int = LINE_CHARS
    overview_chars: int = OVERVIEW_CHARS

    def leaner(self, state: State) -> Detail:
        lines = min(self.lines, len(state.ledger))
        return replace(
            self,
            lines=max(4, lines // 2),
            calls=self.calls // 2,
            line_chars=self.line_chars // 2,
            overview_chars=self.overview_chars // 2,
        )


def system(tools: Sequence[Mapping[str, Any]]) -> Message:
    """The rules and the tools; equal for all questions about as many videos of the same kinds."""
    return Message("system", (render("system", tools=signatures(tools)),))


def signatures(tools: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Tools in words: every argument with its type, what may be chosen, its default and its meaning."""
    return [
        {"name": tool["name"], "description": tool["description"], "arguments": list(_arguments(tool))}
        for tool in tools
    ]


def situation(state: State, context: Context, detail: Detail, about: str = "ledger") -> str:
    """What is known, the evidence too unless it is `about` the question alone. When lines must be left out,
    the newest are kept."""
    return render(
        "situation",
        videos=state.videos,
        before_s=state.before_s,
        unknown=[words for kind, words in WORDS.items() if kind not in context.kinds],
        overview=state.overview[: detail.overview_chars],
        history=state.history[-context.config.history_turns :],
        question=_flat(state.question),
        options=list(zip(labels(len(state.options)), map(_flat, state.options), strict=True)),
        found=list(_found(state, detail)) if about == "ledger" else None,
    )


def _found(state: State, detail: Detail) -> Iterator[dict[str, Any]]:
    """Calls, each followed by the evidence that it was the first to find. What was told once stays in its
    place, so that all of it is the beginning of the next prompt."""
    lines = {line.number: line for line in state.ledger[-detail.lines :]}
    shown = state.calls[-detail.calls :] if detail.calls else ()
    place = {video.id: number for number, video in enumerate(state.videos, 1)}
    for record in shown:
        fresh = [number for number in record.numbers if number in lines]
        for number in [number for number in lines if fresh and number < min(fresh)]:
            yield _line(lines.pop(number), place, detail)
        yield _call(record)
        for number in fresh:
            yield _line(lines.pop(number), place, detail)
    for line in lines.values():
        yield _line(line, place, detail)


def _line(line: Evidence, place: Mapping[str, int], detail: Detail) -> dict[str, Any]:
    return {
        "number": line.number,
        "place": place.get(line.video_id, 0),
        "start_s": line.span.start_s,
        "end_s": line.span.end_s,
        "kind": line.kind,
        "text": _flat(line.text)[: detail.line_chars],
    }


def planning(state: State, context: Context) -> str:
    """The task of the plan step: what is missing, what is left to spend."""
    missing = state.reflection.missing if state.reflection else ""
    return render("plan", missing=missing, **_spending(context, state.round + 1))


def weighing(state: State, context: Context, *, plans: bool) -> str:
    """The task of the reflect step: the verdict, and with `plans` the calls of the next round."""
    spending = _spending(context, state.round + 2)
    return render("reflect", options=state.options, **{**spending, "most": plans * spending["most"]})


def answering(state: State) -> str:
    """The task of the answer step: the best answer so far."""
    candidate = state.reflection.candidate if state.reflection else ""
    return render("answer", options=state.options, candidate=candidate)


def _spending(context: Context, number: int) -> dict[str, Any]:
    left = context.left
    return {
        "most": context.config.calls_per_round,
        "round": number,
        "rounds": context.meter.budget.rounds,
        "left": f"{left.calls:.0f} model calls, {left.pictures:.0f} pictures, {left.seconds:.0f} seconds",
    }


def _call(record: CallRecord) -> dict[str, Any]:
    arguments = json.dumps(record.call.arguments, ensure_ascii=False, default=str)[:ARGUMENT_CHARS]
    said = record.text.split("\n", 1)[0] if record.numbers else record.text[:600]
    return {
        "round": record.round,
        "name": record.call.name[:60],
        "arguments": arguments,
        "text": _flat(said)[:600],
    }


def _flat(text: str) -> str:
    return " ".join(text.split())


def _arguments(tool: Mapping[str, Any]) -> list[dict[str, str]]:
    parameters = tool["parameters"]
    return [
        {"name": name, "form": _form(field), "words": _words(field, name in parameters.get("required", ()))}
        for name, field in parameters.get("properties", {}).items()
    ]


def _words(field: Mapping[str, Any], required: bool) -> str:
    words, default = str(field.get("description", "")), field.get("default")
    if required or "when left out" in words:
        return words
    known = "may be left out" if default is None else f"{default} when left out"
    return f"{words}; {known}" if words else known


def _form(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return " or ".join(f'"{choice}"' for choice in field["enum"])
    if field.get("type") == "array":
        return f"list of {_form(field.get('items', {}))}"
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(
        str(field.get("type")), str(field.get("type", "value"))
    )
