"""Suites: what runs they hold, made, killed, gone on with, and shown as one page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from playhead.eval import suite
from playhead.eval.bench_cli import app
from playhead.tools.errors import PlayheadError, UsageError
from tests.eval.made_up_runs import captions

SUITE = """
out = "made"
strategies = ["overlap", "random"]
[defaults]
limit = 6
[[sets]]
name = "captions"
data = "data"
[[sets]]
name = "own"
data = "data"
limit = 4
subtitles = "none"
strategies = ["random"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    captions(tmp_path / "data", 12)
    path = tmp_path / "s.toml"
    path.write_text(SUITE)
    return path


def bench(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def folders(file: Path) -> dict[str, tuple[str, str, int | None, str]]:
    folder, runs = suite.planned(file)
    return {
        path.relative_to(folder).as_posix(): (run.strategy, run.model, run.limit, run.subtitles)
        for path, run in runs.items()
    }


def test_sets_times_strategies_times_models(file: Path) -> None:
    more = (
        '\n[[models]]\nmodel = "offline"\n[[models]]\nmodel = "openai:x"\nsettings = { budget.rounds = 2 }\n'
    )
    file.write_text(SUITE.replace('"overlap", "random"', '"observe", "random"') + more)
    assert folders(file) == {
        "captions/observe-offline": ("observe", "offline", 6, "full"),
        "captions/observe-openai-x": ("observe", "openai:x", 6, "full"),
        "captions/random": ("random", "", 6, "full"),
        "own-none/random": ("random", "", 4, "none"),
    }
    _, runs = suite.planned(file)
    rounds = [dict(run.settings)["budget.rounds"] for run in runs.values()]
    assert rounds[1] == 2
    assert rounds[0] != 2
    libraries = {run.library for run in runs.values() if run.strategy == "observe"}
    assert len(libraries) == 2


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("[[sets]]", "nonsense = 1\n[[sets]]"),
        ("limit = 6", "limit = 0"),
        ('name = "own"', 'nam = "own"'),
        ("strategies = [", "strategies = ["),
    ],
)
def test_a_wrong_file_is_named_with_the_place(file: Path, change: str, named: str) -> None:
    wrong = SUITE.replace(change, named) if change != named else "["
    file.write_text(wrong)
    with pytest.raises(UsageError, match=re.escape(str(file))):
        suite.planned(file)


def test_a_suite_is_one_page_and_nothing_is_asked_twice(file: Path) -> None:
    assert bench("suite", file, "-q").exit_code == 0
    made = file.parent / "made"
    before = {path: path.read_bytes() for path in made.glob("*/*/predictions.jsonl")}
    assert len(before) == 3
    (made / "own-none/random/summary.json").unlink()
    lines = (made / "captions/overlap/predictions.jsonl").read_bytes().splitlines(keepends=True)
    (made / "captions/overlap/predictions.jsonl").write_bytes(b"".join(lines[:3]))
    again = bench("suite", file, "--json", "-q")
    assert [row["n"] for row in json.loads(again.stdout)] == [6, 6, 4]
    assert {path: path.read_bytes() for path in before} == before
    assert "captions:" not in again.stderr
    assert bench("report", made, "--out", made / "again.html").exit_code == 0
    assert (made / "again.html").read_text().count("<td><bdi>random</bdi></td>") == 1


def test_a_run_that_cannot_go_on_leaves_the_others(file: Path) -> None:
    file.write_text(SUITE.replace('name = "own"\ndata = "data"', 'name = "mlvu"\ndata = "data"'))
    result = bench("suite", file, "-q")
    assert isinstance(result.exception, PlayheadError)
    assert "1 of 3 runs failed" in str(result.exception)
    assert "mlvu-none/random: " in result.stderr
    assert (file.parent / "made/report.html").is_file()
