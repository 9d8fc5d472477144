"""How soon the page is painted, and how smoothly twelve hours scroll and zoom: `python -m tests.page_speed`.

Everything is local, in headless Chromium: a library with a recording of twelve hours, 5,000 lines, 2,000
scenes and 24 chapters. A browser with an empty profile opens the library; in Watch a script moves the
timeline or the transcript once a frame.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playhead.agent.agent import VideoAgent
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.types import Clip, Memory, Span, Video
from tests.browser import Tab, browser
from tests.running_server import TOKEN, RunningServer

DAY = Video("d" * 24, "/gone/day.mp4", "A day", 43_200.0, source="memories", complete=True)
LINES, SCENES, CHAPTERS = 5000, 2000, 24
OPENINGS, FRAMES = 5, 600
SLOW_MS = 50.0
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
MOVE = """new Promise((done) => {
  const track = document.querySelector('.timeline .scroller'), words = document.querySelector('.words');
  const zoom = (name) => document.querySelector(`.timeline [aria-label="${name}"]`).click();
  const took = [];
  let last = null;
  requestAnimationFrame(function step(now) {
    if (last !== null) took.push(now - last);
    last = now;
    const frame = took.length;
    %s
    if (frame < %d) requestAnimationFrame(step);
    else done(took);
  });
})"""
MOVES = {
    "the timeline scrolls": "if (frame < 6) zoom('Zoom in'); track.scrollLeft += 40;",
    "the timeline zooms in and out": "if (frame % 3 === 0) zoom(frame % 48 < 24 ? 'Zoom in' : 'Zoom out');",
    "the transcript scrolls": "words.scrollTop += 120;",
}


@contextmanager
def served(folder: Path) -> Iterator[RunningServer]:
    """A server over the day."""
    store = registry.load("stores", "in_memory")
    with Library(folder / "library", registry.load("embedders", "hashing"), store) as library:
        library.put_video(DAY)
        scene_s, line_s, chapter_s = (DAY.duration_s / count for count in (SCENES, LINES, CHAPTERS))
        scenes = (Span(scene_s * i, scene_s * (i + 1)) for i in range(SCENES))
        library.put_clips(DAY.id, [Clip(i, span, "scene") for i, span in enumerate(scenes)])
        said = (Span(line_s * i, line_s * i + 0.6 * line_s) for i in range(LINES))
        lines = [Memory(DAY.id, span, "speech", f"Somebody says line {i}.") for i, span in enumerate(said)]
        parts = (Span(chapter_s * i, chapter_s * (i + 1)) for i in range(CHAPTERS))
        told = [Memory(DAY.id, span, "digest", f"Part {i}: talk", "chapter") for i, span in enumerate(parts)]
        library.add(DAY.id, lines + told)
        with VideoAgent(library=library) as agent, RunningServer(agent) as server:
            yield server


def painted_ms(server: RunningServer) -> float:
    """From the beginning of the navigation to the first words, in a browser that has seen nothing yet."""
    with browser() as tab:
        tab.open(f"{server.url}/?token={TOKEN}")
        tab.until(PAINTED)
        return float(tab.run(PAINTED))


def frames_ms(tab: Tab, move: str) -> list[float]:
    """The times between two frames while `move` is done in each."""
    return [float(each) for each in tab.run(MOVE % (move, FRAMES))]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as server:
        times = sorted(painted_ms(server) for _ in range(OPENINGS))
        told = ", ".join(f"{each:.0f}" for each in times)
        print(f"first paint: median {statistics.median(times):.0f} ms of {told}\n")
        print(
            f"| {FRAMES} frames while | median ms | 95 % | most | > {SLOW_MS:.0f} ms |\n|---|---|---|---|---|"
        )
        with browser() as tab:
            tab.resize(1440, 900)
            tab.open(f"{server.url}/?token={TOKEN}#/watch/{DAY.id}")
            tab.until("document.querySelectorAll('.cue').length > 10")
            for name, move in MOVES.items():
                took = sorted(frames_ms(tab, move))
                slow = sum(each > SLOW_MS for each in took) / len(took)
                p95 = took[int(0.95 * len(took))]
                print(f"| {name} | {statistics.median(took):.1f} | {p95:.1f} | {took[-1]:.1f} | {slow:.1%} |")


if __name__ == "__main__":
    main()
