"""Who decides inside the graph nodes. Matched by shape; each file of `policies/` builds one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from playhead.agent.state import Draft, Plan, Reflection, State
from playhead.tools.types import Evidence

if TYPE_CHECKING:
    from playhead.agent.context import Context


class Policy(Protocol):
    """Three decisions over the same state. A policy reads; only the nodes change the state.

    May raise ModelError (the node asks the fallback policy instead) and BudgetExceededError (the run
    answers with what it has).
    """

    name: str

    async def plan(self, state: State, context: Context) -> Plan:
        """The next tool calls, at most four; an empty plan means that nothing is left to look at."""

    async def reflect(self, state: State, context: Context) -> Reflection:
        """Whether the ledger suffices, and the best answer so far."""

    async def evidence(self, state: State, context: Context) -> tuple[Evidence, ...]:
        """The lines that its answer would cite, whether the ledger holds them or not."""

    async def answer(self, state: State, context: Context) -> Draft:
        """The answer with citations into the ledger, or `found=False` when the video does not show it."""
