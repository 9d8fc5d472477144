"""The page as text: complete, self-contained, hostile texts shown as text, numbers in full."""

from __future__ import annotations

import base64
import gzip
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from playhead.eval import plots, sections, steps
from playhead.eval.finished import read, run_config, worst_of
from playhead.eval.page_data import embedded
from playhead.eval.pictures import pictures
from playhead.eval.report import write_report
from playhead.eval.table import compact, markdown
from playhead.eval.types import Prediction, Sample, Scored, Source
from playhead.tools.errors import UsageError
from playhead.tools.synthesis import Scene, Script, encode
from playhead.tools.types import Span
from tests.eval.made_up_runs import HOSTILE, finished_run, questions

PAGE_DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("report")
    data = questions(base / "data", 60)
    (data / "videos").mkdir()
    for number in range(4):
        film = Script((Scene(0, 12, (200, 30, 30), ("RED",)),), 320, 180)
        encode(film, data / f"videos/film{number}.mp4")
    runs = [
        finished_run(data, base / "a", model=HOSTILE),
        finished_run(data, base / "b", seed=1, model=HOSTILE, strategy="topk"),
    ]
    return write_report(runs, base / "page" / "report.html", pictured=60)


def held(page: Path) -> dict[str, Any]:
    """The data block of a page."""
    match = PAGE_DATA.search(page.read_text())
    assert match
    found: dict[str, Any] = json.loads(match.group(1))
    return found


def test_nothing_hostile_becomes_markup(page: Path) -> None:
    text = page.read_text()
    assert "<script>document" not in text
    assert "<img src=" not in text
    assert "<b>why</b>" not in text
    assert held(page)["questions"][0]["question"].startswith(HOSTILE)
    assert text.count("</script>") == text.count("<script")


def test_the_page_may_ask_for_nothing_and_run_nothing_else(page: Path) -> None:
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page.read_text())
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "http" not in policy


def test_every_sample_is_there_with_question_gold_reading_and_steps(page: Path) -> None:
    data, text = held(page), page.read_text()
    assert len(data["questions"]) == 60
    first = next(q for q in data["questions"] if q["results"][0].get("steps"))
    assert first["options"][first["gold"]]
    assert first["results"][0]["letter"] in ("A", "B", "C", "D")
    name, place = first["results"][0]["steps"]
    (packed,) = re.findall(rf'id="steps-{name}">([^<]+)<', text)
    told = json.loads(gzip.decompress(base64.b64decode(packed)))[place]
    assert (len(told["steps"]), told["steps"][0]["title"]) == (6, "round 1: plan")
    assert told["evidence"][0]["text"].startswith("cited words")


def test_columns_are_named_by_what_differs(page: Path) -> None:
    assert [run["name"] for run in held(page)["runs"]] == ["observe", "topk"]


def test_tables_of_pairs_kinds_and_categories(page: Path) -> None:
    text = page.read_text()
    for words in (
        "paired p (by video)",
        "wrong, cited elsewhere",
        "By tag",
        "To run it again",
        "fingerprint",
    ):
        assert words in text
    assert "MediaError: &#39;…&#39; cannot be opened at byte …" in text
    assert 'href="#run=0&amp;other=1&amp;flip=lost"' in text


def test_failures_have_frames_of_the_video(page: Path) -> None:
    shown = [picture for question in held(page)["questions"] for picture in question["pictures"]]
    assert shown
    assert all(picture["src"].startswith("data:image/jpeg;base64,") for picture in shown)


def test_the_table_beside_it_is_one_row_a_run(page: Path) -> None:
    rows = page.with_suffix(".md").read_text().splitlines()
    assert len(rows) == 4
    assert all(row.count(" | ") == rows[0].count(" | ") for row in rows[1:])
    assert "<script" not in rows[2]


