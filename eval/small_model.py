"""Whether a small model makes answers worse than none: thirty questions on transcripts, with and without it.

    python -m playhead.eval.small_model --model transformers:FOLDER/MODEL.gguf
    python -m playhead.eval.small_model --model openai:NAME --base-url http://127.0.0.1:8080/v1 --data FOLDER
    python -m playhead.eval.small_model --model … --strategy all --calls 4

Prints one table: both rows over the same questions, or a row a strategy over the first of them.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.events import Answered
from playhead.agent.loop.confidence import UNENDORSED_MOST, endorsed
from playhead.agent.loop.routes import SUPPORTED
from playhead.agent.request import Request
from playhead.agent.result import Answer
from playhead.agent.state import State
from playhead.eval.small_questions import Posed, chosen, shipped
from playhead.tools import registry
from playhead.tools.errors import ModelError, PlayheadError
from playhead.tools.metering import Budget
from playhead.tools.protocols import ChatModel, ChatReply, ChatRequest
from playhead.tools.roles import RoleConfig, load_model
from playhead.tools.serving.structured import fits
from playhead.tools.types import Usage

PATIENCE_S = 1800.0
"""A small model on a busy processor is slow, which is not what is asked here."""

COLUMNS = (
    "", "right", "right and cited", "sure but unsupported", "sure but wrong", "calls", "unusable replies",
    "tokens read", "written", "seconds a question", "answers from",
)  # fmt: skip


class Watched:
    """A chat model whose unusable replies are counted: errors, and what does not fit the schema."""

    def __init__(self, model: ChatModel) -> None:
        self.name = model.name
        self.unusable = 0
        self._model = model

    @property
    def sees_images(self) -> bool:
        return self._model.sees_images

    async def complete(self, request: ChatRequest) -> ChatReply:
        try:
            reply = await self._model.complete(request)
        except ModelError:
            self.unusable += 1
            raise
        unfit = reply.data is None or not fits(reply.data, request.schema or {})
        self.unusable += request.schema is not None and unfit
        return reply

    async def aclose(self) -> None:
        await self._model.aclose()


@dataclass
class Result:
    """What one way of answering gave. *Sure*: more confident than an answer without support may be."""

    asked: int = 0
    answerable: int = 0
    right: int = 0
    cited: int = 0
    sure_unsupported: int = 0
    sure_wrong: int = 0
    unusable: int = 0
    usage: Usage = field(default_factory=Usage)
    wall_s: float = 0.0
    routes: list[str] = field(default_factory=list)

    def add(self, posed: Posed, answer: Answer, wall_s: float) -> None:
        right = posed.right(answer)
        sure = answer.found and answer.confidence > UNENDORSED_MOST
        self.asked += 1
        self.answerable += posed.answerable
        self.right += right
        self.cited += posed.answerable and right and posed.cited(answer)
        self.sure_wrong += sure and not right
        self.sure_unsupported += sure and not supported(posed, answer)
        self.usage += answer.usage
        self.wall_s += wall_s
        self.routes.append(answer.route)

    def row(self, name: str) -> str:
        """The cells under COLUMNS."""
        routes = ", ".join(f"{self.routes.count(one)} {one}" for one in sorted(set(self.routes)))
        cells = [
            name,
            f"{self.right}/{self.asked}",
            f"{self.cited}/{self.answerable}",
            self.sure_unsupported,
            self.sure_wrong,
            self.usage.model_calls,
            self.unusable,
            self.usage.input_tokens,
            self.usage.output_tokens,
            f"{self.wall_s / max(1, self.asked):.1f}",
            routes,
        ]
        return f"| {' | '.join(map(str, cells))} |"


def supported(posed: Posed, answer: Answer) -> bool:
    """Whether what was heard or read in the cited places carries the answer's own words."""
    state = State(posed.text, posed.options, ledger=answer.evidence)
    words = answer.text if answer.option is None else posed.options[answer.option]
    return endorsed(words, [line.number for line in answer.evidence], state) >= SUPPORTED


def compare(
    model: ChatModel,
    questions: Sequence[Posed],
    library: Path,
    config: Config | None = None,
    budget: Budget | None = None,
) -> Iterator[tuple[Result, Result]]:
    """(without a model, with it) over the same memories, after each question; the last is that of all."""
    watched, offline, helped = Watched(model), Result(), Result()
    with (
        VideoAgent(library=library, config=config) as alone,
        VideoAgent(watched, library=library, config=config, budget=budget) as both,
    ):
        alone.add([*{posed.path: None for posed in questions}])
        for posed in questions:
            for result, agent in ((offline, alone), (helped, both)):
                started_s = time.perf_counter()
                answer = agent.ask(posed.text, [posed.path], posed.options)
                result.add(posed, answer, time.perf_counter() - started_s)
            helped.unusable = watched.unusable
            yield offline, helped


def by_strategy(
    model: ChatModel, names: Iterable[str], posed: Posed, library: Path, budget: Budget
) -> Iterator[tuple[str, Result, str]]:
    """(strategy, what it gave for one question, why it stopped or what it failed with)."""
    with VideoAgent(library=library) as alone:
        alone.add(posed.path)
    watched = Watched(model)
    request = Request(posed.text, (str(posed.path),), posed.options)
    with VideoAgent(watched, library=library, budget=budget) as agent:
        for name in names:
            result, before, started_s = Result(), watched.unusable, time.perf_counter()
            try:
                *_, last = agent.events(request, strategy=name)
            except PlayheadError as error:
                yield name, result, f"failed: {error}"
                continue
            assert isinstance(last, Answered)
            result.add(posed, last.answer, time.perf_counter() - started_s)
            result.unusable = watched.unusable - before
            yield name, result, last.answer.stopped_because


def main(
    model: Annotated[str, typer.Option(help="backend:name")],
    base_url: Annotated[str | None, typer.Option(help="of an OpenAI-compatible server")] = None,
    data: Annotated[list[Path], typer.Option(help="folder with natural.json or speech.json")] = [],  # noqa: B006
    questions: Annotated[int, typer.Option(help="how many")] = 30,
    seed: Annotated[int, typer.Option(help="which of those in the folders")] = 0,
    strategy: Annotated[list[str], typer.Option(help="one question by these, or by all")] = [],  # noqa: B006
    calls: Annotated[int, typer.Option(help="model calls a question may make")] = int(Budget().model_calls),
    say: Annotated[bool, typer.Option(help="print both rows after every question")] = False,
) -> None:
    """Print the table."""
    loaded = load_model(RoleConfig(model=model, base_url=base_url, timeout_s=PATIENCE_S))
    if loaded is None:
        raise typer.BadParameter("a model must be named", param_hint="--model")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        asked = chosen(data, folder, questions, seed) if data else shipped(folder)[:questions]
        last = " stopped |" if strategy else ""
        print(f"| {' | '.join(COLUMNS)} |{last}\n|{'---|' * (len(COLUMNS) + bool(strategy))}")
        budget = Budget(model_calls=calls, wall_s=PATIENCE_S)
        if not strategy:
            for rows in compare(loaded, asked, folder / "library", budget=budget):
                if say or rows[0].asked == len(asked):
                    print(rows[0].row("offline"), rows[1].row(model.rpartition("/")[2]), sep="\n", flush=True)
            return
        names = registry.names("strategies") if strategy == ["all"] else strategy
        for name, result, ended in by_strategy(loaded, names, asked[0], folder / "library", budget):
            print(result.row(name), ended, "|", flush=True)


if __name__ == "__main__":
    typer.run(main)
