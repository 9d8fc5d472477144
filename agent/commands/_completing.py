"""What the shell offers when Tab is pressed: names and ids, found without opening anything for writing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer


def strategies(incomplete: str) -> list[str]:
    """The ways of answering."""
    return _plugins("strategies", incomplete)


def sets(incomplete: str) -> list[str]:
    """The question sets of `bench`."""
    return _plugins("benchmarks", incomplete)


def videos(context: typer.Context, incomplete: str) -> list[str]:
    """Files and folders that begin so, then file names and ids of the library."""
    return [*_files(incomplete), *recordings(context, incomplete)]


def recordings(context: typer.Context, incomplete: str) -> list[str]:
    """File names of the library; ids only once one was begun."""
    known = [(Path(path).name or title, id_[:12]) for id_, path, title in _known(context)]
    names = [name for name, _ in known if name.startswith(incomplete)]
    return names + [id_ for _, id_ in known if incomplete and id_.startswith(incomplete)]


def runs(context: typer.Context, incomplete: str) -> list[str]:
    """The latest runs."""
    latest = "SELECT id FROM runs WHERE id NOT LIKE 'chat-%' ORDER BY created DESC LIMIT 50"
    found = _peek(context, f"SELECT json_group_array(id) FROM ({latest})")  # noqa: S608 - no input in it
    return [name for name in ("last", *found) if name.startswith(incomplete)]


def _plugins(folder: str, incomplete: str) -> list[str]:
    from playhead.tools import registry

    return [name for name in registry.names(folder) if name.startswith(incomplete)]


def _files(incomplete: str) -> Iterator[str]:
    folder, _, begun = incomplete.rpartition("/")
    root = Path(f"{folder}/" if folder or incomplete.startswith("/") else ".").expanduser()
    if root.is_dir():
        for path in sorted(root.iterdir()):
            if path.name.startswith(begun) and (begun.startswith(".") or not path.name.startswith(".")):
                yield incomplete[: len(incomplete) - len(begun)] + path.name + ("/" if path.is_dir() else "")


def _known(context: typer.Context) -> Iterator[tuple[str, str, str]]:
    columns = "id, json_extract(data, '$.path'), json_extract(data, '$.title')"
    for row in _peek(context, f"SELECT json_group_array(json_array({columns})) FROM videos"):  # noqa: S608
        yield row[0], row[1], row[2]


def _peek(context: typer.Context, sql: str) -> list[Any]:
    """A JSON list from the library, which is neither made nor changed; empty when it cannot be read."""
    from playhead.agent import config_layers
    from playhead.tools.errors import UsageError
    from playhead.tools.memory.database import peek

    given = {"library": name} if (name := context.params.get("library")) else {}
    try:
        found = peek(config_layers.load(given).config.library_path / "library.db", sql)
    except UsageError:
        return []
    return json.loads(found) if found else []
