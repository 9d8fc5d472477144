"""How quick the server of `playhead serve` is, and whether its memory grows: `python -m tests.serve_speed`.

Everything is local: an hour as ready-made memories is asked about, a 1080p film of a minute is looked at. A
step counts from the moment it leaves the run until a client in another thread has read its line. Seeking is
measured in Chromium where there is one: from setting the time until the picture is there.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import tempfile
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from playhead.agent.agent import VideoAgent
from playhead.agent.events import Answered, Event, Indexing
from playhead.agent.loop.running import run
from playhead.agent.private_loop import Stream
from playhead.agent.request import Request, new_run
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.synthesis import Scene, Script, encode
from playhead.tools.types import Clip, Memory, Span, Video
from tests.browser import CHROMIUM, browser
from tests.running_server import TOKEN, RunningServer

HOUR = Video("e" * 24, "", "hour", 3600.0, source="memories", complete=True)
SEEKS = 30
QUESTION = {"question": "What is said about number 77?", "videos": ["hour"]}
STREAM = {"Accept": "text/event-stream"}
STEP = re.compile("event: (?!started|waiting|answered)")
SHOW = """document.body.replaceChildren(
  Object.assign(document.createElement("video"), {muted: true, preload: "auto", src: "%s/media"}))"""
SEEK = """new Promise((done) => {
  const view = document.querySelector("video"), begun = performance.now();
  view.requestVideoFrameCallback(() => done(performance.now() - begun));
  view.currentTime = %s;
})"""


class Timed(VideoAgent):
    """Notes when each event left the run."""

    left_s: list[float]

    def events(self, request: Request, run_id: str = "", strategy: str = "") -> Stream[Event]:
        begin = lambda: self._noted(run(self._setup, request, run_id or new_run(), strategy))  # noqa: E731
        return Stream(self._loop, begin, "events", "it is all there is")

    async def _noted(self, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        async for event in events:
            if not isinstance(event, Indexing | Answered):
                self.left_s.append(time.monotonic())
            yield event


@contextmanager
def served(folder: Path) -> Iterator[tuple[Timed, RunningServer, str]]:
    """A server over the hour and the film, whose address is given."""
    script = Script(
        tuple(Scene(10.0 * i, 10.0 * i + 10, (40 * i, 90, 200 - 30 * i), moving=True) for i in range(6))
    )
    film = encode(Script(script.scenes, 1920, 1080, 25.0), folder / "film.mp4", audio=True, key_frame_s=5.0)
    store = registry.load("stores", "in_memory")
    with Library(folder / "library", registry.load("embedders", "hashing"), store) as library:
        library.put_video(HOUR)
        library.put_clips(HOUR.id, [Clip(i, Span(10.0 * i, 10.0 * i + 10)) for i in range(360)])
        said = (f"Somebody says that number {i} is well." for i in range(360))
        library.add(
            HOUR.id,
            [Memory(HOUR.id, Span(10.0 * i, 10.0 * i + 4), "speech", text) for i, text in enumerate(said)],
        )
        agent = Timed(library=library)
        with agent:
            (video,) = agent.add([film])
            agent.left_s = []
            with RunningServer(agent) as server:
                yield agent, server, f"/api/videos/{video.id}"


def step_ms(agent: Timed, client: httpx.Client, questions: int) -> list[float]:
    """How long each step took to reach a client."""
    found: list[float] = []
    for _ in range(questions):
        agent.left_s.clear()
        with client.stream("POST", "/api/ask", json=QUESTION, headers=STREAM) as reply:
            come_s = [time.monotonic() for line in reply.iter_lines() if STEP.match(line)]
        found += [1000 * (come - left) for left, come in zip(agent.left_s, come_s, strict=True)]
    return found


def times_ms(act: Callable[[float], object], duration_s: float) -> list[float]:
    """How long it takes at SEEKS random times."""
    draw, found = random.Random(1), []
    for _ in range(SEEKS):
        begun_s = time.monotonic()
        act(draw.uniform(0, duration_s - 1))
        found.append(1000 * (time.monotonic() - begun_s))
    return found


def browser_seek_ms(server: RunningServer, address: str) -> list[float]:
    """From setting the time until the picture is on the page."""
    with browser() as tab:
        tab.open(f"{server.url}/?token={TOKEN}")
        tab.run(SHOW % address)
        tab.until("document.querySelector('video').readyState > 2")
        draw = random.Random(1)
        return [float(tab.run(SEEK % draw.uniform(0, 59))) for _ in range(SEEKS)]


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def told(name: str, values: list[float], limit: str) -> None:
    ranked = sorted(values)
    p95 = ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]
    middle, most = statistics.median(values), ranked[-1]
    print(f"| {name} | {middle:.1f} | {p95:.1f} | {most:.1f} | {len(values)} | {limit} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=1000, help="asked to see whether memory grows")
    wanted: Any = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (agent, server, address):
        client = server.client()
        print("| | median ms | 95 % | most | of | aim |\n|---|---|---|---|---|---|")
        step_ms(agent, client, 3)
        told("a step reaches the page", step_ms(agent, client, 20), "50")
        told("`/frame`, 1080p", times_ms(lambda t: client.get(f"{address}/frame?time_s={t:.3f}"), 60), "150")
        told(
            "`/thumbnail`, 320 px",
            times_ms(lambda t: client.get(f"{address}/thumbnail?time_s={t:.3f}"), 60),
            "150",
        )
        part = {"Range": "bytes=1000000-1262143"}
        told(
            "256 kB of the file", times_ms(lambda _: client.get(f"{address}/media", headers=part), 60), "150"
        )
        told("the page itself", times_ms(lambda _: client.get("/"), 60), "300")
        if CHROMIUM:
            told("seeking in Chromium", browser_seek_ms(server, address), "150")
        print("\n| questions asked | resident MB | threads |\n|---|---|---|")
        for number in range(wanted.questions + 1):
            if number % max(1, wanted.questions // 5) == 0:
                print(f"| {number} | {resident_mb():.0f} | {threading.active_count()} |", flush=True)
            client.post("/api/ask", json=QUESTION).raise_for_status()


if __name__ == "__main__":
    main()
