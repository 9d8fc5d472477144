"""`playhead serve [PATH…]`"""

from __future__ import annotations

import contextlib
from typing import Annotated

import typer

from playhead.agent.commands import _options as shared
from playhead.agent.terminal import waiting


def serve(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Videos and folders to index, and to choose from."),
    ] = None,
    port: Annotated[
        int, typer.Option("--port", help="Port to listen at; 0 takes a free one.", metavar="PORT")
    ] = 7860,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen at; others can reach it then.", metavar="ADDRESS")
    ] = "127.0.0.1",
    token: Annotated[
        str | None,
        typer.Option("--token", help="Instead of a random one.", envvar="PLAYHEAD_TOKEN", metavar="TEXT"),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", help="Its name behind a proxy; may be repeated.", metavar="HOST"),
    ] = None,
    reports: Annotated[
        list[str] | None,
        typer.Option("--reports", help="Folder of benchmark reports; may be repeated.", metavar="DIR"),
    ] = None,
    parallel: Annotated[
        int, typer.Option("--parallel", min=1, help="Questions worked on at once.", metavar="N")
    ] = 4,
    streams: Annotated[
        int, typer.Option("--streams", min=1, help="Recordings converted for players at once.", metavar="N")
    ] = 16,
    fetch: Annotated[
        list[str] | None,
        typer.Option(
            "--fetch", help="Host to fetch recordings from, or any; may be repeated.", metavar="HOST"
        ),
    ] = None,
    asr: shared.Asr = None,
    model: shared.Model = None,
    base_url: shared.BaseUrl = None,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
) -> None:
    """Open the library in the browser, and to programs.

    Prints the address to open, on this machine.
    Programs speak JSON, the API of OpenAI, or MCP: see docs/serve.md.
    """
    named = {"library": library, **shared.hearing(asr)}
    given = shared.flags(settings, model=model, base_url=base_url, **named)
    shared.starting()
    from playhead.agent import config_layers
    from playhead.agent.agent import VideoAgent
    from playhead.agent.server.reach import Reach
    from playhead.agent.server.room import Room
    from playhead.agent.server.running import run

    agent = VideoAgent.from_config(shared.live(config_layers.load(given, config)))
    measured = Reach.of(reports or ())
    room = Room(
        agent,
        Reach.of(paths or ()),
        reports=measured,
        slots=parallel,
        streams=streams,
        fetch=fetch or (),
        keeps=True,
    )
    with contextlib.suppress(KeyboardInterrupt):  # the way to end it, and no failure
        run(room, host=host, port=port, token=token, names=tuple(name or ()), ready=_opened)


def _opened(address: str) -> None:
    waiting.end()
    typer.echo(f"playhead is at {address}")
    typer.echo("Ctrl-C ends it.", err=True)
