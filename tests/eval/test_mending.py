"""Bad metadata costs evidence, never the question: every row is read, and what was mended is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playhead.eval import scoring
from playhead.eval.benchmarks import hourvideo
from playhead.eval.questions import QuestionSet, gold_spans
from playhead.eval.summary import summarise
from playhead.eval.types import Prediction, RunConfig, Sample
from playhead.tools import registry
from playhead.tools.types import Span


def samples(name: str, folder: Path) -> list[Sample]:
    benchmark: QuestionSet = registry.load("benchmarks", name, data=folder)
    return list(benchmark.samples())


@pytest.mark.parametrize(
    ("value", "spans"),
    [
        ([[-0.1, 4.0], [5, 9]], (Span(0, 4), Span(5, 9))),
        ([9, 5], (Span(5, 9),)),
        ([[1.0, float("nan")], [2, 3]], (Span(2, 3),)),
        ([[-3, -1]], ()),
        ("nonsense", ()),
        ([[1]], ()),
    ],
)
def test_bad_times_are_clamped_turned_or_dropped(value: Any, spans: tuple[Span, ...]) -> None:
    found, notes = gold_spans(value)
    assert found == spans
    assert len(notes) == 1


@pytest.mark.parametrize("value", [None, [], [1, 2], [[1, 2], [3, 4]], ["00:01", "00:02"]])
def test_good_times_need_no_note(value: Any) -> None:
    assert gold_spans(value)[1] == ()


def test_nextgqa_keeps_a_question_whose_gold_begins_before_the_video(tmp_path: Path) -> None:
    head = "video_id,frame_count,width,height,question,answer,qid,type,a0,a1,a2,a3,a4\n"
    (tmp_path / "test.csv").write_text(
        head + "7,1,1,1,why,two,0,CW,one,two,3,4,5\n8,1,1,1,why,two,0,CW,one,two,3,4,5\n"
    )
    times = {"duration": 60, "location": {"0": [[-0.1, 10]]}}
    (tmp_path / "gsub_test.json").write_text(json.dumps({"7": times, "8": times}))
    found = samples("nextgqa", tmp_path)
    assert [(s.id, s.problem, s.evidence) for s in found] == [
        ("7_0", "", (Span(0, 10),)),
        ("8_0", "", (Span(0, 10),)),
    ]
    assert "begin at 0" in found[0].mended[0]


@pytest.mark.parametrize(
    ("reference", "spans", "notes"),
    [
        ("00:19-00:15", (Span(15, 19),), 1),
        ("00:15", (), 1),
        ("00:15--00:19", (Span(15, 19),), 0),
        ("", (), 0),
        (None, (), 0),
    ],
)
def test_lvbench_time_references(
    reference: str | None, spans: tuple[Span, ...], notes: int, tmp_path: Path
) -> None:
    qa = {"uid": "1", "question": "Which?\n(A) red\n(B) blue", "answer": "B", "time_reference": reference}
    (tmp_path / "video_info.meta.jsonl").write_text(json.dumps({"key": "v", "qa": [qa]}))
    (sample,) = samples("lvbench", tmp_path)
    assert (sample.problem, sample.answer_index, sample.evidence, len(sample.mended)) == ("", 1, spans, notes)


def test_mlvu_takes_the_last_of_equal_answers_and_the_closest(tmp_path: Path) -> None:
    row = {"video": "a.mp4", "question": "?", "question_type": "plotQA"}
    rows = [
        {**row, "candidates": ["red", "blue", "red"], "answer": "red"},
        {**row, "candidates": ["a man is walking", "a dog"], "answer": "a man is walkng"},
    ]
    (tmp_path / "json").mkdir()
    (tmp_path / "json/1_plotQA.json").write_text(json.dumps(rows))
    assert [(s.answer_index, len(s.mended)) for s in samples("mlvu", tmp_path)] == [(2, 1), (0, 1)]


def test_hourvideo_times_are_ranges_in_text() -> None:
    assert hourvideo.cutoff_s("reasoning/predictive", "00:20:10 - 00:25:00") == 1210
    assert hourvideo.cutoff_s("reasoning/predictive", ["00:20:10 - 00:25:00", "00:18:00"]) == 1080


def test_the_summary_counts_and_tells_what_was_mended(tmp_path: Path) -> None:
    qa = {"uid": "1", "question": "Which?\n(A) red\n(B) blue", "answer": "B", "time_reference": "00:09-00:05"}
    (tmp_path / "video_info.meta.jsonl").write_text(json.dumps({"key": "v", "qa": [qa]}))
    benchmark: QuestionSet = registry.load("benchmarks", "lvbench", data=tmp_path)
    rows = [scoring.score(benchmark.info, s, Prediction("B", 1)) for s in benchmark.samples()]
    summary = summarise(benchmark, RunConfig("lvbench", ""), benchmark.info, rows)
    assert summary["mended"] == 1
    assert "turned round" in summary["notes"][0]
