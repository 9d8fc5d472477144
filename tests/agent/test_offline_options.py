"""Long options, which tell about a whole video, with the embedder that needs no model."""

from __future__ import annotations

import numpy as np
import pytest

from playhead.agent.offline.answering import Support, answer
from playhead.agent.offline.corpus import Corpus
from playhead.agent.offline.features import NAMES, clauses, extract, longness
from playhead.agent.offline.question import analyse
from playhead.agent.offline.weights import WEIGHTS
from playhead.tools import registry
from playhead.tools.types import Memory, Span
from tests.agent.whole_videos import build

EMBEDDER = registry.load("embedders", "hashing")
DAY = (
    "A woman waters tomatoes in a greenhouse.",
    "A woman picks ripe tomatoes into a basket.",
    "A woman washes vegetables in the kitchen sink.",
    "A woman slices tomatoes on a wooden board.",
    "A woman stirs soup in a large pot.",
)
ASKED = "Which sentence describes the whole video best?"
WHOLE = "A woman waters tomatoes and picks them into a basket, then slices vegetables, and later stirs soup."
PLACE = "A woman waters tomatoes and waters flowers in a park, then paints a fence, and later feeds chickens."


def corpus() -> Corpus:
    memories = [Memory("v", Span(20 * i, 20 * i + 5), "caption", text) for i, text in enumerate(DAY)]
    return Corpus.of(memories, EMBEDDER.embed_texts(DAY)).refined(EMBEDDER.embed_texts)


def ask(*options: str) -> Support:
    return answer(ASKED, options, corpus(), EMBEDDER.embed_texts)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_option_met_over_the_whole_video_beats_one_met_at_one_place(place: int) -> None:
    options = [PLACE, PLACE.replace("chickens", "geese")]
    options.insert(place, WHOLE)
    assert ask(*options).option == place


def test_a_long_option_is_parted_where_it_tells_something_new() -> None:
    assert clauses("He opens the door, sits down quietly and reads an old letter.") == [
        "He opens the door",
        "sits down quietly",
        "reads an old letter.",
    ]
    assert clauses("salt and pepper") == ["salt and pepper"]


def test_columns_of_long_options_fade_in_with_their_length() -> None:
    assert longness(["a red car", "the blue bus"]) == 0
    assert longness([" ".join(["word"] * 60)]) == 1
    assert 0 < longness(["one two three four five six seven", "eight"]) < 1


def test_short_options_are_weighed_by_the_short_columns_alone() -> None:
    columns = extract(analyse(ASKED), ["tomatoes", "a fence"], corpus(), EMBEDDER.embed_texts).columns
    long = [place for place, name in enumerate(NAMES) if name.startswith("long_")]
    assert not columns[:, long].any()
    assert np.abs(columns).sum() > 0


def test_every_column_has_a_weight() -> None:
    assert set(WEIGHTS) == set(NAMES)


def test_the_second_set_is_the_same_in_every_run() -> None:
    videos = [
        {"video": f"v{n}", "memories": [[i, i + 1, text] for i, text in enumerate(DAY)]} for n in range(6)
    ]
    asked = [
        {
            "id": f"v{n}_{i}",
            "video": f"v{n}",
            "question": f"what does person {n} do",
            "options": [f"act {n} {i} {o}" for o in range(5)],
            "answer_index": i,
            "type": "CW",
        }
        for n in range(6)
        for i in range(4)
    ]
    memories, questions = build(videos, asked)
    assert (memories, questions) == build(videos, asked)
    assert len(questions) == 12
    assert all(len(set(row["options"])) == 5 for row in questions)


def test_a_whole_video_is_not_placed_by_the_time_of_one_event() -> None:
    asked = "What is the first thing the woman does, and what does she do over the whole video?"
    options = [PLACE, WHOLE.replace("waters tomatoes and picks them", "picks tomatoes")]
    assert answer(asked, options, corpus(), EMBEDDER.embed_texts).option == 1
