"""The line in front of the model: fair between clients, with the place in it told."""

from __future__ import annotations

import pytest

from playhead.agent.server.limits import Bucket
from playhead.agent.server.line import CrowdedError, Line


async def test_a_single_question_passes_a_client_that_asked_many() -> None:
    line, served = Line(slots=1), list[str]()
    first = line.join("many", lambda _: None)
    waiting = [("many", line.join("many", lambda _: None)) for _ in range(5)]
    waiting.append(("one", line.join("one", lambda _: None)))
    line.leave(first)
    while waiting:
        client, ticket = next(each for each in waiting if each[1].turn.done())
        served.append(client)
        waiting.remove((client, ticket))
        line.leave(ticket)
    assert served == ["many", "one", "many", "many", "many", "many"]


async def test_everybody_is_told_the_place_whenever_it_changes() -> None:
    line, places = Line(slots=1), list[int]()
    running, before = line.join("a", lambda _: None), line.join("b", lambda _: None)
    line.join("c", places.append)
    assert places == [2]
    line.leave(before)
    assert places == [2, 1]
    line.leave(running)
    assert places == [2, 1]


async def test_a_client_cannot_fill_the_line() -> None:
    line = Line(slots=1, most_each=2)
    for _ in range(3):
        line.join("a", lambda _: None)
    with pytest.raises(CrowdedError):
        line.join("a", lambda _: None)
    assert line.join("b", lambda _: None).place == 2


def test_a_bucket_fills_again_with_time() -> None:
    now_s = [0.0]
    bucket = Bucket(1.0, 2, lambda: now_s[0])
    assert [bucket.take("a") for _ in range(3)] == [True, True, False]
    assert bucket.take("b")
    now_s[0] = 1.0
    assert [bucket.take("a") for _ in range(2)] == [True, False]
