"""`playhead ask VIDEO… QUESTION`"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Annotated

import typer

from playhead.agent.commands import _options as shared


def ask(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[VIDEO]... QUESTION", help="Files, folders or ids, then the question."),
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option("--option", "-o", help="A possible answer; repeat it.", metavar="TEXT")
    ] = None,
    resume: Annotated[
        str | None, typer.Option("--resume", help="Go on with an interrupted run, or 'last'.", metavar="RUN")
    ] = None,
    subtitles: shared.Subtitles = None,
    asr: shared.Asr = None,
    before: Annotated[
        str | None, typer.Option("--before", help="Know nothing after it (75.5 or 1:15).", metavar="TIME")
    ] = None,
    model: shared.Model = None,
    base_url: shared.BaseUrl = None,
    strategy: Annotated[
        str | None, typer.Option("--strategy", help="observe, topk, direct or blind.", metavar="NAME")
    ] = None,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
    as_json: shared.Json = False,
    quiet: shared.Quiet = False,
    verbose: shared.Verbose = False,
) -> None:
    """Ask videos a question; the answer cites the seconds that prove it.

    Everything before the last argument is a video, a folder, a transcript or an id from the library; none
    means the whole library. Exit code 3 says that the video does not answer the question.
    """
    from playhead.agent import config as configuration
    from playhead.agent.agent import VideoAgent
    from playhead.agent.console import Terminal
    from playhead.agent.page import find_run
    from playhead.tools.timecode import parse_clock

    try:
        before_s = parse_clock(before) if before is not None else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--before") from error
    if not words and resume is None:
        raise typer.BadParameter("ask something, in quotes, as the last argument", param_hint="QUESTION")
    if words and resume is not None:
        raise typer.BadParameter("a resumed run has its question already", param_hint="--resume")
    *videos, question = words or [""]
    named = {"strategy": strategy, "library": library, **shared.hearing(asr)}
    given = shared.flags(settings, model=model, base_url=base_url, **named)
    terminal = Terminal(quiet=quiet, verbose=verbose)

    async def run() -> int:
        agent = VideoAgent.from_config(shared.watched(configuration.load(given, config), terminal))
        try:
            if resume is not None:
                events = agent.stream_resumed(find_run(agent.library, resume)["run"])
            else:
                events = agent.stream(
                    question, videos, option or (), before_s=before_s, subtitles=subtitles or ()
                )
            answer = await terminal.follow(events)
        finally:
            await agent.aclose()
        if as_json:
            json.dump(answer.to_dict(), sys.stdout, ensure_ascii=False)
            sys.stdout.write("\n")
        else:
            terminal.answer(answer)
        return 0 if answer.found else 3

    raise typer.Exit(asyncio.run(run()))
