"""The terminal: answers on stdout, everything else on stderr, nothing hostile on either."""

from __future__ import annotations

import pytest

from playhead.agent.agent import Answer
from playhead.agent.console import Terminal, letter, printable
from playhead.agent.events import Indexing, Observed, Planned, Reflected, Warned
from playhead.agent.state import CallRecord, Plan, Reflection, ToolCall
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


def test_progress_is_drawn_on_terminals_only(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().show(Indexing(Progress("segment", 1, 2, "v", clips=3)))
    assert capsys.readouterr() == ("", "")


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
