"""What hearing costs, what it makes of any sound, and whether a killed run hears the same.

    python -m playhead.eval.hearing RECORDING...
    python -m playhead.eval.hearing --kills 10 RECORDING

Every recording is indexed in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from playhead.agent.agent import VideoAgent
from playhead.agent.config_layers import load
from playhead.agent.events import Indexing
from playhead.tools.media import probe
from playhead.tools.protocols import Filter

SEED = 20


async def measure(recording: Path, folder: Path) -> dict[str, Any]:
    """Index in this process, into a library in `folder`. Times in seconds, memory in MB."""
    agent = VideoAgent.from_config(load({"library": str(folder)}, environment={}).config)
    load_before = os.getloadavg()[0]
    began, spent = time.perf_counter(), time.process_time()
    steps = [event.progress async for event in agent.index([recording]) if isinstance(event, Indexing)]
    wall_s, processor_s = time.perf_counter() - began, time.process_time() - spent
    memories = agent.library.memories(Filter(kinds=("speech",)))
    heard = [(item.span.start_s, item.span.end_s, item.text, item.confidence) for item in memories]
    await agent.aclose()
    told = [step.message for step in steps if step.warning]
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "wall_s": wall_s,
        "processor_s": processor_s,
        "peak_mb": peak_mb,
        "load": load_before,
        "told": told,
        "heard": [list(item) for item in heard],
    }


def indexed(recording: Path, folder: Path, kill_after_s: float | None = None) -> dict[str, Any] | None:
    """`measure` in a process of its own; None when it was killed before it had finished."""
    command = [sys.executable, "-m", __spec__.name, "--child", str(folder), str(recording)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            printed, _ = process.communicate(timeout=kill_after_s)
        except subprocess.TimeoutExpired:
            process.kill()
            return None
    if process.returncode:
        raise SystemExit(f"indexing {recording} ended with {process.returncode}")
    result: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return result


def killed(recording: Path, whole: dict[str, Any], kills: int) -> str:
    """Index again, killed at random times, and say whether the same was heard as in the `whole` run.

    Where a run ends before there were enough kills, another one begins.
    """
    chance, done, same = random.Random(SEED), 0, True  # noqa: S311 - times to kill at are no secret
    while done < kills:
        with tempfile.TemporaryDirectory() as folder:
            while (
                result := indexed(recording, Path(folder), _patience_s(chance, whole, kills, done))
            ) is None:
                done += 1
        same = same and result["heard"] == whole["heard"]
    told = "the same" if same else "NOT the same"
    return f"{recording.name}: killed {done} times, then {told} {len(whole['heard'])} cues"


def _patience_s(chance: random.Random, whole: dict[str, Any], kills: int, done: int) -> float | None:
    """When to kill the next run; None once there were enough."""
    return chance.uniform(1.0, 2.0 * whole["wall_s"] / kills) if done < kills else None


def row(recording: Path, result: dict[str, Any]) -> str:
    """One line of the table."""
    length_s, sure = probe(recording).duration_s, [item[3] or 0.0 for item in result["heard"]]
    return (
        f"| {recording.name} | {length_s / 60:.1f} min | {result['wall_s']:.0f} s "
        f"| {length_s / result['wall_s']:.1f} | {length_s / result['processor_s']:.1f} "
        f"| {result['peak_mb']:.0f} MB | {len(sure)} | {sum(sure) / max(1, len(sure)):.2f} "
        f"| {result['load']:.1f} | {'; '.join(result['told']) or '-'} |"
    )


def main(
    recordings: Annotated[list[Path], typer.Argument(help="Recordings without subtitles.")],
    kills: Annotated[int, typer.Option(help="Then kill indexing so often, and compare.")] = 0,
    child: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Print a Markdown table of time, memory and what was heard."""
    if child:
        print(json.dumps(asyncio.run(measure(recordings[0], child))))
        return
    print("| recording | length | wall | × real time | × processor time | peak | cues | sure | load | told |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    results: dict[Path, dict[str, Any]] = {}
    for recording in recordings:
        with tempfile.TemporaryDirectory() as folder:
            results[recording] = indexed(recording, Path(folder)) or {}
        print(row(recording, results[recording]), flush=True)
    for recording in recordings if kills else ():
        print(killed(recording, results[recording], kills), flush=True)


if __name__ == "__main__":
    typer.run(main)
