"""The report: one HTML page that stands alone, and a Markdown table. Everything untrusted is escaped.

The page holds no script and asks for nothing: its content policy forbids every request.
"""

from __future__ import annotations

import base64
import io
import json
import shlex
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from playhead.eval import comparing, metrics, plots
from playhead.eval.choices import letter_of
from playhead.eval.finished import Finished, read, worst_of
from playhead.eval.runner import scores_by_id
from playhead.eval.table import markdown, percent, tokens
from playhead.eval.types import Scored
from playhead.tools.errors import PlayheadError
from playhead.tools.timecode import clock_range

FAILURES = 12
"""Failures shown a run; the page stays small enough to mail."""
THUMBNAILS = 2
SIDE_PX = 240


def write_report(folders: Sequence[Path], out: Path, failures: int = FAILURES) -> Path:
    """Write `out` (HTML) and the table beside it (`.md`). Raises UsageError for a folder that is no run."""
    runs = [read(folder, failures) for folder in folders]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(html(runs, failures), encoding="utf-8")
    out.with_suffix(".md").write_text(markdown([run.summary for run in runs]), encoding="utf-8")
    return out


def html(runs: Sequence[Finished], failures: int = FAILURES) -> str:
    """The page of one or several runs, side by side."""
    shown = [_view(run, failures, place) for place, run in enumerate(runs)]
    return _template().render(
        runs=shown,
        comparisons=[_comparison(runs[0], run) for run in runs[1:] if runs[0].scored and run.scored],
        breakdowns=breakdowns([run.summary for run in runs]),
        official=official([run.summary for run in runs]),
        reliability=Markup(plots.reliability([(v["title"], v["bins"]) for v in shown])),  # noqa: S704 - own SVG
        cost=Markup(plots.cost(*_costs(runs))),  # noqa: S704 - own SVG, labels escaped there
        claims={claim: None for run in runs for claim in run.claims},
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters |= {"percent": percent, "compact": compact}
    return environment.from_string(files("playhead.eval").joinpath("report.html").read_text("utf-8"))


def compact(value: Any) -> str:
    """A number with three digits, anything else as text."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _view(run: Finished, failures: int, place: int) -> dict[str, Any]:
    return {
        "title": run.config.title,
        "colour": plots.colour(place),
        "summary": run.summary,
        "interval": run.summary["interval"],
        "bins": run.summary["calibration"].get("bins", []),
        "failures": [_failure(run, item) for item in worst_of(run.scored)[:failures]],
        "trouble": run.trouble,
        "command": shlex.join(run.facts.get("command", [])),
        "facts": json.dumps(run.facts, ensure_ascii=False, indent=1),
        "hit": 100 * metrics.mean(item.correct for item in run.scored),
    }


def _failure(run: Finished, item: Scored) -> dict[str, Any]:
    sample, said = item.sample, item.prediction
    return {
        "id": sample.id,
        "video": sample.video,
        "question": sample.question,
        "options": [
            {
                "letter": letter_of(place),
                "text": text,
                "gold": place == sample.answer_index,
                "chosen": said is not None and place == said.option,
            }
            for place, text in enumerate(sample.options)
        ],
        "gold": sample.answer_text,
        "gold_times": [clock_range(span) for span in sample.evidence],
        "cited": [clock_range(span) for span in said.evidence] if said else [],
        "said": said.text if said else "",
        "confidence": said.confidence if said else None,
        "error": item.error,
        "steps": steps(run.trajectories.get(sample.id)),
        "pictures": pictures(item),
    }


def steps(trajectory: Mapping[str, Any] | None) -> list[str]:
    """A trajectory as lines to read; whatever shape it has, never an error."""
    listed = trajectory.get("steps") if trajectory else None
    if not isinstance(listed, list):
        return []
    lines = (json.dumps(step, ensure_ascii=False) if isinstance(step, dict) else str(step) for step in listed)
    return [line if len(line) <= 1200 else f"{line[:1200]} …" for line in lines]


def pictures(item: Scored) -> list[str]:
    """Small JPEGs as data addresses: what was cited, then the gold evidence; none without the video."""
    spans = [*(item.prediction.evidence if item.prediction else ()), *item.sample.evidence][:THUMBNAILS]
    video = next((path for path in item.sample.source.videos if path.is_file()), None)
    if video is None or not spans:
        return []
    try:
        return _frames(video, sorted(span.middle_s for span in spans))
    except PlayheadError:
        return []


def _frames(video: Path, times_s: list[float]) -> list[str]:
    from PIL import Image

    from playhead.tools.media import open_reader

    reader = open_reader(video)
    try:
        found = []
        for frame in reader.frames_at(times_s, SIDE_PX):
            buffer = io.BytesIO()
            Image.fromarray(frame.image).save(buffer, "JPEG", quality=70)
            found.append("data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode())
        return found
    finally:
        reader.close()


def _comparison(first: Finished, other: Finished) -> dict[str, Any]:
    clusters = {item.sample.id: item.sample.video for run in (first, other) for item in run.scored}
    reason = comparing.why_not(first.facts, other.facts)
    a, b = scores_by_id(first.scored), scores_by_id(other.scored)
    result = None if reason else comparing.compare(a, b, clusters)
    return {"first": first.config.title, "other": other.config.title, "result": result, "reason": reason}


def breakdowns(summaries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Tables side by side: one for every dimension, a row for every value, a cell for every run."""
    names = dict.fromkeys(name for summary in summaries for name in summary["by"])
    tables = []
    for name in names:
        values = sorted({value for summary in summaries for value in summary["by"].get(name, {})})
        rows = [
            {"value": value, "cells": [summary["by"].get(name, {}).get(value) for summary in summaries]}
            for value in values
        ]
        tables.append({"name": name, "rows": rows})
    return tables


def official(summaries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The sets' own numbers side by side: a row for every name, a cell for every run."""
    names = dict.fromkeys(name for summary in summaries for name in summary["official"])
    return [{"name": name, "cells": [s["official"].get(name, "–") for s in summaries]} for name in names]


def _costs(runs: Sequence[Finished]) -> tuple[list[plots.Point], str]:
    """The runs in the cost plot: by tokens a question when any were spent, by seconds otherwise."""
    counted = any(tokens(run.summary) for run in runs)
    points = []
    for run in runs:
        accuracy, spent = run.summary["accuracy"], run.summary["usage"].get("per_question") or {}
        if accuracy is not None:
            cost = tokens(run.summary) if counted else spent.get("wall_s", 0.0)
            low, high = run.summary["interval"]
            points.append(plots.Point(run.config.title, cost, accuracy, low, high))
    return points, "tokens a question" if counted else "seconds a question"
