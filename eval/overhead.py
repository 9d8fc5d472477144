"""What the runner itself costs a question: durable lines, trajectories, scoring and summary, no model.

python -m playhead.eval.overhead --questions 500
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from playhead.eval.answerers import FunctionAnswerer
from playhead.eval.questions import QuestionSet
from playhead.eval.rundir import RunFolder
from playhead.eval.runner import Run
from playhead.eval.types import Prediction, RunConfig, Sample, SetInfo
from playhead.tools.types import Span, Usage

INFO = SetInfo("overhead", "made-up questions", extractor="mcq_extract")
STEPS = [{"event": "observed", "text": "a line of evidence " * 40, "evidence": list(range(16))}] * 12
"""A trajectory of a usual size, about ten kilobytes."""


def measure(questions: int, workers: int = 1) -> float:
    """Seconds a question from the first sample to the summary, with an answerer that answers at once."""
    rows = [Sample(f"q{n}", f"v{n // 10}", "which one?", ("a", "b", "c"), n % 3) for n in range(questions)]
    spans = tuple(Span(n, n + 1) for n in range(16))

    def at_once(_: Sample) -> Prediction:
        usage = Usage(4, 9000, 400, 32, 2.0)
        by_role = {"planner": usage}
        return Prediction("a", 0, 0.8, True, spans[:3], spans, (), usage, by_role, "", {"steps": STEPS})

    with tempfile.TemporaryDirectory() as place, RunFolder(Path(place)) as folder:
        config = RunConfig("overhead", "", workers=workers)
        run = Run(QuestionSet(INFO, lambda: rows, lambda row: row), config, folder)
        started_s = time.perf_counter()
        asyncio.run(run.go(FunctionAnswerer(at_once)))
        return (time.perf_counter() - started_s) / questions


def main() -> None:
    """Print milliseconds a question for one and for four workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=500)
    wanted = parser.parse_args().questions
    for workers in (1, 4):
        print(f"{workers} workers: {1000 * measure(wanted, workers):.2f} ms a question, {wanted} questions")


if __name__ == "__main__":
    main()
