"""How long a set of captions with ready-made memories takes: `python -m playhead.eval.captions_speed`.

The set is made up in the measures of EgoSchema with the captions of one system: three-minute videos, one
narration a second of some eight words ("C picks up the red bowl from the shelf with the left hand"), somewhat
more than half of all narrations different, and one question a video with five options of some thirty words.
What is right is drawn by lot: only the time counts, from the command to its report.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SECONDS, OPTIONS, DIFFERENT = 180, 5, 0.58
"""Narrations a video, options a question, and the share of narrations that are new in their video."""

WHO = ("#C C", "#C C", "#C C", "#O the man", "#O a woman", "#O the person")
DOES = (
    *("picks up", "puts down", "looks at", "moves", "holds", "turns", "cuts", "wipes", "opens", "closes"),
    *("lifts", "passes", "pulls", "folds", "adjusts", "drops", "carries", "washes", "shakes", "touches"),
)
WHICH = ("", "red ", "small ", "metal ", "wooden ", "wet ", "other ", "plastic ")
WHAT = (
    *("bowl", "knife", "cloth", "phone", "bottle", "board", "brush", "dough", "card", "cup", "plate", "box"),
    *("screw", "wire", "paper", "bag", "lid", "spoon", "onion", "leaf", "stick", "book", "drawer", "wheel"),
)
WHERE = (
    *("", "on the table", "from the shelf", "with the left hand", "with both hands", "in the sink"),
    *("on the floor", "near the window", "into the tray", "beside the wall", "from the bag", "by the door"),
)
QUESTION = "What does C mostly do in the video, and what for?"
AIMS = ("to prepare a meal", "to repair the bench", "while talking to the other person", "to clean the room")


def narration(draw: random.Random) -> str:
    """One thing that is done, in some eight words."""
    words = f"{draw.choice(WHO)} {draw.choice(DOES)} the {draw.choice(WHICH)}{draw.choice(WHAT)}"
    return f"{words} {draw.choice(WHERE)}".strip()


def option(draw: random.Random) -> str:
    """A sentence about the whole video, in some thirty words."""
    done = [
        f"{draw.choice(DOES)} the {draw.choice(WHICH)}{draw.choice(WHAT)} {draw.choice(WHERE)}"
        for _ in range(3)
    ]
    return f"C {', then '.join(' '.join(part.split()) for part in done)}, mostly {draw.choice(AIMS)}."


def write(folder: Path, videos: int, seed: int = 1) -> int:
    """Write the set in the layout of `captions`; the number of different narrations."""
    draw, known = random.Random(seed), set[str]()  # noqa: S311
    memories, questions = folder / "made_memories.jsonl", folder / "made_questions.jsonl"
    with memories.open("w") as told, questions.open("w") as asked:
        for number in range(videos):
            own = [narration(draw) for _ in range(round(DIFFERENT * SECONDS))]
            texts = own + [draw.choice(own) for _ in range(SECONDS - len(own))]
            draw.shuffle(texts)
            known |= set(texts)
            video = {"video": f"v{number}", "duration": float(SECONDS), "source": "made up"}
            told.write(_line(video | {"memories": [[at, at + 1, text] for at, text in enumerate(texts)]}))
            question = {"id": f"q{number}", "video": f"v{number}", "question": QUESTION}
            options = [option(draw) for _ in range(OPTIONS)]
            asked.write(_line(question | {"options": options, "answer_index": draw.randrange(OPTIONS)}))
    return len(known)


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row) + "\n"


def main() -> None:
    """Print seconds of a first run and of one that finds the vectors kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--videos", type=int, default=500)
    videos = parser.parse_args().videos
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        different = write(folder, videos)
        print(f"{videos} videos, {videos * SECONDS} captions, {different} different")
        print("| run | wall s | processor s | peak MB | load before |\n|---|---|---|---|---|")
        for name in ("first", "vectors kept"):
            load, started_s = os.getloadavg()[0], time.monotonic()
            command = [sys.executable, "-m", "playhead", "bench", "captions", "--data", place]
            environment = os.environ | {"XDG_CACHE_HOME": str(folder / "cache")}
            out = ["--out", str(folder / name)]
            run = subprocess.Popen([*command, *out], env=environment, stdout=subprocess.DEVNULL)
            _, status, used = os.wait4(run.pid, 0)
            if status:
                raise SystemExit(os.waitstatus_to_exitcode(status))
            wall_s, spent_s = time.monotonic() - started_s, used.ru_utime + used.ru_stime
            print(f"| {name} | {wall_s:.0f} | {spent_s:.0f} | {used.ru_maxrss / 1024:.0f} | {load:.1f} |")


if __name__ == "__main__":
    main()
