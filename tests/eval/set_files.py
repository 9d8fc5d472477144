"""Question sets on disk in their official layout: one good question at least, one row nobody can use."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]
FOUR = ["A. red", "B. blue", "C. green", "D. white"]
PLAIN = ["red", "blue", "green", "white"]
LETTERED = dict(zip("ABCD", PLAIN, strict=True))


def write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")


def lines(path: Path, rows: Sequence[Any], torn: bool = True) -> None:
    write(path, "".join(f"{json.dumps(row)}\n" for row in rows) + ("{torn\n" if torn else ""))


def table(path: Path, rows: Sequence[dict[str, Any]], delimiter: str = ",") -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, names, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    write(path, buffer.getvalue())


def parquet(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    import pyarrow
    import pyarrow.parquet

    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(rows)), path)


def videommmu(folder: Path) -> None:
    row: Row = {"id": "validation_Art_Theory_5", "question": "Which?", "options": PLAIN, "answer": "C"}
    row |= {"question_type": "multiple-choice"}
    for track in ("Perception", "Comprehension", "Adaptation"):
        parquet(folder / track / "test-00000-of-00001.parquet", [row])
    number = {**row, "id": "validation_Math_2", "options": [], "answer": "1.5", "question_type": "open"}
    bad = {**row, "id": "validation_Cooking_1"}
    parquet(folder / "Adaptation/test-00000-of-00001.parquet", [row, number, bad])


def mvbench(folder: Path) -> None:
    row: Row = {"video": "a.mp4", "question": "Which?", "candidates": PLAIN, "answer": "green"}
    write(folder / "json/object_shuffle.json", [row, {**row, "answer": "purple"}])
    write(folder / "json/action_sequence.json", [{**row, "start": 2.0, "end": 7.5}] * 2)


def charades_sta(folder: Path) -> None:
    write(folder / "charades_sta_test.txt", "3MSZA 24.3 30.4##person turns a light on.\n3MSZA 1.0##broken.\n")


def egolife(folder: Path) -> None:
    row: Row = {"ID": "1", "query_time": {"date": "DAY2", "time": "11210210"}, "type": "EntityLog"}
    row |= {"question": "Who?", "answer": "C", "need_audio": False, "target_time": {"date": "DAY1"}}
    row |= {f"choice_{letter}": text for letter, text in zip("abcd", PLAIN, strict=True)}
    bad = {**row, "ID": "2", "query_time": {"date": "monday", "time": "11210210"}}
    write(folder / "EgoLifeQA/EgoLifeQA_A1_JAKE.json", [row, bad])
    for name in ("DAY1/DAY1_A1_JAKE_23000000", "DAY2/DAY2_A1_JAKE_11203000", "DAY2/DAY2_A1_JAKE_11210000"):
        write(folder / f"A1_JAKE/{name}.mp4", "")


def mmvu(folder: Path) -> None:
    row: Row = {"id": "validation_0", "video": "https://host/main/videos/Art/0.mp4", "question": "Which?"}
    row |= {"question_type": "multiple-choice", "choices": {**LETTERED, "E": "black"}, "answer": "C"}
    opened: Row = {
        **row,
        "id": "validation_1",
        "question_type": "open-ended",
        "choices": {},
        "answer": "a fresco",
    }
    opened |= {"metadata": {"subject": "Art"}}
    write(folder / "data/validation.json", [row, opened, {**row, "id": "validation_2", "answer": "C and D"}])


def video_holmes(folder: Path) -> None:
    row: Row = {"video ID": "v", "Question ID": "v_Q1", "Question Type": "SR", "Question": "Which?"}
    row |= {"Options": {**LETTERED, "E": "black", "F": "none"}, "Answer": "C", "Explanation": "because"}
    write(folder / "test_Video-Holmes.json", [row, {**row, "Question ID": "v_Q2", "Answer": "G"}])


def videoeval_pro(folder: Path) -> None:
    row: Row = {
        "video": "a.mp4",
        "source": "LVBench",
        "question": "What is it?",
        "options": FOUR,
        "answer": "C",
    }
    row |= {"answer_text": "a green door", "qa_type": "Local Perception", "qa_subtype": "x", "meta": "{}"}
    parquet(folder / "data/test-00000-of-00001.parquet", [row, {**row, "question": "?", "answer_text": ""}])


def mmbench_video(folder: Path) -> None:
    row: Row = {"index": "0", "video": "v_1", "video_type": "Sports", "question": "What?", "answer": "a goal"}
    row |= {"dimensions": "['OCR', 'Causal Reasoning']", "video_path": "./video/v_1.mp4"}
    table(folder / "MMBench-Video.tsv", [row, {**row, "index": "1", "dimensions": "OCR"}], "\t")


def ovo_bench(folder: Path) -> None:
    row: Row = {"id": 0, "task": "EPM", "video": "Ego4D/a.mp4", "realtime": 215, "question": "Which?"}
    row |= {"options": PLAIN, "answer": "green", "gt": 2}
    count: Row = {"id": 7, "task": "REC", "video": "p.mp4", "activity": "clap"}
    count |= {"test_info": [{"realtime": 4.0, "count": 1}, {"realtime": 9.0, "count": 3}]}
    step: Row = {"id": 8, "task": "SSR", "video": "c.mp4"}
    step |= {"test_info": [{"realtime": 5.0, "step": "fold it", "type": 1}]}
    clue: Row = {
        "id": 9,
        "task": "CRR",
        "video": "d.mp4",
        "question": "Who came?",
        "answer": "Ann",
        "ask_time": 2,
    }
    clue |= {"test_info": [{"realtime": 6.0, "type": 0}]}
    write(folder / "ovo_bench_new.json", [row, count, step, clue, {**row, "id": 1, "gt": 9}])


def streamingbench(folder: Path) -> None:
    row: Row = {"question_id": "Real-Time Visual Understanding_sample_7_1", "task_type": "Counting"}
    row |= {"question": "Which?", "time_stamp": "00:03:10", "answer": "C", "options": str(FOUR)}
    bad = {**row, "question_id": "Real-Time Visual Understanding_sample_7_2", "options": "none"}
    table(folder / "StreamingBench/Real_Time_Visual_Understanding.csv", [row, bad])
    asked = [{**row, "question_id": f"Sequential_sample_1_{n}", "time_stamp": f"00:0{n}:00"} for n in (1, 2)]
    table(folder / "StreamingBench/Sequential_Question_Answering.csv", asked)


def timescope(folder: Path) -> None:
    prompt = "Only give me the answer.\nQuestion: Which?\n" + "\n".join(
        f"{k}: {v}" for k, v in LETTERED.items()
    )
    row: Row = {
        "id": "QA_60_0",
        "video": "videos/a.mp4",
        "type": "QA",
        "length": 60,
        "input": prompt,
        "answer": "C",
    }
    parquet(folder / "data/test-00000-of-00001.parquet", [row, {**row, "id": "QA_60_1", "input": "Which?"}])


def longtimescope(folder: Path) -> None:
    timescope(folder)


def neptune(folder: Path) -> None:
    row: Row = {"key": "v_1", "video_id": "v", "question": "Which?", "answer": "green"}
    row |= {f"answer_choice_{n}": text for n, text in enumerate([*PLAIN, "black"])}
    row |= {"answer_id": 2, "question_type": "Cause and Effect"}
    write(folder / "neptune_full.json", [row, {**row, "key": "v_2", "answer_id": 7}])


def cinepile(folder: Path) -> None:
    row: Row = {"movie_name": "film", "yt_clip_link": "https://www.youtube.com/watch?v=abcdef12345"}
    row |= {"question": "Which?", "choices": PLAIN, "answer_key": "green", "answer_key_position": 2}
    row |= {"question_category": "Temporal", "hard_split": "True", "subtitles": "hello"}
    bad = {**row, "question": "Who?", "yt_clip_link": "nowhere", "hard_split": "False"}
    parquet(folder / "data/test-00000-of-00001.parquet", [row, bad])


def perception_test(folder: Path) -> None:
    row: Row = {"id": 3, "question": "Which?", "options": PLAIN[:3], "answer_id": 2, "area": "physics"}
    row |= {"reasoning": "predictive", "tag": ["motion", "collision"]}
    facts = {"video_id": "video_1", "frame_rate": 30.0, "num_frames": 90}
    videos = {"video_1": {"metadata": facts, "mc_question": [row, {**row, "id": 4, "answer_id": 3}]}}
    write(folder / "mc_question_valid.json", videos)


def worldsense(folder: Path) -> None:
    asked: Row = {"task_domain": "Recognition", "task_type": "Audio Recognition", "question": "Which?"}
    asked |= {"candidates": FOUR, "answer": "C"}
    video: Row = {
        "video_id": "v",
        "video_duration": "60s",
        "duration": "<1min",
        "domain": "Music",
        "task0": asked,
    }
    video |= {"audio_class": ["Speech", "Music"], "sub_category": "jazz", "task1": {**asked, "answer": "E"}}
    write(folder / "worldsense_qa.json", {"v": video})
    write(folder / "subtitles/v.srt", "1\n00:00:01,000 --> 00:00:02,000\nhello\n")


def hlv1k(folder: Path) -> None:
    row: Row = {"qa_idx": 1, "qa_type": "mcqa", "qa_level": "within_event", "qa_task": "speed"}
    row |= {"question": "Is it fast between 1290.0 and 1350.0 seconds?", "answer": "C", "options": FOUR}
    said = {**row, "qa_idx": 2, "qa_type": "qa", "answer": "No"}
    write(folder / "dataset/v.json", [row, said, {**said, "qa_idx": 3, "answer": "perhaps"}])


def scalelong(folder: Path) -> None:
    row: Row = {"data_id": 0, "question": "Which?", "question_type": "Counting Problem", "answer": "green"}
    row |= {
        "granularity": "Video Shot",
        "answer_location": "18:33-18:48",
        "distractors": ["red", "blue", "white"],
    }
    lines(folder / "questions.jsonl", [{"v": [row]}])


def vrbench(folder: Path) -> None:
    row: Row = {"question": "Which?", "options": LETTERED, "answer": "C", "original_question": "What is it?"}
    row |= {"original_answer": "a green door", "reasoning_type": "Implicit Inference"}
    row |= {"reasoning_process": {"1": "seen [00:07:44->00:08:28]", "2": "so it is green"}}
    video: Row = {"video_id": "v", "video_path": "VRBench/videos/v001/v.mp4", "mcq": {"qa1": row}}
    lines(folder / "VRBench_eval.jsonl", [video])


def sf20k(folder: Path) -> None:
    row: Row = {
        "question_id": "q1",
        "video_id": "v",
        "video_url": "u",
        "question": "Which?",
        "answer": "green",
    }
    row |= {f"option_{n}": text for n, text in enumerate([*PLAIN, "black"])}
    row |= {"correct_answer": "2", "correct_letter": "C"}
    table(folder / "test.csv", [row, {**row, "question_id": "q2", "correct_letter": "Q"}])
    table(folder / "test_expert.csv", [row])


def momentseeker(folder: Path) -> None:
    row: Row = {"src_video_path": "./videos/a.mp4", "qry_text": "a dog jumps", "task": "Action Recognition"}
    row |= {"qry_img_path": "", "qry_video_path": "", "answering_time_interval": [[10, 20], [40.5, 44]]}
    write(folder / "t2v.json", [row, {**row, "answering_time_interval": []}])


def tvr(folder: Path) -> None:
    row: Row = {"desc_id": 90200, "desc": "Ann sits down.", "type": "vt", "vid_name": "s01_clip_01"}
    row |= {"duration": 61.0, "ts": [9.0, 12.0]}
    lines(folder / "tvr_val_release.jsonl", [row, {**row, "desc_id": 90201, "vid_name": "s01_clip_02"}])
    words = {"vid_name": "s01_clip_01", "sub": [{"text": "Sit down.", "start": 8.5, "end": 9.5}]}
    lines(folder / "tvqa_preprocessed_subtitles.jsonl", [words], torn=False)


def multivent(folder: Path) -> None:
    query = {"Query_id": "internvid_english_sports_pov_base_0", "query": "a race"}
    bad = {"Query_id": "internvid_english_sports_pov_ocr_0", "query": ""}
    table(folder / "data/multivent_2/multivent_2_q.csv", [query, bad])
    judged: list[Row] = [
        {"query_id": query["Query_id"], "doc_id": video, "relevance": 1} for video in ("a", "b")
    ]
    judged.append({"query_id": query["Query_id"], "doc_id": "c", "relevance": 0})
    lines(folder / "data/multivent_2/multivent_2_j.jsonl", judged)


def xlebench(folder: Path) -> None:
    row: Row = {"query": "Where is the knife?", "template": "Objects: Where is object X?", "video_uid": "u2"}
    row |= {"response_start_time_sec": 43050.0, "response_end_time_sec": 43064.5}
    parts: list[Row] = [{"video_uid": "u1", "start_time": "09:10", "end_time": "09:40"}]
    parts.append({"video_uid": "u2", "start_time": "11:57", "end_time": "12:20"})
    asked = {"query_list": [{"queries": [row, {**row, "video_uid": "u9"}]}]}
    log: Row = {"metadata": {"persona_id": "p", "memory_id": "m"}, "simulations": parts}
    log |= {"tasks": {"objects_retrieval": asked}}
    write(folder / "simulation_annotation/simulation_p_m_annotation.json", log)


MAKERS: dict[str, Callable[[Path], None]] = {
    maker.__name__: maker
    for maker in (
        *(videommmu, mvbench, charades_sta, egolife, mmvu, video_holmes, videoeval_pro, mmbench_video),
        *(ovo_bench, streamingbench, timescope, longtimescope, neptune, cinepile, perception_test),
        *(worldsense, hlv1k, scalelong, vrbench, sf20k, momentseeker, tvr, multivent, xlebench),
    )
}
ROWS = {
    "videommmu": 5,
    "mvbench": 4,
    "mmvu": 3,
    "ovo_bench": 6,
    "hlv1k": 3,
    "tvr": 3,
    **dict.fromkeys(("charades_sta", "egolife", "video_holmes", "videoeval_pro", "mmbench_video"), 2),
    **dict.fromkeys(("streamingbench", "timescope", "longtimescope", "neptune", "cinepile"), 2),
    **dict.fromkeys(("perception_test", "worldsense", "scalelong", "vrbench", "sf20k"), 2),
    **dict.fromkeys(("momentseeker", "multivent", "xlebench"), 2),
}
"""How many questions the files of each maker hold, the bad one included."""
