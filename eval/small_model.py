"""Whether a small model makes answers worse than none: thirty questions on transcripts, with and without it.

python -m playhead.eval.small_model --model transformers:FOLDER/MODEL.gguf
python -m playhead.eval.small_model --model openai:NAME --base-url http://127.0.0.1:8000/v1
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.result import Answer
from playhead.eval.small_script import HARBOUR, HARBOUR_QUESTIONS
from playhead.eval.spoken import Asked, Score, asked_of
from playhead.eval.spoken_script import CONVERSATIONS
from playhead.tools.protocols import ChatModel
from playhead.tools.synthesis import write_srt
from playhead.tools.types import Cue, Span

LINE_S = 4.0
SURE = 0.7
"""An answer at least this confident is one that people rely on."""


@dataclass
class Result:
    """One way of answering: the score, calls, and answers that were confident and wrong."""

    score: Score = field(default_factory=Score)
    calls: int = 0
    confident_wrong: int = 0
    routes: list[str] = field(default_factory=list)

    def add(self, question: Asked, answer: Answer) -> None:
        self.score.add(question, answer)
        self.calls += answer.usage.model_calls
        wrong = answer.found and not question.right(answer)
        self.confident_wrong += wrong and answer.confidence >= SURE
        self.routes.append(answer.route)


def transcripts(folder: Path) -> Iterator[tuple[Path, tuple[Asked, ...]]]:
    """Every conversation as subtitles of four seconds a line, and its questions."""
    for name, (script, questions) in {**CONVERSATIONS, "harbour": (HARBOUR, HARBOUR_QUESTIONS)}.items():
        lines = [line.split(": ", 1)[1] for line in script.strip().splitlines()]
        cues = [Cue(Span(LINE_S * n, LINE_S * (n + 1)), text) for n, text in enumerate(lines)]
        yield write_srt(cues, folder / f"{name}.srt"), tuple(asked_of(text, cues) for text in questions)


def compare(
    model: str | ChatModel, folder: Path, most: int = 30, base_url: str | None = None
) -> tuple[Result, Result]:
    """(without a model, with it) over the first `most` questions."""
    offline, helped = Result(), Result()
    config = Config(embedder="hashing")
    with (
        VideoAgent(library=folder / "offline", config=config) as alone,
        VideoAgent(model, library=folder / "helped", config=config, base_url=base_url) as both,
    ):
        asked = [(path, question) for path, questions in transcripts(folder) for question in questions]
        for path, question in asked[:most]:
            offline.add(question, alone.ask(question.text, [path]))
            helped.add(question, both.ask(question.text, [path]))
    return offline, helped


def main(
    model: Annotated[str, typer.Option(help="backend:name")],
    base_url: Annotated[str | None, typer.Option(help="of an OpenAI-compatible server")] = None,
    questions: Annotated[int, typer.Option(help="how many of the thirty")] = 30,
) -> None:
    """Print both scores."""
    with tempfile.TemporaryDirectory() as folder:
        rows = compare(model, Path(folder), questions, base_url)
    for name, result in zip(("offline", model.rpartition("/")[2]), rows, strict=True):
        routes = ", ".join(f"{result.routes.count(one)} {one}" for one in sorted(set(result.routes)))
        told = f"{result.score}; {result.confident_wrong} confident and wrong; {result.calls} calls; {routes}"
        print(f"{name}: {told}")


if __name__ == "__main__":
    typer.run(main)
