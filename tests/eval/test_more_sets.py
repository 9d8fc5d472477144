"""Further question sets, field by field, and their official scores against numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.eval import corpus, scoring
from playhead.eval.answerers import AgentAnswerer, places
from playhead.eval.benchmarks import egolife, momentseeker, scalelong, xlebench
from playhead.eval.materials import Materials
from playhead.eval.questions import QuestionSet
from playhead.eval.records import prediction_of, prediction_record
from playhead.eval.types import Prediction, Sample, Scored
from playhead.tools import registry
from playhead.tools.pipeline.progress import IndexingConfig
from playhead.tools.synthesis import Scene, Script, encode, write_srt
from playhead.tools.types import Cue, Evidence, Span
from tests.eval import set_files

Said = Mapping[str, Prediction | None]
LOCATED = {"id": "1", "video": "v", "question": "Which?", "answer": "green", "distractors": ["red", "blue"]}
GREEN = ("red", "blue", "green", "white")


def made(name: str, folder: Path, subset: str = "") -> QuestionSet:
    set_files.MAKERS[name](folder)
    found: QuestionSet = registry.load("benchmarks", f"{name}:{subset}" if subset else name, data=folder)
    return found


def by_id(benchmark: QuestionSet) -> dict[str, Sample]:
    return {sample.id: sample for sample in benchmark.samples()}


def scored(benchmark: QuestionSet, said: Said) -> list[Scored]:
    return [scoring.score(benchmark.info, s, said.get(s.id)) for s in benchmark.samples()]


def official(benchmark: QuestionSet, said: Said) -> dict[str, float]:
    return benchmark.official([item for item in scored(benchmark, said) if item.sample.labelled])


@pytest.mark.parametrize("name", sorted(set_files.MAKERS))
def test_every_row_of_the_files_is_read(name: str, tmp_path: Path) -> None:
    samples = list(made(name, tmp_path).samples())
    assert len(samples) == set_files.ROWS[name]
    assert sum(bool(sample.problem) for sample in samples) == 1


@pytest.mark.parametrize("name", sorted(set_files.MAKERS))
def test_the_rule_or_the_doubt_is_named(name: str, tmp_path: Path) -> None:
    info = made(name, tmp_path).info
    assert info.kit
    assert "official" in str(registry.module("benchmarks", name).__doc__).lower() or info.unverified


def test_video_mmmu_tracks_and_knowledge_gain(tmp_path: Path) -> None:
    read = by_id(made("videommmu", tmp_path))
    sample = read["validation_Art_Theory_5-perception"]
    assert (sample.options, sample.answer_index) == (GREEN, 2)
    assert sample.tags == {"track": ("perception",), "discipline": ("Art",), "subject": ("Art_Theory",)}
    assert sample.source.videos == (tmp_path / "Art/validation_Art_Theory_5.mp4",)
    assert read["validation_Math_2-adaptation"].answer_text == "1.5"
    delta = made("videommmu", tmp_path / "x", "delta")
    alone = by_id(delta)["validation_Math_2-question_only"].source.videos
    assert alone == (tmp_path / "x/question_only/validation_Math_2_image.mp4",)
    before, after = "validation_Math_2-question_only", "validation_Math_2-adaptation"
    said = {after: Prediction("x = 1.50"), before: Prediction("x = 2")}
    said["validation_Art_Theory_5-question_only"] = Prediction("", 2)
    numbers = official(delta, said)
    assert (numbers["question_only"], numbers["adaptation"]) == (50.0, 50.0)
    assert numbers["delta_knowledge"] == 0.0
    said["validation_Art_Theory_5-adaptation"] = Prediction("", 2)
    assert official(delta, said)["delta_knowledge"] == 100.0


def test_mvbench_parts_folders_and_mean_over_tasks(tmp_path: Path) -> None:
    mvbench = made("mvbench", tmp_path)
    read = by_id(mvbench)
    assert read["action_sequence-0"].question == "From 2.0 s to 7.5 s: Which?"
    (video,) = read["action_sequence-0"].source.videos
    assert video == tmp_path / "video/star/Charades_v1_480/a.mp4"
    said = {f"action_sequence-{n}": Prediction("", 2) for n in (0, 1)}
    numbers = mvbench.official([item for item in scored(mvbench, said) if not item.sample.problem])
    assert numbers["score"] == 50.0
    assert numbers["micro"] == pytest.approx(200 / 3)


def test_charades_sta_windows(tmp_path: Path) -> None:
    charades = made("charades_sta", tmp_path)
    sample = by_id(charades)["3MSZA-0"]
    assert sample.evidence == (Span(24.3, 30.4),)
    assert sample.question == "Which single part of the video shows: person turns a light on?"
    cited = Prediction("", evidence=(Span(24.3, 27.35), Span(24.3, 30.4)))
    (good, _) = scored(charades, {sample.id: cited})
    numbers = charades.official([good])
    assert (numbers["R1@0.3"], numbers["R1@0.5"], numbers["R1@0.7"]) == (100.0, 100.0, 0.0)
    assert numbers["mIoU"] == pytest.approx(50)
    assert numbers["score"] == numbers["R1@0.5"]


def test_charades_sta_rows_of_the_kit(tmp_path: Path) -> None:
    row = {"video": "3MSZA.mp4", "caption": "person sits.", "timestamp": [1.0, 2.5]}
    set_files.parquet(tmp_path / "data/test-00000.parquet", [row])
    found: QuestionSet = registry.load("benchmarks", "charades_sta", data=tmp_path)
    (sample,) = found.samples()
    assert (sample.video, sample.evidence) == ("3MSZA", (Span(1.0, 2.5),))


def test_egolife_gives_only_clips_that_were_over_when_asked(tmp_path: Path) -> None:
    sample = by_id(made("egolife", tmp_path))["1"]
    assert [path.stem for path in sample.source.videos] == ["DAY1_A1_JAKE_23000000", "DAY2_A1_JAKE_11203000"]
    assert sample.question == "Asked on DAY2 at 11:21:02: Who?"
    assert (sample.options, sample.answer_index, sample.video) == (GREEN, 2, "A1_JAKE DAY2")
    assert sample.tags == {"type": ("EntityLog",), "need_audio": ("False",)}
    assert egolife.moment_s("DAY2", "00000110") == 86_401.5


def test_mmvu_subjects_and_both_kinds(tmp_path: Path) -> None:
    read = by_id(made("mmvu", tmp_path))
    closed, opened = read["validation_0"], read["validation_1"]
    assert (closed.options, closed.answer_index) == ((*GREEN, "black"), 2)
    assert closed.source.videos == (tmp_path / "videos/Art/0.mp4",)
    assert closed.tags["discipline"] == ("Humanities_and_Social_Science",)
    assert (opened.options, opened.answer_text, opened.tags["subject"]) == ((), "a fresco", ("Art",))
    assert len(by_id(made("mmvu", tmp_path, "open-ended"))) == 1


def test_video_holmes_fields(tmp_path: Path) -> None:
    sample = by_id(made("video_holmes", tmp_path))["v_Q1"]
    assert (sample.options, sample.answer_index) == ((*GREEN, "black", "none"), 2)
    assert (sample.video, sample.tags) == ("v", {"question_type": ("SR",)})


def test_videoeval_pro_asks_openly_unless_told_otherwise(tmp_path: Path) -> None:
    opened = next(iter(made("videoeval_pro", tmp_path).samples()))
    assert (opened.options, opened.answer_text) == ((), "a green door")
    assert opened.tags["qa_type"] == ("Local Perception",)
    closed = next(iter(made("videoeval_pro", tmp_path, "mcq").samples()))
    assert (closed.options, closed.answer_index, closed.answer_text) == (GREEN, 2, "")


def test_mmbench_video_grades_from_nought_to_three(tmp_path: Path) -> None:
    mmbench = made("mmbench_video", tmp_path)
    sample = by_id(mmbench)["0"]
    assert sample.tags["dimension"] == ("OCR", "Causal Reasoning")
    assert sample.tags["group"] == ("FP-S", "TR")
    assert sample.official == {"scale": 3}
    verdict = {"correct": False, "score": 2, "reason": "close"}
    item = scoring.score(mmbench.info, sample, Prediction("a shot"), verdict=verdict)
    numbers = mmbench.official([item, scoring.score(mmbench.info, sample, None)])
    assert (numbers["score"], numbers["FP-S"], numbers["Reasoning"]) == (1.0, 1.0, 1.0)
    assert mmbench.official([scoring.score(mmbench.info, sample, Prediction("a goal"))])["score"] == 3.0


def test_ovo_bench_asks_each_test_at_its_moment(tmp_path: Path) -> None:
    ovo = made("ovo_bench", tmp_path)
    read = by_id(ovo)
    cuts = {name: read[name].before_s for name in ("0", "7_0", "7_1", "8_0", "9_0")}
    assert cuts == {"0": 215.0, "7_0": 4.0, "7_1": 9.0, "8_0": 5.0, "9_0": 6.0}
    assert (read["7_1"].options, read["7_1"].answer_text) == ((), "3")
    assert (read["8_0"].options, read["8_0"].answer_index) == (("No", "Yes"), 1)
    assert "fold it" in read["8_0"].question
    assert read["9_0"].tags == {"task": ("CRR",), "mode": ("forward",)}
    assert read["0"].source.videos == (tmp_path / "chunked_videos/0.mp4",)
    set_files.write(tmp_path / "src_videos/Ego4D/a.mp4", "")
    assert by_id(ovo)["0"].source.videos == (tmp_path / "src_videos/Ego4D/a.mp4",)
    assert set(by_id(made("ovo_bench", tmp_path, "backward"))) == {"0", "1"}


def test_ovo_bench_scores_by_its_own_rules(tmp_path: Path) -> None:
    ovo = made("ovo_bench", tmp_path)
    said = {
        "0": Prediction("A or maybe C"),  # the letter occurs
        "7_0": Prediction("1 clap"),
        "7_1": Prediction("3 of 4"),  # read as 34
        "8_0": Prediction("Yes"),
        "9_0": Prediction("Yes"),
    }
    numbers = ovo.official([i for i in scored(ovo, said) if not i.sample.problem])
    assert {task: numbers[task] for task in ("EPM", "REC", "SSR", "CRR")} == {
        "EPM": 100.0,
        "REC": 50.0,
        "SSR": 100.0,
        "CRR": 0.0,
    }
    assert (numbers["score"], numbers["forward"]) == (62.5, 50.0)
    assert ovo.official(scored(ovo, said))["score"] == pytest.approx(62.5 * 5 / 6)


def test_streamingbench_asks_at_the_time_stamp(tmp_path: Path) -> None:
    streaming = made("streamingbench", tmp_path)
    (name, sample), _ = by_id(streaming).items()
    assert name == "Real-Time Visual Understanding_sample_7_1"
    assert (sample.before_s, sample.options, sample.answer_index) == (190.0, GREEN, 2)
    assert sample.video == "Real-Time Visual Understanding/sample_7"
    set_files.write(tmp_path / "data/real/sample_7/video.mp4", "")
    found = by_id(streaming)[name].source.videos
    assert found == (tmp_path / "data/real/sample_7/video.mp4",)
    assert streaming.info.unanswered == "skipped"


def test_a_sequential_question_tells_what_was_asked_before_but_not_its_own_answer(tmp_path: Path) -> None:
    first, second = made("streamingbench", tmp_path, "sqa").samples()
    assert first.question == "Which?"
    assert second.question == "At 00:01:00 it was asked: Which? Answer: C. Which?"


@pytest.mark.parametrize("name", ["timescope", "longtimescope"])
def test_timescope_prompts_are_taken_apart(name: str, tmp_path: Path) -> None:
    benchmark = made(name, tmp_path)
    sample = by_id(benchmark)["QA_60_0"]
    assert (sample.question, sample.options, sample.answer_index) == ("Which?", GREEN, 2)
    assert (sample.duration_s, sample.tags) == (60.0, {"type": ("QA",), "length": ("60",)})
    assert benchmark.info.name == name


def test_neptune_with_and_without_options(tmp_path: Path) -> None:
    closed = by_id(made("neptune", tmp_path))["v_1"]
    assert (closed.options, closed.answer_index) == ((*GREEN, "black"), 2)
    opened = by_id(made("neptune", tmp_path, "open"))["v_1"]
    assert (opened.options, opened.answer_text) == ((), "green")


def test_cinepile_fields(tmp_path: Path) -> None:
    sample = next(iter(made("cinepile", tmp_path).samples()))
    assert (sample.video, sample.options, sample.answer_index) == ("abcdef12345", GREEN, 2)
    assert sample.tags == {"question_category": ("Temporal",), "hard_split": ("True",)}
    assert len(list(made("cinepile", tmp_path, "hard").samples())) == 1


def test_perception_test_fields(tmp_path: Path) -> None:
    sample = by_id(made("perception_test", tmp_path))["video_1-3"]
    assert (sample.options, sample.answer_index, sample.duration_s) == (GREEN[:3], 2, 3.0)
    assert sample.tags == {
        "area": ("physics",),
        "reasoning": ("predictive",),
        "tag": ("motion", "collision"),
    }


def test_worldsense_fields(tmp_path: Path) -> None:
    sample = by_id(made("worldsense", tmp_path))["v-task0"]
    assert (sample.options, sample.answer_index, sample.duration_s) == (GREEN, 2, 60.0)
    assert sample.tags["audio_class"] == ("Speech", "Music")
    assert sample.source.subtitles == (tmp_path / "subtitles/v.srt",)


def test_hlv1k_choices_and_yes_or_no(tmp_path: Path) -> None:
    read = by_id(made("hlv1k", tmp_path))
    assert (read["v-1"].options, read["v-1"].answer_index) == (GREEN, 2)
    assert (read["v-2"].options, read["v-2"].answer_index) == (("Yes", "No"), 1)
    assert read["v-1"].tags == {"level": ("within_event",), "task": ("speed",), "type": ("mcqa",)}
    assert len(by_id(made("hlv1k", tmp_path, "mcqa"))) == 1


def test_scalelong_options_stand_in_one_order_with_the_gold_time(tmp_path: Path) -> None:
    sample = by_id(made("scalelong", tmp_path))["v-0"]
    assert (sample.options, sample.answer_index) == (("blue", "green", "red", "white"), 1)
    assert sample.evidence == (Span(1113, 1128),)
    torn = scalelong.create(data=tmp_path).parse({**LOCATED, "answer_location": "throughout"})
    assert torn.evidence == ()
    assert "dropped" in torn.mended[0]


def test_vrbench_choices_ratings_and_steps(tmp_path: Path) -> None:
    sample = by_id(made("vrbench", tmp_path))["v_qa1"]
    assert (sample.options, sample.answer_index) == (GREEN, 2)
    assert sample.evidence == (Span(464, 508),)
    vrbench = made("vrbench", tmp_path, "open")
    opened = by_id(vrbench)["v_qa1"]
    assert (opened.question, opened.answer_text) == ("What is it?", "a green door")
    rated = scoring.score(vrbench.info, opened, Prediction("a door"), verdict={"correct": False, "score": 7})
    assert vrbench.official([rated])["score"] == 70.0


def test_sf20k_accuracy_and_ratings(tmp_path: Path) -> None:
    sample = by_id(made("sf20k", tmp_path))["q1"]
    assert (sample.options, sample.answer_index) == ((*GREEN, "black"), 2)
    sf20k = made("sf20k", tmp_path, "open")
    opened = by_id(sf20k)["q1"]
    assert (opened.options, opened.answer_text) == ((), "green")
    rated = scoring.score(sf20k.info, opened, Prediction("leaf"), verdict={"correct": False, "score": 4})
    assert sf20k.official([rated]) == {"score": 80.0, "rating": 4.0}


def test_momentseeker_counts_above_its_threshold_and_each_moment_once(tmp_path: Path) -> None:
    sample = by_id(made("momentseeker", tmp_path))["t2v-0"]
    assert sample.evidence == (Span(10, 20), Span(40.5, 44))
    assert sample.source.videos == (tmp_path / "videos/a.mp4",)
    gold, exactly = [Span(0, 10)], Span(7, 10)
    assert momentseeker.average_precision([exactly], gold) == 0.0  # IoU 0.3 is not above 0.3
    assert momentseeker.average_precision([Span(20, 30), Span(0, 9), Span(0, 10)], gold) == 0.5


def test_tvr_in_one_clip_reads_subtitles_and_ranks_windows(tmp_path: Path) -> None:
    tvr = made("tvr", tmp_path)
    sample = by_id(tvr)["90200"]
    assert sample.question == "Which single part of the video shows: Ann sits down?"
    assert (sample.evidence, sample.duration_s) == ((Span(9, 12),), 61.0)
    assert sample.source.cues is not None
    assert sample.source.cues() == [Cue(Span(8.5, 9.5), "Sit down.")]
    said = Prediction("", evidence=(Span(0, 3),), retrieved=(Span(0, 3), Span(9, 11)))
    numbers = tvr.official([scoring.score(tvr.info, sample, said)])
    assert (numbers["0.5-r1"], numbers["0.5-r5"], numbers["0.7-r5"]) == (0.0, 100.0, 0.0)


def test_tvr_in_the_corpus_needs_the_right_clip(tmp_path: Path) -> None:
    vcmr = made("tvr", tmp_path, "vcmr")
    sample = by_id(vcmr)["90200"]
    assert [path.stem for path in sample.source.videos] == ["s01_clip_01", "s01_clip_02"]
    assert sample.without_gold().official == {}
    wrong = Prediction("", evidence=(Span(9, 12),), evidence_videos=("s01_clip_02",))
    right = Prediction("", evidence=(Span(9, 12),), evidence_videos=("s01_clip_01",))
    items = [scoring.score(vcmr.info, sample, said) for said in (wrong, right)]
    assert [item.correct for item in items] == [0.0, 1.0]
    assert vcmr.official(items)["0.7-r1"] == 50.0
    assert made("tvr", tmp_path, "vr").official(items)["r1"] == 50.0


def test_multivent_ranks_the_videos_that_are_there(tmp_path: Path) -> None:
    multivent = made("multivent", tmp_path)
    sample = next(iter(multivent.samples()))
    assert sample.official == {"relevant": {"a": 1.0, "b": 1.0}}
    assert sample.tags == {"language": ("english",), "event": ("sports",), "about": ("base",)}
    said = Prediction("", retrieved=(Span(0, 1),) * 3, retrieved_videos=("c", "a", "a"))
    numbers = multivent.official([scoring.score(multivent.info, sample, said)])
    assert numbers["recall@10"] == 50.0
    assert numbers["nDCG@10"] == pytest.approx(100 * 0.6309298 / 1.6309298)
    for name in ("b", "z"):
        set_files.write(tmp_path / f"videos/{name}.mp4", "")
    assert [p.stem for p in next(iter(made("multivent", tmp_path).samples())).source.videos] == ["b", "z"]


def test_xlebench_gold_times_are_counted_from_the_recording(tmp_path: Path) -> None:
    sample = next(iter(made("xlebench", tmp_path).samples()))
    assert sample.official == {"relevant": {"u2": 1.0}, "moment": [30.0, 44.5]}
    assert [path.stem for path in sample.source.videos] == ["u1", "u2"]
    late = [{"start_time": "23:50", "end_time": "00:30"}]
    assert xlebench.began_s(late, 600.0) == -600.0


def test_the_videos_of_citations_survive_the_journal() -> None:
    line = Evidence("id1", "/data/film.mp4", Span(1, 2), "speech", "x")
    other = Evidence("id2", "/data/talk.mp4", Span(1, 2), "speech", "x")
    assert places([line, other, line]) == [("film", Span(1, 2)), ("talk", Span(1, 2))]
    said = Prediction("x", evidence=(line.span,), evidence_videos=("film",), retrieved_videos=("talk",))
    back = prediction_of(prediction_record(Sample("1", "v"), said, 1.0))
    assert (back.evidence_videos, back.retrieved_videos) == (("film",), ("talk",))


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[VideoAgent]:
    indexing = IndexingConfig(ocr=None, segmenter="fixed:2", visual=False)
    config = Config(
        library=str(tmp_path / "library"), embedder="hashing", store="in_memory", indexing=indexing
    )
    with VideoAgent(config=config) as built:
        yield built


def film(path: Path, said: Mapping[float, str], colour: tuple[int, int, int] = (200, 30, 30)) -> None:
    """Eight seconds of one colour, with sentences of a second at their starts."""
    path.parent.mkdir(exist_ok=True)
    encode(Script((Scene(0, 8, colour),), 160, 90, fps=5), path)
    write_srt(tuple(Cue(Span(at, at + 1), text) for at, text in said.items()), path.with_suffix(".srt"))


async def test_an_agent_names_the_clip_of_a_corpus(agent: VideoAgent, tmp_path: Path) -> None:
    film(tmp_path / "videos/s01_clip_01.mp4", {1: "Ann sits down", 5: "then the rain begins"})
    film(tmp_path / "videos/s01_clip_02.mp4", {2: "bread bakes in the oven"}, (20, 200, 30))
    vr = made("tvr", tmp_path, "vr")
    sample = by_id(vr)["90200"]
    said = await AgentAnswerer(agent, Materials(agent, "full"), "observe", "").answer(sample.without_gold())
    assert len(said.retrieved_videos) == len(said.retrieved) > 0
    assert corpus.ranking(said)[0] == "s01_clip_01"
    assert vr.official([scoring.score(vr.info, sample, said)])["r1"] == 100.0


async def test_an_agent_sees_nothing_after_the_moment_of_the_question(
    agent: VideoAgent, tmp_path: Path
) -> None:
    film(tmp_path / "src_videos/film.mp4", {1: "the cat sleeps on the mat", 6: "the cat eats on the mat"})
    row: dict[str, Any] = {"id": 0, "task": "EPM", "video": "film.mp4"}
    row |= {"question": "What does the cat do on the mat?"}
    row |= {"options": ["sleeps", "eats"], "gt": 0}
    later = {**row, "id": 1, "realtime": 7.5}
    set_files.write(tmp_path / "ovo_bench_new.json", [{**row, "realtime": 4}, later])
    benchmark: QuestionSet = registry.load("benchmarks", "ovo_bench", data=tmp_path)
    answerer = AgentAnswerer(agent, Materials(agent, "full"), "observe", "")
    seen = []
    for sample in benchmark.samples():
        said = await answerer.answer(sample.without_gold())
        seen.append(max((span.end_s for span in said.retrieved), default=0.0))
    assert 0 < seen[0] <= 4
    assert seen[1] > 4
