"""The demonstration film and its questions: what the code says is in it must be in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from playhead.agent.demo.demo import FILM, DemoQuestion, build_demo, demo_script, questions
from playhead.agent.result import Answer
from playhead.tools.media import probe
from playhead.tools.types import Cue, Evidence, Span, Usage
from playhead.tools.words.cues import load_cues, sidecars

SCRIPT = demo_script()
MEMO = (Cue(Span(8.0, 12.0), "Between the blades we found a glass bottle with a letter inside."),)
QUESTIONS = questions(SCRIPT, MEMO)


def test_the_film_is_ten_minutes_of_slides_scenes_and_speech() -> None:
    assert SCRIPT.duration_s == 600
    assert sum(bool(scene.texts) for scene in SCRIPT.scenes) >= 20
    assert sum(scene.moving for scene in SCRIPT.scenes) >= 5
    assert len(SCRIPT.cues) == 80


def test_lines_follow_each_other_inside_their_scenes() -> None:
    ends = [0.0, *(cue.span.end_s for cue in SCRIPT.cues)]
    assert all(cue.span.start_s > end for cue, end in zip(SCRIPT.cues, ends, strict=False))
    for cue in SCRIPT.cues:
        assert any(s.start_s <= cue.span.start_s and cue.span.end_s <= s.end_s for s in SCRIPT.scenes)
        assert 0.8 <= cue.span.duration_s <= 7


def test_every_kind_of_question_is_asked() -> None:
    kinds = {question.kind for question in QUESTIONS}
    assert kinds == {"speech", "screen", "order", "count", "options", "heard", "unanswerable"}
    assert len(QUESTIONS) >= 6


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.text)
def test_the_proof_of_every_answer_is_in_the_film(question: DemoQuestion) -> None:
    assert question.found == (question.kind != "unanswerable")
    assert all(0 <= span.start_s < span.end_s <= 600 for span in question.gold)
    assert (question.option is not None) == bool(question.options)


def test_the_count_is_the_number_of_proofs() -> None:
    (count,) = (question for question in QUESTIONS if question.kind == "count")
    assert count.words == ("4|four",)
    assert len(count.gold) == 4


def test_a_fact_on_a_slide_is_not_spoken() -> None:
    spoken = " ".join(cue.text for cue in SCRIPT.cues)
    assert "7.4" not in spoken
    assert "2.7" not in spoken


def answer(question: DemoQuestion, text: str, **changes: object) -> Answer:
    evidence = tuple(Evidence("v", question.about, span, "speech", "words") for span in question.gold)
    right = Answer(
        text=text,
        option=question.option,
        confidence=0.9,
        found=question.found,
        stopped_because="sufficient",
        evidence=evidence,
        usage=Usage(),
        by_role={},
        run="run",
    )
    return replace(right, **changes)  # type: ignore[arg-type]


def test_right_answers_are_accepted() -> None:
    texts = [
        "Agnes Lorne.",
        "7.4 metres",
        "2.7 km",
        "",
        "the brake",
        "",
        "Four times",
        "A glass bottle",
        "The video does not say.",
    ]
    assert all(
        question.accepts(answer(question, text)) for question, text in zip(QUESTIONS, texts, strict=True)
    )


def test_wrong_answers_are_not() -> None:
    speech, screen, _, options, *_, heard, nothing = QUESTIONS
    assert not heard.accepts(answer(replace(heard, about=FILM), "A glass bottle"))
    assert not speech.accepts(answer(speech, "Tobias Renn"))
    assert not screen.accepts(answer(screen, "17.4 metres"))
    assert not screen.accepts(answer(screen, "7.4 metres", evidence=()))
    assert not options.accepts(answer(options, "", option=0))
    assert not nothing.accepts(answer(nothing, "Rovers", found=True))


def test_crowded_scenes_still_hold_their_lines() -> None:
    crowded = demo_script("6 #000000 Slide" + "\na line of some thirty letters" * 4)
    assert crowded.cues[-1].span.end_s <= 6


def test_the_files_are_made_once(tmp_path: Path) -> None:
    film = build_demo(tmp_path)
    made = film.video.stat().st_mtime_ns
    assert probe(film.video).duration_s == pytest.approx(600, abs=0.5)
    assert sidecars(film.video) == [film.subtitles]
    assert [cue.text for cue in load_cues(film.subtitles)] == [cue.text for cue in SCRIPT.cues]
    assert build_demo(tmp_path).video.stat().st_mtime_ns == made
    assert film.questions[0].gold == (next(cue.span for cue in SCRIPT.cues if "Agnes" in cue.text),)
    assert film.video.stat().st_size < 8_000_000
    assert not sidecars(film.memo)
    assert probe(film.memo).duration_s == pytest.approx(22.6, abs=1)
    assert isinstance(film.questions[0].gold[0], Span)
