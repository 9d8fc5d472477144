"""The measures of `bench speech`: word errors, right answers, cited seconds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playhead.agent.result import Answer
from playhead.eval.spoken import Asked, Score, conversations, recordings, word_error_rate
from playhead.tools.errors import MediaError
from playhead.tools.types import Evidence, Span, Usage
from playhead.tools.words.cues import load_cues


@pytest.mark.parametrize(
    ("heard", "rate"),
    [
        ("The tide turns at 6, again.", 0.0),
        ("The tide turns at six again and again", 0.0),
        ("The tie turns at six again", 1 / 6),
        ("tide turns six again", 2 / 6),
        ("", 1.0),
    ],
)
def test_word_error_rate(heard: str, rate: float) -> None:
    assert word_error_rate("the tide turns at six again", heard) == pytest.approx(rate)


def answer(text: str, found: bool = True, option: int | None = None, start_s: float = 3.0) -> Answer:
    evidence = (Evidence("v", "talk.m4a", Span(start_s, start_s + 2), "speech", text),) if found else ()
    return Answer(text, option, 0.9, found, "sufficient", evidence, Usage(), {}, "run")


def test_right_and_cited() -> None:
    asked = Asked("How many?", "eleven|11", (Span(2, 4),), pattern=True)
    score = Score()
    for given in (
        answer("Eleven sacks"),
        answer("11", start_s=30.0),
        answer("elevens"),
        answer("", found=False),
    ):
        score.add(asked, given)
    assert str(score) == "2/4 right, 1/4 right and cited"


def test_open_answers_hold_half_of_the_words() -> None:
    asked = Asked("How?", "bigger red letters", (Span(2, 4),))
    assert asked.right(answer("with big red letters"))
    assert not asked.right(answer("with letters"))


def test_options_and_what_is_not_said() -> None:
    assert Asked("Who?", "Melissa", options=("Susan", "Melissa")).right(answer("Melissa", option=1))
    assert not Asked("Who?", "Melissa", options=("Susan", "Melissa")).right(answer("Susan", option=0))
    assert Asked("Where?", "").right(answer("", found=False))
    assert not Asked("Where?", "").right(answer("Paris"))


def test_every_conversation_says_what_is_asked(tmp_path: Path) -> None:
    for recording in conversations(tmp_path):
        assert recording.subtitles is not None
        assert [cue.text for cue in load_cues(recording.subtitles)] != []
        assert all(bool(one.wanted) == bool(one.spans) for one in recording.questions)


def test_recordings_with_and_without_a_reference(tmp_path: Path) -> None:
    row = {"video": "a.mp3", "question": "Who?", "answer": "Ann", "evidence": [[1, 5]]}
    table = {
        "references": {"a.mp3": "Ann came."},
        "questions": [row, {**row, "video": "b.mp3", "answer": None}],
    }
    (tmp_path / "speech.json").write_text(json.dumps(table))
    known, unknown = recordings(tmp_path, tmp_path)
    assert (known.reference, known.subtitles) == ("Ann came.", tmp_path / "reference" / "a.srt")
    assert (unknown.subtitles, unknown.questions[0].wanted) == (None, "")


def test_a_folder_without_questions(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"no speech\.json"):
        list(recordings(tmp_path, tmp_path))
