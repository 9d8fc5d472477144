"""Which language a question and a recording are in."""

from __future__ import annotations

import pytest

from playhead.tools.words.languages import differ, language

SAID = ["The bell rings at noon, and it is the end of the day."]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("What is it made of?", "English"),
        ("Wer hat die Mühle gebaut?", "German"),
        ("¿Quién es el molinero?", "Spanish"),
        ("鍵はどこにありますか", "CJK"),
        ("Chroma 2.4", ""),
    ],
)
def test_a_language_is_known_by_its_small_words_or_its_script(text: str, name: str) -> None:
    assert language([text]) == name


def test_only_a_difference_that_is_seen_is_told() -> None:
    assert differ("Warum läutet die Glocke?", SAID)
    assert not differ("Why does the bell ring?", SAID)
    assert not differ("Glocke?", SAID)
    assert not differ("Warum läutet die Glocke?", ["1871"])
