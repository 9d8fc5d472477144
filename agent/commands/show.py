"""`playhead show RUN`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from playhead.agent.commands import _completing as completing
from playhead.agent.commands import _options as shared
from playhead.agent.terminal import waiting


def show(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN", help="Its id, the first letters, or 'last'.", autocompletion=completing.runs
        ),
    ] = "last",
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; default: playhead-RUN.html.", metavar="FILE")
    ] = None,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
) -> None:
    """Explain one answer: steps, frames, evidence.

    It is written as one HTML page that needs nothing else.
    """
    given = shared.flags(settings, library=library)
    shared.starting()
    from playhead.agent import config_layers
    from playhead.agent.terminal.page import render_run
    from playhead.agent.trace import find_run
    from playhead.agent.wiring import open_library
    from playhead.tools.errors import UsageError

    loaded = config_layers.load(given, config)
    with open_library(loaded.config, make=False) as opened:
        trajectory = find_run(opened, run)
        page = render_run(trajectory, opened)
    target = out or Path(f"playhead-{trajectory['run']}.html")
    try:
        target.write_text(page, "utf-8")
    except OSError as error:
        raise UsageError(
            f"cannot write {str(target)!r}: {error.strerror}", "name another with --out"
        ) from error
    waiting.end()
    typer.echo(target)
