"""What became of every sample, in kinds: right, wrong and where it looked, not found, failed of what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from playhead.eval import choices, grounding
from playhead.eval.types import Prediction, Scored

LONGEST_CAUSE = 160


def kinds(scored: Sequence[Scored]) -> list[str]:
    """The kind of every sample; what was cited counts only where the answerer ever cites."""
    cites = any(item.prediction is not None and item.prediction.evidence for item in scored)
    return [kind(item, cites) for item in scored]


def kind(item: Scored, cites: bool = True) -> str:
    """`right`, `wrong`, `not found`, `no answer`, `no option named`, `failed` or `no gold`.

    Where an answerer cites, the kind says where: `wrong, cited elsewhere`. `not found, cited there` means
    that the moments it calls closest are the right ones.
    """
    said = item.prediction
    if said is None:
        return "failed"
    if not item.sample.labelled:
        return "no gold"
    if item.correct >= 0.5:
        return "right" + _cited(item, said, cites)
    if not item.answered:
        closest = _cited(item, said, cites) if said.evidence else ""
        return "no answer" if said.found else "not found" + closest
    if item.sample.options and choices.strict(said, item.sample.options) is None:
        return "no option named"
    return "wrong" + _cited(item, said, cites)


def _cited(item: Scored, said: Prediction, cites: bool) -> str:
    gold = item.sample.evidence
    if not cites or item.sample.asks_moment:
        return ""
    if not said.evidence:
        return ", nothing cited"
    if not gold or any(grounding.touches(span, gold) for span in said.evidence):
        return ", cited there" if gold else ""
    reached = any(grounding.touches(span, gold) for span in said.retrieved)
    return ", reached but not cited" if reached else ", cited elsewhere"


def cause(error: str) -> str:
    """The error without what differs from sample to sample: quoted words, addresses, paths and numbers."""
    line = " ".join(error.split())
    line = re.sub(r"'[^']*'|\"[^\"]*\"", "'…'", line)
    line = re.sub(r"\S*[/\\]\S+", "…", line)
    line = re.sub(r"\d+(?:\.\d+)?", "…", line)
    return line if len(line) <= LONGEST_CAUSE else line[:LONGEST_CAUSE] + " …"


def causes(scored: Sequence[Scored]) -> list[dict[str, Any]]:
    """Why samples failed, the commonest first: cause, number, one error in full."""
    errors = [item.error for item in scored if item.prediction is None]
    counted = Counter(map(cause, errors))
    examples = {cause(error): error for error in reversed(errors)}
    return [{"cause": name, "n": n, "example": examples[name]} for name, n in counted.most_common()]
