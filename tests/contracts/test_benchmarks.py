"""Every question set: a fixture in its official layout, one malformed row, and the promises all sets make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playhead.eval import choices, readings, scoring
from playhead.eval.types import Benchmark, Prediction, Sample
from playhead.tools import registry
from playhead.tools.errors import MediaError, UsageError
from playhead.tools.types import Span
from tests.eval.set_files import FOUR, MAKERS, PLAIN, lines, parquet, table, write

FIVE = {f"a{place}": text for place, text in enumerate([*PLAIN, "black"])}


def videomme(folder: Path) -> None:
    row = {"videoID": "x", "question_id": "001-1", "duration": "short", "domain": "Art", "sub_category": "s"}
    row |= {"task_type": "Counting", "question": "Which?", "answer": "C"}
    rows = [{**row, "options": FOUR}, {**row, "options": FOUR, "question_id": "bad", "answer": "Z"}]
    parquet(folder / "videomme/test-00000-of-00001.parquet", rows)
    write(folder / "subtitle/x.srt", "1\n00:00:01,000 --> 00:00:02,000\nhello\n")


def videomme_v2(folder: Path) -> None:
    row = {"video_id": "001", "question_id": "001-1", "question": "Which?", "options": "\n".join(FOUR)}
    row |= {"answer": "C", "group_type": "logic", "group_structure": "[1, 2, 3, 4]", "level": "1"}
    parquet(folder / "test.parquet", [row, {**row, "question_id": "001-2", "options": "none"}])
    lines(folder / "subtitle/subtitle/001.jsonl", [{"text": "hi", "start_time": 1.0, "end_time": 1.5}])


def longvideobench(folder: Path) -> None:
    row: dict[str, Any] = {"id": "a_0", "video_id": "a", "video_path": "a.mp4", "question": "Which?"}
    row |= {
        "candidates": PLAIN,
        "correct_choice": 2,
        "subtitle_path": "a.json",
        "duration": 60.0,
        "duration_group": 60,
    }
    write(folder / "lvb_val.json", [{**row, "starting_timestamp_for_subtitles": 10.0}, {**row, "id": 5}])
    write(folder / "subtitles/a.json", [{"timestamp": [12.0, 13.0], "text": "hello"}])


def lvbench(folder: Path) -> None:
    question = "Which?\n(A) red\n(B) blue\n(C) green\n(D) white"
    qa = {"uid": "1", "question": question, "answer": "C", "question_type": ["ER", "TG"]}
    qa |= {"time_reference": "00:15-00:19"}
    listed = [qa, {**qa, "uid": "2", "answer": "(B)"}]
    row = {"key": "x", "type": "sport", "video_info": {"duration_minutes": 60}, "qa": listed}
    lines(folder / "video_info.meta.jsonl", [row])


def mlvu(folder: Path) -> None:
    row = {"video": "a.mp4", "duration": 500.0, "question": "Which?", "candidates": PLAIN}
    row |= {"answer": "green", "question_type": "plotQA"}
    write(folder / "json/1_plotQA.json", [row, {**row, "answer": "purple"}])


def egoschema(folder: Path) -> None:
    options = {f"option {n}": text for n, text in enumerate(FIVE.values())}
    row = {"q_uid": "u1", "question": "Which?", **options}
    write(folder / "questions.json", [row, {**row, "q_uid": "u2"}, {**row, "q_uid": "u3"}])
    write(folder / "subset_answers.json", {"u1": 2, "u2": 9})


def nextqa(folder: Path) -> None:
    row = {"video": "1", "qid": 0, "question": "why", "answer": 2, "type": "CW", **FIVE}
    table(folder / "val.csv", [row, {**row, "qid": 1, "answer": "x"}])


def nextgqa(folder: Path) -> None:
    row = {"video_id": "1", "qid": 0, "question": "why", "answer": "green", "type": "TN", **FIVE}
    table(folder / "test.csv", [row, {**row, "qid": 1, "answer": "x"}])
    write(folder / "gsub_test.json", {"1": {"duration": 30, "location": {"0": [[3.0, 9.0]]}}})


def intentqa(folder: Path) -> None:
    row = {"video_id": "1", "qid": 0, "question": "why", "answer": 2, "type": "CW", **FIVE}
    table(folder / "test.csv", [row, {**row, "qid": 1, "answer": 7}])


def hourvideo(folder: Path) -> None:
    options = {f"answer_{n}": text for n, text in enumerate(FIVE.values(), 1)}
    row = {"qid": "q1", "task": "summarization/compare", "question": "Which?", **options}
    row |= {"correct_answer_label": "C"}
    ask = {**row, "qid": "q2", "task": "reasoning/predictive"}
    video = {"video_metadata": {"duration_in_seconds": 3600}, "benchmark_dataset": [row, ask]}
    write(folder / "json/dev_v1.0_annotations.json", {"uid": video})


def moviechat(folder: Path) -> None:
    qa = {"question": "What is it?", "answer": "green"}
    video = {"info": {"video_path": "1.mp4", "fps": 24}, "global": [qa, {"question": ""}]}
    write(folder / "jsons/1.json", {**video, "breakpoint": [{**qa, "time": 240}]})


def cgbench(folder: Path) -> None:
    row = {"qid": 1, "video_uid": "u", "question": "Which?", "answer": "green", "choices": PLAIN}
    row |= {"right_answer": "C", "clue_intervals": [[10, 20]], "duration": 700.0, "domain": "d"}
    write(folder / "cgbench.json", [row, {**row, "qid": 2, "right_answer": "??"}])


def infinibench(folder: Path) -> None:
    row = {"question": "Which?", "answer": "green", "options": PLAIN, "answer_idx": 2}
    row |= {"video_path_mp4": "/a.mp4"}
    write(folder / "global_appearance.json", [row, {**row, "answer_idx": 8}])


def tvqa_long(folder: Path) -> None:
    row = {"q": "Which?", **FIVE, "answer_idx": 2, "vid_name": "c1", "qid": 7}
    episode = {"clips": ["c1"], "questions": [row, {**row, "qid": 8, "answer_idx": "x"}]}
    write(folder / "tvqa_val_edited.json", {"friends": {"season_1": {"episode_1": episode}}})
    words = [{"text": "hi", "start": 1, "end": 2}]
    write(folder / "tvqa_preprocessed_subtitles.json", [{"vid_name": "c1", "sub": words}])


def falcon(folder: Path) -> None:
    row = {"question_id": "1", "question": "Which?", "options": PLAIN, "gt_option_idx": 2}
    row |= {"gt_time_interval": [5, 9], "dataset": "walking", "category": "x-VO"}
    lines(folder / "test.jsonl", [{**row, "gt_answer": "green", "path": "a.mp4"}])


def longervideos(folder: Path) -> None:
    questions = [{"id": 0, "question": "What is said?"}, {"id": 1}]
    collection = {"description": "talks", "video_url": ["u"], "questions": questions}
    write(folder / "dataset.json", {"0": [collection]})


def m3bench(folder: Path) -> None:
    row = {"question_id": "b_Q1", "question": "Where is it?", "answer": "green", "before_clip": 3}
    write(folder / "robot.json", {"b": {"video_path": "b.mp4", "qa_list": [row, {"question_id": "b_Q2"}]}})


def minerva(folder: Path) -> None:
    options = {f"answer_choice_{n}": text for n, text in enumerate(FIVE.values())}
    row = {"key": "v:1", "video_id": "v", "question": "Which?", **options, "answer_id": 2, "category": "c"}
    write(folder / "minerva.json", [row, {**row, "key": "v:2", "answer_id": None}])


def hirest(folder: Path) -> None:
    row = {"relevant": True, "clip": True, "v_duration": 100, "bounds": [10, 30]}
    videos = {"a.mp4": row, "b.mp4": {**row, "clip": False}, "c.mp4": "not a row"}
    write(folder / "splits/all_data_test.json", {"make tea": videos})


def qvhighlights(folder: Path) -> None:
    row = {"qid": 1, "query": "a dog", "vid": "v", "duration": 20, "relevant_windows": [[4, 8]]}
    row |= {"relevant_clip_ids": [2, 3], "saliency_scores": [[4, 3, 2], [2, 2, 2]]}
    lines(folder / "highlight_val_release.jsonl", [row])


def tempcompass(folder: Path) -> None:
    row = {"question": "Which?\n" + "\n".join(FOUR), "answer": "C. green"}
    write(folder / "questions/multi-choice.json", {"1": {"action": [row, {"question": "Which?"}]}})


def tvbench(folder: Path) -> None:
    row = {"video": "a.mp4", "question": "Which?", "candidates": PLAIN, "answer": "green", "start": 1}
    write(folder / "json/action_count.json", [{**row, "end": 3}, {**row, "answer": "purple"}])


def etbench(folder: Path) -> None:
    row = {"idx": 0, "task": "rar", "source": "s", "video": "s/a.mp4", "duration": 30.0, "q": "Which?"}
    rows = [{**row, "o": PLAIN, "p": 2}, {**row, "idx": 1, "o": PLAIN}]
    write(folder / "annotations/etbench_txt_v1.0.json", rows)


def own(folder: Path) -> None:
    row = {"id": "1", "video": "a.mp4", "type": "mc", "question": "Which?", "options": PLAIN}
    good = {**row, "answer_index": 2, "evidence": [[1, 2]], "tags": ["t"]}
    write(folder / "qa.json", [good, {**row, "id": "2", "answer_index": 4}])


def captions(folder: Path) -> None:
    row = {"id": "1", "video": "v", "question": "Which?", "options": PLAIN, "answer_index": 2, "type": "CW"}
    lines(folder / "x_questions.jsonl", [row])
    lines(folder / "x_memories.jsonl", [{"video": "v", "duration": 9, "memories": [[0, 1, "green things"]]}])


def natural(folder: Path) -> None:
    row = {"id": "1", "file": "talk.vtt", "kind": "who", "question": "Who speaks?", "any_of": ["Ann"]}
    rows = [{**row, "evidence": [[1, 2]]}, {**row, "id": "2", "question": None}]
    write(folder / "natural.json", rows)


FIXTURES: dict[str, Callable[[Path], None]] = {
    maker.__name__: maker
    for maker in (
        *(videomme, videomme_v2, longvideobench, lvbench, mlvu, egoschema, nextqa, nextgqa, intentqa),
        *(hourvideo, moviechat, cgbench, infinibench, tvqa_long, falcon, longervideos, m3bench, minerva),
        *(hirest, qvhighlights, tempcompass, tvbench, etbench, own, captions, natural),
    )
} | MAKERS
SETS = registry.names("benchmarks")


@pytest.fixture(params=SETS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def benchmark(name: str, tmp_path: Path) -> Benchmark:
    FIXTURES[name](tmp_path)
    found: Benchmark = registry.load("benchmarks", name, data=tmp_path)
    return found


def perfect(sample: Sample) -> Prediction:
    text = choices.letter_of(sample.answer_index) or sample.answer_text
    videos, moment = list(sample.official.get("relevant", ())), sample.official.get("moment", (0.0, 1.0))
    spans = sample.evidence or tuple(Span(*moment) for _ in videos)
    return Prediction(text, sample.answer_index, evidence=spans, evidence_videos=tuple(videos))


def test_the_file_name_is_the_set_and_its_docstring_tells_the_layout(name: str) -> None:
    module = registry.module("benchmarks", name)
    assert module.INFO.name == name
    assert module.INFO.extractor in readings.EXTRACTORS
    assert "layout: " in str(module.__doc__).lower()


def test_good_rows_are_read_and_a_bad_one_fails_alone(benchmark: Benchmark) -> None:
    samples = list(benchmark.samples())
    good, bad = [s for s in samples if not s.problem], [s for s in samples if s.problem]
    assert good
    assert len(bad) == 1
    assert "malformed annotation" in bad[0].problem
    assert len({sample.id for sample in samples}) == len(samples)


def test_samples_are_in_normal_form(benchmark: Benchmark) -> None:
    for sample in (s for s in benchmark.samples() if not s.problem):
        assert sample.question
        assert sample.video
        assert sample.source.videos or sample.source.subtitles or sample.source.memories
        assert len(sample.options) != 1
        assert sample.answer_index is None or 0 <= sample.answer_index < len(sample.options)


def test_no_gold_is_left_for_the_answerer(benchmark: Benchmark) -> None:
    for sample in benchmark.samples():
        bare = sample.without_gold()
        assert not bare.labelled or bare.problem
        assert not bare.official


def test_right_answers_earn_everything_and_missing_ones_nothing(benchmark: Benchmark) -> None:
    good = [s for s in benchmark.samples() if not s.problem and s.labelled]
    right = [scoring.score(benchmark.info, sample, perfect(sample)) for sample in good]
    assert all(item.correct == item.official_correct == 1.0 for item in right)
    wrong = [scoring.score(benchmark.info, sample, None) for sample in good]
    assert all(item.correct == item.official_correct == 0.0 for item in wrong)
    if good:
        assert benchmark.official(right)["score"] == pytest.approx(benchmark.info.best)
        assert benchmark.official(wrong)["score"] == 0.0


def test_a_wrong_folder_says_what_was_expected_where(name: str, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="--data") as error:
        registry.load("benchmarks", name, data=tmp_path / "nothing")
    assert any(kind in str(error.value) for kind in ("json", "csv", "tsv", "txt", "parquet"))
    assert str(tmp_path) in str(error.value)


def test_an_unknown_subset_is_bad_usage(name: str, tmp_path: Path) -> None:
    FIXTURES[name](tmp_path)
    with pytest.raises(MediaError if name == "captions" else UsageError):
        registry.load("benchmarks", f"{name}:no-such-part", data=tmp_path)
