"""What a run works with and never stores: the LangGraph context of one question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from playhead.tools.context import ToolContext
from playhead.tools.metering import Meter
from playhead.tools.protocols import ChatModel
from playhead.tools.toolbox import Toolbox
from playhead.tools.types import Kind


@dataclass(frozen=True, slots=True)
class LoopConfig:
    """How the loop decides. The rounds and everything else that is spent are in `Budget`."""

    threshold: float = 0.7
    """Stop once a sufficient reflection is at least this confident (0..1)."""
    option_token_stop: float = 0.9
    """Stop when the option's token alone is at least this probable (0..1)."""
    first_plan: Literal["rules", "model"] = "rules"
    """Who plans the first round: rules, which cost no call and leave something to stand on, or the model."""
    calls_per_round: int = 4
    """The most tool calls of one plan; they run side by side."""
    ledger_lines: int = 80
    """The most evidence kept; the least relevant of what was not cited goes first."""
    observation_chars: int = 2000
    """The most characters of one observation that the planner reads."""
    history_turns: int = 6
    """Earlier questions of a conversation shown to the planner."""
    keep_focused: bool = True
    """Remember descriptions of clips that were made with one question in mind; benchmarks never do."""
    live_answer: bool = False
    """Tell the words of the answer while the model writes them. Terminals do unless told not to."""


@dataclass(frozen=True, slots=True)
class Left:
    """What may still be spent; the call that words the answer is kept back."""

    calls: float
    pictures: float
    seconds: float
    money: float


@dataclass(frozen=True, slots=True)
class Context:
    """Run-time dependencies of one question."""

    toolbox: Toolbox
    tools: ToolContext
    config: LoopConfig = field(default_factory=LoopConfig)
    kinds: tuple[Kind, ...] = field(default=())
    """What memories of the question's videos are made of, or may become while it is answered."""
    strategies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What `[strategies.NAME]` sets, for strategies that run others."""

    @property
    def meter(self) -> Meter:
        return self.tools.meter

    @property
    def models(self) -> Mapping[str, ChatModel]:
        """Metered chat models by role (planner, captioner, inspector, reflector); empty without a model."""
        return self.tools.models

    @property
    def left(self) -> Left:
        budget, spent = self.meter.budget, self.meter.total()
        calls = budget.model_calls - spent.model_calls - self.meter.answer_calls
        pictures, money = budget.frames - spent.frames, budget.money - self.meter.money()
        return Left(max(0.0, calls), max(0.0, pictures), self.meter.left_s(), max(0.0, money))
