"""`playhead index PATH…`"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from playhead.agent.commands import _options as shared
from playhead.tools.errors import MediaError

if TYPE_CHECKING:
    from playhead.agent.terminal.console import Terminal
    from playhead.tools.library import Library

MOST_NAMED = 10
"""Files named in the line that says which failed; each has had a note of its own."""


def index(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Videos, transcripts or folders.")],
    subtitles: shared.Subtitles = None,
    captions: Annotated[
        str | None,
        typer.Option("--captions", help="all: describe every clip now; needed: when asked.", metavar="WHEN"),
    ] = None,
    asr: shared.Asr = None,
    model: shared.Model = None,
    base_url: shared.BaseUrl = None,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
    quiet: shared.Quiet = False,
) -> None:
    """See and remember videos now; questions then need not wait.

    Can be stopped at any time and goes on where it was; what is already indexed costs nothing.
    """
    named = {"indexing.captions": captions, **shared.hearing(asr)}
    given = shared.flags(settings, model=model, base_url=base_url, library=library, **named)
    shared.starting(quiet=quiet)
    from playhead.agent import config_layers
    from playhead.agent.agent import VideoAgent
    from playhead.agent.terminal.console import Terminal, spent

    terminal = Terminal(quiet=quiet)
    failed: list[str] = []

    async def run() -> None:
        agent = VideoAgent.from_config(config_layers.load(given, config).config)
        try:
            async for event in agent.index(paths, subtitles=subtitles or ()):
                terminal.progress(event)
                if event.progress.failed:
                    failed.append(event.progress.video)
                if event.progress.stage == "done":
                    _finished(agent.library, event.progress.video_id, terminal)
            usage, money = agent.indexing_cost()
            if usage.model_calls and not quiet:
                terminal.err.print(spent("models", usage, money or 0.0))
        finally:
            terminal.close()
            await agent.aclose()
        if failed:
            named = ", ".join(failed[:MOST_NAMED]) + (" …" if len(failed) > MOST_NAMED else "")
            cause = f"{len(failed)} of {event.progress.files} files could not be indexed: {named}"
            raise MediaError(cause, "the others are; mend or leave out these")

    with terminal:
        asyncio.run(run())


def _finished(library: Library, video_id: str, terminal: Terminal) -> None:
    """One line on stdout for a video that is done."""
    from playhead.agent.terminal.console import printable

    video = library.video(video_id)
    if video is None:
        return
    clips, count = len(library.clips(video.id, "clip")), sum(library.count(video.id).values())
    terminal.close()
    known = f"{clips} clip{'s' * (clips != 1)}, {count} memories"
    terminal.out.print(f"{video.id[:12]}  {printable(video.name)}: {known}", soft_wrap=True)
