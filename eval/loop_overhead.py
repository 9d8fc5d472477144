"""What the loop costs a step, and how much of its prompts a prefix cache can serve.

One question takes four rounds over a made-up hour; its model is a script that answers at once.

python -m playhead.eval.loop_overhead --questions 20
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playhead.agent.agent import VideoAgent
from playhead.agent.events import Answered, Event, Observed, Planned, Reflected
from playhead.eval.performance import code, fact, lecture
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.metering import Budget
from playhead.tools.models.scripted import ScriptedModel, text_of
from playhead.tools.protocols import ChatRequest
from playhead.tools.types import Memory, Video

HOUR = Video("a" * 24, "lecture.mp4", "lecture", 3600.0, source="memories", complete=True)
ROUNDS = 4
STEPS: dict[type[Event], int] = {Planned: 2, Reflected: 1, Answered: 1}
"""Steps of `observe` that an event stands for; the calls of a plan are the step after it."""


@contextmanager
def agent(folder: Path, questions: int) -> Iterator[tuple[VideoAgent, ScriptedModel]]:
    """An agent over an hour of speech, 360 lines whose vectors cost next to nothing.

    Its model plays a script that is long enough for so many questions.
    """
    embedder, store = registry.load("embedders", "hashing"), registry.load("stores", "in_memory")
    with Library(folder, embedder, store) as library:
        library.put_video(HOUR)
        library.add(HOUR.id, [Memory(HOUR.id, cue.span, "speech", cue.text) for cue in lecture(60).cues])
        verdicts = [verdict for first in range(questions) for verdict in _verdicts(first)]
        found = {"found": True, "answer": "50,113.", "cites": [1]}
        model = ScriptedModel({"reflect": verdicts, "answer": found})
        with VideoAgent(model, library, budget=Budget(rounds=ROUNDS)) as made:
            yield made, model


def _verdicts(first: int) -> list[dict[str, Any]]:
    """Another slide is looked up after each round, and the last one suffices."""
    verdict = {"missing": "the number", "candidate": "", "cites": [1], "sufficient": False, "confidence": 0.1}
    rounds = [{**verdict, "calls": _calls(first + number)} for number in range(1, ROUNDS)]
    return [*rounds, {**verdict, "candidate": "50,113", "sufficient": True, "confidence": 0.9}]


def _calls(number: int) -> list[dict[str, Any]]:
    place, thing = fact(number)
    start_s = 30.0 * number
    return [
        {"tool": "search_memory", "arguments": {"query": f"the {place} built of {thing}", "limit": 8}},
        {"tool": "read_transcript", "arguments": {"start_s": start_s, "end_s": start_s + 60.0}},
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question that was asked: what happened, and what the model got."""

    events: tuple[Event, ...]
    requests: tuple[ChatRequest, ...]
    wall_s: float
    processor_s: float
    """Of the thread that the loop runs in; tools, checkpoints and the offline answer work in others."""

    @property
    def steps(self) -> int:
        return sum(STEPS.get(type(event), 0) for event in self.events)

    @property
    def tools_s(self) -> float:
        """How long the loop waited for tools, which run side by side in each round."""
        longest: dict[int, float] = {}
        for event in self.events:
            if isinstance(event, Observed):
                longest[event.round] = max(longest.get(event.round, 0.0), event.wall_s)
        return sum(longest.values())


def asked(made: VideoAgent, model: ScriptedModel, number: int) -> Asked:
    """The next question of the script, about slide `number`."""
    before = len(model.requests)
    wall_s, processor_s = time.perf_counter(), made._loop.run(_processor_s())
    events = tuple(made.stream(f"Which invoice goes with stock code {code(number)}?"))
    wall_s, processor_s = time.perf_counter() - wall_s, made._loop.run(_processor_s()) - processor_s
    return Asked(events, tuple(model.requests[before:]), wall_s, processor_s)


async def _processor_s() -> float:
    return time.thread_time()


def shared(requests: Sequence[ChatRequest], before: Sequence[ChatRequest] = ()) -> float:
    """The share (0..1) of the requests' characters that an earlier one begins with too."""
    earlier = [text_of(request) for request in before]
    served = sent = 0
    for text in map(text_of, requests):
        served += max((_common(text, old) for old in earlier), default=0)
        sent += len(text)
        earlier.append(text)
    return served / sent


def _common(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def main() -> None:
    """Print milliseconds a step, the median of all questions, and the share of the prompts that repeats."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=20)
    questions = parser.parse_args().questions
    with tempfile.TemporaryDirectory() as folder, agent(Path(folder), questions + 1) as (made, model):
        before, *runs = [asked(made, model, number) for number in range(questions + 1)]
    wall = statistics.median((run.wall_s - run.tools_s) / run.steps for run in runs)
    processor = statistics.median(run.processor_s / run.steps for run in runs)
    load = os.getloadavg()[0]
    print(f"{1000 * wall:.1f} ms a step beside tools and model; {questions} questions, load {load:.1f}")
    print(f"{1000 * processor:.1f} ms a step of processor time in the loop's thread")
    alone, after = shared(runs[0].requests), shared(runs[0].requests, before.requests)
    print(f"prompts that repeat: {alone:.0%} of the first question, {after:.0%} of one asked after another")


if __name__ == "__main__":
    main()
