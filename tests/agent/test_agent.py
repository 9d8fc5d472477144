"""The public face: what it accepts, what it refuses, how videos get into the library."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playhead import VideoAgent
from playhead.agent.config import Config, Price
from playhead.agent.config_layers import load
from playhead.agent.events import Answered, Indexing, Warned
from playhead.agent.result import Answer
from playhead.agent.scope import advice
from playhead.agent.state import State
from playhead.tools.embedders.hashing import create as hashing
from playhead.tools.errors import MediaError, UnknownPluginError, UsageError
from playhead.tools.indexing import Progress
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel

Make = Callable[..., VideoAgent]
VTT = "WEBVTT\n\n00:05.000 --> 00:08.000\nThe cook hides the key under the carpet.\n"
PLAN = {"thought": "", "calls": [{"tool": "search_memory", "arguments": {"query": "hides the key"}}]}
REFLECT = {"missing": "", "candidate": "", "cites": [1], "sufficient": True, "confidence": 0.9}
ANSWER = {"found": True, "answer": "The cook.", "cites": [1]}


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """A recording without pictures."""
    file = tmp_path / "talk.vtt"
    file.write_text(VTT)
    return file


@pytest.mark.parametrize("question", ["", "  ?! ", "x" * 100_000])
def test_a_question_must_be_one(make: Make, question: str) -> None:
    with pytest.raises(UsageError, match="question"):
        make().ask(question)


@pytest.mark.parametrize("options", [["one"], ["a", " "], ["a"] * 101, ["a", "b" * 3000]])
def test_options_must_leave_a_choice(make: Make, options: list[str]) -> None:
    with pytest.raises(UsageError, match="option"):
        make().ask("Which?", options=options)


@pytest.mark.parametrize("before_s", [0.0, -1.0, float("nan"), float("inf")])
def test_the_cut_off_must_be_a_time(make: Make, before_s: float) -> None:
    with pytest.raises(UsageError, match="before_s"):
        make().ask("Which?", before_s=before_s)


def test_forty_options_are_fine(make: Make) -> None:
    answer = make().ask("Who hides the key?", options=["the cook", *(f"person {n}" for n in range(39))])
    assert answer.option == 0


def test_refused_questions_leave_no_run(make: Make, library: Library) -> None:
    with pytest.raises(UsageError):
        make().ask("")
    assert library.runs() == []


def test_an_empty_library_and_no_video_is_said(tmp_path: Path) -> None:
    with (
        VideoAgent(library=tmp_path / "new", embedder=hashing()) as agent,
        pytest.raises(UsageError, match="empty"),
    ):
        agent.ask("Who?")


def test_a_missing_video_is_said(make: Make) -> None:
    with pytest.raises(MediaError, match=r"gone\.mp4"):
        make().ask("Who?", "gone.mp4")


def test_unknown_parts_are_said_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(UnknownPluginError, match="observ"):
        VideoAgent(strategy="observ", library=tmp_path)
    with pytest.raises(UnknownPluginError):
        VideoAgent("opnai:gpt", library=tmp_path)
    with pytest.raises(UsageError, match="no role 'chef'"):
        VideoAgent(models={"chef": "openai:x"}, library=tmp_path)


async def test_a_video_is_indexed_when_it_is_asked_about(make: Make, talk: Path) -> None:
    agent = make(config=Config(embedder="hashing", store="in_memory"))
    events = [event async for event in agent.stream("Where does the cook hide the key?", [talk])]
    assert any(isinstance(event, Indexing) for event in events)
    last = events[-1]
    assert isinstance(last, Answered)
    assert (last.answer.found, last.answer.evidence[0].video) == (True, str(talk))
    assert sum(isinstance(event, Warned) for event in events) == 1


async def test_a_half_made_index_is_finished_when_its_id_is_asked_about(make: Make, talk: Path) -> None:
    agent = make()
    (video,) = agent.add(talk)
    agent.library.mark_complete(video.id, complete=False)
    events = [event async for event in agent.stream("Where is the key?", [video.id])]
    assert any(isinstance(event, Indexing) for event in events)
    known = agent.library.video(video.id)
    assert known is not None
    assert known.complete


def test_limits_of_a_tool_are_settings(make: Make) -> None:
    agent = make(config=load({"limits.hits": "1"}).config)
    answer = agent.ask("Where does the cook hide the key?")
    kept = agent.library.run(answer.run)
    assert kept is not None
    found = [s for s in kept["steps"] if s["event"] == "observed" and s["call"]["name"] == "search_memory"]
    assert [len(step["evidence"]) for step in found] == [1] * len(found) != []


def test_tools_read_with_the_configured_reader_and_recogniser(make: Make) -> None:
    config = load({"indexing.reader": "pyav", "indexing.ocr": "scripted:EXIT"}).config
    tools = make(config=config)._setup.context(State("Which?"), [], {}).tools
    assert (tools.reader, tools.ocr) == ("pyav", "scripted:EXIT")


def test_an_answer_from_a_part_says_so_and_a_later_question_goes_on(make: Make, talk: Path) -> None:
    agent = make(config=Config(embedder="hashing", store="in_memory"))
    question = "Where does the cook hide the key?"
    early = agent.ask(question, talk, wait_s=0)
    assert (early.found, early.coverage.finished, early.searched) == (False, False, 1)
    assert early.text.endswith("Nothing near it was found. Indexing has not finished yet.")
    later = agent.ask(question, talk)
    assert (later.found, later.coverage.finished) == (True, True)


@pytest.mark.parametrize("wait_s", [-1.0, float("nan"), float("inf")])
def test_a_wait_must_be_a_time(make: Make, wait_s: float) -> None:
    with pytest.raises(UsageError, match="wait_s"):
        make().ask("Which?", wait_s=wait_s)


def test_who_waits_long_is_told_how_long() -> None:
    step = Progress("speech", done=180, total=3600, video="talk.mp3", eta_s=200.0)
    assert advice(step).startswith("hearing all of talk.mp3 takes about 4 min more; Ctrl-C loses nothing")
    assert advice(replace(step, eta_s=50.0)) == ""
    assert advice(replace(step, eta_s=None)) == ""
    assert advice(replace(step, stage="screen")) == ""


def test_add_and_search_need_no_question(make: Make, talk: Path) -> None:
    agent = make()
    (video,) = agent.add(talk)
    assert video.title == "talk"
    hits = agent.search("carpet", videos=[video.id], kinds=["speech"], limit=3)
    assert [(hit.number, hit.text) for hit in hits] == [(1, "The cook hides the key under the carpet.")]


@pytest.mark.parametrize(
    "asked", [{"query": " "}, {"limit": 0}, {"kinds": ["smell"]}, {"videos": ["nothing.mp4"]}]
)
def test_a_search_must_make_sense(make: Make, asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        make().search(**{"query": "key", **asked})


def test_an_answer_as_json_and_back(make: Make) -> None:
    prices = {"scripted": Price(input_per_million=1.0, output_per_million=2.0)}
    model = ScriptedModel({"plan": PLAN, "reflect": REFLECT, "answer": ANSWER})
    answer = make(model, config=Config(prices=prices)).ask("Who hides the key?")
    data = answer.to_dict()
    keys = [
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
    assert list(data) == keys
    assert list(data["evidence"][0]) == ["video", "start_s", "end_s", "kind", "text"]
    spent = data["usage"]
    assert spent["cost"] == pytest.approx(
        (spent["input_tokens"] + 2 * spent["output_tokens"]) / 1e6, abs=1e-6
    )
    assert Answer.from_dict(data).to_dict() == data


def test_roles_may_have_models_of_their_own(make: Make) -> None:
    planner = ScriptedModel({"plan": PLAN, "answer": ANSWER}, name="large")
    reflector = ScriptedModel({"reflect": REFLECT}, name="small")
    answer = make(planner, models={"reflector": reflector}).ask("Who hides the key?")
    assert answer.found
    assert [request.purpose for request in reflector.requests] == ["reflect"]


def test_without_prices_there_is_no_cost(make: Make) -> None:
    answer = make(ScriptedModel({"plan": PLAN, "reflect": REFLECT, "answer": ANSWER})).ask(
        "Who hides the key?"
    )
    assert answer.cost is None
    assert "cost" not in answer.to_dict()["usage"]


def test_one_agent_serves_many_loops(make: Make) -> None:
    agent = make(ScriptedModel({"plan": PLAN, "reflect": REFLECT, "answer": ANSWER}))
    texts = [asyncio.run(agent.aask("Who hides the key?")).text for _ in range(2)]
    assert texts == ["The cook."] * 2


def test_a_closed_agent_leaves_a_library_that_was_handed_in_open(make: Make, library: Library) -> None:
    make().close()
    assert library.videos()
