"""Readings of replies: the published disagreement table, labels, inline options."""

from __future__ import annotations

import pytest

from playhead.eval import choices
from playhead.eval.types import Prediction

FOUR = ("red", "blue", "green", "white")

TABLE = [
    ("A woman opens the door, so the answer is C.", "A", "A", "A"),
    ("Based on the clips, the answer is C.", "C", "B", "B"),
    ("Answer: C", "C", "C", "A"),
    ("After checking 12:30, option C (green) fits best.", "C", "A", "g"),
    ("**C**", "C", "C", "*"),
    ("<answer>C</answer>", "C", "C", "<"),
]


@pytest.mark.parametrize(("text", "lmms", "vlmeval", "lvbench"), TABLE)
def test_the_scorers_disagree_exactly_as_measured(text: str, lmms: str, vlmeval: str, lvbench: str) -> None:
    assert choices.mcq_extract(text, FOUR) == lmms
    assert choices.first_letter(text, FOUR) == vlmeval
    assert choices.polish_answer(text, FOUR) == lvbench


@pytest.mark.parametrize("extract", choices.EXTRACTORS.values())
def test_nothing_is_ever_made_up(extract: choices.Extractor) -> None:
    assert extract("", FOUR) == ""
    assert extract("1234", FOUR) in ("", "1")


@pytest.mark.parametrize("name", ["mcq_extract", "first_letter", "leading_label", "result_field"])
def test_letters_beyond_the_options_do_not_count(name: str) -> None:
    assert choices.EXTRACTORS[name]("E", FOUR) == ""
    assert choices.EXTRACTORS[name]("N", tuple("abcdefghijklmn")) == "N"


def test_last_hit_of_the_best_format_wins() -> None:
    assert choices.mcq_extract("not (A) but (B), nor C: no", FOUR) == "B"


def test_first_letter_reads_no_option_from_long_text_without_capitals() -> None:
    assert choices.first_letter("it is not at all clear from what is shown here which one", FOUR) == ""


def test_tempcompass_accepts_labels_and_whole_options_only() -> None:
    assert [choices.leading_label(text, FOUR) for text in ("B", "B. blue", "B) x", "blue", "So B")] == [
        *"BBBB",
        "",
    ]


def test_cgbench_reads_the_result_field() -> None:
    options = tuple("abcdefghijklmn")
    assert choices.result_field('```json\n{"result": "L"}\n```', options) == "L"
    assert choices.result_field('{"result": [[1, 2]]}', options) == ""
    assert choices.result_field("{broken", options) == ""


def test_falcon_falls_back_to_option_text_never_to_chance() -> None:
    assert choices.letter_or_text("a green one", FOUR) == "C"
    assert choices.letter_or_text("something else", FOUR) == ""


def test_strict_reads_the_structured_field_alone() -> None:
    assert choices.strict(Prediction(text="the answer is C", option=1), FOUR) == 1
    assert choices.strict(Prediction(text="C"), FOUR) is None
    assert choices.strict(Prediction(option=7), FOUR) is None


def test_submission_is_the_letter_or_the_raw_text() -> None:
    assert choices.submission(Prediction(text="blue", option=1), FOUR) == "B"
    assert choices.submission(Prediction(text="I think blue"), FOUR) == "I think blue"


@pytest.mark.parametrize(
    ("text", "index"), [("C", 2), ("(C)", 2), ("**B**", 1), ("Green.", 2), ("E", None), ("a b", None)]
)
def test_bare_accepts_only_the_unambiguous(text: str, index: int | None) -> None:
    assert choices.bare(text, FOUR) == index


@pytest.mark.parametrize(
    ("answer", "index"), [(2, 2), ("2", 2), ("C", 2), ("(c)", 2), ("C. green", 2), ("Green", 2)]
)
def test_gold_answers_come_in_many_forms(answer: object, index: int) -> None:
    assert choices.gold_index(answer, FOUR) == index


def test_option_text_beats_letter_and_number() -> None:
    assert choices.gold_index("2", ("1", "2", "3")) == 1
    assert choices.gold_index("B", ("C", "B")) == 1


@pytest.mark.parametrize("answer", [4, -1, "Z", "purple", "", None, True])
def test_gold_answers_that_name_no_option_are_refused(answer: object) -> None:
    with pytest.raises(ValueError, match="option"):
        choices.gold_index(answer, FOUR)


def test_labels_are_stripped_only_when_all_are_there() -> None:
    assert choices.strip_labels(["A. red", "B. blue"]) == ("red", "blue")
    assert choices.strip_labels(["(A) red", "(B) blue"]) == ("red", "blue")
    assert choices.strip_labels(["A. Lincoln", "The cook"]) == ("A. Lincoln", "The cook")


def test_inline_options() -> None:
    assert choices.split_inline("Who?\n(A) a cook\n(B) a twin\n") == ("Who?", ("a cook", "a twin"))
    assert choices.split_inline("I. Who?\nA. a\nB. b") == ("I. Who?", ("a", "b"))
    with pytest.raises(ValueError, match="options"):
        choices.split_inline("Who is it?")
