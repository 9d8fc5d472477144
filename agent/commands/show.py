"""`playhead show RUN`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from playhead.agent.commands import _options as shared


def show(
    run: Annotated[str, typer.Argument(help="Id of a run, its first letters, or 'last'.")] = "last",
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; default: playhead-RUN.html.", metavar="FILE")
    ] = None,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
) -> None:
    """Explain one answer: steps, frames and evidence, as one HTML page that needs nothing else."""
    from playhead.agent import config as configuration
    from playhead.agent.agent import VideoAgent
    from playhead.agent.page import find_run, render_run

    agent = VideoAgent.from_config(configuration.load(shared.flags(settings, library=library), config).config)
    try:
        trajectory = find_run(agent.library, run)
        page = render_run(trajectory, agent.library)
    finally:
        agent.close()
    target = out or Path(f"playhead-{trajectory['run']}.html")
    target.write_text(page, "utf-8")
    typer.echo(target)
