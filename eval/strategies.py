"""All strategies on the films of the simulated viewer: what each finds, and what it costs. A simulation.

    python -m playhead.eval.strategies --minutes 10 --viewer plain --viewer near-sighted

Prints one table a viewer. Every question begins with a library in which no other question was asked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

from playhead.agent.strategy import find
from playhead.eval.looking import VIEWERS, Row, Screening, screening, settings
from playhead.eval.metrics import mean
from playhead.eval.viewer.films import film
from playhead.tools import registry

WITHOUT = ("ensemble",)
"""Not in the table by itself: it is made of others; name it with its members."""
SEED = 2
"""The film of the tables. The viewer's rules were corrected on the film of seed 1."""
NAMES = tuple(name for name in registry.names("strategies") if name not in WITHOUT)
TUNED = frozenset((*NAMES[::2], "observe", "m3"))
"""The strategies on whose runs the viewer's rules were written and corrected; the others are held out."""


def kinds(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Rows by the kind of their question, in the order in which kinds first appear."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.asking.name.split()[0], []).append(row)
    return found


def head(names: Sequence[str], short: bool = False) -> str:
    """The head of a table with a column for each kind of question."""
    columns = ["strategy", *names, "right", "cited", "calls", "at most", "describing", "rest", "stated"]
    columns += ["pictures"] if short else ["pictures", "tokens", "s", "claimed by its authors"]
    return f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"


def line(strategy: str, rows: Sequence[Row], short: bool = False) -> str:
    """The row of a strategy: right of asked for each kind, then over all questions the median and the most
    calls, the most that described clips, the most of the others, those that its file states at most, and
    means of what is left."""
    info = find(strategy)[1]
    used = [row.answer.usage for row in rows]
    calls = [usage.model_calls for usage in used]
    cells = [f"{sum(row.right for row in part)}/{len(part)}" for part in kinds(rows).values()]
    cells += [f"{sum(marks)}/{len(rows)}" for marks in ([r.right for r in rows], [r.cited for r in rows])]
    cells += [f"{median(calls):g}", str(max(calls)), str(max(row.describing for row in rows))]
    cells += [str(max(row.answer.usage.model_calls - row.describing for row in rows)), str(info.most_calls)]
    cells += [f"{mean([float(u.frames) for u in used]):.0f}"]
    name = strategy if strategy.partition(":")[0] in TUNED else f"{strategy} (held out)"
    if short:
        return f"| {' | '.join([name, *cells])} |"
    cells += [f"{mean([float(u.input_tokens) for u in used]):.0f}", f"{mean([r.wall_s for r in rows]):.1f}"]
    return f"| {' | '.join([name, *cells, info.claimed or '–'])} |"


def table(
    screened: Screening,
    strategies: Sequence[str],
    only: Sequence[str] = (),
    short: bool = False,
    say: bool = False,
) -> list[Row]:
    """Print a row a strategy as it is known; all rows of questions, or of those whose name begins with one of
    `only`."""
    asked: list[Row] = []
    wanted = [one for one in screened.film.questions if not only or one.name.startswith(tuple(only))]
    for name in strategies:
        rows = [screened.ask(asking, name) for asking in wanted]
        if not asked:
            print(head(list(kinds(rows)), short))
        print(line(name, rows, short), flush=True)
        for row in rows if say else ():
            print(f"    {row.told()} | {row.answer.text[:160]} | {row.answer.stopped_because}", flush=True)
        asked += rows
    never = [row for row in asked if not row.asking.places]
    claimed = sum(row.answer.found for row in never)
    print(f"\nSomething was claimed to be found in {claimed} of {len(never)} unanswerable questions.")
    return asked


def main(
    minutes: Annotated[int, typer.Option(help="length of the film")] = 10,
    viewer: Annotated[list[str], typer.Option(help=f"of {', '.join(VIEWERS)}")] = ["plain"],  # noqa: B006
    strategy: Annotated[list[str], typer.Option(help="only these; all when left out")] = [],  # noqa: B006
    captions: Annotated[str, typer.Option(help="needed or all")] = "needed",
    seed: Annotated[int, typer.Option(help="which film of that length")] = SEED,
    only: Annotated[list[str], typer.Option(help="questions whose names begin so")] = [],  # noqa: B006
    short: Annotated[bool, typer.Option(help="without tokens, seconds and what the authors claim")] = False,
    say: Annotated[bool, typer.Option(help="print the answers below each row")] = False,
) -> None:
    """Print a table a viewer."""
    names = strategy or NAMES
    shown = film(minutes, seed, needles=3 if minutes < 30 else 6)
    for number, sight in enumerate(viewer):
        gap = "\n" if number else ""
        print(f"{gap}Simulation: film of {minutes} minutes, {sight} viewer, captions {captions}.\n")
        config = settings("all" if captions == "all" else "needed")
        with (
            tempfile.TemporaryDirectory() as folder,
            screening(shown, VIEWERS[sight], config, Path(folder)) as screened,
        ):
            table(screened, names, only, short, say)


if __name__ == "__main__":
    typer.run(main)
