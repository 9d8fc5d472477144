"""The commands as a user types them, from the first question to the page that explains it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
QUESTION = "Where does the copper key hang?"


def test_a_question_is_answered_with_its_second(playhead: Run, film: Path) -> None:
    ran = playhead("ask", film, QUESTION)
    assert ran.code == 0
    assert "behind the station clock" in ran.out
    assert "[1] 00:05–00:09 speech" in ran.out
    assert "--model" in ran.err


def test_json_is_one_object_of_the_documented_shape(playhead: Run, film: Path) -> None:
    ran = playhead("ask", film, QUESTION, "--json", "-o", "in a drawer", "-o", "behind the station clock")
    answer = json.loads(ran.out)
    assert list(answer) == [
        "answer",
        "option",
        "confidence",
        "found",
        "outcome",
        "route",
        "stopped_because",
        "evidence",
        "usage",
        "run",
        "searched",
        "coverage",
    ]
    assert (answer["option"], answer["found"]) == (1, True)
    first = answer["evidence"][0]
    assert list(first) == ["video", "start_s", "end_s", "kind", "text", "source"]
    assert Path(first["video"]).name == "signal.mp4"
    assert {"model_calls", "input_tokens", "output_tokens", "frames", "wall_s", "by_role"} <= set(
        answer["usage"]
    )


def test_what_the_video_does_not_say_is_exit_3(playhead: Run, film: Path) -> None:
    ran = playhead("ask", film, "How many elephants live in the zoo of Osaka?")
    assert ran.code == 3
    assert "\nnot found · " in ran.out


def test_who_does_not_wait_is_told_how_much_was_heard(playhead: Run, film: Path) -> None:
    ran = playhead("ask", film, QUESTION, "--wait", "0")
    assert ran.code == 3
    assert "Only 00:00 of 00:16 has been heard so far." in " ".join(ran.out.split())
    assert playhead("ask", film, QUESTION, "--wait", "600").code == 0


def test_a_resumed_run_is_not_asked_again(playhead: Run, film: Path) -> None:
    first = playhead("ask", film, QUESTION)
    again = playhead("ask", "--resume", "last")
    assert again.out == first.out
    assert f"answered before: {QUESTION}" in again.err
    assert playhead("ask", "Who?", "--resume", "last").code == 2
    assert playhead("ask").code == 2


def test_nothing_after_the_cut_off_is_known(playhead: Run, film: Path) -> None:
    question = "When does the last train to Marlow leave?"
    assert playhead("ask", film, question).code == 0
    assert playhead("ask", film, question, "--before", "0:10").code == 3


def test_index_then_ask_the_whole_library(playhead: Run, film: Path) -> None:
    assert "signal.mp4: " in playhead("index", film).out
    assert "behind the station clock" in playhead("ask", QUESTION).out


def test_a_transcript_stands_for_a_video(playhead: Run, film: Path) -> None:
    ran = playhead("ask", film.with_suffix(".srt"), QUESTION)
    assert "behind the station clock" in ran.out


def test_search_prints_memories(playhead: Run, film: Path) -> None:
    playhead("index", film)
    assert "copper key" in playhead("search", "copper key", "--kind", "speech").out
    found = json.loads(playhead("search", "copper key", "--json", "-n", "1").out)
    assert len(found) == 1
    assert found[0]["score"] > 0


def test_library_lists_verifies_repairs_and_removes(playhead: Run, film: Path) -> None:
    playhead("index", film)
    listed = json.loads(playhead("library", "--json").out)
    (video,) = listed["videos"]
    assert set(video) == {"id", "path", "title", "duration_s", "clips", "memories", "complete"}
    assert video["complete"]
    assert video["memories"]["speech"] >= 1
    assert playhead("library", "verify").code == 0
    assert playhead("library", "repair").code == 0
    assert playhead("library", "remove", "signal.mp4").code == 0
    assert json.loads(playhead("library", "--json").out)["videos"] == []


def test_show_explains_the_last_run_on_one_page(playhead: Run, film: Path, tmp_path: Path) -> None:
    playhead("ask", film, QUESTION)
    page = tmp_path / "run.html"
    assert playhead("show", "last", "--out", page).code == 0
    text = page.read_text("utf-8")
    assert QUESTION in text
    assert "data:image/jpeg;base64," in text
    assert not re.search(r"(?:src|href)=.?https?:", text)


def test_show_of_an_unknown_run_says_so(playhead: Run, film: Path) -> None:
    playhead("index", film)
    ran = playhead("show", "nothing")
    assert (ran.code, "no run 'nothing'" in ran.err) == (2, True)


def test_doctor_passes_on_this_machine(playhead: Run) -> None:
    ran = playhead("doctor", "--json")
    report = json.loads(ran.out)
    assert ran.code == 0
    assert {"sqlite", "reader decord", "reader pyav", "embedder", "disk"} <= {
        item["check"] for item in report["findings"]
    }


def test_doctor_fails_when_the_server_is_not_there(playhead: Run) -> None:
    ran = playhead("doctor", "--model", "openai:any", "--base-url", "http://127.0.0.1:9/v1")
    assert ran.code == 1
    assert "FAIL  planner" in ran.out
    assert ran.out.count("start the server") == 1


def test_show_config_names_every_origin(playhead: Run) -> None:
    out = playhead("doctor", "--show-config", "--set", "budget.rounds=6").out
    assert "budget.rounds = 6  (flag for budget.rounds)" in out
    assert "embedder = 'hashing'  (environment PLAYHEAD_EMBEDDER)" in out
    assert "strategy = 'observe'  (default)" in out


def test_help_is_fast() -> None:
    assert min(_help_s() for _ in range(3)) < 0.4


def _help_s() -> float:
    """Seconds of the processor; the least of several, since what shares its caches slows it too."""
    before = os.times()
    subprocess.check_output([sys.executable, "-m", "playhead", "--help"])
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def test_a_token_in_the_environment_is_no_wrong_setting(
    playhead: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYHEAD_TOKEN", "a-token-of-the-server")
    assert playhead("library").code == 0


@pytest.mark.parametrize("group", ["", "library", "bench"])
def test_help_says_every_command_whole_in_80_columns(
    playhead: Run, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = playhead(*group.split(), "--help")
    _, _, listed = ran.out.partition("Commands:\n")
    names = [line.split()[0] for line in listed.splitlines()]
    assert ran.code == 0
    assert len(names) >= 5
    assert "..." not in listed
    for name in names:
        told = playhead(*group.split(), name, "--help").out
        options = told.partition("Options:")[2]
        assert "Usage:" in told
        assert " range>" not in options
        assert "<str>" not in options
