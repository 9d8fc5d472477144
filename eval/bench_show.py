"""What `playhead bench` prints: the list of sets, a progress bar, the result of a duel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from playhead.eval.baselines import NAMES
from playhead.eval.judging import Duel
from playhead.eval.types import Progress, RunConfig, RunProgress, SetInfo
from playhead.tools import registry


def infos() -> list[SetInfo]:
    """What every set says of itself."""
    return [registry.module("benchmarks", name).INFO for name in registry.names("benchmarks")]


def sets(as_json: bool = False) -> str:
    """The list of sets, as a table or as JSON."""
    if as_json:
        return json.dumps(
            [
                {
                    "set": i.name,
                    "title": i.title,
                    "aggregate": i.aggregate,
                    "extractor": i.extractor,
                    "kit": i.kit,
                    "unverified": i.unverified or ("" if i.kit else "no public rule was found"),
                }
                for i in infos()
            ]
        )
    rows = [_line(info) for info in infos()]
    head = f"{'set':16} {'title':28} {'official reading':20} official mean"
    strategies = ", ".join(registry.names("strategies"))
    return "\n".join((head, *rows, "", f"strategies: {strategies}", f"baselines:  {', '.join(NAMES)}"))


def _line(info: SetInfo) -> str:
    """One set; what could not be found in public code is said behind its mean."""
    doubts = info.unverified or ("" if info.kit else "no public rule was found")
    doubt = f"  [unverified: {doubts}]" if doubts else ""
    return f"{info.name:16} {info.title:28} {info.extractor:20} {info.aggregate}{doubt}"


@contextmanager
def watch(config: RunConfig) -> Iterator[Progress]:
    """A bar on stderr with running accuracy and cost."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Bar(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task(config.strategy, total=None, note="")

        def show(state: RunProgress) -> None:
            bar.update(task, completed=state.done, total=state.total, note=note(state))

        yield show


def note(state: RunProgress) -> str:
    """Running accuracy and cost in a few words."""
    spent = state.usage
    parts = [f"{100 * state.accuracy:.1f} % right"]
    parts += [f"{state.failed} failed"] if state.failed else []
    tokens = spent.input_tokens + spent.output_tokens
    parts += [f"{spent.model_calls} calls, {tokens / 1000:.0f}k tokens"] if spent.model_calls else []
    return ", ".join((*parts, f"{spent.wall_s:.0f} s asked"))


def duel(result: Duel, a: Path, b: Path) -> str:
    """Win rates of two runs as a Markdown table."""
    rows = [f"| overall | {100 * result.wins_a:.1f} | {100 * result.wins_b:.1f} |"]
    rows += [f"| {name} | {100 * x:.1f} | {100 * y:.1f} |" for name, (x, y) in result.by_criterion.items()]
    head = f"| {result.n} questions, wins in % | {a.name} | {b.name} |\n| --- | --- | --- |\n"
    return head + "\n".join(rows) + f"\nties overall: {100 * result.ties:.1f} %"
