"""The terminal: answers on stdout, everything else on stderr, nothing hostile on either."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from playhead.agent.agent import Answer
from playhead.agent.events import Indexing, Observed, Planned, Reflected, Warned
from playhead.agent.state import CallRecord, Plan, Reflection, ToolCall
from playhead.agent.terminal.console import Terminal, letter, names, printable
from playhead.agent.terminal.progress import Watching
from playhead.agent.terminal.wrapping import hanging
from playhead.tools.indexing import Progress
from playhead.tools.types import Evidence, Span, Usage

QUOTE = Evidence(
    "v", "films/night.mp4", Span(151.2, 156.0), "speech", "The \x1b[31mkey\x07 is\tunder the mat."
)


def test_an_answer_is_text_evidence_and_confidence(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().answer(Answer("the twin", option=1, confidence=0.82, evidence=(QUOTE,), run="r1"))
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "B. the twin",
        "[1] 02:31–02:36 speech",
        "    The [31mkey is under the mat.",
        "confidence 82% · playhead show r1",
    ]
    assert err == ""


def test_in_a_pipe_an_answer_and_a_quote_are_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    said = "The miller kept a diary of every single tide, and her diary is why forecasts are trusted today."
    Terminal().answer(Answer(said, evidence=(Evidence("v", "v.mp4", Span(0, 1), "speech", said),)))
    assert capsys.readouterr().out.splitlines()[:3] == [said, "[1] 00:00–00:01 speech", f"    {said}"]


def test_lines_of_a_slide_stay_apart(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().evidence((Evidence("v", "v.mp4", Span(0, 1), "screen", "The mill\nBuilt in 1788"),))
    assert "    The mill / Built in 1788\n" in capsys.readouterr().out


def test_not_found_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().answer(Answer("The video does not say.", found=False))
    assert capsys.readouterr().out == "The video does not say.\nnot found\n"


def test_several_videos_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    other = Evidence("w", "films/day.mp4", Span(0, 1), "screen", "Day")
    Terminal().answer(Answer("both", evidence=(QUOTE, other)))
    assert "[2] 00:00–00:01 screen · day.mp4" in capsys.readouterr().out


def test_long_evidence_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().evidence((Evidence("v", "v.mp4", Span(0, 1), "speech", "word " * 500),))
    assert len(capsys.readouterr().out) < 400


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x1b]0;t\x07b", "a]0;tb"), ("x\u202eevil", "xevil"), ("שלום עולם", "שלום עולם"), ("a\r\n\tb", "a b")],
)
def test_nothing_from_a_video_steers_the_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_thinking_goes_to_stderr_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(verbose=True)
    call = ToolCall("search_memory", {"query": "key"})
    terminal.show(Planned(1, Plan((call,))))
    terminal.show(Observed(1, CallRecord(call, "2 hits")))
    terminal.show(Reflected(1, Reflection(False, 0.4, missing="who")))
    out, err = capsys.readouterr()
    assert out == ""
    assert (
        err
        == "round 1: search_memory(query='key')\n  search_memory → 2 hits\n  confidence 0.40; missing: who\n"
    )


def test_a_warning_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    for _ in range(2):
        terminal.show(Warned("no model"))
        terminal.show(Indexing(Progress("speech", 0, 1, "v", message="no speech", warning=True)))
    assert capsys.readouterr().err == "note: no model\nnote: no speech\n"


def test_without_a_terminal_a_stage_is_one_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    for done in (0, 1, 2):
        terminal.show(Indexing(Progress("segment", done, 2, "night", video_id="v", number=3, files=35)))
    terminal.show(Indexing(Progress("done", 1, 1, "night", video_id="v", number=3, files=35)))
    assert capsys.readouterr() == ("", "3 of 35  night: segment\n")


def test_a_long_stage_is_told_again_now_and_then() -> None:
    written, times = io.StringIO(), iter((0.0, 1.0, 31.0, 61.0))
    watching = Watching(Console(file=written), clock=lambda: next(times))
    for done, eta_s in ((0, None), (10, 90.0), (40, 61.0), (90, 5.0)):
        watching.indexing(Progress("screen", done, 100, "night", eta_s=eta_s), "night")
    told = [
        "night: screen",
        "night: screen 40%, about 2 min left",
        "night: screen 90%, less than a minute left",
    ]
    assert written.getvalue().splitlines() == told


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(quiet=True)
    terminal.show(Warned("no model"))
    terminal.show(Indexing(Progress("segment", 1, 2, "v")))
    assert capsys.readouterr() == ("", "")


def test_closest_moments_stand_under_their_heading(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().answer(Answer("Nobody says it.", found=False, confidence=0.3, evidence=(QUOTE,)))
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["Nobody says it.", "closest moments:", "[1] 02:31–02:36 speech"]
    assert lines[-1] == "no clear answer"


def test_the_file_is_named_when_several_were_searched(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().answer(Answer("yes", evidence=(QUOTE,), searched=2))
    assert "[1] 02:31–02:36 speech · night.mp4\n" in capsys.readouterr().out


def test_files_of_one_name_are_told_apart() -> None:
    files = ["/a/monday/cam.mp4", "/a/tuesday/cam.mp4", "/a/tuesday/door.mp4"]
    lines = [Evidence("v", file, Span(0, 1), "speech", "x") for file in files]
    assert names([line.video for line in lines]) == ["monday/cam.mp4", "tuesday/cam.mp4", "door.mp4"]


def test_times_are_links_on_a_terminal(tmp_path: Path) -> None:
    film = tmp_path / "my film.mp4"
    film.write_bytes(b"x")
    terminal, screen = Terminal(), io.StringIO()
    terminal.out = Console(file=screen, force_terminal=True, width=80, color_system="standard")
    terminal.evidence((Evidence("v", str(film), Span(268.4, 271), "speech", "x"),))
    assert f"{film.as_uri()}#t=268" in screen.getvalue()


def test_cost_adds_up_by_role(capsys: pytest.CaptureFixture[str]) -> None:
    spent = Usage(model_calls=2, input_tokens=30, output_tokens=4, frames=5, wall_s=1.25)
    answer = Answer("yes", usage=spent, by_role={"planner": spent}, cost=0.5, cost_by_role={"planner": 0.5})
    Terminal().cost((answer, answer))
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "  planner    4 calls, 60 tokens in, 8 out, 10 frames, 2.5 s, price 1.0000"
    assert out[-1] == "  in all     4 calls, 60 tokens in, 8 out, 10 frames, 2.5 s, price 1.0000"


def test_estimates_and_missing_prices_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    guessed = Usage(model_calls=1, input_tokens=30, output_tokens=4, unknown_calls=1)
    priced = Answer(
        "yes", usage=guessed, by_role={"planner": guessed}, cost=0.5, cost_by_role={"planner": 0.5}
    )
    Terminal().cost((priced, Answer("no", usage=guessed, by_role={"planner": guessed})))
    out = capsys.readouterr().out.splitlines()
    assert "about 60 tokens in, about 8 out" in out[0]
    assert out[-1] == "  1 answers used a model without a price"


def test_letters_then_numbers() -> None:
    assert [letter(index) for index in (0, 25, 26, 39)] == ["A", "Z", "27", "40"]


@pytest.mark.parametrize(
    ("terminal", "shown"),
    [
        (True, "  00:44 The lighthouse and its\n        lamp\n"),
        (False, "  00:44 The lighthouse and its lamp\n"),
    ],
)
def test_what_does_not_fit_a_terminal_stands_further_in(terminal: bool, shown: str) -> None:
    out = Console(file=(file := io.StringIO()), force_terminal=terminal, width=32)
    hanging(out, "Short")
    hanging(out, "  00:44 The lighthouse and its lamp", 8)
    assert file.getvalue() == f"Short\n{shown}"
