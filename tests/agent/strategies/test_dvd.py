"""Deep Video Discovery: four searches, the fourth refused; an early answer is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SEEN = {"answer": "the cook", "can_tell": True, "moments": [[30, 31]]}


def search(query: str) -> dict[str, Any]:
    call = {"tool": "search_memory", "arguments": {"query": query}}
    return {"thought": "", "calls": [call], "answer": ""}


DONE = {"thought": "", "calls": [], "answer": "The cook."}


def test_a_fourth_search_in_a_row_is_refused(watch: Callable[..., Any]) -> None:
    plans = [search("key"), search("cook"), search("hides"), search("carpet"), DONE, DONE]
    _, model = watch("dvd", {"plan": plans, "inspect": SEEN})
    assert "3 times in a row" in model.asked("plan")[4]


def test_a_search_brings_sixteen_clips(watch: Callable[..., Any]) -> None:
    asked = search("key")
    asked["calls"][0]["arguments"]["limit"] = 2
    _, model = watch("dvd", {"plan": [asked, DONE, DONE], "inspect": SEEN})
    assert '"query": "key", "limit": 16' in model.asked("plan")[1]


def test_an_answer_without_a_look_is_looked_at_once(watch: Callable[..., Any]) -> None:
    answer, model = watch("dvd", {"plan": [search("key"), DONE, DONE], "inspect": SEEN})
    assert [request.purpose for request in model.requests] == ["plan", "plan", "inspect", "plan", "answer"]
    assert answer.found


def test_a_look_that_could_not_tell_is_told_in_the_next_turn(watch: Callable[..., Any]) -> None:
    look = {"tool": "inspect_frames", "arguments": {"spans": [[30, 40]], "question": "Who hides the key?"}}
    blind = {"answer": "too dark", "can_tell": False, "moments": []}
    _, model = watch(
        "dvd", {"plan": [{"thought": "", "calls": [look], "answer": ""}, DONE], "inspect": blind}
    )
    assert "cannot tell: too dark" in model.asked("plan")[1]


def test_the_last_turn_answers(watch: Callable[..., Any]) -> None:
    answer, model = watch("dvd:3", {"plan": [search("key"), search("cook")]})
    assert len(model.asked("plan")) == 2
    assert answer.stopped_because == "rounds"