def test_a_table_has_a_column_for_every_setting_that_differs(page: Path, tmp_path: Path) -> None:
    runs = [read(page.parents[1] / "a"), read(page.parents[1] / "b")]
    other = runs[1].config.__class__(**{**vars_of(runs[1].config), "settings": {"budget": {"rounds": 2}}})
    head, _, first, second = markdown([run.summary for run in runs], [runs[0].config, other]).splitlines()
    assert head.endswith("| seconds | budget.rounds |")
    assert (first.split(" | ")[-1], second.split(" | ")[-1]) == ("– |", "2 |")


def vars_of(config: Any) -> dict[str, Any]:
    return {name: getattr(config, name) for name in config.__dataclass_fields__}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (4996.0, "4,996"),
        (4996, "4,996"),
        (5000.4, "5,000"),
        (0.12345, "0.123"),
        ("x", "x"),
        (float("nan"), "nan"),
    ],
)
def test_counts_are_shown_in_full(value: Any, shown: str) -> None:
    assert compact(value) == shown


def test_worst_failures_are_the_confident_ones_then_the_failed() -> None:
    sample = Sample("1", "v", "?", ("a", "b"), 0)
    sure, unsure = (Scored(sample, Prediction(option=1, confidence=c), 0.0) for c in (0.9, 0.1))
    failed, right = Scored(sample, None, 0.0), Scored(sample, Prediction(option=0), 1.0)
    assert worst_of((failed, unsure, right, sure)) == [sure, unsure, failed]


def test_a_run_explains_itself_when_the_sets_files_are_gone(page: Path, tmp_path: Path) -> None:
    copy = tmp_path / "a"
    shutil.copytree(page.parents[1] / "a", copy)
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, "data": str(tmp_path / "gone")}))
    out = write_report([copy], tmp_path / "r.html")
    assert read(copy).trouble
    assert [q["gold"] for q in held(out)["questions"][:5]] == [0, 1, 2, 3, 0]
    assert not any(q["pictures"] for q in held(out)["questions"])


def test_a_folder_that_is_no_run_is_bad_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="config\\.json"):
        run_config(tmp_path)


def test_odd_trajectories_are_shown_as_far_as_they_go() -> None:
    assert steps.steps({}) == steps.steps({"steps": "x"}) == []
    odd = {"steps": [1, {"a": "b" * 3000}, {"event": "planned", "calls": ["?"]}], "answer": 7}
    one, long, planned = steps.explained(odd)["steps"]
    assert one == {"title": "step", "text": "1"}
    assert long["text"].endswith("characters more)")
    assert planned["text"] == "?"


def test_a_broken_video_gives_no_pictures(tmp_path: Path) -> None:
    (tmp_path / "v.mp4").write_bytes(b"nothing")
    sample = Sample("1", "v", "?", source=Source((tmp_path / "v.mp4",)), evidence=(Span(0, 1),))
    assert pictures(Scored(sample, None, 0.0)) == []


def test_embedded_data_cannot_leave_its_element_and_holds_only_json() -> None:
    text = embedded({"a": "</script><!--&", "b": float("nan")})
    assert not set("<>&") & set(text)
    assert json.loads(text) == {"a": "</script><!--&", "b": None}


def test_plots_escape_labels_and_may_be_empty() -> None:
    assert plots.reliability([("x", [])]) == plots.cost([], "s") == ""
    drawn = plots.cost([plots.Point(HOSTILE, 0.0, 0.5, 0.4, 0.6)], "seconds")
    assert "<script" not in drawn
    assert "&lt;script" in drawn


def test_runs_of_one_set_are_paired_with_its_first(page: Path) -> None:
    runs = [read(page.parents[1] / name) for name in ("a", "b")]
    (pair,) = sections.comparisons(runs, ["one", "two"])
    result = pair["result"]
    assert (pair["places"], result.n) == ((0, 1), 60)
    assert result.difference == pytest.approx((result.only_b - result.only_a) / 60)


def test_unscored_sets_show_dashes() -> None:
    summary: dict[str, Any] = dict.fromkeys(("set", "strategy", "model", "subtitles", "n", "failed"), "x")
    summary |= {"accuracy": None, "stderr": None, "interval": None}
    summary |= {"official": {}, "calibration": {}, "grounding": {}, "usage": {}}
    assert markdown([summary]).splitlines()[2].count("–") == 6
