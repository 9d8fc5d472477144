"""The tables of the report, as data for its template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from playhead.eval import comparing, plots, taxonomy
from playhead.eval.finished import Finished
from playhead.eval.naming import Name, set_of
from playhead.eval.runner import scores_by_id
from playhead.eval.table import tokens
from playhead.eval.together import together


def by_set(runs: Sequence[Finished], names: Sequence[Name]) -> dict[str, Any]:
    """A table over the sets: a row for every system, a column for every set."""
    sets = list(dict.fromkeys(name.set for name in names))
    rows: dict[str, dict[str, Mapping[str, Any]]] = {}
    for run, name in zip(runs, names, strict=True):
        rows.setdefault(name.system, {})[name.set] = run.summary
    listed = [{"name": name, "cells": [row.get(each) for each in sets]} for name, row in rows.items()]
    return {"sets": sets, "rows": listed}


def comparisons(runs: Sequence[Finished], names: Sequence[str]) -> list[dict[str, Any]]:
    """Every run against the first run of its set; `reason` says why two cannot be paired."""
    firsts: dict[str, int] = {}
    found = []
    for place, run in enumerate(runs):
        first = firsts.setdefault(set_of(run.config), place)
        if first != place and run.scored and runs[first].scored:
            pair = {"first": names[first], "other": names[place], "places": (first, place)}
            found.append({**pair, **_compared(runs[first], run)})
    return found


def _compared(first: Finished, other: Finished) -> dict[str, Any]:
    if reason := comparing.why_not(first.facts, other.facts):
        return {"reason": reason, "result": None}
    clusters = {item.sample.id: item.sample.video for run in (first, other) for item in run.scored}
    a, b = scores_by_id(first.scored), scores_by_id(other.scored)
    return {"reason": "", "result": comparing.compare(a, b, clusters)}


def side_by_side(runs: Sequence[Finished], names: Sequence[str]) -> list[dict[str, Any]]:
    """For every set of questions that two runs or more share: who solves what alone, and the best unions."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for place, run in enumerate(runs):
        if run.scored:
            groups.setdefault(tuple(run.facts.get(name) for name in comparing.SAME), []).append(place)
    found = []
    for places in groups.values():
        if len(places) > 1:
            result = together([scores_by_id(runs[place].scored) for place in places])
            unions = [
                {"names": [names[places[index]] for index in choice], "solved": solved}
                for choice, solved in result.unions
            ]
            found.append({"names": [names[place] for place in places], "result": result, "unions": unions})
    return found


def breakdowns(summaries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One table for every dimension: a row for every value, a cell for every run that has it."""
    known = dict.fromkeys(name for summary in summaries for name in summary["by"])
    return [_breakdown(name, [summary["by"].get(name, {}) for summary in summaries]) for name in known]


def _breakdown(name: str, found: Sequence[Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
    places = [place for place, part in enumerate(found) if part]
    parts, rows = [found[place] for place in places], []
    for value in sorted({value for part in parts for value in part}):
        cells = [part.get(value) for part in parts]
        rows.append({"value": value, "cells": cells})
    return {"name": name, "places": places, "rows": rows}


def kinds(runs: Sequence[Finished]) -> list[dict[str, Any]]:
    """How many samples of every kind each run has; right first, then the commonest."""
    counts = [Counter(taxonomy.kinds(run.scored)) for run in runs]
    total: Counter[str] = sum(counts, Counter())
    order = sorted(total, key=lambda kind: (not kind.startswith("right"), -total[kind], kind))
    return [{"kind": kind, "cells": [_share(count, kind) for count in counts]} for kind in order]


def _share(count: Counter[str], kind: str) -> dict[str, Any]:
    n = sum(count.values())
    return {"n": count[kind], "share": count[kind] / n if n else None}


def repeats(runs: Sequence[Finished], names: Sequence[str]) -> list[dict[str, Any]]:
    """How the epochs of each run that has them differ."""
    told = zip(names, (run.summary.get("epochs") for run in runs), strict=True)
    return [{"name": name, **epochs} for name, epochs in told if epochs]


def official(summaries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The sets' own numbers side by side: a row for every name, a cell for every run."""
    known = dict.fromkeys(name for summary in summaries for name in summary["official"])
    return [{"name": name, "cells": [s["official"].get(name, "–") for s in summaries]} for name in known]


def costs(runs: Sequence[Finished], names: Sequence[str]) -> tuple[list[plots.Point], str]:
    """The runs in the cost plot: by tokens a question when any were spent, by seconds otherwise."""
    counted = any(tokens(run.summary) for run in runs)
    points = []
    for place, (run, name) in enumerate(zip(runs, names, strict=True)):
        spent, between = run.summary["usage"].get("per_question") or {}, run.summary["interval"]
        if between is not None:
            cost = tokens(run.summary) if counted else spent.get("wall_s", 0.0)
            low, high = between
            points.append(plots.Point(name, cost, run.summary["accuracy"], low, high, plots.colour(place)))
    return points, "tokens a question" if counted else "seconds a question"
