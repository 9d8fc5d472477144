"""The words of an answer as they are written, to programs that cannot take back what they were told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openai
import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.context import LoopConfig
from playhead.agent.server import citing
from playhead.agent.server.wording import CHANGED
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.protocols import ChatReply, ChatRequest
from tests.full_calls import call, plan
from tests.running_server import TOKEN, RunningServer

MODEL = "playhead/observe"
LIVE = Config(loop=LoopConfig(live_answer=True, first_plan="model"))
WORDS = "The cook hides it under the blue carpet [1]."
Serve = Callable[[VideoAgent], RunningServer]


class Writer(ScriptedModel):
    """Writes its answer word by word, and ends only when somebody has read of it."""

    def __init__(self, answer: str, cites: list[int]) -> None:
        weighed = {"missing": "", "candidate": "", "cites": [1], "sufficient": True, "confidence": 0.9}
        looked = plan(call("search_memory", query="hides the key"))
        told = {"found": True, "answer": answer, "cites": cites}
        super().__init__({"plan": looked, "reflect": weighed, "answer": told})
        self.read = threading.Event()

    async def complete(self, request: ChatRequest) -> ChatReply:
        reply = await super().complete(replace(request, on_text=None))
        if request.on_text:
            for end in range(len(reply.text)):
                request.on_text(reply.text[:end])
                await asyncio.sleep(0.002)
            assert await asyncio.to_thread(self.read.wait, 300)
        return reply


Ask = Callable[[Writer], tuple[str, str]]


def chat(client: openai.OpenAI) -> Any:
    asked: Any = [{"role": "user", "content": "Who hides the key?"}]
    for chunk in client.chat.completions.create(model=MODEL, messages=asked, stream=True):
        yield chunk.choices[0].delta.content or ""


def respond(client: openai.OpenAI) -> Any:
    for event in client.responses.create(model=MODEL, input="Who hides the key?", stream=True):
        if event.type == "response.output_text.delta":
            yield event.delta
        if event.type == "response.completed":
            whole = event.response.output_text
            yield ""
            assert "confidence" in whole


@pytest.fixture(params=[chat, respond])
def ask(request: pytest.FixtureRequest, make: Callable[..., VideoAgent], serve: Serve) -> Ask:
    """`early, all = ask(model)`: what had come before the model was done, and all that came."""

    def asked(model: Writer) -> tuple[str, str]:
        server = serve(make(model, config=LIVE))
        client = openai.OpenAI(base_url=f"{server.url}/v1", api_key=TOKEN, max_retries=0)
        early = told = ""
        for words in request.param(client):
            told += words
            if told and not model.read.is_set():
                early = told
                model.read.set()
        return early, told

    return asked


def test_words_come_while_they_are_written(ask: Ask) -> None:
    early, told = ask(Writer(WORDS, [1]))
    assert WORDS.startswith(early)
    assert told.startswith(f"{WORDS}\n\n[1] film.mkv 00:30")
    assert told.count("The cook hides it") == 1


def test_words_that_do_not_hold_are_taken_back(ask: Ask) -> None:
    early, told = ask(Writer("Aliens landed on a distant moon.", []))
    draft, _, checked = told.partition(CHANGED)
    assert draft.startswith(early)
    assert "Aliens landed on a distant moon.".startswith(draft)
    assert checked.startswith("The cook hides the key under the blue carpet.\n\n[1]")
    assert citing.words_of(told) == "The cook hides the key under the blue carpet."


def test_words_under_options_wait_for_their_letter(make: Callable[..., VideoAgent], serve: Serve) -> None:
    model = Writer("The cook hides it.", [1])
    model.read.set()
    server = serve(make(model, config=LIVE))
    client = openai.OpenAI(base_url=f"{server.url}/v1", api_key=TOKEN, max_retries=0)
    asked: Any = [{"role": "user", "content": "Who hides the key?"}]
    options = {"options": ["the twin", "the cook"]}
    chunks = client.chat.completions.create(model=MODEL, messages=asked, stream=True, extra_body=options)
    told = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert CHANGED not in told
    assert told.startswith("B. ")
