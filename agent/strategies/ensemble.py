"""Several strategies under one budget; agreement ends it early, else support and calibrated confidence
decide.

`ensemble:observe,avp,topk` runs them in this order. The second answer that agrees with an earlier one ends it
(the early stop of AKeyS, over whole strategies); without agreement the answer whose cited, perceived lines
carry most of its own words wins, of equals the more confident one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from playhead.agent.loop import confidence
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info, load
from playhead.tools.errors import BudgetExceededError, ModelError, UsageError

INFO = Info(
    idea="several strategies under one budget; agreement ends it early",
    uses=("captions", "eyes", "speech"),
    instead={"captions": "as each of them does", "eyes": "as each of them does", "speech": "left out"},
    calls="those of two members, or of all",
)


@dataclass(frozen=True)
class Settings:
    """What `[strategies.ensemble]` sets."""

    members: str = "topk,observe,avp"
    """Strategies with commas between them, in the order in which they run."""


SETTINGS = Settings


async def answer(run: Run) -> Draft:
    """One after the other until two agree."""
    names = [name.strip() for name in run.settings.members.split(",") if name.strip()]
    if not names or any(name.partition(":")[0] == "ensemble" for name in names):
        raise UsageError(f"the ensemble has the members {run.settings.members!r}", "name other strategies")
    drafts: list[tuple[str, Draft]] = []
    for name in names:
        try:
            draft = await run.nested(load(name, run.context.strategies))
        except (BudgetExceededError, ModelError):
            if not drafts:
                raise
            break
        run.note("member", strategy=name, answer=draft.text, option=draft.option, confidence=draft.confidence)
        partner = next((n for n, other in drafts if _agree(run, draft, other)), "")
        drafts.append((name, draft))
        if draft.because.startswith("budget:"):
            return replace(_best(run, drafts), because=draft.because)
        if partner:
            surer = min(1.0, draft.confidence + (1 - draft.confidence) / 3)
            return replace(draft, confidence=round(surer, 4), because="confident")
    return replace(_best(run, drafts), because="exhausted")


def _best(run: Run, drafts: Sequence[tuple[str, Draft]]) -> Draft:
    return max((draft for _, draft in drafts), key=lambda draft: _support(run, draft))


def _agree(run: Run, one: Draft, other: Draft) -> bool:
    if not (one.found and other.found):
        return False
    return run.agree(one.text, other.text, (one.option, other.option)) == "yes"


def _support(run: Run, draft: Draft) -> tuple[bool, float, float]:
    words = draft.text if draft.option is None else run.options[draft.option]
    carried = confidence.endorsed(words, draft.cites, run.state) if draft.cites else 0.0
    return draft.found, carried, draft.confidence
