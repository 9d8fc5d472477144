"""The answer while it is written: its words as events, live on a terminal, gone when the answer is there."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from playhead.agent.agent import VideoAgent
from playhead.agent.commands._options import watched
from playhead.agent.config import Config
from playhead.agent.config_layers import Loaded
from playhead.agent.context import LoopConfig
from playhead.agent.events import Answered, Answering
from playhead.agent.loop.answer import spoken
from playhead.agent.terminal.console import Terminal
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel
from tests.fake_server import FakeServer
from tests.full_calls import call, plan

Make = Callable[..., VideoAgent]
Play = Callable[..., Any]
LIVE = Config(loop=LoopConfig(live_answer=True, first_plan="model"))
WORDS = 'The cook says "hide it" – under the\nblue carpet. 🔑'
SCRIPT: dict[str, Any] = {
    "plan": plan(call("search_memory", query="hides the key")),
    "reflect": {"missing": "", "candidate": "", "cites": [1], "sufficient": True, "confidence": 0.9},
    "answer": {"found": True, "answer": WORDS, "cites": [1]},
}


@pytest.mark.parametrize("ascii_only", [True, False])
def test_every_beginning_of_a_reply_gives_a_beginning_of_the_answer(ascii_only: bool) -> None:
    reply = json.dumps({"found": True, "answer": WORDS, "cites": [1]}, ensure_ascii=ascii_only)
    told = [spoken(reply[:end]) for end in range(len(reply) + 1)]
    assert all(WORDS.startswith(words) for words in told)
    assert told == sorted(told, key=len)
    assert told[-1] == WORDS


@pytest.mark.parametrize(
    "reply", ["", "{", '{"answer": 7}', '{"answer": ["x"]}', "The answer is B", '{"answers": "x"']
)
def test_what_is_no_answer_is_not_told(reply: str) -> None:
    assert spoken(reply) == ""


async def test_words_come_before_the_answer_and_the_run_is_the_same(make: Make, play: Play) -> None:
    events, answer = await play(make(ScriptedModel(SCRIPT), config=LIVE), "Who hides the key?")
    plain, same = await play(make(ScriptedModel(SCRIPT)), "Who hides the key?")
    told = [event.text for event in events if isinstance(event, Answering)]
    assert told
    assert all(WORDS.startswith(text) for text in told)
    assert [type(event) for event in events if not isinstance(event, Answering)] == [
        type(event) for event in plain
    ]
    assert (answer.text, answer.confidence, answer.evidence) == (same.text, same.confidence, same.evidence)


async def test_words_that_came_to_nothing_are_replaced_by_the_answer(library: Library, play: Play) -> None:
    """The server breaks off in the middle of the answer; what was told so far is no answer."""
    replies = {**SCRIPT, "answer": {"found": True, "answer": "The twin, or perhaps", "cites": [1]}}
    faults = [None, None, "truncated", *["refusal"] * 4]
    with FakeServer(replies, fault_list=faults) as server:
        config = Config(model="openai:fake", base_url=server.url, loop=LIVE.loop, options={"backoff_s": 0.01})
        agent = VideoAgent(library=library, config=config)
        events, answer = await play(agent, "Who hides the key?")
        await agent.aclose()
    assert [event.text for event in events if isinstance(event, Answering)]
    assert isinstance(events[-1], Answered)
    assert answer.stopped_because == "model_failed"
    assert answer.text == "The cook hides the key under the blue carpet."


async def test_live_answers_cost_what_plain_ones_do(library: Library, play: Play) -> None:
    spent = []
    for loop in (LoopConfig(first_plan="model"), LIVE.loop):
        with FakeServer(SCRIPT) as server:
            config = Config(model="openai:fake", base_url=server.url, loop=loop)
            agent = VideoAgent(library=library, config=config)
            _, answer = await play(agent, "Who hides the key?")
            await agent.aclose()
        spent.append((answer.usage.model_calls, answer.usage.input_tokens, answer.usage.unknown_calls))
        assert bool(server.requests[-1].get("stream")) == loop.live_answer
    assert spent[0] == spent[1]


class Screen(Terminal):
    """A terminal of which the test keeps what was written."""

    def __init__(self, **options: Any) -> None:
        self.written = io.StringIO()
        screen = Console(file=self.written, force_terminal=True, width=60, color_system=None)
        super().__init__(err=screen, **options)


def test_a_terminal_shows_the_words_and_takes_them_away_again() -> None:
    screen = Screen()
    screen.show(Answering("The cook\x1b[31m"))
    screen.show(Answering("The cook hides it."))
    shown = screen.written.getvalue()
    assert "The cook hides it." in shown
    assert "\x1b[31m" not in shown
    screen.close()
    assert "\x1b[2K" in screen.written.getvalue()[len(shown) :]


def test_nothing_is_shown_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().show(Answering("The cook"))
    quiet = Screen(quiet=True)
    quiet.show(Answering("The cook"))
    assert capsys.readouterr() == ("", "")
    assert quiet.written.getvalue() == ""


def test_answers_are_live_on_a_terminal_unless_told_otherwise() -> None:
    asked = Loaded(Config(), {"loop.live_answer": "environment PLAYHEAD_LOOP__LIVE_ANSWER"})
    assert watched(Loaded(Config(), {}), Screen()).loop.live_answer
    assert not watched(asked, Screen()).loop.live_answer
    assert not watched(Loaded(Config(), {}), Terminal()).loop.live_answer
