"""Runs as a Markdown table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from playhead.eval.naming import differing, settings_of
from playhead.eval.types import RunConfig

COLUMNS = (
    *("set", "strategy", "model", "subtitles", "n", "failed", "accuracy %", "95 % interval", "official"),
    *("ECE", "recall@16", "cited", "calls", "tokens", "frames", "seconds"),
)


def compact(value: Any) -> str:
    """A whole number in full (`4,996`), another with three digits, anything else as text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if math.isfinite(value) and (float(value).is_integer() or abs(value) >= 1000):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def percent(share: float | None) -> str:
    """`45.1` for 0.451; a dash for nothing."""
    return "–" if share is None else f"{100 * share:.1f}"


def tokens(summary: Mapping[str, Any]) -> float:
    """Tokens in and out, mean of a question."""
    spent = summary["usage"].get("per_question") or {}
    return float(spent.get("input_tokens", 0) + spent.get("output_tokens", 0))


def markdown(summaries: Sequence[Mapping[str, Any]], configs: Sequence[RunConfig] = ()) -> str:
    """One row a run: scores with intervals, calibration, grounding, mean cost of a question.

    With the runs' settings, one more column for every setting in which they differ.
    """
    facts = [settings_of(config) for config in configs]
    extra = [name for name in differing(facts) if name not in COLUMNS]
    told = [tuple(str(fact.get(name, "–")) for name in extra) for fact in facts] or [()] * len(summaries)
    head = (*COLUMNS, *extra)
    body = [(*_row(summary), *more) for summary, more in zip(summaries, told, strict=True)]
    rows = [head, tuple("---" for _ in head), *body]
    return "".join("| " + " | ".join(_cell(value) for value in row) + " |\n" for row in rows)


def _cell(value: str) -> str:
    return " ".join(value.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _row(summary: Mapping[str, Any]) -> tuple[str, ...]:
    spent = summary["usage"].get("per_question") or {}
    grounding, ece = summary["grounding"], summary["calibration"].get("ece")
    return (
        *(str(summary[name]) for name in ("set", "strategy", "model", "subtitles", "n", "failed")),
        percent(summary["accuracy"]),
        _interval(summary),
        _official(summary["official"]),
        f"{ece:.3f}" if ece is not None else "–",
        percent(grounding.get("recall@16")),
        percent(grounding.get("cited")),
        f"{spent.get('model_calls', 0):.1f}",
        f"{tokens(summary):.0f}",
        f"{spent.get('frames', 0):.1f}",
        f"{spent.get('wall_s', 0):.2f}",
    )


def _interval(summary: Mapping[str, Any]) -> str:
    if summary["accuracy"] is None:
        return "–"
    low, high = summary["interval"]
    return f"{percent(low)}–{percent(high)}"


def _official(numbers: Mapping[str, Any]) -> str:
    return f"{numbers['score']:.1f}" if "score" in numbers else "–"
