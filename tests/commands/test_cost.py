"""What a question costs, as a user sees it: tokens, calls, frames, seconds and money, within the budget."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from playhead.tools.embedders.hashing import create as hashing
from playhead.tools.library import Library
from tests.fake_requests import pictures, tokens
from tests.fake_server import FakeServer
from tests.full_calls import call, plan

Run = Callable[..., Any]
WHERE = "Where does the copper key hang?"


SEARCH, LOOK = (
    call("search_memory", query="copper key"),
    call("inspect_frames", spans=[[0, 16]], question="Where?"),
)
SURE = {"missing": "", "candidate": "", "cites": [1], "sufficient": True, "confidence": 0.9}
UNSURE = {**SURE, "missing": "more", "sufficient": False, "confidence": 0.1}
ANSWER = {"found": True, "answer": "Behind the clock.", "cites": [1]}
SEEN = {"can_tell": True, "answer": "A clock.", "moments": [[1, 2]]}
SCRIPT = {"plan": plan(SEARCH, LOOK), "reflect": SURE, "inspect": SEEN, "answer": ANSWER}
NEVER_SURE = {
    **SCRIPT,
    "reflect": UNSURE,
    "plan": [plan(call("read_transcript", start_s=0.4 * n, end_s=0.4 * n + 1)) for n in range(40)],
}
PRICES = "[prices.fake]\ninput_per_million = 2.0\noutput_per_million = 10.0\n"


@pytest.fixture
def ask(playhead: Run, film: Path, tmp_path: Path) -> Run:
    """`ask(server, settings…)`: the JSON of one question to an indexed film."""
    file = tmp_path / "prices.toml"
    file.write_text(PRICES)
    playhead("index", film)

    def run(server: FakeServer, *settings: str, config: Path = file) -> dict[str, Any]:
        flags = [word for setting in (*settings, "loop.first_plan=model") for word in ("--set", setting)]
        access = ("--model", "openai:fake", "--base-url", server.url, "--config", config)
        ran = playhead("ask", film, WHERE, *access, *flags, "--json")
        assert ran.code == 0, ran.err
        answer: dict[str, Any] = json.loads(ran.out)
        return answer

    return run


def added(roles: Mapping[str, Mapping[str, float]], name: str) -> float:
    return sum(role.get(name, 0) for role in roles.values())


def test_usage_is_what_the_server_counted_by_role_and_in_money(ask: Run) -> None:
    with FakeServer(SCRIPT) as server:
        usage = ask(server)["usage"]
    roles = usage["by_role"]
    assert set(roles) == {"planner", "reflector", "inspector"}
    assert usage["model_calls"] == len(server.requests) == 4
    assert usage["input_tokens"] == sum(map(tokens, server.requests))
    assert (
        usage["frames"] == roles["inspector"]["frames"] == sum(len(pictures(x)) for x in server.requests) > 0
    )
    for name in ("model_calls", "input_tokens", "output_tokens", "frames"):
        assert added(roles, name) == usage[name]
    assert "unknown_calls" not in usage
    assert usage["cost"] == pytest.approx(
        (2 * usage["input_tokens"] + 10 * usage["output_tokens"]) / 1e6, abs=1e-6
    )
    assert added(roles, "cost") == pytest.approx(usage["cost"], abs=3e-6)
    assert usage["wall_s"] > 0


def test_without_counts_tokens_are_estimates_and_said_to_be(ask: Run) -> None:
    with FakeServer(SCRIPT, has_usage=False) as server:
        usage = ask(server)["usage"]
    assert usage["unknown_calls"] == usage["model_calls"] == 4
    counted = sum(map(tokens, server.requests))
    assert 0.7 * counted < usage["input_tokens"] < 1.5 * counted
    assert usage["output_tokens"] > 0
    assert usage["cost"] > 0


def test_replies_that_had_to_be_repeated_are_paid_for_too(ask: Run) -> None:
    with FakeServer(SCRIPT, fault_list=["garbled", "empty"]) as server:
        usage = ask(server)["usage"]
    assert usage["model_calls"] == len(server.requests) == 6


def test_a_model_without_a_price_has_no_cost(ask: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(PRICES.replace("fake", "another"))
    with FakeServer(SCRIPT) as server:
        usage = ask(server, config=other)["usage"]
    assert "cost" not in usage
    assert all("cost" not in role for role in usage["by_role"].values())


@pytest.mark.parametrize(
    ("limit", "most"),
    [("model_calls", 5), ("input_tokens", 6000), ("rounds", 2)],
)
@pytest.mark.parametrize("server", [{}, {"has_usage": False}], ids=["counted", "uncounted"])
def test_a_run_stops_before_a_budget_is_passed(
    ask: Run, limit: str, most: int, server: dict[str, Any]
) -> None:
    with FakeServer(NEVER_SURE, **server) as running:
        answer = ask(running, "budget.rounds=30", f"budget.{limit}={most}")
    usage = answer["usage"]
    assert answer["stopped_because"] == ("rounds" if limit == "rounds" else f"budget:{limit}")
    assert answer["answer"]
    if limit == "rounds":
        assert sum(request["purpose"] == "reflect" for request in running.requests) == most
    else:
        assert 0 < usage[limit] <= most
    assert len(running.requests) == usage["model_calls"]


def test_replies_are_asked_no_longer_than_the_budget_has_room_for(ask: Run) -> None:
    with FakeServer(NEVER_SURE) as server:
        answer = ask(server, "budget.rounds=30", "budget.output_tokens=150")
    assert answer["stopped_because"] == "budget:output_tokens"
    asked = [request["max_tokens"] for request in server.requests]
    assert asked[0] == 150
    assert asked == sorted(asked, reverse=True)
    assert asked[-1] < 100


def test_frames_are_held_to_the_budget(ask: Run) -> None:
    with FakeServer(SCRIPT) as server:
        answer = ask(server, "budget.frames=5")
    assert answer["stopped_because"] == "budget:frames"
    assert answer["usage"]["frames"] <= 5
    assert not [request for request in server.requests if pictures(request)]


def test_seconds_are_held_to_the_budget(ask: Run) -> None:
    with FakeServer(NEVER_SURE, latency_s=0.3) as server:
        answer = ask(server, "budget.rounds=30", "budget.wall_s=1.0")
    assert answer["stopped_because"] == "budget:wall_s"
    assert len(server.requests) <= 1.0 / 0.3 + 3


def test_repeated_replies_cannot_pass_the_budget_of_calls(ask: Run) -> None:
    with FakeServer({"*": "prose, never an object"}) as server:
        answer = ask(server, "budget.model_calls=3")
    assert answer["usage"]["model_calls"] <= 3
    assert len(server.requests) <= 3


def test_describing_clips_while_indexing_is_counted_apart(playhead: Run, film: Path, tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(PRICES)
    caption = {"caption": "A slide.", "actions": [], "entities": [], "screen_text": [], "place": "a box"}
    told = {"title": "Trains", "summary": "Slides about trains."}
    script = {**SCRIPT, "caption": caption, "digest": told}
    eager = ("--set", "indexing.captions=all", "--config", file)
    with FakeServer(script) as server:
        access = ("--model", "openai:fake", "--base-url", server.url)
        ran = playhead("ask", film, WHERE, *access, *eager, "--json", "--set", "budget.model_calls=4")
    usage = json.loads(ran.out)["usage"]
    captions = [
        request
        for request in server.requests
        if request["purpose"] not in ("plan", "reflect", "inspect", "answer")
    ]
    assert usage["by_role"]["indexing"]["model_calls"] == len(captions) > 0
    assert usage["by_role"]["indexing"]["cost"] > 0
    assert usage["model_calls"] == len(server.requests)


def test_the_cost_of_indexing_is_told_on_stderr(playhead: Run, film: Path, tmp_path: Path) -> None:
    with FakeServer() as server:
        access = ("--model", "openai:fake", "--base-url", server.url)
        ran = playhead("index", film, *access, "--captions", "all")
    assert f"models     {len(server.requests)} calls" in ran.err


def test_chat_and_the_stored_run_tell_the_cost_by_role(
    playhead: Run, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    file = tmp_path / "prices.toml"
    file.write_text(PRICES)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{WHERE}\n/cost\n"))
    with FakeServer(SCRIPT) as server:
        access = ("--model", "openai:fake", "--base-url", server.url, "--set", "loop.first_plan=model")
        ran = playhead("chat", film, *access, "--config", file)
    lines = ran.out.splitlines()
    (planner,) = [line for line in lines if line.startswith("  planner")]
    (whole,) = [line for line in lines if line.startswith("  in all")]
    assert planner.split()[1:3] == ["2", "calls,"]
    assert f"{sum(map(tokens, server.requests))} tokens in" in whole
    assert ", price 0.0" in planner
    with Library(tmp_path / "library", hashing()) as library:
        stored = library.run(library.runs()[1]["id"])
    assert stored
    usage = stored["answer"]["usage"]
    assert set(usage["by_role"]) == {"planner", "reflector", "inspector"}
    assert usage["cost"] == pytest.approx(added(usage["by_role"], "cost"), abs=3e-6)
    assert playhead("show", stored["run"], "--out", tmp_path / "run.html").code == 0
    assert f'<td class="number">{usage["cost"]:.4f}</td></tr>' in (tmp_path / "run.html").read_text()
