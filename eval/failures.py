"""Why samples of a run have no answer, by kind, and when a run has failed as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from playhead.eval.types import Scored
from playhead.tools.errors import PlayheadError

NO_MODEL = "no_model"
"""What a strategy that asks a model stops with when there is none."""


def failures_of(scored: Sequence[Scored], kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    """The kinds of failure, the commonest first: kind, how many samples, the commonest message.

    `kinds` names the type of the recorded error by sample id.
    """
    messages: dict[str, Counter[str]] = {}
    for item in scored:
        if found := _failure(item, kinds):
            messages.setdefault(found[0], Counter())[found[1]] += 1
    parts = [
        {"kind": kind, "n": counts.total(), "example": counts.most_common(1)[0][0]}
        for kind, counts in messages.items()
    ]
    return sorted(parts, key=lambda part: -part["n"])


def _failure(item: Scored, kinds: Mapping[str, str]) -> tuple[str, str] | None:
    if item.prediction is None:
        return kinds.get(item.sample.id, "not asked"), item.error
    if item.prediction.stopped_because == NO_MODEL and not item.answered:
        return "no model", item.prediction.text
    return None


def failed_run(summary: Mapping[str, Any]) -> PlayheadError | None:
    """The error of a run of which most samples have failed: how many, and the commonest cause."""
    failures = summary["failures"]
    count, n = sum(part["n"] for part in failures), summary["n"]
    if n == 0:
        return PlayheadError("the run has no samples", "check --subset and the files of the set")
    if 2 * count <= n:
        return None
    most = failures[0]
    cause = f"{count} of {n} samples failed; {most['n']} times {most['kind']}: {most['example']}"
    cure = (
        "give --model BACKEND:NAME" if most["kind"] == "no model" else "then: playhead bench rerun-errors DIR"
    )
    return PlayheadError(cause, cure)
