"""Two runs on the same questions, and when they are not."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from playhead.eval import intervals
from playhead.eval.metrics import mean

SAME = ("set", "subset", "fingerprint")
"""What two runs must share before their samples can be paired; ids alone mean nothing across sets."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """b minus a on the samples both have, with its interval and a paired test, both clustered by video.

    `only_a` and `only_b` count the samples that one of the two answered right alone.
    """

    n: int
    difference: float
    low: float
    high: float
    only_a: int
    only_b: int
    p_value: float


def why_not(a: Mapping[str, Any], b: Mapping[str, Any]) -> str:
    """Why the runs with these config.json cannot be paired, in one line; '' when they can."""
    for name in SAME:
        if a.get(name) != b.get(name):
            what = "questions" if name == "fingerprint" else name
            return f"not paired: the runs have different {what} ({a.get(name) or '–'}, {b.get(name) or '–'})"
    return ""


def compare(a: Mapping[str, float], b: Mapping[str, float], clusters: Mapping[str, Hashable]) -> Comparison:
    """Scores by sample id, clusters by sample id. A score of at least 0.5 counts as right alone."""
    ids = [sample for sample in a if sample in b]
    differences, videos = [b[sample] - a[sample] for sample in ids], [clusters[sample] for sample in ids]
    low, high = intervals.difference(differences, videos) if ids else (0.0, 0.0)
    only_a = sum(a[sample] >= 0.5 > b[sample] for sample in ids)
    only_b = sum(b[sample] >= 0.5 > a[sample] for sample in ids)
    p_value = intervals.paired_p(differences, videos)
    return Comparison(len(ids), mean(differences), low, high, only_a, only_b, p_value)
