"""`playhead chat VIDEO…`"""

from __future__ import annotations

from typing import Annotated

import typer

from playhead.agent.commands import _completing as completing
from playhead.agent.commands import _options as shared


def chat(
    videos: Annotated[
        list[str] | None,
        typer.Argument(metavar="VIDEO", help="Files, folders or ids.", autocompletion=completing.videos),
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option("--resume", help="Go on with one: its id, or 'last'.", metavar="ID"),
    ] = None,
    subtitles: shared.Subtitles = None,
    asr: shared.Asr = None,
    wait: shared.Wait = None,
    model: shared.Model = None,
    base_url: shared.BaseUrl = None,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
    quiet: shared.Quiet = False,
    verbose: shared.Verbose = False,
) -> None:
    """Talk about videos: follow-ups are understood.

    Evidence is kept, and the conversation survives a restart.

    Ctrl-C cancels a question, Ctrl-D ends the conversation. /help lists the commands.
    """
    given = shared.flags(settings, model=model, base_url=base_url, library=library, **shared.hearing(asr))
    shared.starting(quiet=quiet)
    from playhead.agent import config_layers
    from playhead.agent.agent import VideoAgent
    from playhead.agent.chat.conversation import converse
    from playhead.agent.terminal.console import Terminal

    terminal = Terminal(quiet=quiet, verbose=verbose)
    with terminal:
        agent = VideoAgent.from_config(shared.watched(config_layers.load(given, config), terminal))
    try:
        session = agent.chat(videos or (), subtitles=subtitles or (), wait_s=wait, resume=resume)
        converse(agent, session, terminal)
    finally:
        agent.close()
