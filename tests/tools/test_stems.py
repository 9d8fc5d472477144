"""The words that are compared: stems, sentences and rarity."""

from __future__ import annotations

import pytest

from playhead.tools.words.stems import MAX_CHARACTERS, Weights, number, sentences, stem, terms, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("running", "ran"),
        ("carries", "carried"),
        ("made", "making"),
        ("editing", "edited"),
        ("women", "woman"),
        ("horses", "horse"),
        ("two", "2"),
        ("stopped", "stop"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"), [("corner", "corn"), ("number", "numb"), ("pass", "pas"), ("flower", "flow")]
)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_decimals_and_clock_times_stay_whole() -> None:
    assert words("a rate of 0.001 at 10:30, jack-plugs") == [
        "a",
        "rate",
        "of",
        "0.001",
        "at",
        "10:30",
        "jack",
        "plugs",
    ]


def test_a_name_in_camel_case_is_found_by_its_parts() -> None:
    assert {"error", "found"} < set(words("ModuleNotFoundError: No module"))


def test_function_words_carry_nothing() -> None:
    assert terms("What is it that they do with the key?") == ("key",)


@pytest.mark.parametrize(
    "text", ["日本語のテスト", "هذا نص عربي", "ภาษาไทย", "\ud800", "", "\x00", "🙂🙂", "a" * 100_000]
)
def test_any_text_has_words_or_none(text: str) -> None:
    assert isinstance(terms(text), tuple)
    assert len(words(text)) <= MAX_CHARACTERS


def test_sentences_end_at_marks_and_lines() -> None:
    assert sentences("One. Two!\nMusic by\nAnn Lee") == ["One.", "Two!", "Music by", "Ann Lee"]


@pytest.mark.parametrize(
    ("word", "value"), [("seven", 7), ("1,200", 1200), ("3.5", 3.5), ("tree", None), ("3a", None)]
)
def test_numbers(word: str, value: float | None) -> None:
    assert number(word) == value


def test_rare_words_weigh_more_and_unknown_ones_as_much_as_the_rarest() -> None:
    weights = Weights([["sea", "boat"], ["sea"], ["sea", "gull"]])
    assert weights["sea"] < weights["boat"] == weights["whale"]
