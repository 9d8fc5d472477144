"""All strategies on the films of the simulated viewer: what each finds, and what it costs. A simulation.

    python -m playhead.eval.strategies --minutes 10 --viewer plain --viewer near-sighted

Prints one table a viewer. Every question begins with a library in which no other question was asked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from playhead.agent.strategy import find
from playhead.eval.looking import VIEWERS, Row, measure, settings
from playhead.eval.metrics import mean
from playhead.eval.viewer.films import film
from playhead.tools import registry

WITHOUT = ("ensemble",)
"""Not in the table by itself: it is made of others; name it with its members."""


def kinds(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Rows by the kind of their question, in the order in which kinds first appear."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.asking.name.split()[0], []).append(row)
    return found


def head(names: Sequence[str]) -> str:
    """The head of a table with a column for each kind of question."""
    columns = ["strategy", *names, "right", "cited", "calls", "pictures", "tokens", "claimed by its authors"]
    return f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"


def line(strategy: str, rows: Sequence[Row]) -> str:
    """The row of a strategy: right of asked for each kind, then means over all questions."""
    cells = [f"{sum(row.right for row in part)}/{len(part)}" for part in kinds(rows).values()]
    cells += [
        f"{sum(row.right for row in rows)}/{len(rows)}",
        f"{sum(row.cited for row in rows)}/{len(rows)}",
    ]
    used = [row.answer.usage for row in rows]
    means = [mean([float(u.model_calls) for u in used]), mean([float(u.frames) for u in used])]
    cells += [f"{value:.1f}" for value in means]
    cells.append(f"{mean([float(u.input_tokens) for u in used]):.0f}")
    return f"| {' | '.join([strategy, *cells, find(strategy)[1].claimed or '–'])} |"


def main(
    minutes: Annotated[int, typer.Option(help="length of the film")] = 10,
    viewer: Annotated[list[str], typer.Option(help=f"of {', '.join(VIEWERS)}")] = ["plain"],  # noqa: B006
    strategy: Annotated[list[str], typer.Option(help="only these; all when left out")] = [],  # noqa: B006
    captions: Annotated[str, typer.Option(help="needed or all")] = "needed",
    seed: Annotated[int, typer.Option(help="which film of that length")] = 1,
) -> None:
    """Print a table a viewer."""
    names = strategy or [name for name in registry.names("strategies") if name not in WITHOUT]
    shown = film(minutes, seed, needles=3 if minutes < 30 else 6)
    for number, sight in enumerate(viewer):
        gap = "\n" if number else ""
        print(f"{gap}Simulation: film of {minutes} minutes, {sight} viewer, captions {captions}.\n")
        for position, name in enumerate(names):
            with tempfile.TemporaryDirectory() as folder:
                config = settings("all" if captions == "all" else "needed", name)
                rows = list(measure(shown, VIEWERS[sight], config, Path(folder)))
            if position == 0:
                print(head(list(kinds(rows))))
            print(line(name, rows), flush=True)


if __name__ == "__main__":
    typer.run(main)
