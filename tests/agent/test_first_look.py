"""What rules look at in the first round, before any model has planned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.events import Planned
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.types import Clip, Memory, Span, Video

STORE = Video("d" * 24, "store.mkv", "store", 600.0, complete=True)
CRATES = (3, 17, 25, 41)
"""Clips of ten seconds whose description names a crate."""
NOTHING = {"found": False, "answer": "It does not show it.", "cites": []}


@pytest.fixture
def looks(library: Library, make: Callable[..., VideoAgent]) -> Callable[[str], dict[str, Any]]:
    """`looks(question)`: by the name of the tool, the calls of the first round about a film of a store."""
    library.put_video(STORE)
    library.put_clips(STORE.id, [Clip(i, Span(10.0 * i, 10.0 * i + 10)) for i in range(60)])

    def first(question: str, **asked: Any) -> dict[str, Any]:
        agent = make(ScriptedModel({"*": NOTHING}), config=Config())
        planned = [
            event.plan for event in agent.stream(question, [STORE.id], **asked) if isinstance(event, Planned)
        ]
        return {call.name: call.arguments for call in planned[0].calls}

    return first


def describe(library: Library, clips: range) -> None:
    texts = ["There is a crate with writing on it." if i in CRATES else f"Hall {i} is empty." for i in clips]
    rows = zip(clips, texts, strict=True)
    library.add(
        STORE.id, [Memory(STORE.id, Span(10.0 * i, 10.0 * i + 10), "caption", text) for i, text in rows]
    )


def test_all_places_that_descriptions_make_likely_are_looked_at(library: Library, looks: Any) -> None:
    describe(library, range(60))
    spans = looks("What code is on the crate?")["inspect_frames"]["spans"]
    assert {(10.0 * i, 10.0 * i + 10) for i in CRATES} <= set(map(tuple, spans))
    assert len(spans) <= 20


def test_what_memory_answers_is_not_looked_at(library: Library, looks: Any) -> None:
    describe(library, range(60))
    said = "The code on the crate is K4MX, the code on the crate."
    library.add(STORE.id, [Memory(STORE.id, Span(5, 9), "speech", said)])
    assert "inspect_frames" not in looks("What code is on the crate?")
    assert "inspect_frames" in looks("What colour is the crate?")


def test_a_few_descriptions_say_nothing_of_where_else_to_look(library: Library, looks: Any) -> None:
    describe(library, range(10))
    assert "inspect_frames" not in looks("What code is on the crate?")


def test_what_only_the_whole_shows_is_gone_through(library: Library, looks: Any) -> None:
    describe(library, range(60))
    calls = looks("How many crates are there?")
    assert "ask_every_clip" in calls
    assert "inspect_frames" not in calls
