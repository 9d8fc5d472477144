"""`playhead search QUERY`"""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from playhead.agent.commands import _completing as completing
from playhead.agent.commands import _options as shared


def search(
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="Words to look for, by meaning and by spelling.")
    ],
    video: Annotated[
        list[str] | None,
        typer.Option(
            "--video",
            help="Only in it; may be repeated.",
            metavar="VIDEO",
            autocompletion=completing.recordings,
        ),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind", metavar="KIND", help="speech, screen, caption, digest or frame; may be repeated."
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, help="At most this many hits.", metavar="N")
    ] = 10,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
    as_json: shared.Json = False,
) -> None:
    """Search the memory itself: no planner, no model. Exit code 3 says that nothing comes near."""
    given = shared.flags(settings, library=library)
    shared.starting()
    from playhead.agent import config_layers
    from playhead.agent.agent import VideoAgent
    from playhead.agent.terminal.console import Terminal

    agent = VideoAgent.from_config(config_layers.load(given, config).config)
    try:
        found = agent.search(query, videos=video or (), kinds=kind or (), limit=limit)
        several = len(video or agent.library.videos()) > 1
    finally:
        agent.close()
    if as_json:
        rows = [item.to_dict() | {"score": round(item.score, 6)} for item in found]
        json.dump(rows, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        terminal = Terminal()
        terminal.evidence(found, named=several)
        if not found:
            terminal.note("nothing in the memory comes near it")
    raise typer.Exit(0 if found else 3)
