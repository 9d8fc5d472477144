"""`playhead index PATH…`"""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from playhead.agent.commands import _options as shared


def index(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Videos, transcripts or folders.")],
    subtitles: shared.Subtitles = None,
    captions: Annotated[
        str | None,
        typer.Option("--captions", help="'all': describe every clip now; 'needed': when asked."),
    ] = None,
    asr: shared.Asr = None,
    model: shared.Model = None,
    base_url: shared.BaseUrl = None,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
    quiet: shared.Quiet = False,
) -> None:
    """See and remember videos now, so that questions are answered at once.

    Can be stopped at any time and goes on where it was; what is already indexed costs nothing.
    """
    from playhead.agent import config as configuration
    from playhead.agent.agent import VideoAgent
    from playhead.agent.console import Terminal, printable, spent

    named = {"indexing.captions": captions, **shared.hearing(asr)}
    given = shared.flags(settings, model=model, base_url=base_url, library=library, **named)
    terminal = Terminal(quiet=quiet)

    async def run() -> None:
        agent = VideoAgent.from_config(configuration.load(given, config).config)
        try:
            async for event in agent.index(paths, subtitles=subtitles or ()):
                terminal.show(event)
            terminal.close()
            for video in agent.library.videos():
                count = sum(agent.library.count(video.id).values())
                clips = len(agent.library.clips(video.id, "clip"))
                name = f"{video.id[:12]}  {printable(video.title)}"
                terminal.out.print(f"{name}: {clips} clips, {count} memories")
            usage, money = agent.indexing_cost()
            if usage.model_calls and not quiet:
                terminal.err.print(spent("models", usage, money or 0.0))
        finally:
            terminal.close()
            await agent.aclose()

    asyncio.run(run())
