"""The page: complete, self-contained, hostile texts shown as text; opened in a real browser where one is."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playhead.eval import plots
from playhead.eval.answerers import FunctionAnswerer
from playhead.eval.finished import benchmark_of, read, run_config, worst_of
from playhead.eval.report import pictures, steps, write_report
from playhead.eval.rundir import RunFolder
from playhead.eval.runner import Run
from playhead.eval.table import markdown
from playhead.eval.types import Prediction, RunConfig, Sample, Scored, Source
from playhead.tools.errors import UsageError
from playhead.tools.synthesis import Scene, Script, encode
from playhead.tools.types import Span, Usage
from tests.browser import chromium, needs_browser

HOSTILE = '<script>document.title="owned"</script><img src="https://evil.invalid/x" onerror="alert(1)">'


def questions(folder: Path) -> Path:
    rows = [
        {
            "id": f"q{n}",
            "video": "film.mp4",
            "type": "mc",
            "question": HOSTILE if n == 0 else f"question {n}?",
            "options": ["red", HOSTILE, "green"],
            "answer_index": n % 3,
            "evidence": [[n, n + 2]],
            "tags": ["<b>tag</b>"],
        }
        for n in range(6)
    ]
    folder.mkdir(exist_ok=True)
    (folder / "qa.json").write_text(json.dumps(rows))
    script = Script((Scene(0, 8, (200, 30, 30), ("RED",)),), 320, 180)
    (folder / "videos").mkdir()
    encode(script, folder / "videos/film.mp4")
    return folder


def answer(sample: Sample) -> Prediction:
    number = int(sample.id[1:])
    return Prediction(
        HOSTILE,
        0,
        confidence=0.9 - number / 10,
        evidence=(Span(number, number + 1),),
        usage=Usage(2, 1000, 50, 8, 1.5),
        by_role={"planner": Usage(2, 1000, 50, 8, 1.5)},
        trajectory={"steps": [{"event": "planned", "thought": HOSTILE}]},
    )


def failing(sample: Sample) -> Prediction:
    if sample.id == "q1":
        raise OSError(HOSTILE)
    return Prediction("", 2)


def run(data: Path, out: Path, function: Callable[[Sample], Any], strategy: str) -> Path:
    config = RunConfig("own", str(data), strategy=strategy, model=HOSTILE)
    with RunFolder(out) as folder:
        asyncio.run(Run(benchmark_of(config), config, folder).go(FunctionAnswerer(function)))
    return out


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("report")
    data = questions(base / "data")
    runs = [run(data, base / "a", answer, "observe"), run(data, base / "b", failing, "blind")]
    return write_report(runs, base / "page" / "report.html")


def test_nothing_hostile_becomes_markup(page: Path) -> None:
    text = page.read_text()
    assert "<script" not in text
    assert "<img src=" not in text
    assert "&lt;script&gt;" in text
    assert "<b>tag</b>" not in text


def test_the_page_asks_for_nothing(page: Path) -> None:
    text = re.sub(r"&[a-z#0-9]+;", "", page.read_text())
    assert "default-src 'none'" in text
    addresses = re.findall(
        r'(?:src|href|url)\s*[=(]\s*"?([^">\s)]+)', re.sub(r"&lt;.*?&gt;", "", page.read_text())
    )
    assert all(address.startswith(("data:", "&#34;")) for address in addresses)


def test_both_runs_stand_side_by_side(page: Path) -> None:
    text = page.read_text()
    for words in (
        "Paired comparison",
        "Grounding",
        "Worst failures",
        "To run it again",
        "By tag",
        "paired p",
    ):
        assert words in text
    assert text.count("<svg") == 2
    assert "data:image/jpeg;base64," in text
    assert "fingerprint" in text


def test_the_table_beside_it_is_one_row_a_run(page: Path) -> None:
    rows = page.with_suffix(".md").read_text().splitlines()
    assert len(rows) == 4
    assert all(row.count(" | ") == rows[0].count(" | ") for row in rows[1:])
    assert "<script" not in rows[2]


def test_worst_failures_are_the_confident_ones_then_the_failed() -> None:
    sample = Sample("1", "v", "?", ("a", "b"), 0)
    sure, unsure = (Scored(sample, Prediction(option=1, confidence=c), 0.0) for c in (0.9, 0.1))
    failed, right = Scored(sample, None, 0.0), Scored(sample, Prediction(option=0), 1.0)
    assert worst_of((failed, unsure, right, sure)) == [sure, unsure, failed]


def test_a_run_whose_data_is_gone_still_reports(page: Path, tmp_path: Path) -> None:
    copy = tmp_path / "a"
    shutil.copytree(page.parents[1] / "a", copy)
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, "data": str(tmp_path / "gone")}))
    assert "holds none" in read(copy).trouble or "no folder" in read(copy).trouble
    assert "cannot be shown" in write_report([copy], tmp_path / "r.html").read_text()


def test_a_folder_that_is_no_run_is_bad_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="config\\.json"):
        run_config(tmp_path)


def test_odd_trajectories_are_shown_as_far_as_they_go() -> None:
    assert steps(None) == steps({}) == steps({"steps": "x"}) == []
    assert steps({"steps": [1, {"a": "b" * 2000}]})[1].endswith(" …")


def test_a_broken_video_gives_no_pictures(tmp_path: Path) -> None:
    (tmp_path / "v.mp4").write_bytes(b"nothing")
    sample = Sample("1", "v", "?", source=Source((tmp_path / "v.mp4",)), evidence=(Span(0, 1),))
    assert pictures(Scored(sample, None, 0.0)) == []


def test_plots_escape_labels_and_may_be_empty() -> None:
    assert plots.reliability([("x", [])]) == plots.cost([], "s") == ""
    drawn = plots.cost([plots.Point(HOSTILE, 0.0, 0.5, 0.4, 0.6)], "seconds")
    assert "<script" not in drawn
    assert "&lt;script" in drawn


def test_unscored_sets_show_dashes() -> None:
    summary: dict[str, Any] = dict.fromkeys(("set", "strategy", "model", "subtitles", "n", "failed"), "x")
    summary |= {
        "accuracy": None,
        "stderr": None,
        "official": {},
        "calibration": {},
        "grounding": {},
        "usage": {},
    }
    assert markdown([summary]).splitlines()[2].count("–") == 6


@needs_browser
def test_a_real_browser_renders_it_without_errors_or_requests(page: Path, tmp_path: Path) -> None:
    log, shot = tmp_path / "net.json", tmp_path / "page.png"
    done = chromium(f"--log-net-log={log}", f"--screenshot={shot}", "--window-size=1200,2400", page.as_uri())
    assert shot.stat().st_size > 20_000
    assert not [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    asked = set(re.findall(r'"url":"(https?://[^"]+)', log.read_text()))
    assert not [url for url in asked if "evil.invalid" in url]
    dom = chromium("--dump-dom", page.as_uri()).stdout
    assert "<title>playhead benchmark report</title>" in dom
    assert "&lt;script&gt;" in dom
