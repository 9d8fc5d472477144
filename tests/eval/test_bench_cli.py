"""`playhead bench` from the command line: its own words, its files, its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from playhead.eval import bench
from playhead.eval.bench_cli import app
from playhead.eval.finished import read
from playhead.eval.types import RunConfig
from playhead.tools import registry
from playhead.tools.errors import MediaError, PlayheadError, UsageError

MEMORIES = [
    {
        "video": f"v{v}",
        "duration": 20,
        "memories": [[0, 5, "a red door opens"], [5, 9, f"a cat eats {v} fish"]],
    }
    for v in range(3)
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    rows = [
        {
            "id": f"q{n}",
            "video": f"v{n % 3}",
            "question": "what opens",
            "options": ["window", "red door", "lid"],
            "answer_index": 1,
            "type": "DO",
        }
        for n in range(6)
    ]
    rows[4]["video"] = "gone"
    (folder / "toy_questions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / "toy_memories.jsonl").write_text("\n".join(map(json.dumps, MEMORIES)))
    return folder


def bench_(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_set_is_the_first_word(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = bench_("captions", "--data", data, "--strategy", "overlap", "--out", out, "--workers", "2")
    assert result.exit_code == 0, result.output
    assert "| captions | overlap |" in result.stdout
    summary = json.loads((out / "summary.json").read_text())
    assert (summary["n"], summary["failed"], summary["accuracy"]) == (6, 1, pytest.approx(5 / 6))
    assert {"config.json", "predictions.jsonl", "errors.jsonl", "report.html", "report.md"} <= {
        p.name for p in out.iterdir()
    }


def test_several_strategies_stand_side_by_side_in_one_report(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("captions", "--data", data, "--strategy", "overlap,random", "--out", out)
    result = bench_(*words)
    assert result.exit_code == 0, result.output
    assert "| captions | overlap |" in result.stdout
    assert "| captions | random |" in result.stdout
    page = (out / "report.html").read_text("utf-8")
    assert "Side by side" in page
    assert "solved by it alone" in page
    before = (out / "overlap" / "predictions.jsonl").read_text("utf-8")
    assert bench_("resume", out, "--quiet").exit_code == 0
    assert (out / "overlap" / "predictions.jsonl").read_text("utf-8") == before


def test_resume_rerun_rescore_and_report(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    bench_("captions", "--data", data, "--strategy", "overlap", "--out", out, "-q")
    before = (out / "predictions.jsonl").read_bytes()
    assert bench_("resume", out, "--json").exit_code == 0
    assert (out / "predictions.jsonl").read_bytes() == before
    file = data / "toy_memories.jsonl"
    file.write_text(file.read_text() + "\n" + json.dumps({**MEMORIES[0], "video": "gone"}))
    _forget()
    assert json.loads(bench_("rerun-errors", out, "--json", "-q").stdout)[0]["failed"] == 0
    assert "| captions | overlap |" in bench_("rescore", out).stdout
    page = tmp_path / "page.html"
    assert bench_("report", out, "--out", page).stdout.strip() == str(page)
    assert page.is_file()
    (out / "summary.json").unlink()
    with pytest.raises(UsageError, match="is not finished — `playhead bench resume`"):
        read(out)


def _forget() -> None:
    from playhead.eval import baselines
    from playhead.eval.benchmarks import captions

    captions._videos.cache_clear()
    baselines._spoken.cache_clear()


def test_a_run_that_failed_as_a_whole_ends_non_zero_with_its_cause(data: Path, tmp_path: Path) -> None:
    result = bench_("captions", "--data", data, "--strategy", "blind", "--out", tmp_path / "blind", "-q")
    assert isinstance(result.exception, PlayheadError)
    assert "6 of 6 samples failed; 6 times no model" in result.exception.cause
    (data / "toy_memories.jsonl").write_text(json.dumps({**MEMORIES[0], "video": "other"}))
    _forget()
    result = bench_("captions", "--data", data, "--strategy", "overlap", "--out", tmp_path / "gone", "-q")
    assert isinstance(result.exception, PlayheadError)
    assert "6 of 6 samples failed; 6 times MediaError: no memories for the video" in result.exception.cause
    _forget()


def test_a_reading_that_a_set_lacks_is_bad_usage(data: Path, tmp_path: Path) -> None:
    result = bench_("captions", "--data", data, "--reading", "own", "--out", tmp_path / "o")
    assert isinstance(result.exception, UsageError)
    assert "lmms, vlmeval" in result.exception.cure


def test_limit_and_first_exclude_each_other(data: Path) -> None:
    result = bench_("captions", "--data", data, "--limit", "2", "--first", "2")
    assert isinstance(result.exception, UsageError)


def test_baselines_stand_in_folders_of_their_own(tmp_path: Path) -> None:
    runs = bench.plan(RunConfig("own", "DIR", model="offline", baselines=True), tmp_path)
    assert {path.relative_to(tmp_path).as_posix(): config.strategy for path, config in runs.items()} == {
        ".": "observe",
        "baselines/blind": "blind",
        "baselines/direct": "direct",
        "baselines/topk": "topk",
        "baselines/random": "random",
    }
    assert [config.model for config in runs.values()] == ["offline"] * 4 + [""]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("nosuch", "--data", "x"), UsageError),
        (("captions", "--data", "DATA", "--subtitles", "some"), UsageError),
        (("captions", "--data", "DATA", "--engine", "magic"), UsageError),
        (("captions", "--data", "DATA", "--strategy", "magic"), UsageError),
        (("captions", "--data", "DATA", "--set", "budget.rounds"), UsageError),
        (("captions", "--data", "DATA", "--set", "no.such=1"), UsageError),
        (("mlvu", "--data", "DATA"), MediaError),
        (("resume", "nowhere"), UsageError),
    ],
)
def test_bad_usage_names_cause_and_cure(
    words: tuple[str, ...], error: type[PlayheadError], data: Path, tmp_path: Path
) -> None:
    result = bench_(
        *(str(data) if word == "DATA" else word for word in words),
        *(("--out", tmp_path / "o") if words[0] != "resume" else ()),
    )
    assert isinstance(result.exception, error)
    assert result.exception.cure
    assert not (tmp_path / "o" / "config.json").exists()


def test_missing_data_is_wrong_usage() -> None:
    result = bench_("captions")
    assert result.exit_code == 2
    assert "--data" in result.output


def test_list_names_every_set() -> None:
    shown = bench_("list").stdout
    assert "longvideobench" in shown
    assert "polish_answer" in shown
    listed = json.loads(bench_("list", "--json").stdout)
    assert [row["set"] for row in listed] == list(registry.names("benchmarks"))


def test_list_says_what_could_not_be_verified() -> None:
    (line,) = [line for line in bench_("list").stdout.splitlines() if line.startswith("xlebench")]
    assert "unverified: the official scorer" in line
    (row,) = [row for row in json.loads(bench_("list", "--json").stdout) if row["set"] == "ovo_bench"]
    assert "OVOBenchScore.py" in row["kit"]
    assert not row["unverified"]


def test_help_loads_nothing_heavy() -> None:
    heavy = ("numpy", "jinja2", "langgraph", "chromadb", "pyarrow", "ray")
    code = f"import sys, playhead.eval.bench_cli; print([m for m in {heavy!r} if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
