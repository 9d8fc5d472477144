"""What looking at pictures finds and costs: a simulated viewer, and films whose facts are in pixels alone.

    python -m playhead.eval.looking --minutes 10 --minutes 60

Prints one table. Every question begins with a library in which no other question was asked.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.pricing import INDEXING
from playhead.agent.result import Answer
from playhead.eval.viewer.films import Asking, Film, film
from playhead.eval.viewer.grading import cited, right
from playhead.eval.viewer.server import Viewer, ViewerServer
from playhead.tools.pipeline.progress import IndexingConfig
from playhead.tools.types import Usage

Captions = Literal["needed", "all"]
VIEWERS = {
    "plain": Viewer(),
    "terse": Viewer(terse=True),
    "near-sighted": Viewer(near_sighted=True),
    "verbose": Viewer(verbose=True),
    "breaking": Viewer(terse=True, broken_rate=0.1),
}
HEAD = "| film | viewer | captions | question | right | cited | calls | pictures | tokens | s |"
RULE = "|---|---|---|---|---|---|---|---|---|---|"


@dataclass(frozen=True, slots=True)
class Row:
    """One question with the answer it got; `wall_s` is the time it took."""

    asking: Asking
    answer: Answer
    wall_s: float

    @property
    def right(self) -> bool:
        return right(self.asking, self.answer.found, self.answer.words, self.answer.option)

    @property
    def cited(self) -> bool:
        return cited(self.asking, [line.span for line in self.answer.evidence])

    @property
    def describing(self) -> int:
        """Calls that described clips: for the question, or because indexing had got no usable reply."""
        return sum(self.answer.by_role.get(role, Usage()).model_calls for role in ("captioner", INDEXING))

    def told(self) -> str:
        usage = self.answer.usage
        marks = [("no", "yes")[passed] for passed in (self.right, self.cited)]
        cells = [
            self.asking.name,
            *marks,
            usage.model_calls,
            usage.frames,
            usage.input_tokens,
            f"{self.wall_s:.1f}",
        ]
        return " | ".join(map(str, cells))


def settings(captions: Captions, strategy: str = "observe") -> Config:
    """Nothing is heard or read while indexing: what is known was seen by the viewer."""
    indexing = IndexingConfig(asr=None, ocr=None, sidecars=False, captions=captions)
    return Config(model="openai:viewer", embedder="hashing", strategy=strategy, indexing=indexing)


@dataclass(frozen=True, slots=True)
class Screening:
    """A film in a library, and a viewer that sees for it."""

    film: Film
    path: Path
    known: Path
    config: Config

    def ask(self, asking: Asking, strategy: str = "") -> Row:
        """One question with its answer, over a copy of the library in which nothing was asked."""
        library = Path(shutil.copytree(self.known, self.known.with_name("asked")))
        config = replace(self.config, library=str(library), strategy=strategy or self.config.strategy)
        try:
            with VideoAgent(config=config) as agent:
                started_s = time.perf_counter()
                answer = agent.ask(asking.text, [self.path], asking.options)
                return Row(asking, answer, time.perf_counter() - started_s)
        finally:
            shutil.rmtree(library)


@contextmanager
def screening(shown: Film, viewer: Viewer, config: Config, folder: Path) -> Iterator[Screening]:
    """The film indexed once, with the viewer as the only model, as long as the block lasts."""
    path, known = shown.write(folder), folder / "known"
    with ViewerServer(viewer) as server:
        config = replace(config, base_url=server.url)
        with VideoAgent(config=replace(config, library=str(known))) as agent:
            agent.add(path)
        yield Screening(shown, path, known, config)


def measure(
    shown: Film, viewer: Viewer, config: Config, folder: Path, only: Sequence[str] = ()
) -> Iterator[Row]:
    """The questions of one film, or those whose name begins with one of `only`, one row each."""
    with screening(shown, viewer, config, folder) as screened:
        for asking in shown.questions:
            if not only or asking.name.startswith(tuple(only)):
                yield screened.ask(asking)


def main(
    minutes: Annotated[list[int], typer.Option(help="length of a film; again for several")] = [10],  # noqa: B006
    viewer: Annotated[list[str], typer.Option(help=f"of {', '.join(VIEWERS)}")] = ["terse"],  # noqa: B006
    captions: Annotated[list[str], typer.Option(help="needed or all")] = ["needed", "all"],  # noqa: B006
    only: Annotated[list[str], typer.Option(help="questions whose names begin so")] = [],  # noqa: B006
    strategy: Annotated[str, typer.Option(help="how questions are answered")] = "observe",
    seed: Annotated[int, typer.Option(help="which film of that length")] = 1,
    say: Annotated[bool, typer.Option(help="print the answers below each row")] = False,
) -> None:
    """Print the table."""
    print(f"{HEAD}\n{RULE}")
    for length, name, mode in ((m, v, c) for m in minutes for v in viewer for c in captions):
        shown = film(length, seed, needles=3 if length < 30 else 6)
        with tempfile.TemporaryDirectory() as folder:
            config = settings("all" if mode == "all" else "needed", strategy)
            for row in measure(shown, VIEWERS[name], config, Path(folder), only):
                print(f"| {length} min | {name} | {mode} | {row.told()} |", flush=True)
                if say:
                    print(
                        "   ", row.answer.text, row.answer.confidence, row.answer.stopped_because, flush=True
                    )


if __name__ == "__main__":
    typer.run(main)
