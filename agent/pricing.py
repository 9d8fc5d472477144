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
        if price_of(name, prices):
            read, written = rate(name, prices)
            spent[role] = usage.input_tokens * read + usage.output_tokens * written
    return spent


def price_of(model: str, prices: Mapping[str, Price]) -> Price | None:
    """The price of a model, by its name with or without its backend."""
    return prices.get(model) or prices.get(model.partition(":")[2])


def rate(model: str, prices: Mapping[str, Price]) -> tuple[float, float]:
    """Money for one token read and one written; nothing for a model without a price."""
    price = price_of(model, prices)
    return (price.input_per_million / 1e6, price.output_per_million / 1e6) if price else (0.0, 0.0)


def total(spent: Mapping[str, float], roles: Mapping[str, Usage]) -> float | None:
    """The money of all roles; None unless every model that was called has a price."""
    called = {role for role, usage in roles.items() if usage.model_calls}
    return sum(spent.values()) if spent and called <= set(spent) else None
