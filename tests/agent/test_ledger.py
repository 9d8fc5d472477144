from __future__ import annotations

import pytest

from playhead.agent.loop.ledger import add, key, renumber, repeated
from playhead.agent.state import CallRecord, ToolCall
from playhead.tools.types import Evidence, Span


def line(text: str, start_s: float = 0.0, score: float = 0.0) -> Evidence:
    return Evidence("v", "film.mkv", Span(start_s, start_s + 2), "speech", text, score=score)


def test_lines_are_numbered_once_and_doubles_keep_their_number() -> None:
    ledger, first = add((), [line("the key"), line("the door", 10)], 9)
    ledger, second = add(ledger, [line("The  KEY"), line("the carpet", 20)], 9)
    assert (first, second) == ((1, 2), (1, 3))
    assert [found.number for found in ledger] == [1, 2, 3]


def test_the_same_words_at_another_time_are_another_line() -> None:
    assert add((), [line("the key"), line("the key", 50)], 9)[1] == (1, 2)


def test_beyond_the_limit_weak_search_hits_go_and_numbers_stay() -> None:
    found = [line("read", 0), line("weak", 10, score=0.1), line("strong", 20, score=0.9)]
    ledger, _ = add((), found, 2)
    assert [(kept.number, kept.text) for kept in ledger] == [(1, "read"), (3, "strong")]
    ledger, numbers = add(ledger, [line("new", 30)], 3)
    assert numbers == (4,)


def test_a_strong_hit_outlives_a_transcript_that_was_read_line_by_line() -> None:
    ledger, _ = add((), [line("strong", 0, score=0.9), *(line(f"read {n}", 10 * n) for n in range(1, 9))], 4)
    assert [kept.number for kept in ledger] == [1, 7, 8, 9]


def test_what_is_cited_outlives_everything() -> None:
    ledger, _ = add((), [line("old", 0), line("weak", 10, score=0.1)], 2)
    ledger, _ = add(ledger, [line(f"new {n}", 20 + n, score=0.9) for n in range(5)], 3, cited=(1, 2))
    assert [kept.number for kept in ledger] == [1, 2, 7]


@pytest.mark.parametrize(
    "arguments",
    [
        {"query": "Red  Car", "limit": 4},
        {"query": "red car", "limit": 4.0},
        {"limit": 4, "query": "red car ", "kinds": None, "video": ""},
    ],
)
def test_spelling_does_not_make_a_call_new(arguments: dict[str, object]) -> None:
    assert key(ToolCall("search", arguments)) == key(ToolCall("search", {"query": "red car", "limit": 4}))


def test_other_arguments_do() -> None:
    assert key(ToolCall("search", {"query": "red car"})) != key(ToolCall("search", {"query": "blue car"}))
    assert key(ToolCall("read", {"start_s": 1})) != key(ToolCall("read", {"start_s": True}))


def test_a_repeated_call_is_answered_from_the_ledger() -> None:
    ledger, numbers = add((), [line("the key")], 9)
    call = ToolCall("search", {"query": "key"})
    records = (CallRecord(call, "1 memory\nthe key", numbers, round=1),)
    again = repeated(ToolCall("search", {"query": "KEY"}), records, ledger)
    assert again is not None
    assert again.repeated
    assert again.numbers == (1,)
    assert again.text == "already asked in round 1: 1 memory; its evidence is [1]. Ask something else."
    assert repeated(ToolCall("search", {"query": "door"}), records, ledger) is None


def test_kept_evidence_is_numbered_anew() -> None:
    ledger, _ = add((), [line("a"), line("b", 5), line("c", 9)], 9)
    assert [kept.number for kept in renumber(ledger[1:])] == [1, 2]
