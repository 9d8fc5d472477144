"""Finished runs of any size, written as the runner writes them; every fifth text is hostile."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from playhead.eval.finished import benchmark_of
from playhead.eval.records import prediction_record
from playhead.eval.rundir import RunFolder, file_name
from playhead.eval.runner import Run
from playhead.eval.types import Prediction, RunConfig, Sample
from playhead.tools.types import Span, Usage

HOSTILE = (
    '</script><script>document.title="owned"</script>'
    '<img src="https://evil.invalid/x" onerror="alert(1)"> <!--'
)
ODD = (
    "\u202eright to left\u202c",
    "\u0000\u0007bell",
    "=1+1",
    "\u05e9\u05dc\u05d5\u05dd",
    "| \\ & % $ # _ { }",
)
TASKS = ("counting", "order", "<b>why</b>", "who")


def questions(folder: Path, n: int) -> Path:
    """`n` questions of 40 videos in the layout of the set `own`; no video is there."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "id": f"q{place}",
            "video": f"film{place % 40}.mp4",
            "type": "mc",
            "question": f"{HOSTILE} {ODD[place // 5 % 5]}"
            if place % 5 == 0
            else f"Question {place}: what is behind door {place % 97}?",
            "options": ["the cook", "the twin", HOSTILE if place % 5 == 0 else "a dog", "nobody"],
            "answer_index": place % 4,
            "evidence": [[place % 600, place % 600 + 8]],
            "tags": [TASKS[place % len(TASKS)]],
        }
        for place in range(n)
    ]
    (folder / "qa.json").write_text(json.dumps(rows))
    return folder


def captions(folder: Path, n: int) -> Path:
    """The same questions in the layout of the set `captions`, without any caption."""
    rows = json.loads((questions(folder, n) / "qa.json").read_text())
    told = [{**row, "type": "DO"} for row in rows]
    (folder / "toy_questions.jsonl").write_text("\n".join(map(json.dumps, told)))
    films = [{"video": f"film{number}.mp4", "duration": 700, "memories": []} for number in range(40)]
    (folder / "toy_memories.jsonl").write_text("\n".join(map(json.dumps, films)))
    return folder


def finished_run(data: Path, out: Path, *, seed: int = 0, steps: int = 6, **settings: Any) -> Path:
    """A run of the questions in `data`: more than half right, one of thirty failed, the rest wrong."""
    given: dict[str, Any] = {"set": "own", "data": str(data), "strategy": "observe", "model": "offline"}
    config = RunConfig(**{**given, **settings})
    draw = random.Random(seed)
    with RunFolder(out) as folder:
        run = Run(benchmark_of(config), config, folder)
        with (out / "predictions.jsonl").open("w") as said, (out / "errors.jsonl").open("w") as failed:
            for sample in run.samples:
                if draw.random() < 1 / 30:
                    error = (
                        f"MediaError: 'films/{sample.video}' cannot be opened at byte {draw.randrange(999)}"
                    )
                    failed.write(json.dumps({"id": sample.id, "video": sample.video, "error": error}) + "\n")
                    continue
                answer = _answer(sample, draw)
                correct = float(answer.option == sample.answer_index)
                said.write(json.dumps(prediction_record(sample, answer, correct)) + "\n")
                if steps:
                    _trajectory(out, sample, answer, steps)
    with RunFolder(out) as folder:
        Run(benchmark_of(config), config, folder).finish()
    return out


def _answer(sample: Sample, draw: random.Random) -> Prediction:
    gold, sure = sample.answer_index or 0, draw.random()
    if draw.random() < 0.05:
        return Prediction(found=False, confidence=0.1, stopped_because="nothing left to look at")
    option = gold if draw.random() < 0.3 + 0.6 * sure else (gold + 1) % 4
    start = (sample.evidence[0].start_s if sample.evidence else 7) + draw.choice((0, 0, 100))
    usage = Usage(3, 4000 + draw.randrange(900), 120, 16, round(4 * draw.random(), 3))
    return Prediction(
        text=f"{HOSTILE} {ODD[option]}"
        if sample.id.endswith("0")
        else f"I think it is {sample.options[option]}.",
        option=option,
        confidence=round(sure, 4),
        evidence=(Span(start, start + 5),),
        retrieved=(Span(start, start + 5), Span(start + 30, start + 40)),
        usage=usage,
        by_role={"planner": usage},
        stopped_because="confident",
    )


def _trajectory(out: Path, sample: Sample, answer: Prediction, steps: int) -> None:
    call = {"name": "search_memory", "arguments": {"query": sample.question[:60]}}
    planned = {"event": "planned", "round": 1, "at_s": 0.2, "thought": "look for the door", "calls": [call]}
    text = f"{sample.id} " + " ".join(f"at {n} s somebody opens door {n * 7 % 97}" for n in range(40))
    observed = {"event": "observed", "round": 1, "at_s": 1.5, "call": call, "text": text, "error": False}
    cited = [
        {"start_s": span.start_s, "end_s": span.end_s, "kind": "speech", "text": f"cited words {HOSTILE}"}
        for span in answer.evidence
    ]
    whole = {"steps": [planned, observed] * (steps // 2), "answer": {"evidence": cited}}
    (out / "trajectories").mkdir(exist_ok=True)
    (out / "trajectories" / file_name(sample.id)).write_text(json.dumps(whole))
