"""Timed words as subtitle files."""

from __future__ import annotations

from pathlib import Path

import pytest

from playhead.tools.types import Span
from playhead.tools.words.cues import load_cues
from playhead.tools.words.writing import subrip, webvtt

CUES = [(Span(0, 61.5), "a --> b\n\n<v X>"), (Span(3661.25, 3662), "two\nlines")]


def test_words_cannot_break_a_webvtt_file() -> None:
    assert webvtt(CUES[:1]) == "WEBVTT\n\n00:00:00.000 --> 00:01:01.500\na --&gt; b &lt;v X&gt;\n"


def test_subrip_numbers_its_cues() -> None:
    last = "2\n01:01:01,250 --> 01:01:02,000\ntwo lines\n"
    assert subrip(CUES).endswith(f"\n\n{last}")


@pytest.mark.parametrize(("write", "suffix"), [(webvtt, "vtt"), (subrip, "srt")])
def test_what_is_written_is_read_again(write: type, suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"talk.{suffix}"
    spoken = [(Span(1, 2.5), "Über 5 < 6 & more"), (Span(3, 4), "the end")]
    file.write_text(write(spoken), "utf-8")
    assert [(cue.span, cue.text) for cue in load_cues(file)] == spoken
