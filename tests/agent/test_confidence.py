from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from playhead.agent.loop.confidence import UNENDORSED_MOST, agreement, blend, endorsed, option_token
from playhead.agent.loop.ledger import add
from playhead.agent.run import Run
from playhead.agent.state import CallRecord, Reflection, State, ToolCall
from playhead.tools.protocols import TokenProbability
from playhead.tools.types import Evidence, Span


def line(text: str, tool: str, start_s: float = 0.0, perceived: bool = True) -> Evidence:
    return Evidence("v", "f", Span(start_s, start_s + 5), "speech", text, tool=tool, perceived=perceived)


def state(*lines: Evidence, options: tuple[str, ...] = ()) -> State:
    """Every line in the ledger, found by a call of its tool."""
    ledger, _ = add((), lines, 99)
    calls = tuple(CallRecord(ToolCall(known.tool), "", (known.number,)) for known in ledger)
    return State("who?", options=options, ledger=ledger, calls=calls)


def token(text: str, **alternatives: float) -> TokenProbability:
    logs = {name: math.log(share) for name, share in alternatives.items()}
    return TokenProbability(text, logs.get(text, 0.0), logs)


def reply(label: str, **alternatives: float) -> tuple[str, tuple[TokenProbability, ...]]:
    return f'{{"option": "{label}"}}', (token('{"option": "'), token(label, **alternatives), token('"}'))


def test_the_probability_of_the_named_option_among_the_options() -> None:
    text, tokens = reply("B", A=0.2, B=0.6, x=0.2)
    assert option_token(text, tokens, 2) == pytest.approx(0.75)


def test_no_option_or_two_give_zero_and_no_probabilities_give_none() -> None:
    text, tokens = reply("none", A=0.5)
    assert option_token(text, tokens, 2) == 0.0
    assert option_token("A. or B.", (token("A. or B.", A=0.9),), 2) == 0.0
    assert option_token(text, (), 2) is None
    assert option_token(text, tokens, 0) is None


def test_what_nothing_perceived_endorses_stays_below_the_threshold() -> None:
    assert blend({"stated": 1.0}) == UNENDORSED_MOST
    assert blend({"stated": 1.0, "endorsed": 1.0}) == 1.0


def test_every_signal_moves_the_blend_its_way() -> None:
    base = {"stated": 0.8, "endorsed": 1.0}
    assert blend({**base, "option_token": 0.2}) == pytest.approx(0.5)
    assert blend({**base, "agreement": 1.0}) > blend(base) > blend({**base, "agreement": 0.0})
    assert 0.0 <= blend({"stated": 5.0, "endorsed": 9.0}) <= 1.0


def test_only_perceived_evidence_endorses() -> None:
    seen, said = (
        line("the cook hides it", "read_transcript"),
        line("the cook hides it", "overview", perceived=False),
    )
    assert endorsed("the cook", [1], state(seen)) == 1.0
    assert endorsed("the cook", [1], state(said)) == 0.0
    assert endorsed("the cook", [], state(seen)) == 0.5
    assert endorsed("the twin", [1], state(seen)) == 0.0


def test_nonsense_beside_a_citation_is_not_endorsed() -> None:
    known = replace(state(line("the cook hides the key", "read_transcript")), question="Who hides the key?")
    assert endorsed("Purple elephants hide the key", [1], known) == 0.0
    assert blend({"stated": 1.0, "endorsed": 0.0}) <= UNENDORSED_MOST
    assert endorsed("The cook hides the key", [1], known) == 1.0
    assert endorsed("Yes.", [1], known) == 0.5


def test_cited_lines_carry_an_answer_together() -> None:
    known = state(line("the cook bends down", "inspect_frames"), line("a twin waits", "inspect_frames", 9))
    assert endorsed("the cook and the twin", [1, 2], known) == 1.0
    assert endorsed("the cook and the twin", [1], known) == 0.5


def test_two_routes_that_name_the_same_option_agree() -> None:
    both = (line("the cook hides it", "search_memory"), line("a cook bends down", "inspect_frames", 1))
    known = state(*both, options=("the cook", "the twin"))
    assert agreement("the cook", 0, (1,), known) == 1.0
    assert agreement("the twin", 1, (1,), known) == 0.0


def test_routes_that_cannot_be_compared_say_nothing() -> None:
    one = state(line("the cook hides it", "search_memory"), options=("the cook", "the twin"))
    assert agreement("the cook", 0, (1,), one) is None
    elsewhere = line("a cook bends down", "inspect_frames", 90)
    two = state(*one.ledger, elsewhere, options=one.options)
    assert agreement("the cook", 0, (1,), two) is None


def test_one_line_that_both_routes_found_counts_for_both() -> None:
    known = state(line("the cook hides it", "search_memory"), options=("the cook", "the twin"))
    reread = CallRecord(ToolCall("read_transcript"), "", (1,))
    assert agreement("the cook", 0, (1,), replace(known, calls=(*known.calls, reread))) == 1.0


def test_without_options_routes_agree_on_the_words() -> None:
    known = state(line("rate 0.001 it says", "search_memory"), line("RATE 0.001", "read_screen", 2))
    assert agreement("rate 0.001", None, (1, 2), known) == 1.0


def test_what_was_weighed_counts_for_the_same_answer_alone_and_half_when_the_budget_ended_it(
    trial: Callable[..., Any],
) -> None:
    async def work(run: Run) -> list[float]:
        found = []
        for candidate, forced in (("The cook.", ""), ("The twin.", ""), ("The cook.", "budget:frames")):
            weighed = Reflection(True, 0.9, candidate=candidate)
            run.state = replace(run.state, reflection=weighed, forced=forced)
            found.append((await run.answer()).confidence)
        return found

    same, other, cut_off = trial(work)[0]
    assert other < cut_off < same
