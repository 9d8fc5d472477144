"""Names heard wrong are found by their sound; what merely looks a little alike is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.types import Memory, Span, Video
from playhead.tools.words.sounds import Vocabulary

HEARD = (
    "Then Aussie called Randy Rhodes about the tour.",
    "They drove two hundred miles on icy roads.",
    "The cook was Rajash Venkata ramen, and Mister Lindkvist ate.",
)
VOCABULARY = Vocabulary.of(HEARD)


@pytest.mark.parametrize(
    ("question", "asked", "heard"),
    [
        ("When was Ozzy born?", "ozzy", "aussie"),
        ("when was ozzy born?", "ozzy", "aussie"),
        ("What did Rhoads play?", "rhoads", "rhodes"),
        ("Who is Rajesh Venkataraman?", "venkataraman", "venkata ramen"),
        ("Did Lindqvist pay?", "lindqvist", "lindkvist"),
    ],
)
def test_what_a_name_was_heard_as(question: str, asked: str, heard: str) -> None:
    assert heard in VOCABULARY.heard_as(question)[asked]


@pytest.mark.parametrize(
    "question", ["", "Who drove?", "Rhodes", "What did the painter eat?", "Did Kowalczyk pay?", "?! 12"]
)
def test_nothing_else_sounds_like_it(question: str) -> None:
    assert VOCABULARY.heard_as(question) == {}


def test_nothing_was_heard() -> None:
    assert Vocabulary.of([]).heard_as("When was Ozzy born?") == {}


def library(folder: Path, source: str) -> Library:
    found = Library(folder, registry.load("embedders", "hashing"), registry.load("stores", "in_memory"))
    found.put_video(Video("v", "v.mp4", "v", 60.0))
    spans = (Span(at * 10.0, at * 10.0 + 5) for at in range(len(HEARD)))
    texts = zip(spans, HEARD, strict=True)
    found.add("v", [Memory("v", span, "speech", text, source=source) for span, text in texts])
    return found


def test_search_finds_what_was_heard_wrong(tmp_path: Path) -> None:
    with library(tmp_path, "asr:whisper") as heard:
        found = [hit.memory.text for hit in heard.lexical("Ozzy and Rhoads")]
    assert found == [HEARD[0], HEARD[1]]


def test_written_words_are_taken_as_written(tmp_path: Path) -> None:
    with library(tmp_path, "talk.srt") as written:
        assert written.lexical("Ozzy and Rhoads") == []


def test_the_word_itself_weighs_more(tmp_path: Path) -> None:
    with library(tmp_path, "asr:whisper") as heard:
        found = [hit.memory.text for hit in heard.lexical("What about Roads and Venkataraman")]
    assert found[0] == HEARD[1]


def test_new_words_are_noticed(tmp_path: Path) -> None:
    with library(tmp_path, "asr:whisper") as heard:
        assert heard.lexical("Who is Ostergaard") == []
        heard.add("v", [Memory("v", Span(50, 55), "speech", "Mister Oster Guard", source="asr:whisper")])
        assert [hit.memory.span.start_s for hit in heard.lexical("Who is Ostergaard")] == [50]
