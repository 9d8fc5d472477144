"""How fast and how large: index synthetic lectures of several lengths, ask ten questions, print a table.

    python -m playhead.eval.performance --minutes 10 --minutes 60

Every length is measured in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from playhead.agent.agent import VideoAgent
from playhead.agent.config_layers import load
from playhead.agent.events import Indexing
from playhead.tools.synthesis import Scene, Script, encode, write_srt
from playhead.tools.types import Cue, Span

SLIDES_PER_MINUTE = 2
QUESTIONS = 10
_PLACES = ("harbour", "quarry", "observatory", "orchard", "foundry", "archive", "viaduct", "greenhouse")
_THINGS = (
    "copper",
    "granite",
    "barley",
    "amber",
    "cobalt",
    "linen",
    "walnut",
    "saffron",
    "cedar",
    "pewter",
    "slate",
)


def lecture(minutes: int) -> Script:
    """A lecture with two slides a minute and speech throughout; every slide states a fact of its own."""
    length_s = 60 / SLIDES_PER_MINUTE
    scenes, cues = [], []
    for number in range(minutes * SLIDES_PER_MINUTE):
        start_s = number * length_s
        place, thing = fact(number)
        shade = (20 + number * 7 % 60, 30 + number * 13 % 60, 60 + number * 5 % 80)
        texts = (f"Slide {number + 1}: the {place}", f"Stock code {code(number)}", f"Material: {thing}")
        scenes.append(Scene(start_s, start_s + length_s, shade, texts))
        for part, words in enumerate(_speech(number, place, thing)):
            begin_s = start_s + 1 + part * 7
            cues.append(Cue(Span(begin_s, begin_s + 6), words))
    return Script(tuple(scenes), cues=tuple(cues))


def fact(number: int) -> tuple[str, str]:
    """Place and material of slide `number`; the pair repeats only after 88 slides."""
    return _PLACES[number % len(_PLACES)], _THINGS[number % len(_THINGS)]


def code(number: int) -> str:
    """The stock code of slide `number`, unlike that of any other."""
    return f"K{1000 + number * 37}"


def questions(slides: int) -> list[tuple[str, str]]:
    """Ten questions spread over the lecture, each with the word that its answer must hold."""
    picked = [round(index * (slides - 1) / (QUESTIONS - 1)) for index in range(QUESTIONS)]
    return [
        (f"Which invoice number goes with stock code {code(number)}?", invoice(number)) for number in picked
    ]


def invoice(number: int) -> str:
    """The invoice number spoken on slide `number`."""
    return str(50_000 + number * 113)


def _speech(number: int, place: str, thing: str) -> tuple[str, ...]:
    return (
        f"We now come to the {place}, which is item {number + 1} of the inventory.",
        f"It was built mostly of {thing} and restored twice since then.",
        f"Stock code {code(number)} goes with invoice number {invoice(number)}.",
    )


async def measure(folder: Path, minutes: int) -> dict[str, Any]:
    """Index and ask in this process; `folder` holds the film. Times in seconds, memory in MB."""
    agent = VideoAgent.from_config(load({"library": str(folder / "library")}, environment={}).config)
    film = folder / "lecture.mp4"
    stages: Counter[str] = Counter()
    began = last = time.perf_counter()
    async for event in agent.index([film]):
        now = time.perf_counter()
        if isinstance(event, Indexing):
            stages[event.progress.stage] += now - last  # type: ignore[assignment]
        last = now
    indexed_s = time.perf_counter() - began
    waits, right = [], 0
    for question, word in questions(minutes * SLIDES_PER_MINUTE):
        began = time.perf_counter()
        answer = await agent.aask(question, videos=[film])
        waits.append(time.perf_counter() - began)
        right += word in answer.text
    await agent.aclose()
    return {
        "minutes": minutes,
        "index_s": indexed_s,
        "stages": {stage: seconds / indexed_s for stage, seconds in stages.items()},
        "question_s": sorted(waits)[len(waits) // 2],
        "right": right,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main(
    minutes: Annotated[list[int], typer.Option(help="Length of a film; may be repeated.")],
    child: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Print a Markdown table of indexing time, stage shares, answer time and peak memory."""
    if child:
        print(json.dumps(asyncio.run(measure(child, minutes[0]))))
        return
    print("| film | encode | index | × real time | median answer | right | peak memory | stage shares |")
    print("|---|---|---|---|---|---|---|---|")
    for length in minutes:
        with tempfile.TemporaryDirectory() as folder:
            print(_row(Path(folder), length), flush=True)


def _row(folder: Path, minutes: int) -> str:
    began = time.perf_counter()
    script = lecture(minutes)
    encode(script, folder / "lecture.mp4")
    write_srt(script.cues, folder / "lecture.srt")
    encoded_s = time.perf_counter() - began
    command = [sys.executable, "-m", __spec__.name, "--minutes", str(minutes), "--child", str(folder)]
    result = json.loads(subprocess.check_output(command, text=True).splitlines()[-1])
    shares = sorted(result["stages"].items(), key=lambda item: -item[1])
    speed = 60 * minutes / result["index_s"]
    return (
        f"| {minutes} min | {encoded_s:.0f} s | {result['index_s']:.1f} s | {speed:.0f} "
        f"| {result['question_s']:.2f} s | {result['right']}/{QUESTIONS} | {result['peak_mb']:.0f} MB "
        f"| {', '.join(f'{stage} {share:.0%}' for stage, share in shares if share >= 0.01)} |"
    )


if __name__ == "__main__":
    typer.run(main)
