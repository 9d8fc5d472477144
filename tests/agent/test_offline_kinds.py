"""What counts as the kind of thing that is asked for."""

from __future__ import annotations

import pytest

from playhead.agent.offline.corpus import Corpus
from playhead.agent.offline.kinds import holds
from playhead.agent.offline.question import analyse
from playhead.agent.offline.ranking import rank, signs
from playhead.tools import registry
from playhead.tools.types import Memory, Span


@pytest.mark.parametrize(
    ("question", "other", "told"),
    [
        ("How much does the lamp cost?", "The lamp draws 40 watts.", "It was 12 euros."),
        ("How old is the miller?", "The old miller has 3 dogs.", "He is 61 years old."),
        ("How long does the walk take?", "The walk has 4 stops.", "It takes 20 minutes."),
        ("How tall is the tower?", "The tower has 3 bells.", "It is 31 metres high."),
        ("What percentage of them came back?", "In 1912 they came back.", "Some 40 percent did."),
        ("How many bells are there?", "There are bells.", "There are three bells."),
        ("Which year was it in, 1912 or later?", "It was in 1912.", "It was in 1930."),
        ("Who hides the key?", "Somebody hides it.", "It is hidden by Greta."),
        ("What colour is the door?", "The door is wide.", "The door is green."),
    ],
)
def test_what_is_asked_for_is_told_and_a_figure_in_its_unit(question: str, other: str, told: str) -> None:
    assert not holds(analyse(question), other)
    assert holds(analyse(question), told)


def test_a_name_with_a_capital_inside_is_a_name() -> None:
    embed = registry.load("embedders", "hashing").embed_texts
    corpus = Corpus.of([Memory("v", Span(0, 3), "speech", "The phones charge fast.")])
    for question, unnamed in (("How fast does the iPhone charge?", 1.0), ("How fast do phones charge?", 0.0)):
        asked = analyse(question)
        assert signs(asked, rank(asked, corpus, embed))["unnamed"] == unnamed
