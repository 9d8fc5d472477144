"""What the report's script works on: every question once, and beside it what each run made of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from playhead.eval import steps, taxonomy
from playhead.eval.finished import Finished, worst_of
from playhead.eval.naming import Name
from playhead.eval.pictures import pictures
from playhead.eval.types import Sample, Scored
from playhead.tools.types import Span

TEXT = 20_000
"""Characters of a reply that the page holds."""
RETRIEVED = 16
"""Retrieved spans that the page holds of an answer."""
MOST_BYTES = 48_000_000
"""Room for packed trajectories; what finds none is counted and named on the page."""

Key = tuple[str, str]
"""Set and sample id."""


@dataclass
class PageData:
    """`data` becomes the page's JSON; `blocks` the packed trajectories by name."""

    data: dict[str, Any]
    blocks: dict[str, str] = field(default_factory=dict)
    left_out: int = 0


def page_data(
    runs: Sequence[Finished], names: Sequence[Name], colours: Sequence[str], shown: int
) -> PageData:
    """Runs side by side. `shown` samples of each run get pictures, the most telling failures first."""
    sets = list(dict.fromkeys(name.set for name in names))
    questions: dict[Key, dict[str, Any]] = {}
    described = [
        {
            "name": name.full,
            "short": name.system,
            "colour": colour,
            "set": sets.index(name.set),
            "reading": run.summary["official"].get("extractor", ""),
        }
        for run, name, colour in zip(runs, names, colours, strict=True)
    ]
    page = PageData({"runs": described, "sets": sets})
    for place, (run, name) in enumerate(zip(runs, names, strict=True)):
        _add(page, questions, run, place, name.set, len(runs))
        for item in worst_of(run.scored)[:shown]:
            row = questions[name.set, item.sample.id]
            row["pictures"] = row["pictures"] or pictures(item)
    page.data["questions"] = list(questions.values())
    return page


def _add(
    page: PageData, questions: dict[Key, dict[str, Any]], run: Finished, place: int, name: str, runs: int
) -> None:
    kinds = taxonomy.kinds(run.scored)
    kept = 0
    for item, kind in zip(run.scored, kinds, strict=True):
        row = questions.setdefault((name, item.sample.id), _question(page, name, item.sample, runs))
        row["results"][place] = {"kind": kind, **_result(item)}
    for count, block in enumerate(steps.blocks(_explained(run, questions, name, place))):
        if kept + len(block) > MOST_BYTES // runs:
            page.left_out += steps.BLOCK
        else:
            page.blocks[f"{place}-{count}"] = block
            kept += len(block)


def _explained(
    run: Finished, questions: dict[Key, dict[str, Any]], name: str, place: int
) -> Iterator[dict[str, Any]]:
    """The trajectories of a run; each result learns where its own is packed."""
    number = 0
    for item in run.scored:
        if (trajectory := run.trajectory(item.sample.id)) is not None:
            result = questions[name, item.sample.id]["results"][place]
            result["steps"] = [f"{place}-{number // steps.BLOCK}", number % steps.BLOCK]
            number += 1
            yield steps.explained(trajectory)


def _question(page: PageData, name: str, sample: Sample, runs: int) -> dict[str, Any]:
    return {
        "id": sample.id,
        "asked": sample.question_id,
        "mended": list(sample.mended),
        "set": page.data["sets"].index(name),
        "video": sample.video,
        "question": steps.short(sample.question, TEXT),
        "options": [steps.short(option, TEXT) for option in sample.options],
        "gold": sample.answer_index,
        "gold_text": steps.short(sample.answer_text, TEXT),
        "gold_times": _times(sample.evidence),
        "duration_s": sample.duration_s,
        "before_s": sample.before_s,
        "tags": {name: list(values) for name, values in sample.tags.items()},
        "problem": sample.problem,
        "pictures": [],
        "results": [None] * runs,
    }


def _result(item: Scored) -> dict[str, Any]:
    said = item.prediction
    if said is None:
        return {"correct": 0, "error": steps.short(item.error)}
    return {
        "correct": item.correct,
        "option": said.option,
        "letter": item.choice,
        "official": item.official_correct,
        "text": steps.short(said.text, TEXT),
        "confidence": said.confidence,
        "found": said.found,
        "cited": _times(said.evidence),
        "videos": list(said.evidence_videos),
        "retrieved": _times(said.retrieved[:RETRIEVED]),
        "stopped": said.stopped_because,
        "seconds": round(said.usage.wall_s, 2),
        "calls": said.usage.model_calls,
        "tokens": said.usage.input_tokens + said.usage.output_tokens,
        "frames": said.usage.frames,
        "verdict": dict(item.verdict) if item.verdict else None,
    }


def _times(spans: Sequence[Span]) -> list[list[float]]:
    return [[round(span.start_s, 2), round(span.end_s, 2)] for span in spans]


def embedded(data: Any) -> str:
    """JSON that may stand in a script element: nothing in it can end the element or open a comment.

    Numbers that JSON does not have (NaN, infinities) become null.
    """
    try:
        text = _written(data)
    except ValueError:
        text = _written(json.loads(json.dumps(data), parse_constant=lambda _: None))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _written(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
