"""`playhead overview VIDEO`"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from playhead.agent.commands import _options as shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playhead.agent.agent import VideoAgent
    from playhead.agent.terminal.console import Terminal


def overview(
    video: Annotated[
        str, typer.Argument(metavar="VIDEO", help="A file, or a video of the library by id or title.")
    ],
    chapters: Annotated[bool, typer.Option("--chapters", help="Only the chapters.")] = False,
    layout: Annotated[
        Literal["text", "vtt"],
        typer.Option("--format", help="vtt: the chapters as a WebVTT file.", metavar="text|vtt"),
    ] = "text",
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write instead of stdout.", metavar="FILE")
    ] = None,
    subtitles: shared.Subtitles = None,
    model: shared.Model = None,
    base_url: shared.BaseUrl = None,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
    as_json: shared.Json = False,
    quiet: shared.Quiet = False,
) -> None:
    """Say what a video is about: summary, chapters, key moments.

    Topics and who speaks too, all with their times.
    """
    from playhead.agent import config_layers
    from playhead.agent.agent import VideoAgent
    from playhead.agent.terminal.console import Terminal
    from playhead.agent.terminal.overview_console import DEEPER, chapter_lines, overview_lines
    from playhead.agent.terminal.wrapping import hanging
    from playhead.tools.errors import UsageError

    if as_json and layout == "vtt":
        raise typer.BadParameter("choose one of --json and --format vtt", param_hint="--format")
    given = shared.flags(settings, model=model, base_url=base_url, library=library)
    terminal = Terminal(quiet=quiet)
    agent = VideoAgent.from_config(config_layers.load(given, config).config)
    try:
        asyncio.run(_indexed(agent, terminal, video, subtitles or ()))
        found = agent.overview(video, subtitles=subtitles or ())
    finally:
        agent.close()
    if as_json:
        data = found.to_dict()
        text = json.dumps(data["chapters"] if chapters else data, ensure_ascii=False) + "\n"
    elif layout == "vtt":
        text = found.vtt()
    else:
        lines = list(chapter_lines(found) if chapters else overview_lines(found))
        if out is None:
            for line in lines:
                hanging(terminal.out, line, DEEPER)
            return
        text = "\n".join(lines) + "\n"
    try:
        out.write_text(text, "utf-8") if out else sys.stdout.write(text)
    except OSError as error:
        raise UsageError(
            f"cannot write {str(out)!r}: {error.strerror}", "--out FILE names another"
        ) from error


async def _indexed(agent: VideoAgent, terminal: Terminal, video: str, subtitles: Sequence[Path]) -> None:
    """Index a file with its progress on stderr; a video of the library is as it is."""
    if not Path(video).expanduser().is_file():
        return
    try:
        async for event in agent.index([video], subtitles=list(subtitles)):
            terminal.show(event)
    finally:
        terminal.close()
