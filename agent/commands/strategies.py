"""`playhead strategies`"""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from playhead.agent.commands import _completing as completing
from playhead.agent.commands import _options as shared


def strategies(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="All about one of them; a dotted path for one of your own.",
            autocompletion=completing.strategies,
        ),
    ] = None,
    as_json: shared.Json = False,
) -> None:
    """List the ways of answering, or tell all about one.

    Each with its idea, its source, what it needs, what replaces that, and its typical calls.
    """
    from playhead.tools import registry

    names = [name] if name else registry.names("strategies")
    rows = [_facts(one) for one in names]
    if as_json:
        json.dump(rows, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
    elif name:
        _detail(rows[0])
    else:
        _table(rows)


def _facts(name: str) -> dict[str, Any]:
    """All that a strategy says of itself, and its settings with their defaults."""
    from playhead.agent.strategy import find, load, setting_names

    info, chosen = find(name)[1], load(name)
    settings = {one: getattr(chosen.settings, one) for one in setting_names(type(chosen.settings))}
    return {
        "name": name,
        "idea": info.idea,
        "source": info.source,
        "claimed": info.claimed,
        "needs": info.needs,
        "uses": {use: info.instead.get(use, "") for use in info.uses},
        "calls": info.calls,
        "settings": settings,
    }


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=True, header_style="bold")
    table.add_column("strategy", no_wrap=True)
    table.add_column("idea", ratio=1)
    table.add_column("model calls", no_wrap=True)
    for row in rows:
        table.add_row(row["name"], row["idea"], row["calls"].split(",")[0].split(" when ")[0])
    console = Console()
    console.print(table)
    console.print(
        "\nplayhead strategies NAME tells the source, what it needs and its settings.", highlight=False
    )


def _detail(row: dict[str, Any]) -> None:
    lines = [("idea", row["idea"]), ("source", row["source"] or "playhead"), ("claimed", row["claimed"])]
    lines += [("needs of a video", row["needs"]), ("model calls", row["calls"])]
    lines += [("uses", f"{use}; without: {instead or 'nothing'}") for use, instead in row["uses"].items()]
    settings = row["settings"].items()
    lines += [("setting", f"strategies.{row['name']}.{name} = {value!r}") for name, value in settings]
    for label, text in lines:
        if text:
            typer.echo(f"{label:17}{text}")
    if row["settings"]:
        first = next(iter(row["settings"]))
        typer.echo(f"\n--strategy {row['name']}:VALUE sets {first}; --set or playhead.toml set any of them.")
