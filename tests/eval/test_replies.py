"""Readings of single kits: replies worked out by hand, and 120 hostile forms; `reply_forms_sets.tsv` holds
what the kits make of each of those."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from playhead.eval import readings, replies
from playhead.eval.types import Prediction

FOUR = ("a red door", "a blue door", "a green door", "a white door")

TABLE = {
    "mvbench_letter": [
        ("C. a green door", "C"),
        ("c. green", "C"),
        ("(C) a green door", "C"),
        ("The answer is (B).", "B"),
        ("It is a green door, so C", "A"),  # the article is the first lone letter
        ("Option B or C", "B"),
        ("green", ""),
    ],
    "any_trace": [
        ("Therefore, the final answer is: C", "C"),
        ("b or C", "BC"),
        ("$C$", "C"),
        ("obviously one blue item", "B"),  # a letter of the reply beside a word of the option
        ("none of them", ""),
    ],
    "answer_tag": [
        ("<think>A or B</think><answer>C</answer>", "C"),
        ("<answer>B: a blue door</answer>", "B"),
        ("<answer>D</answer> no, <answer> C </answer>", "C"),
        ("<answer>[D</answer>", "D"),
        ("<answer>CAB</answer>", "A"),
        ("The answer is C", ""),
        ("C", ""),
    ],
    "first_character": [("C) green", "C"), (" c", "C"), ("The answer is C", ""), ("Because", "B")],
    "opening_character": [("C", "C"), ("C. green", "C"), (" C", " "), ("The best", "T")],
    "exact_letter": [("C", "C"), ("C.", ""), ("(C)", ""), ("c", ""), ("E", "")],
    "neptune_choice": [
        ("(C)", "C"),
        ("c.", "C"),
        ("The answer is B, although option C looks close", "B"),
        ("I choose option D", "D"),
        ("Not (A) but (C)", "C"),
        ("It must be D", ""),
        ("Maybe D", "D"),
        ("They walk through a Green door!", "C"),
        ("nobody can tell from these frames", ""),
    ],
    "videommmu_choice": [
        ("C.", "C"),
        ("A. red is wrong, C. green is right", "C"),
        ("B: blue", "B"),
        ("the answer is (D)", "D"),
        ("Answer C", "C"),
        ("A or C", "C"),
        ("what one sees there is clearly a green door", "C"),
        ("green door", ""),
    ],
    "stated_answer": [
        ("**Answer:** C", "C"),
        ("Answer: C) a green door", "C"),
        ("Answer: C) a red door", ""),
        ("A Blue Door", "B"),
        ("I think it is C", ""),
        ("d", "D"),
    ],
    "vrbench_letter": [
        (r"so \boxed{C}", "C"),
        ("<Answer> b", "B"),
        ("A. red\nC. green", "C"),
        ("Answer: B, not D", "B"),
        ("I think (C) fits", "C"),
        ("", ""),
        ("certainly D", "D"),
    ],
    "scalelong_letter": [
        ("<answer>: c", "C"),
        ("(a) is wrong, (d) is right", "D"),
        ("c.", "C"),
        ("b", "B"),
        ("none", ""),
        ("(e)", ""),
    ],
    "any_letter": [("C", "C"), ("A or maybe C", "AC"), ("The letter is B", "B"), ("d", "")],
}
ROWS = [(name, text, letter) for name, rows in TABLE.items() for text, letter in rows]


FIVE = (
    "C cleans the table.",
    "The man opens a red door",
    "red",
    "He waits. Then he leaves",
    "washing dishes in the sink",
)
COUNTS = {"first_character": 4, "exact_letter": 3}
"""How many options the sets of a rule have; five where nothing is said."""
with (Path(__file__).parent / "reply_forms_sets.tsv").open(encoding="utf-8", newline="") as file:
    FORMS = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_reading_has_its_rows() -> None:
    assert set(TABLE) == set(replies.READINGS)
    assert len({row["reply"] for row in FORMS}) == 120


@pytest.mark.parametrize("name", [name for name in FORMS[0] if name != "reply"])
def test_hostile_replies_are_read_as_the_kit_reads_them(name: str) -> None:
    read, options = readings.EXTRACTORS[name], FIVE[: COUNTS.get(name, 5)]
    found = {row["reply"]: "".join(sorted(read(json.loads(row["reply"]), options))) for row in FORMS}
    said = {reply: letters.strip() or "-" for reply, letters in found.items()}
    assert said == {row["reply"]: row[name] for row in FORMS}


@pytest.mark.parametrize(("name", "text", "letter"), ROWS)
def test_replies_are_read_as_the_kit_reads_them(name: str, text: str, letter: str) -> None:
    assert readings.EXTRACTORS[name](text, FOUR) == letter


def test_yes_and_no_are_words_or_the_letters_of_a_choice() -> None:
    hlv, ovo = ("Yes", "No"), ("No", "Yes")
    said = ("Yes, it is", "no.", "No way", "A", "B", "I don't know.")
    assert [replies.first_character(text, hlv) for text in said] == ["", "", "B", "A", "B", ""]
    assert [replies.any_letter(text, ovo) for text in said] == ["B", "", "A", "A", "B", ""]
    assert [replies.any_letter(text, ovo) for text in ("Y", "N", "Yes and No")] == ["B", "A", "AB"]
    assert readings.reply("any_letter", Prediction("", 0), ovo) == "No"
    assert readings.reply("answer_tag", Prediction("", 2), FOUR) == "<answer>C</answer>"


@pytest.mark.parametrize(
    ("text", "gold", "right"),
    [
        ("1.5", "1.50", True),
        ("The value is 1,200", "1200", True),
        ("x = 3 + 4 = 7", "7", True),
        ("it is 1.51", "1.5", False),
        ("The style is Art Nouveau.", "art nouveau", True),
        ("Cubism", "art nouveau", False),
        ("", "7", False),
        ("the letter is b here", "b", True),
        ("abacus", "b", False),
    ],
)
def test_open_answers_of_video_mmmu(text: str, gold: str, right: bool) -> None:
    assert replies.mmmu_open(text, gold) is right
