"""Follow-ups near the last answer."""

from __future__ import annotations

from dataclasses import replace

from playhead.agent.followups.nearby import STEPS, near_first
from playhead.agent.offline.answering import NOTHING, Support
from playhead.agent.offline.corpus import Corpus
from playhead.tools import registry
from playhead.tools.types import Evidence, Memory, Span

SAID = tuple(Memory("v", Span(t, t + 5), "speech", f"sentence {t}") for t in (0, 10, 20, 1000))
embed = registry.load("embedders", "hashing").embed_texts
CORPUS = Corpus.of(SAID, embed([memory.text for memory in SAID]))
NEAR = (Evidence("v", "film", Span(10, 15), "speech", "sentence 10"),)


def surest(confidence: float) -> Support:
    return Support("", None, True, confidence)


def test_the_place_of_the_last_answer_wins_unless_another_is_much_surer() -> None:
    def answer(question: str, part: Corpus) -> Support:
        asked.append((question, len(part)))
        return surest(far if len(part) == 4 else 0.6)

    asked: list[tuple[str, int]] = []
    far = 0.7
    assert near_first("Is it red? (What is it)", NEAR, CORPUS, embed, answer).confidence == 0.6
    assert asked == [("Is it red? (What is it)", 4), ("Is it red?", 3)]
    far = 0.9
    assert near_first("Is it red?", NEAR, CORPUS, embed, answer).confidence == 0.9


def test_a_place_that_was_quoted_already_gives_way_to_a_new_one_that_is_nearly_as_sure() -> None:
    def answer(_: str, part: Corpus) -> Support:
        whole = len(part) == 4
        return replace(surest(0.75 if whole else 0.6), evidence=(SAID[3] if whole else SAID[1],))

    assert near_first("Is it red?", NEAR, CORPUS, embed, answer).evidence == (SAID[3],)


def test_what_came_before_and_after_is_read_from_there() -> None:
    before, after = (STEPS[step][1] for step in (-1, 1))
    found = near_first(before, NEAR, CORPUS, embed, lambda *_: NOTHING)
    assert [memory.span.start_s for memory in found.evidence] == [0]
    found = near_first(after, NEAR, CORPUS, embed, lambda *_: NOTHING)
    assert [memory.span.start_s for memory in found.evidence] == [20, 1000]


def test_without_a_place_the_whole_is_asked() -> None:
    assert near_first("Is it red?", (), CORPUS, embed, lambda *_: surest(0.3)).confidence == 0.3
