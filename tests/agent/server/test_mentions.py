"""Recordings that are named in the words of a question."""

from __future__ import annotations

import pytest

from playhead.agent.server.mentions import mentioned, without
from playhead.tools.types import Video

FILM = Video("f" * 24, "/films/film.mkv", "film", 9.0)
TIDE = Video("a" * 24, "/talks/tide-mill.mp4", "The tide mill", 9.0)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("In film.mkv, who hides the key?", [FILM.id]),
        ("Who hides the key in TIDE-MILL.MP4?", [TIDE.id]),
        ("Is the tide mill older than film.mkv?", [FILM.id, TIDE.id]),
        ("Compare tide-mill with the rest.", [TIDE.id]),
        (f"What is in {FILM.id[:12]}?", [FILM.id]),
        ("Which film do they watch?", []),
        ("Who speaks in old-film.mkv or film.mkv.bak?", []),
    ],
)
def test_a_recording_is_named_by_file_id_or_a_title_that_is_no_everyday_word(
    text: str, ids: list[str]
) -> None:
    assert list(mentioned(text, [FILM, TIDE])) == ids


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("In film.mkv, who hides the key?", "who hides the key?"),
        ('"film.mkv": who hides the key?', "who hides the key?"),
        ("Who hides the key in film.mkv?", "Who hides the key?"),
        ("What does film.mkv show first?", "What does film.mkv show first?"),
    ],
)
def test_the_name_is_taken_out_where_it_only_says_which(text: str, left: str) -> None:
    assert without(text, [FILM]) == left
