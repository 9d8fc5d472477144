"""`playhead serve [PATH…]`"""

from __future__ import annotations

from typing import Annotated

import typer

from playhead.agent import waiting
from playhead.agent.commands import _options as shared


def serve(
    port: Annotated[int, typer.Option("--port", help="Port to listen at; 0 takes a free one.")] = 7860,
    token: Annotated[
        str | None,
        typer.Option("--token", help="Instead of a random one.", envvar="PLAYHEAD_TOKEN", metavar="TEXT"),
    ] = None,
    model: shared.Model = None,
    base_url: shared.BaseUrl = None,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
) -> None:
    """Open the library in the browser, and to programs, on this machine."""
    given = shared.flags(settings, model=model, base_url=base_url, library=library)
    shared.starting()
    from playhead.agent import config as configuration
    from playhead.agent.agent import VideoAgent
    from playhead.agent.server.running import run

    agent = VideoAgent.from_config(configuration.load(given, config).config)
    run(agent, port=port, token=token, ready=_opened)


def _opened(address: str) -> None:
    waiting.end()
    typer.echo(f"playhead is at {address}")
    typer.echo("Ctrl-C ends it.", err=True)
