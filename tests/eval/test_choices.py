"""Options and letters: gold answers in many forms, labels, inline options."""

from __future__ import annotations

import pytest

from playhead.eval import choices
from playhead.eval.types import Prediction

FOUR = ("red", "blue", "green", "white")


def test_strict_reads_the_structured_field_alone() -> None:
    assert choices.strict(Prediction(text="the answer is C", option=1), FOUR) == 1
    assert choices.strict(Prediction(text="C"), FOUR) is None
    assert choices.strict(Prediction(option=7), FOUR) is None


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


def test_letters_are_tried_before_texts_and_texts_before_numbers() -> None:
    assert choices.gold_index("B", ("B", "A")) == 1
    assert choices.gold_index("2", ("1", "2", "3")) == 1


def test_text_gold_takes_the_last_of_equals_and_the_closest() -> None:
    assert choices.text_gold("A", ("B", "A")) == (1, ())
    assert choices.text_gold("Red.", ("red", "blue")) == (0, ())
    index, mended = choices.text_gold("red", ("red", "blue", "red"))
    assert (index, "2 times" in mended[0]) == (2, True)
    index, mended = choices.text_gold("a woman is walkng", ("a woman is walking", "a dog"))
    assert (index, "was read as" in mended[0]) == (0, True)
    with pytest.raises(ValueError, match="option"):
        choices.text_gold("purple", ("red", "blue"))


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
