"""`playhead ask VIDEO… QUESTION`"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from playhead.agent.commands import _completing as completing
from playhead.agent.commands import _options as shared

NAME_CHARACTERS = 255
"""No file has a longer name, and the system refuses to look for one."""


class Ask(TyperCommand):
    """`ask` with a usage line that tells the videos from the question."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return [self.options_metavar or "", "[VIDEO]...", "QUESTION"]


def ask(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[VIDEO]... QUESTION",
            show_default=False,
            help="Files, folders or ids, then the question ('-': read it from stdin).",
            autocompletion=completing.videos,
        ),
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
    wait: shared.Wait = None,
    model: shared.Model = None,
    base_url: shared.BaseUrl = None,
    strategy: Annotated[
        str | None,
        typer.Option(
            "--strategy",
            help="How to answer; see: playhead strategies.",
            metavar="NAME",
            autocompletion=completing.strategies,
        ),
    ] = None,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
    as_json: shared.Json = False,
    quiet: shared.Quiet = False,
    verbose: shared.Verbose = False,
) -> None:
    """Ask a question; the answer cites the seconds that prove it.

    Everything before the last argument is a video, a folder, a transcript or an id from the library; none
    means the whole library. Exit code 3 says that there is no clear answer.
    """
    if not words and resume is None:
        raise typer.BadParameter("ask something, in quotes, as the last argument", param_hint="QUESTION")
    if words and resume is not None:
        raise typer.BadParameter("a resumed run has its question already", param_hint="--resume")
    named = {"strategy": strategy, "library": library, **shared.hearing(asr)}
    given = shared.flags(settings, model=model, base_url=base_url, **named)
    before_s = shared.seconds(before, "--before")
    *videos, question = words or [""]
    if Path(question[:NAME_CHARACTERS]).exists() and question:
        raise typer.BadParameter(f"{question!r} is a file; what do you ask of it?", param_hint="QUESTION")
    question = sys.stdin.read() if question == "-" else question
    shared.starting(quiet=quiet)
    from playhead.agent import config_layers
    from playhead.agent.agent import VideoAgent
    from playhead.agent.terminal.console import Terminal
    from playhead.agent.trace import find_run

    terminal = Terminal(quiet=quiet, verbose=verbose)

    async def run() -> int:
        agent = VideoAgent.from_config(shared.watched(config_layers.load(given, config), terminal))
        try:
            if resume is not None:
                earlier = await asyncio.to_thread(lambda: find_run(agent.library, resume))
                state = "answered before" if earlier["status"] == "answered" else "going on with"
                terminal.note(f"{state}: {earlier['question']}")
            answer = await terminal.follow(
                agent.stream_resumed(resume)
                if resume is not None
                else agent.stream(
                    question, videos, option or (), before_s=before_s, subtitles=subtitles or (), wait_s=wait
                )
            )
            if as_json:
                json.dump(answer.to_dict(), sys.stdout, ensure_ascii=False)
                sys.stdout.write("\n")
            else:
                terminal.answer(answer)
            sys.stdout.flush()
        finally:
            await agent.aclose()
        return 0 if answer.found else 3

    with terminal:
        raise typer.Exit(asyncio.run(run()))
