"""What the loop costs a step, and how much of its prompts a prefix cache can serve.

One question takes four rounds over a made-up hour; its model is a script that answers at once.

python -m playhead.eval.loop_overhead --questions 20
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
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


def library(folder: Path) -> Library:
    """A library with an hour of speech, 360 lines, and vectors that cost next to nothing."""
    made = Library(folder, registry.load("embedders", "hashing"), registry.load("stores", "in_memory"))
    made.put_video(HOUR)
    made.add(HOUR.id, [Memory(HOUR.id, cue.span, "speech", cue.text) for cue in lecture(60).cues])
    return made


def script(first: int = 0) -> ScriptedModel:
    """A model that looks up another slide each round, beginning at `first`, and is sure in the last one."""
    weighed = {"missing": "the number", "candidate": "", "cites": [1], "sufficient": False, "confidence": 0.1}
    rounds: list[Any] = [weighed | {"calls": _calls(first + number)} for number in range(1, ROUNDS)]
    rounds.append(weighed | {"candidate": "50,113", "sufficient": True, "confidence": 0.9})
    return ScriptedModel({"reflect": rounds, "answer": {"found": True, "answer": "50,113.", "cites": [1]}})


def _calls(number: int) -> list[dict[str, Any]]:
    place, thing = fact(number)
    start_s = 30.0 * number
    return [
        {"tool": "search_memory", "arguments": {"query": f"the {place} built of {thing}", "limit": 8}},
        {"tool": "read_transcript", "arguments": {"start_s": start_s, "end_s": start_s + 60.0}},
    ]


def asked(known: Library, first: int = 0) -> tuple[list[Event], list[ChatRequest], float]:
    """The events of one question, the requests that its model got, and the seconds it took."""
    model = script(first)
    agent = VideoAgent(model, known, budget=Budget(rounds=ROUNDS))
    try:
        events = agent.stream(f"Which invoice goes with stock code {code(first)}?")
        began_s = time.perf_counter()
        told = list(events)
        return told, model.requests, time.perf_counter() - began_s
    finally:
        agent.close()


def overhead_ms(events: Sequence[Event], spent_s: float) -> float:
    """Milliseconds a step without the tools, which run side by side in each round."""
    steps = sum(STEPS.get(type(event), 0) for event in events)
    longest: dict[int, float] = {}
    for event in events:
        if isinstance(event, Observed):
            longest[event.round] = max(longest.get(event.round, 0.0), event.wall_s)
    return 1000 * (spent_s - sum(longest.values())) / steps


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
    with tempfile.TemporaryDirectory() as folder, library(Path(folder)) as known:
        _, before, _ = asked(known)
        runs = [asked(known, first) for first in range(1, questions + 1)]
    costs = [overhead_ms(events, spent_s) for events, _, spent_s in runs]
    print(f"{statistics.median(costs):.1f} ms a step beside tools and model, {questions} questions")
    alone, after = shared(runs[0][1]), shared(runs[0][1], before)
    print(f"prompts that repeat: {alone:.0%} of the first question, {after:.0%} of one asked after another")


if __name__ == "__main__":
    main()
