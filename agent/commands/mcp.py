"""`playhead mcp [PATH…]`"""

from __future__ import annotations

from typing import Annotated

import typer

from playhead.agent.commands import _options as shared


def mcp(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Files and folders that may be indexed, besides the library."),
    ] = None,
    model: shared.Model = None,
    base_url: shared.BaseUrl = None,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
) -> None:
    """Serve the library to an assistant over MCP.

    The assistant starts this command itself, and speaks over stdin and stdout.
    Without PATH it can only ask about what is indexed already.
    """
    given = shared.flags(settings, model=model, base_url=base_url, library=library)
    import anyio

    from playhead.agent import config_layers
    from playhead.agent.agent import VideoAgent
    from playhead.agent.server.mcp_server import Server
    from playhead.agent.server.reach import Reach
    from playhead.agent.server.room import Room

    agent = VideoAgent.from_config(config_layers.load(given, config).config)
    reach = Reach.of(paths or ())

    async def serve() -> None:
        async with Room(agent, reach) as room:
            await Server(room).run_stdio_async()

    anyio.run(serve)
