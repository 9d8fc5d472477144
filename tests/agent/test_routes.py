"""The model's answer held against the quoted one: support decides, never who claims to be surer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from playhead.agent.loop.confidence import endorsed
from playhead.agent.loop.ledger import add
from playhead.agent.loop.routes import agree, joined, nearest_option
from playhead.agent.state import CallRecord, Draft, State, ToolCall
from playhead.tools.embedders.hashing import create as hashing
from playhead.tools.types import Evidence, Span

WORDS = ("The rotor had ice on it.", "She sold seven boats in June.", "The harbour is closed.")
NAMED = "In Visby the harbour is run by the mayor, Ida Holm."


def known(kind: Any = "speech", options: tuple[str, ...] = ()) -> State:
    said = enumerate((*WORDS, NAMED))
    lines = [Evidence("v", "f", Span(10.0 * n, 10.0 * n + 5), kind, text) for n, text in said]
    return State("Why did the turbine stand still?", options=options, ledger=add((), lines, 9)[0])


def model(text: str, cites: tuple[int, ...] = (1,), confidence: float = 0.9, **more: Any) -> Draft:
    return Draft(text, cites=cites, confidence=confidence, **more)


def quoted(text: str = WORDS[0], cites: tuple[int, ...] = (1,), **more: Any) -> Draft:
    return Draft(text, cites=cites, confidence=more.pop("confidence", 0.6), route="quotes", **more)


def test_both_the_same_join_their_evidence_and_are_surer() -> None:
    answer = joined(model("Ice on the rotor.", (1,), 0.8), quoted(cites=(1, 2)), known())
    assert (answer.route, answer.cites, answer.text) == ("both", (1, 2), "Ice on the rotor.")
    assert answer.confidence > 0.8


def test_other_moments_than_those_that_are_quoted_are_not_joined() -> None:
    answer = joined(model("Ice on the rotor.", (1,)), quoted(cites=(1, 2, 3), elsewhere=(2,)), known())
    assert (answer.route, answer.cites, answer.elsewhere) == ("both", (1, 3), ())


@pytest.mark.parametrize(
    ("question", "words", "given"),
    [
        ("Why did the turbine stand still?", "Ice and frost on the blades of the rotor.", WORDS[0]),
        ("How many boats did she sell?", "She sold boats in June.", WORDS[1]),
        ("How many boats did she sell?", "7, in June.", "7, in June."),
        ("Who runs the harbour?", "The mayor.", NAMED),
        ("Who runs the harbour?", "Ida Holm in Visby.", "Ida Holm in Visby."),
    ],
)
def test_of_two_that_agree_the_words_that_the_evidence_carries_and_the_question_wants_are_given(
    question: str, words: str, given: str
) -> None:
    state = replace(known(), question=question)
    quote = next(text for text in (*WORDS, NAMED) if agree(model(words), quoted(text), state))
    answer = joined(model(words, (1, 2, 4), 0.8), quoted(quote, (1, 2, 4), confidence=0.3), state)
    assert (answer.route, answer.text, answer.cites) == ("both", given, (1, 2, 4))
    assert answer.confidence > 0.8


@pytest.mark.parametrize(("said", "given"), [("It was a bad one.", "model"), ("It was one winter.", "quote")])
def test_a_thing_called_one_is_no_number(said: str, given: str) -> None:
    line = Evidence("v", "f", Span(0.0, 5.0), "speech", f"The winter was bad. {said}")
    state = State("How many winters were there?", ledger=add((), [line], 9)[0])
    texts = {"model": "The winter was bad.", "quote": line.text}
    answer = joined(model(texts["model"], confidence=0.8), quoted(line.text), state)
    assert (answer.route, answer.text) == ("both", texts[given])


def test_a_model_that_its_evidence_carries_stands_against_a_surer_quote() -> None:
    answer = joined(model("Ice.", confidence=0.4), quoted(WORDS[1], (2,), confidence=0.99), known())
    assert (answer.route, answer.text) == ("model", "Ice.")


def test_an_unsupported_model_yields_however_sure_it_is() -> None:
    answer = joined(model("Sabotage by pirates.", confidence=1.0), quoted(confidence=0.5), known())
    assert (answer.route, answer.text) == ("quotes", WORDS[0])


@pytest.mark.parametrize(
    ("question", "words", "found"),
    [
        ("Why is the rotor still?", "Sabotage by pirates.", False),
        ("What day is it today?", "Sabotage by pirates.", False),
        ("Warum dreht sich die Anlage nicht?", "Wegen Eis und Frost.", True),
    ],
)
def test_without_a_quote_words_of_one_language_that_say_nothing_of_it_are_no_answer(
    question: str, words: str, found: bool
) -> None:
    missing = Draft("no clear answer", found=False, cites=(1,), confidence=0.2, route="quotes")
    assert joined(model(words), missing, replace(known(), question=question)).found is found


@pytest.mark.parametrize(("kind", "found"), [("speech", True), ("screen", True), ("caption", False)])
def test_a_sure_quote_stands_against_a_model_only_in_words_that_no_model_chose(
    kind: Any, found: bool
) -> None:
    nothing = model("Nothing.", (), 0.2, found=False)
    assert joined(nothing, quoted(confidence=0.95), known(kind)).found is found


@pytest.mark.parametrize("kind", ["frame", "caption"])
def test_what_was_seen_may_be_told_in_any_words(kind: Any) -> None:
    answer = joined(model("Sabotage by pirates."), quoted(), known(kind))
    assert (answer.route, answer.found) == ("model", True)
    assert answer.confidence <= 0.6


def test_a_model_that_finds_nothing_is_believed_unless_the_quote_is_sure() -> None:
    nothing = Draft("not said", found=False, confidence=0.2)
    state = replace(known(), calls=(CallRecord(ToolCall("search_memory"), "", (3,), round=2),))
    assert not joined(nothing, quoted(confidence=0.5), state).found
    assert joined(nothing, quoted(confidence=0.9), state).confidence < 0.9


def test_a_model_that_finds_nothing_without_looking_yields_to_the_quote() -> None:
    nothing = Draft("not said", found=False, confidence=0.2)
    first = (CallRecord(ToolCall("search_memory"), "", (1,), round=1),)
    answer = joined(nothing, quoted(confidence=0.5), replace(known(), calls=first))
    assert (answer.found, answer.route) == (True, "quotes")
    assert answer.confidence < 0.5


def test_an_answer_that_cites_everything_is_not_carried_by_it() -> None:
    lines = [Evidence("v", "f", Span(n, n + 1), "speech", f"word{n} and more") for n in range(20)]
    state = State("Why?", ledger=add((), lines, 30)[0])
    assert endorsed("word15 word16", range(1, 21), state) == 0
    assert endorsed("word15 word16", (16, 17), state) == 1


def test_an_option_whose_meaning_its_evidence_carries_stands() -> None:
    state = known(options=("frost covered the blades", "a strike"))
    chosen = model("frost", option=0)
    assert joined(chosen, quoted("a strike", (2,), option=1), state, nearest=0).option == 0


def test_the_nearest_option_needs_a_margin() -> None:
    state = known(options=("ice on the rotor", "seven boats"))
    assert nearest_option(model("x", (1,)), state, hashing()) == 0
    assert nearest_option(model("x", (3,)), state, hashing()) is None
    assert nearest_option(model("x", ()), state, hashing()) is None
