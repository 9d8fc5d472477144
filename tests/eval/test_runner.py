"""Runs: resumed, killed, failing in every way, never losing or inventing an answer."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playhead.eval.answerers import FunctionAnswerer
from playhead.eval.json_lines import JsonLines
from playhead.eval.official import standard
from playhead.eval.provenance import hidden
from playhead.eval.questions import QuestionSet
from playhead.eval.rundir import RunFolder, file_name
from playhead.eval.runner import Run
from playhead.eval.scheduling import LocalEngine, Shelf, attempt
from playhead.eval.summary import breakdown
from playhead.eval.types import Prediction, RunConfig, RunProgress, Sample, Scored, SetInfo, Source
from playhead.tools.errors import MediaError, ModelRejectedError, ModelUnreachableError, UsageError
from playhead.tools.types import Span, Usage

INFO = SetInfo("toy", "toy set", extractor="mcq_extract", breakdowns=("kind",))
OPTIONS = ("red", "blue", "green")


def toy(n: int = 20, videos: int = 4) -> QuestionSet:
    def parse(row: int) -> Sample:
        if row == 13:
            raise ValueError("the thirteenth row is broken")
        return Sample(
            f"q{row}",
            f"v{row % videos}",
            f"question {row}?",
            OPTIONS,
            row % 3,
            source=Source((Path(f"v{row % videos}.mp4"),)),
            tags={"kind": ("odd" if row % 2 else "even",)},
            evidence=(Span(row, row + 2),),
        )

    return QuestionSet(INFO, lambda: range(n), parse)


def right(sample: Sample) -> Prediction:
    number = int(sample.id[1:])
    return Prediction("", number % 3, 0.9, evidence=(Span(number, number + 2),), usage=Usage(model_calls=1))


def run(
    path: Path, function: Callable[[Sample], Any], again: bool = False, **settings: Any
) -> dict[str, Any]:
    with RunFolder(path) as folder:
        config = RunConfig("toy", "DIR", strategy="function", model="", **settings)
        return asyncio.run(Run(toy(), config, folder).go(FunctionAnswerer(function), again=again))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_summary_has_exactly_the_public_keys(tmp_path: Path) -> None:
    summary = run(tmp_path, right)
    assert list(summary) == [
        *("set", "strategy", "model", "subtitles", "n", "failed", "mended", "accuracy", "stderr"),
        *("interval", "epochs", "official", "by", "calibration", "grounding", "usage", "notes", "failures"),
    ]
    assert json.loads((tmp_path / "summary.json").read_text()) == summary
    assert (summary["n"], summary["failed"], summary["accuracy"]) == (20, 1, 0.95)
    assert summary["by"]["kind"]["even"]["accuracy"] == 1.0
    assert summary["usage"]["model_calls"] == 19


def test_a_broken_annotation_is_recorded_and_counted(tmp_path: Path) -> None:
    run(tmp_path, right)
    (error,) = lines(tmp_path / "errors.jsonl")
    assert (error["id"], error["type"]) == ("row-13", "annotation")
    assert "thirteenth" in error["error"]


def test_the_gold_never_reaches_an_answerer(tmp_path: Path) -> None:
    seen: list[Sample] = []
    run(tmp_path, lambda sample: seen.append(sample) or 0)  # type: ignore[func-returns-value]
    assert len(seen) == 19
    assert all(s.answer_index is None and not (s.evidence or s.answer_text or s.official) for s in seen)


FAILURES = [MediaError("gone"), ModelUnreachableError("down"), ZeroDivisionError(), KeyError()]


@pytest.mark.parametrize("error", FAILURES)
def test_whatever_an_answerer_raises_fails_one_sample(tmp_path: Path, error: Exception) -> None:
    def answer(sample: Sample) -> Prediction:
        if sample.id == "q5":
            raise error
        return right(sample)

    summary = run(tmp_path, answer)
    assert (summary["failed"], summary["accuracy"]) == (2, 0.9)
    assert {row["id"] for row in lines(tmp_path / "errors.jsonl")} == {"q5", "row-13"}


def test_empty_and_unusable_answers_are_wrong(tmp_path: Path) -> None:
    summary = run(tmp_path, lambda sample: Prediction("", None) if sample.id != "q0" else 9)
    assert (summary["accuracy"], summary["failed"], summary["official"]["unanswered"]) == (0.0, 1, 19)


def test_a_rejected_key_stops_the_run_and_resume_goes_on(tmp_path: Path) -> None:
    calls = 0

    def answer(sample: Sample) -> Prediction:
        nonlocal calls
        calls += 1
        if calls == 7:
            raise ModelRejectedError("wrong key")
        return right(sample)

    with pytest.raises(ModelRejectedError):
        run(tmp_path, answer)
    assert len(lines(tmp_path / "predictions.jsonl")) == 6
    assert run(tmp_path, answer)["accuracy"] == 0.95
    assert calls == 20


def test_five_percent_failures_and_only_they_are_rerun(tmp_path: Path) -> None:
    asked: list[str] = []

    def flaky(sample: Sample) -> Prediction:
        asked.append(sample.id)
        if sample.id == "q7" and asked.count("q7") == 1:
            raise TimeoutError("slow")
        return right(sample)

    assert run(tmp_path, flaky)["failed"] == 2
    assert run(tmp_path, flaky)["failed"] == 2
    assert len(asked) == 19
    summary = run(tmp_path, flaky, again=True)
    assert (summary["failed"], summary["accuracy"]) == (1, 0.95)
    assert asked[19:] == ["q7"]
    assert [row["attempt"] for row in lines(tmp_path / "errors.jsonl") if row["id"] == "row-13"] == [1, 2]


def test_torn_last_line_is_cut_off_and_asked_again(tmp_path: Path) -> None:
    whole = run(tmp_path, right)
    file = tmp_path / "predictions.jsonl"
    file.write_bytes(file.read_bytes()[:-25])
    again = run(tmp_path, right)
    assert again.pop("notes") == [
        "1 unreadable lines of predictions.jsonl were set aside in predictions.jsonl.damaged"
    ]
    assert again == {name: value for name, value in whole.items() if name != "notes"}
    assert len(lines(file)) == 19


def test_other_settings_or_questions_are_refused(tmp_path: Path) -> None:
    run(tmp_path, right)
    with pytest.raises(UsageError, match="limit"):
        run(tmp_path, right, limit=3)


@pytest.mark.parametrize(
    "change", [{"settings": {"budget.rounds": 3}}, {"frames": 8}, {"seed": 4}, {"first": True}]
)
def test_a_run_goes_on_only_with_its_own_settings(tmp_path: Path, change: dict[str, Any]) -> None:
    run(tmp_path, right)
    with pytest.raises(UsageError, match=next(iter(change))):
        run(tmp_path, right, **change)


def test_a_run_can_grow_and_asks_only_what_is_new(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(sample: Sample) -> Prediction:
        asked.append(sample.id)
        return right(sample)

    assert run(tmp_path, answer, limit=8)["n"] == 8
    assert run(tmp_path, answer, limit=15)["n"] == 15
    assert len(asked) == len(set(asked)) == 15 - ("row-13" in _ids(tmp_path))
    with pytest.raises(UsageError, match="gone or changed"):
        run(tmp_path, answer, limit=5)


def _ids(path: Path) -> set[str]:
    return {row["id"] for row in lines(path / "samples.jsonl")}


def test_gold_that_changed_is_said(tmp_path: Path) -> None:
    assert run(tmp_path, right)["notes"] == []
    rows = lines(tmp_path / "samples.jsonl")
    rows[0]["answer_index"] = 2
    (tmp_path / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (note,) = run(tmp_path, right)["notes"]
    assert "gold of 1 samples changed" in note
    assert "q0" in note


def test_a_run_explains_itself_without_its_data(tmp_path: Path) -> None:
    run(tmp_path, right)
    with RunFolder(tmp_path) as folder:
        sample = folder.samples()[4]
    assert (sample.id, sample.options, sample.answer_index, sample.evidence) == (
        "q4",
        OPTIONS,
        1,
        (Span(4, 6),),
    )
    score = lines(tmp_path / "scores.jsonl")[4]
    assert (score["id"], score["gold"], score["choice"], score["correct"]) == ("q4", "B", "B", 1.0)


def test_keys_stay_in_the_run_and_off_the_disk(tmp_path: Path) -> None:
    secrets = {"options": {"api_key": "abc", "max_tokens": 512}, "url": "http://me:pw@host"}
    run(tmp_path, right, settings=secrets)
    written = (tmp_path / "config.json").read_text()
    assert "abc" not in written
    assert "pw" not in written
    assert json.loads(written)["settings"]["options"] == {"max_tokens": 512}
    run(tmp_path, right, settings=secrets)


def test_repeats_show_their_spread(tmp_path: Path) -> None:
    def answer(sample: Sample) -> Prediction:
        return right(sample) if sample.epoch == 1 else Prediction("", 0)

    summary = run(tmp_path, answer, epochs=2)
    assert summary["n"] == 40
    assert summary["epochs"]["accuracy"] == [0.95, 0.35]
    assert summary["epochs"]["range"] == [0.35, 0.95]
    assert summary["accuracy"] == pytest.approx(0.65)
    assert summary["official"]["score"] == pytest.approx(65)


def test_a_damaged_line_in_the_middle_costs_one_answer(tmp_path: Path) -> None:
    run(tmp_path, right)
    file = tmp_path / "predictions.jsonl"
    written = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*written[:5], '{"id": "q5", "te\n', *written[6:]]))
    asked: list[str] = []
    run(tmp_path, lambda sample: asked.append(sample.id) or right(sample))  # type: ignore[func-returns-value]
    assert asked == [json.loads(written[5])["id"]]


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    with RunFolder(tmp_path), pytest.raises(UsageError, match="another process"):
        RunFolder(tmp_path)


def test_progress_counts_what_a_resumed_run_already_has(tmp_path: Path) -> None:
    states: list[RunProgress] = []
    run(tmp_path, right)
    with RunFolder(tmp_path) as folder:
        config = RunConfig("toy", "DIR", strategy="function", model="")
        asyncio.run(Run(toy(), config, folder, states.append).go(FunctionAnswerer(right)))
    assert (states[0].done, states[0].total, states[0].failed) == (20, 20, 1)
    assert states[0].accuracy == 0.95
    assert states[0].usage.model_calls == 19


def test_trajectories_are_kept_apart_under_safe_names(tmp_path: Path) -> None:
    run(tmp_path, lambda sample: Prediction("x", 0, trajectory={"steps": [sample.id]}))
    with RunFolder(tmp_path) as folder:
        assert folder.trajectory("q3") == {"steps": ["q3"]}
        assert folder.trajectory("none") is None
    assert "/" not in file_name("../../etc/passwd")
    assert file_name("a/b") != file_name("a_b")


def test_one_video_stays_with_one_worker_until_others_are_idle() -> None:
    samples = [Sample(f"{video}{n}", video) for video in "ab" for n in range(3)]
    shelf = Shelf(samples)
    order = [(worker, shelf.take(worker)) for worker in (0, 1, 0, 1, 0, 1)]
    assert all(item and item.id[0] == "ab"[worker] for worker, item in order)
    assert shelf.take(0) is None


def test_idle_workers_help_the_busiest() -> None:
    shelf = Shelf([Sample(f"a{n}", "a") for n in range(4)])
    ids = [item.id for worker in (0, 1, 2, 3) if (item := shelf.take(worker))]
    assert ids == ["a0", "a1", "a2", "a3"]


async def test_workers_run_side_by_side() -> None:
    running, most = 0, 0

    async def slow(_: Sample) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return 0

    samples = [Sample(f"{video}{n}", video, "?") for video in "abc" for n in range(4)]
    outcomes = [o async for o in LocalEngine(FunctionAnswerer(slow), 3).outcomes(samples)]
    assert {o.sample.id for o in outcomes} == {s.id for s in samples}
    assert most == 3


async def test_functions_answer_with_ints_letters_and_text() -> None:
    sample = Sample("1", "v", "?", OPTIONS)
    replies: dict[Any, int | None] = {1: 1, "B": 1, "blue": 1, "I guess B": None}
    for reply, option in replies.items():

        def say(_: Sample, said: Any = reply) -> Any:
            return said

        outcome = await attempt(FunctionAnswerer(say), sample)
        assert outcome.prediction is not None
        assert outcome.prediction.option == option


def test_journal_sets_damaged_lines_aside_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "j"
    path.write_bytes(b'{"a":1}\n{"b"\n[2]\n{"a":3}\n{"x":4}\n{"a":')
    journal = JsonLines(path, "a")
    assert journal.rows == [{"a": 1}, {"a": 3}]
    assert path.read_bytes() == b'{"a":1}\n{"a":3}\n'
    assert (tmp_path / "j.damaged").read_bytes() == b'{"b"\n[2]\n{"x":4}\n{"a":\n'
    journal.append({"a": "é\n\ud800"})
    assert JsonLines(path).rows[-1] == {"a": "é\n?"}


WORKER = """
import asyncio, os, signal, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
import test_runner as t
left = int(sys.argv[2])
def answer(sample):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return t.right(sample)
t.run(Path(sys.argv[1]), answer, workers=2)
"""


def test_a_run_killed_ten_times_equals_one_never_killed(tmp_path: Path) -> None:
    never, killed = tmp_path / "never", tmp_path / "killed"
    run(never, right, workers=2)
    code = WORKER.format(tests=str(Path(__file__).parent))
    deaths = 0
    for after in (1, 2, 3, 1, 2, 3, 1, 2, 3, 2):
        done = subprocess.run([sys.executable, "-c", code, str(killed), str(after)], env=dict(os.environ))
        deaths += done.returncode == -signal.SIGKILL
    assert deaths == 10
    run(killed, right, workers=2)
    both = [sorted(lines(path / "predictions.jsonl"), key=lambda row: row["id"]) for path in (never, killed)]
    assert both[0] == both[1]
    assert (never / "summary.json").read_text() == (killed / "summary.json").read_text()


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("options.api_key=abc", "options.api_key=[hidden]"),
        ("http://me:pw@host/v1", "http://host/v1"),
        ("--limit", "--limit"),
        ("budget.rounds=6", "budget.rounds=6"),
        ("options.max_tokens=512", "options.max_tokens=512"),
        (
            'options={"api_key": "abc", "max_tokens": "9"}',
            'options={"api_key": "[hidden]", "max_tokens": "9"}',
        ),
    ],
)
def test_keys_of_the_command_line_are_not_written_down(word: str, kept: str) -> None:
    assert hidden(word) == kept


def test_a_broken_row_lowers_a_macro_mean_by_its_share() -> None:
    info = SetInfo("toy", "toy", "mcq_extract", aggregate="macro over kind")
    good = [Scored(Sample(k, "v", tags={"kind": (k,)}), None, 1.0, official_correct=1.0) for k in "abc"]
    rows = [*good, Scored(Sample("x", "v", problem="broken"), None, 0.0)]
    assert standard(info, rows)["score"] == 75.0


def test_sets_without_buckets_are_broken_down_by_length() -> None:
    rows = [Scored(Sample(str(n), "v", "?", ("a",), 0, duration_s=n), None, 1.0) for n in (60, 121, 9999)]
    assert list(breakdown(rows, "length")) == ["2 to 15 min", "over an hour", "under 2 min"]
