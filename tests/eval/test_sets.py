"""Official-style scores of the sets against numbers worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playhead.eval import scoring
from playhead.eval.benchmarks import (
    cgbench,
    etbench,
    hourvideo,
    lvbench,
    m3bench,
    moviechat,
    own,
    tempcompass,
    tvqa_long,
    videomme_v2,
)
from playhead.eval.questions import QuestionSet
from playhead.eval.submission import hand_in
from playhead.eval.summary import accuracy_of, summarise
from playhead.eval.types import Prediction, RunConfig, Sample, Scored
from playhead.tools import registry
from playhead.tools.errors import MediaError
from playhead.tools.types import Span

Said = Mapping[str, Prediction | None]


def load(name: str, folder: Path) -> QuestionSet:
    found: QuestionSet = registry.load("benchmarks", name, data=folder)
    return found


def scored(benchmark: QuestionSet, said: Said) -> list[Scored]:
    return [scoring.score(benchmark.info, s, said.get(s.id)) for s in benchmark.samples()]


def handed(benchmark: QuestionSet, items: list[Scored], folder: Path) -> Any:
    path = hand_in(benchmark, items, folder)
    return path and json.loads(path.read_text())


def write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data))


def test_mlvu_macro_against_micro_and_option_texts(tmp_path: Path) -> None:
    row = {"video": "a.mp4", "question": "?", "candidates": ["2", "1", "x", "y", "z", "w"], "answer": "1"}
    write(tmp_path / "json/1_plotQA.json", [{**row, "question_type": "plotQA"}] * 3)
    write(tmp_path / "json/2_needle.json", [{**row, "answer": "w", "question_type": "findNeedle"}])
    write(
        tmp_path / "json/9_summary.json",
        [{"video": "a.mp4", "question": "?", "answer": "a red cook", "question_type": "summary"}],
    )
    mlvu = load("mlvu", tmp_path)
    said = {f"1_plotQA-{n}": Prediction("", 1) for n in range(3)}
    items = scored(mlvu, {**said, "2_needle-0": Prediction("", 0), "9_summary-0": Prediction("a red cook")})
    assert items[3].sample.answer_index == 5
    official = mlvu.official(items)
    assert (official["score"], official["micro"], official["open"]) == (50.0, 75.0, 100.0)
    summary = summarise(mlvu, RunConfig("mlvu", ""), mlvu.info, items)
    assert (summary["accuracy"], summary["n"]) == (0.5, 5)


def test_mlvu_test_is_handed_in_as_rows_and_has_no_score(tmp_path: Path) -> None:
    row = {"video": "a.mp4", "question": "?", "candidates": list("uvwxyz"), "question_type": "anomaly_reco"}
    write(tmp_path / "mlvu_test.json", [{**row, "question_id": f"AR_{n}"} for n in range(2)])
    mlvu = load("mlvu:test", tmp_path)
    items = scored(mlvu, {"AR_0": Prediction("", 5)})
    kind = {"question_type": "anomaly_reco"}
    assert handed(mlvu, items, tmp_path) == [
        {"question_id": "AR_0", **kind, "option": "F"},
        {"question_id": "AR_1", **kind, "option": ""},
    ]
    summary = summarise(mlvu, RunConfig("mlvu", "", "test"), mlvu.info, items)
    assert summary["accuracy"] is summary["interval"] is None
    assert not {"score", "raw_text"} & set(summary["official"])


def lvb_rows(folder: Path, n: int = 4) -> QuestionSet:
    question = "Which?\n(A) red\n(B) blue\n(C) green\n(D) white"
    qa = [
        {
            "uid": str(i),
            "question": question,
            "answer": "C",
            "question_type": ["ER"],
            "time_reference": "00:15-00:19",
        }
        for i in range(n)
    ]
    write(folder / "video_info.meta.jsonl", json.dumps({"key": "v", "type": "sport", "qa": qa}) + "\n")
    return load("lvbench", folder)


def test_lvbench_skips_the_unanswered_officially_and_not_strictly(tmp_path: Path) -> None:
    benchmark = lvb_rows(tmp_path)
    items = scored(benchmark, {"0": Prediction("", 2), "1": Prediction("Answer: C"), "2": Prediction("")})
    official = benchmark.official(items)
    assert (official["score"], official["counted"]) == (50.0, 2.0)
    assert accuracy_of(benchmark.info, items)[0] == 0.25


def test_lvbench_time_references_are_gold_evidence() -> None:
    assert lvbench.time_reference("01:00:15-01:00:19") == ((Span(3615, 3619),), ())
    assert lvbench.time_reference("") == lvbench.time_reference(None) == ((), ())


@pytest.mark.parametrize(
    ("kind", "structure", "right", "score"),
    [
        ("relevance", "", "1101", 9 / 16),
        ("relevance", "", "0000", 0.0),
        ("logic", "[1, 2, 3, 4]", "1101", 4 / 16),
        ("logic", "[1, 2, 3, 4]", "0111", 0.0),
        ("logic", "[1, [2, 3], 4]", "1010", 4 / 12),
        ("logic", "[1, [2, 3], 4]", "1110", 7 / 12),
        ("logic", "[[1, 2], 3, 4]", "0111", 1 / 10),
        ("logic", "[[1, 2], 3, 4]", "1111", 1.0),
    ],
)
def test_videomme_v2_group_scores(kind: str, structure: str, right: str, score: float) -> None:
    base = Sample(
        "1-1", "v", "?", ("a", "b"), 0, tags={"group_type": (kind,)}, official={"structure": structure}
    )
    group = [Scored(base, None, 0.0, official_correct=float(digit)) for digit in right]
    assert videomme_v2.group_score(group) == pytest.approx(score)


def test_videomme_v2_averages_over_videos_in_question_order() -> None:
    items = [
        Scored(
            Sample(f"{v}-{n}", v, "?", tags={"group_type": ("logic",)}, official={"structure": "[1,2,3,4]"}),
            None,
            0.0,
            official_correct=float(n != wrong),
        )
        for v, wrong in (("a", 4), ("b", 1))
        for n in (4, 3, 2, 1)
    ]
    assert videomme_v2.official(videomme_v2.INFO, items) == {"score": 50 * 9 / 16, "micro": 75.0}


def test_longvideobench_subtitles_start_with_the_video(tmp_path: Path) -> None:
    from playhead.eval.benchmarks.longvideobench import cues

    write(
        tmp_path / "a.json",
        [
            {"start": "00:00:08.500", "end": "00:00:11.000", "line": "cut"},
            {"start": "00:00:01.000", "end": "00:00:02.000", "line": "before"},
        ],
    )
    write(tmp_path / "b.json", [{"timestamp": [12.0, None], "text": "point"}])
    assert [(cue.span, cue.text) for cue in cues(tmp_path / "a.json", 10.0)] == [(Span(0, 1), "cut")]
    assert [cue.span for cue in cues(tmp_path / "b.json", 10.0)] == [Span(2, 2)]


def test_longvideobench_test_split_is_not_scored(tmp_path: Path) -> None:
    row = {
        "id": "1",
        "video_id": "a",
        "video_path": "a.mp4",
        "question": "?",
        "duration": 9,
        "option0": "x",
        "option1": "y",
        "option2": "N/A",
    }
    write(tmp_path / "lvb_test_wo_gt.json", [row])
    test = load("longvideobench:test", tmp_path)
    (item,) = scored(test, {"1": Prediction("", 1)})
    assert item.sample.options == ("x", "y")
    assert not item.sample.labelled
    assert handed(test, [item], tmp_path) == {"1": "B"}


def test_cgbench_grounding_by_hand(tmp_path: Path) -> None:
    row = {
        "video_uid": "u",
        "question": "?",
        "choices": [f"o{n}" for n in range(14)],
        "right_answer": "N",
        "duration": 1500,
    }
    write(tmp_path / "cgbench_mini.json", [{**row, "qid": n, "clue_intervals": [[0, 10]]} for n in range(2)])
    benchmark = load("cgbench:mini", tmp_path)
    said = {
        "0": Prediction("", 13, evidence=(Span(0, 4),)),
        "1": Prediction('```json\n{"result": "N"}\n```', None),
    }
    official = benchmark.official(scored(benchmark, said))
    assert official["score"] == 100.0
    assert official["mIoU"] == pytest.approx(20.0)
    assert official["rec@IoU"] == pytest.approx(100 * (4 / 5) / 2)
    assert official["acc@IoU"] == pytest.approx(100 * (4 / 5) / 2)
    assert [cgbench.bucket(s) for s in (None, 600, 601, 3601)] == ["", "0-10 min", "10-20 min", "over 60 min"]


def test_nextgqa_by_hand(tmp_path: Path) -> None:
    head = "video_id,frame_count,width,height,question,answer,qid,type,a0,a1,a2,a3,a4\n"
    rows = "".join(f"7,100,1,1,why,two,{n},CW,one,two,three,four,five\n" for n in range(2))
    write(tmp_path / "test.csv", head + rows)
    write(
        tmp_path / "gsub_test.json",
        {"7": {"duration": 60, "location": {"0": [[0, 10], [20, 30]], "1": [[0, 10]]}}},
    )
    benchmark = load("nextgqa", tmp_path)
    said = {
        "7_0": Prediction("", 1, evidence=(Span(20, 24), Span(36, 36))),
        "7_1": Prediction("", 0, evidence=(Span(0, 8),)),
    }
    official = benchmark.official(scored(benchmark, said))
    # windows 20-36 and 0-8: IoP 10/16 and 1, IoU 10/16 and 0.8
    assert (official["score"], official["Acc@GQA"]) == (50.0, 50.0)
    assert [official["mIoP"], official["mIoU"]] == pytest.approx([81.25, 71.25])
    assert (official["IoP@0.5"], official["IoU@0.5"]) == (100.0, 100.0)


def test_nextqa_answers_are_indices_even_among_numbers(tmp_path: Path) -> None:
    write(
        tmp_path / "val.csv", "video,question,answer,qid,type,a0,a1,a2,a3,a4\n1,how many,1,0,DC,3,2,1,5,4\n"
    )
    (sample,) = load("nextqa", tmp_path).samples()
    assert sample.answer_index == 1
    assert sample.tags == {"type": ("DC",), "group": ("D",)}


def test_hourvideo_hides_the_future_and_pools_summaries() -> None:
    assert hourvideo.cutoff_s("reasoning/predictive", [["00:20:00", "00:21:00"], "00:10:30"]) == 630
    assert hourvideo.cutoff_s("perception/tracking", ["00:20:00"]) is None
    with pytest.raises(ValueError, match="future"):
        hourvideo.cutoff_s("reasoning/predictive", None)


def test_hourvideo_options_may_be_pictures(tmp_path: Path) -> None:
    options = {f"answer_{n}": f"images/{n}.png" for n in range(1, 6)}
    row = {"qid": "1", "task": "spatial/layout", "question": "?", **options, "correct_answer_label": "E"}
    write(tmp_path / "json/dev_annotations.json", {"uid": {"benchmark_dataset": [row]}})
    (sample,) = load("hourvideo", tmp_path).samples()
    assert sample.answer_index == 4
    assert [path.name for path in sample.source.images] == [f"{n}.png" for n in range(1, 6)]


def test_moviechat_breakpoints_know_their_moment(tmp_path: Path) -> None:
    qa = {"question": "Is it day?", "answer": "yes"}
    write(
        tmp_path / "jsons/1.json",
        {"info": {"video_path": "1.mp4", "fps": 25}, "breakpoint": [{**qa, "time": 250}]},
    )
    (sample,) = moviechat.create("breakpoint", data=tmp_path).samples()
    assert (sample.before_s, sample.video) == (10.0, "1")
    assert "At 10.0 s" in sample.question


def test_m3bench_forbids_what_comes_after_the_clip(tmp_path: Path) -> None:
    qa = {"question_id": "q", "question": "?", "answer": "x", "before_clip": 3}
    write(
        tmp_path / "web.json",
        {"v": {"video_path": "v.mp4", "qa_list": [qa, {**qa, "question_id": "r", "before_clip": None}]}},
    )
    assert [s.before_s for s in m3bench.create("web", data=tmp_path).samples()] == [120.0, None]


def test_falcon_windows_by_hand(tmp_path: Path) -> None:
    row = {
        "question": "?",
        "options": ["a", "b"],
        "gt_option_idx": 1,
        "gt_answer": "b",
        "gt_time_interval": [10, 20],
        "path": "a.mp4",
    }
    write(tmp_path / "test.json", [{**row, "question_id": n} for n in range(2)])
    benchmark = load("falcon:mcq_temploc", tmp_path)
    official = benchmark.official(scored(benchmark, {"0": Prediction("", 1, evidence=(Span(15, 25),))}))
    assert [official[name] for name in ("score", "mIoU", "mGToU")] == pytest.approx([50, 100 / 6, 100 / 3])
    (opened, _) = load("falcon:oq", tmp_path).samples()
    assert (opened.options, opened.answer_text) == ((), "b")


def test_qvhighlights_by_hand(tmp_path: Path) -> None:
    row = {"query": "a dog", "vid": "v", "duration": 20, "relevant_windows": [[4, 8]]}
    row |= {"relevant_clip_ids": [2, 3], "saliency_scores": [[4, 4, 4], [2, 2, 2]]}
    write(
        tmp_path / "highlight_val_release.jsonl",
        "".join(json.dumps({**row, "qid": n}) + "\n" for n in range(2)),
    )
    benchmark = load("qvhighlights", tmp_path)
    items = scored(benchmark, {"0": Prediction(evidence=(Span(0, 2), Span(4, 8)))})
    official = benchmark.official(items)
    assert official["mAP"] == official["score"] == pytest.approx(25.0)
    assert (official["R1@0.5"], official["mAP short"], official["mAP long"]) == (0.0, 25.0, 0.0)
    assert official["HL-VeryGood HIT@1"] == 0.0
    assert official["HL-VeryGood mAP"] == pytest.approx(100 / 3 / 2)
    path = hand_in(benchmark, items, tmp_path)
    assert path is not None
    assert path.name == "hl_val_submission.jsonl"
    said, unsaid = map(json.loads, path.read_text().splitlines())
    assert said["pred_relevant_windows"] == [[0, 2, 1.0], [4, 8, pytest.approx(2 / 3)]]
    assert (unsaid["qid"], unsaid["query"], unsaid["pred_relevant_windows"]) == (1, "a dog", [[0, 0, 0]])
    assert [len(line["pred_saliency_scores"]) for line in (said, unsaid)] == [10, 10]


def test_hirest_by_hand(tmp_path: Path) -> None:
    pair = {"relevant": True, "clip": True, "v_duration": 100, "bounds": [10, 30]}
    write(
        tmp_path / "all_data_test.json",
        {"make tea": {"a.mp4": pair, "b.mp4": pair, "c.mp4": {**pair, "clip": False}}},
    )
    benchmark = load("hirest", tmp_path)
    said = {"make tea | a.mp4": Prediction(evidence=(Span(10, 22),))}
    assert benchmark.official(scored(benchmark, said)) == {"score": 50.0, "R@0.5": 50.0, "R@0.7": 0.0}


def test_etbench_averages_over_tasks(tmp_path: Path) -> None:
    row = {"video": "a.mp4", "q": "?", "duration": 30}
    rows = [{**row, "idx": n, "task": "rar", "o": ["a", "b"], "p": 1} for n in range(2)]
    rows += [{**row, "idx": 2, "task": "tvg", "tgt": [0, 10]}]
    write(tmp_path / "annotations/etbench_txt_v1.0.json", rows)
    benchmark = load("etbench", tmp_path)
    said = {"0": Prediction("", 1), "1": Prediction("", 0), "2": Prediction(evidence=(Span(0, 4),))}
    official = benchmark.official(scored(benchmark, said))
    # tvg: IoU 0.4 reaches 0.1 and 0.3 of the four thresholds
    assert official == {"score": 50.0, "rar": 50.0, "tvg": 50.0}
    assert etbench.times([[1, 2], 3.0]) == [(1, 2), (3.0, 3.0)]
    assert etbench.times([5]) == [(5, 5)]


@pytest.mark.parametrize(
    ("task", "question", "options"),
    [
        ("yes_no", "Is it red?", ("yes", "no")),
        ("caption_matching", "Which caption?\nCaption A: a dog\nCaption B: a cat", ("a dog", "a cat")),
        ("caption_matching", "Which?\n1. a dog\n2. a cat", ("a dog", "a cat")),
        ("captioning", "Describe it.", ()),
    ],
)
def test_tempcompass_tasks(task: str, question: str, options: tuple[str, ...]) -> None:
    assert tempcompass.split(task, question)[1] == options


def test_tvqa_transcripts_run_on_over_the_clips(tmp_path: Path) -> None:
    words = tmp_path / "w.json"
    write(
        words,
        [
            {"vid_name": "c1", "sub": [{"text": "a", "start": 1, "end": 9}]},
            {"vid_name": "c2", "sub": [{"text": "b", "start": 2, "end": 3}]},
        ],
    )
    assert [(cue.span, cue.text) for cue in tvqa_long.cues(words, ("c1", "c2"))] == [
        (Span(1, 9), "a"),
        (Span(11, 12), "b"),
    ]


def test_egoschema_full_set_writes_every_question_and_makes_up_none(tmp_path: Path) -> None:
    options = {f"option {n}": f"o{n}" for n in range(5)}
    write(tmp_path / "questions.json", [{"q_uid": uid, "question": "?", **options} for uid in "abc"])
    write(tmp_path / "subset_answers.json", {"a": 3})
    full, part = load("egoschema:full", tmp_path), load("egoschema", tmp_path)
    assert [s.id for s in part.samples()] == ["a"]
    items = scored(full, {"a": Prediction("", 3), "b": Prediction("", 0), "c": Prediction("no idea")})
    assert handed(full, items, tmp_path) == {"a": 3, "b": 0, "c": -1}
    assert [item.sample.labelled for item in items] == [True, False, False]


def test_own_transcripts_take_one_language(tmp_path: Path) -> None:
    names = ("captions.en.vtt", "captions.ar.vtt", "descriptions.en.vtt", "film-de.vtt", "plain.vtt")
    files = [tmp_path / name for name in names]
    assert [file.name for file in own.one_language(files)] == [names[0], names[2], names[4]]
    assert [file.name for file in own.one_language(files, "de")] == [names[3], names[4]]


def test_captions_without_memories_fail_their_samples_only(tmp_path: Path) -> None:
    row = {"id": "1", "video": "gone", "question": "?", "options": ["a", "b"], "answer_index": 0}
    write(tmp_path / "x_questions.jsonl", json.dumps(row) + "\n")
    write(
        tmp_path / "x_memories.jsonl",
        json.dumps({"video": "v", "duration": 9, "memories": [[1, 2, "b"], [0, 1, "a"]]}) + "\n",
    )
    (sample,) = load("captions", tmp_path).samples()
    assert sample.source.memories is not None
    with pytest.raises(MediaError, match="gone"):
        sample.source.memories()
    there = replace(sample, video="v")
    assert there.video == "v"


def test_videomme_subsets(tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    row = {
        "videoID": "x",
        "domain": "d",
        "sub_category": "s",
        "task_type": "t",
        "question": "?",
        "options": ["A. r", "B. b"],
        "answer": "B",
    }
    rows = [{**row, "question_id": f"{n}", "duration": name} for n, name in enumerate(("short", "long"))]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "test.parquet")
    assert [s.tags["duration"] for s in load("videomme:long", tmp_path).samples()] == [("long",)]
