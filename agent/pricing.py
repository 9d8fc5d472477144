"""What runs cost in money, by the price table of the configuration."""

from __future__ import annotations

from collections.abc import Mapping

from playhead.agent.config import Price
from playhead.tools.types import Usage

INDEXING = "indexing"
"""The role under which clips are described while a video is indexed; outside the budget of a question."""


def priced(
    roles: Mapping[str, Usage], models: Mapping[str, str], prices: Mapping[str, Price]
) -> dict[str, float]:
    """Money by role, in the currency of the table; a role whose model has no price is left out.

    `models` names the model of each role, with its backend (`openai:NAME`) or as the table may, without.
    """
    spent: dict[str, float] = {}
    for role, usage in roles.items():
        name = models.get("captioner" if role == INDEXING else role, "")
        if price := prices.get(name) or prices.get(name.partition(":")[2]):
            tokens = (usage.input_tokens, usage.output_tokens)
            spent[role] = (tokens[0] * price.input_per_million + tokens[1] * price.output_per_million) / 1e6
    return spent


def total(spent: Mapping[str, float], roles: Mapping[str, Usage]) -> float | None:
    """The money of all roles; None unless every model that was called has a price."""
    called = {role for role, usage in roles.items() if usage.model_calls}
    return sum(spent.values()) if spent and called <= set(spent) else None
