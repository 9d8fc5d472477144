"""A chat model as judge: of one open answer against the gold, and of two answers against each other.

Verdicts are appended to judgements.jsonl under the judge's name, so that a run can be judged again by
another model without asking anything anew. Pairs are judged in both orders; a pair the judge calls
differently in each order is a tie.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from playhead.eval.metrics import mean
from playhead.eval.rundir import RunFolder
from playhead.eval.types import Prediction, Sample, Scored
from playhead.prompts import render
from playhead.tools.errors import ModelReplyError
from playhead.tools.protocols import ChatModel, ChatRequest, Message

SCALE = 5
"""The highest score of a verdict, unless the sample's `official["scale"]` says otherwise."""


def verdict(scale: int = SCALE) -> dict[str, Any]:
    """The schema of a verdict that scores 0 … `scale`."""
    score = {"type": "integer", "minimum": 0, "maximum": scale}
    return {
        "type": "object",
        "properties": {"reason": {"type": "string"}, "correct": {"type": "boolean"}, "score": score},
        "required": ["reason", "correct", "score"],
        "additionalProperties": False,
    }


CRITERIA = ("comprehensiveness", "empowerment", "trustworthiness", "depth", "density")
"""What LongerVideos compares answers by."""
_SIDE = {"type": "string", "enum": ["first", "second"]}
COMPARISON: Mapping[str, Any] = {
    "type": "object",
    "properties": dict.fromkeys((*CRITERIA, "overall"), _SIDE),
    "required": [*CRITERIA, "overall"],
    "additionalProperties": False,
}
Winner = Literal["a", "b", "tie"]


async def judge(model: ChatModel, sample: Sample, prediction: Prediction) -> dict[str, Any]:
    """The verdict on one open answer: `correct`, `score` 0–5 (or the set's scale), `reason`, and for tasks
    that are graded on scales `scores` of 1–5 by scale. Raises ModelError."""
    texts = {
        "question": sample.question,
        "gold": sample.answer_text,
        "answer": prediction.text or "(no answer)",
    }
    if not (scales := sample.official.get("scales")):
        scale = int(sample.official.get("scale", SCALE))
        prompt = render("judge", **texts, scale=str(scale))
        return dict(await _asked(model, prompt, verdict(scale), "judge"))
    points = sample.official.get("scoring_points") or ()
    prompt = render("judge_scales", **texts, scales=scales, points=points)
    return dict(await _asked(model, prompt, with_scales(scales), "judge_scales"))


def with_scales(scales: Sequence[str]) -> dict[str, Any]:
    """The shape of a verdict that also gives a whole number from 1 to 5 on each scale."""
    scores = {
        "type": "object",
        "properties": {name: {"type": "integer", "minimum": 1, "maximum": 5} for name in scales},
        "required": list(scales),
        "additionalProperties": False,
    }
    shape = verdict(SCALE)
    return {
        **shape,
        "properties": {**shape["properties"], "scores": scores},
        "required": [*shape["required"], "scores"],
    }


async def prefer(model: ChatModel, question: str, a: str, b: str) -> dict[str, Winner]:
    """Which of two answers is better, overall and by criterion, from both orders. Raises ModelError."""
    orders = ((a, b), (b, a))
    prompts = [render("judge_pair", question=question, first=x, second=y) for x, y in orders]
    one, two = await asyncio.gather(*(_asked(model, text, COMPARISON, "judge_pair") for text in prompts))
    return {name: _agreed(str(one[name]), str(two[name])) for name in COMPARISON["properties"]}


def _agreed(order_ab: str, order_ba: str) -> Winner:
    votes = (order_ab == "first", order_ba == "second")
    return "a" if all(votes) else "tie" if any(votes) else "b"


async def _asked(model: ChatModel, prompt: str, schema: Mapping[str, Any], purpose: str) -> Mapping[str, Any]:
    request = ChatRequest((Message("user", (prompt,)),), schema=schema, schema_name=purpose, purpose=purpose)
    reply = await model.complete(request)
    if reply.data is None or any(name not in reply.data for name in schema["required"]):
        raise ModelReplyError(f"the judge {model.name} gave no verdict", "judge again with `bench rescore`")
    return reply.data


def open_answers(scored: Sequence[Scored], known: Mapping[str, Any]) -> list[Scored]:
    """The answered open questions with gold text that have no verdict yet."""
    return [
        item
        for item in scored
        if item.prediction is not None
        and item.answered
        and item.sample.answer_text
        and not item.sample.options
        and item.sample.id not in known
    ]


async def judge_all(
    model: ChatModel, name: str, folder: RunFolder, scored: Sequence[Scored], workers: int = 4
) -> AsyncIterator[dict[str, Any]]:
    """Judge what has no verdict of `name` yet; a verdict is on disk when yielded. Raises ModelError."""
    waiting = open_answers(scored, folder.verdicts(name))
    for start in range(0, len(waiting), workers):
        part = [item for item in waiting[start : start + workers] if item.prediction is not None]
        verdicts = await asyncio.gather(*(judge(model, i.sample, i.prediction) for i in part if i.prediction))
        for item, verdict in zip(part, verdicts, strict=True):
            row = {"id": item.sample.id, "judge": name, **verdict}
            folder.judgements.append(row)
            yield row


@dataclass(frozen=True, slots=True)
class Duel:
    """Two runs compared in pairs: shares of the questions each won, over `n` that both answered."""

    n: int
    wins_a: float
    wins_b: float
    ties: float
    by_criterion: Mapping[str, tuple[float, float]]


async def duel(
    model: ChatModel, questions: Mapping[str, str], a: Mapping[str, str], b: Mapping[str, str]
) -> Duel:
    """Judge every question that both runs answered; texts by sample id. Raises ModelError."""
    ids = [key for key in questions if a.get(key) and b.get(key)]
    results = [await prefer(model, questions[key], a[key], b[key]) for key in ids]

    def share(name: str, winner: Winner) -> float:
        return mean(float(result[name] == winner) for result in results)

    return Duel(
        len(ids),
        share("overall", "a"),
        share("overall", "b"),
        share("overall", "tie"),
        {name: (share(name, "a"), share(name, "b")) for name in CRITERIA},
    )
