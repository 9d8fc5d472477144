"""Every kit's rule on 120 hostile reply forms; `reply_forms.tsv` holds what the kits make of each."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from playhead.eval import readings, replies, scoring
from playhead.eval.types import Prediction, Sample
from playhead.tools import registry
from playhead.tools.errors import UsageError

FIVE = (
    "C cleans the table.",
    "The man opens a red door",
    "red",
    "He waits. Then he leaves",
    "washing dishes in the sink",
)
LETTERED = ("Caption A: a dog runs", "Caption B: a cat sits")
NUMBERED = ("Option 1: a dog runs", "Option 2: a cat sits")
OPTIONS = {
    **dict.fromkeys(("first_letter", "first_letter_lmms", "first_or_option", "polish_answer"), FIVE[:4]),
    **dict.fromkeys(("before_paren", "leading_label"), FIVE[:4]),
    "yes_or_no": ("yes", "no"),
    "caption_label": LETTERED,
    "caption_label/numbers": NUMBERED,
    "result_field": tuple("abcdefghijklmn"),
}
with (Path(__file__).parent / "reply_forms.tsv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
OTHERS = {*replies.READINGS, "first_of_six_lmms", "first_of_six_joined"}
"""Rules with a list of their own."""
RULES = [name for name in ROWS[0] if name != "reply"]


def test_every_rule_stands_in_the_list() -> None:
    assert {name.partition("/")[0] for name in RULES} == set(readings.EXTRACTORS) - OTHERS
    assert len(ROWS) == len({row["reply"] for row in ROWS}) == 120


@pytest.mark.parametrize("name", RULES)
def test_a_rule_reads_what_its_kit_reads(name: str) -> None:
    read, options = readings.EXTRACTORS[name.partition("/")[0]], OPTIONS.get(name, FIVE)
    said = {row["reply"]: "".join(sorted(read(json.loads(row["reply"]), options))) or "-" for row in ROWS}
    assert said == {row["reply"]: row[name] for row in ROWS}


@pytest.mark.parametrize("extract", readings.EXTRACTORS.values())
def test_nothing_is_ever_made_up(extract: readings.Extractor) -> None:
    assert extract("", FIVE) == ""
    assert extract("1234", FIVE) in ("", "1")


@pytest.mark.parametrize(
    ("rule", "options"), [("yes_or_no", ("yes", "no")), ("caption_label", NUMBERED), ("result_field", FIVE)]
)
def test_a_structured_option_is_handed_in_as_the_prompt_asks(rule: str, options: tuple[str, ...]) -> None:
    reply = readings.reply(rule, Prediction("whatever", 1), options)
    assert readings.EXTRACTORS[rule](reply, options) == "B"


def test_without_an_option_the_raw_text_is_handed_in() -> None:
    assert readings.reply("mcq_extract", Prediction("so B"), FIVE) == "so B"


def test_a_full_text_reply_names_its_option_and_not_the_camera_wearer() -> None:
    options = ("C cleans", "C eats an apple", "C paints", "C walks", "C sleeps")
    sample = Sample("1", "v", "?", options, 1)
    info = registry.module("benchmarks", "egoschema").INFO
    assert scoring.score(info, sample, Prediction("C eats an apple.")).official_correct == 1.0
    assert scoring.score(info, sample, Prediction("C")).official_correct == 0.0


def test_several_letters_count_where_the_kit_lets_them() -> None:
    info = registry.module("benchmarks", "cgbench").INFO
    item = scoring.score(info, Sample("1", "v", "?", FIVE, 1), Prediction("A or B"))
    assert (item.choice, item.official_correct, item.correct) == ("AB", 1.0, 0.0)


def test_a_reading_is_chosen_by_kit() -> None:
    info = registry.module("benchmarks", "videomme").INFO
    assert readings.of(info, "vlmeval").extractor == "first_letter"
    assert readings.of(info, "").extractor == "mcq_extract"
    with pytest.raises(UsageError, match="own"):
        readings.of(info, "own")


@pytest.mark.parametrize("name", registry.names("benchmarks"))
def test_every_set_names_its_kit_or_says_that_there_is_none(name: str) -> None:
    info = registry.module("benchmarks", name).INFO
    assert info.kit or info.notes
    assert set(info.readings) <= set(readings.KITS)
    assert set(info.readings.values()) <= set(readings.EXTRACTORS)
