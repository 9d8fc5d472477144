"""Follow-ups near the last answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playhead.agent.followups.nearby import STEPS, UNNAMED, near_first
from playhead.agent.offline.answering import NOTHING, Support, answer
from playhead.agent.offline.corpus import Corpus
from playhead.agent.offline.ranking import Earlier
from playhead.agent.state import Turn
from playhead.tools import registry
from playhead.tools.types import Evidence, Memory, Span

embed = registry.load("embedders", "hashing").embed_texts


def corpus(*said: tuple[float, str], voices: tuple[str, ...] = ()) -> Corpus:
    memories = [
        Memory("v", Span(t, t + 5), "speech", text, meta={"speaker": voices[i]} if voices else {})
        for i, (t, text) in enumerate(said)
    ]
    return Corpus.of(memories, embed([text for _, text in said]))


def at(start_s: float) -> tuple[Evidence, ...]:
    return (Evidence("v", "film", Span(start_s, start_s + 5), "speech", ""),)


PLAIN = corpus(*((t, f"sentence {t}") for t in (0, 10, 20, 1000)))
MILL = corpus(
    (0, "The old mill costs ninety crowns a year."),
    (500, "The lighthouse is tall."),
    (505, "It costs forty crowns a year."),
    (510, "It was built of chalk."),
    (900, "The barn was built of oak."),
)


def ask(question: str, *history: Turn, near: tuple[Evidence, ...] = ()) -> Support:
    def answered(asked: str, earlier: Earlier | None) -> Support:
        return answer(asked, (), MILL, embed, earlier)

    return near_first(question, history, near, MILL, embed, answered)


def test_what_stands_near_the_last_answer_is_likelier() -> None:
    assert ask("What was it built of?", near=at(500)).evidence[0].span.start_s == 510
    assert ask("What was it built of?", near=at(898)).evidence[0].span.start_s == 900


def test_what_was_said_already_is_not_said_again() -> None:
    told = Turn("How tall is the lighthouse?", "The lighthouse is tall.")
    assert "lighthouse" not in ask("What does it cost?", told, near=at(500)).text


def test_what_came_before_and_after_is_read_from_there() -> None:
    before, after = (STEPS[step][1] for step in ("before", "after"))
    found = near_first(before, (), at(10), PLAIN, embed, lambda *_: NOTHING)
    assert [memory.span.start_s for memory in found.evidence] == [0]
    found = near_first(after, (), at(10), PLAIN, embed, lambda *_: NOTHING)
    assert [memory.span.start_s for memory in found.evidence] == [20, 1000]


@pytest.mark.parametrize(
    ("question", "names"), [("Who spoke before that?", "Ada Ben"), ("Who spoke next?", "Ben Eve")]
)
def test_who_spoke_before_and_after_is_somebody_else(question: str, names: str) -> None:
    said = [(float(t), f"sentence {t}") for t in range(0, 60, 10)]
    of = corpus(*said, voices=("Ada", "Ben", "Cy", "Cy", "Ben", "Eve"))
    found = near_first(question, (), at(20), of, embed, lambda *_: NOTHING)
    assert [line.split()[1] for line in found.text.splitlines()] == [f"{name}:" for name in names.split()]


def test_without_a_place_the_whole_is_asked() -> None:
    whole = replace(NOTHING, confidence=0.3)
    assert near_first("Is it red?", (), (), PLAIN, embed, lambda *_: whole) == whole


def step(question: str, of: Corpus, start_s: float = 20) -> Support:
    return near_first(question, (), at(start_s), of, embed, lambda *_: NOTHING)


def test_whose_words_the_last_answer_was_and_when() -> None:
    said = corpus((0, "The key hangs here."), (20, "It was cut by a smith."), voices=("Ada", "Ben"))
    for question in (STEPS["voice"][0], STEPS["time"][0]):
        found = step(question, said)
        assert (found.text, found.found) == ("00:20 Ben: It was cut by a smith.", True)
    assert step("When was the smith's that?", said) == NOTHING


def test_whose_words_is_not_known_where_nobody_is_named() -> None:
    found = step("Who said that?", PLAIN)
    assert (found.text, found.found) == (UNNAMED, False)
    assert [memory.span.start_s for memory in found.evidence] == [20]


def test_noises_are_not_what_came_before() -> None:
    found = step("And before that?", corpus((0, "A smith came."), (10, "[music]"), (20, "He left.")))
    assert [memory.span.start_s for memory in found.evidence] == [0]


@pytest.mark.parametrize(("question", "old"), [("Why is that tall?", 0), ("Is that tall?", 1)])
def test_the_reason_may_be_in_what_was_said_already(question: str, old: int) -> None:
    said = "The lighthouse is tall because it was built of chalk."
    given: list[Earlier | None] = []

    def answered(_: str, earlier: Earlier | None) -> Support:
        given.append(earlier)
        return NOTHING

    near_first(question, (Turn("What is tall?", said),), at(500), corpus((500, said)), embed, answered)
    assert given[0] is not None
    assert len(given[0].told) == old
