"""The command line: typer commands, each a thin shell over the Python API."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from typing import Annotated

import typer

from playhead import __version__
from playhead.agent.commands import (
    ask,
    chat,
    demo,
    doctor,
    index,
    library,
    mcp,
    overview,
    search,
    serve,
    show,
    strategies,
)
from playhead.eval import bench_cli

INTERRUPTED = 130

app = typer.Typer(
    name="playhead",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain paragraphs, that wrap in any width
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(cls=ask.Ask)(ask.ask)
for command in (
    index.index,
    chat.chat,
    overview.overview,
    search.search,
    show.show,
    strategies.strategies,
    serve.serve,
    mcp.mcp,
    doctor.doctor,
    demo.demo,
):
    app.command()(command)
app.add_typer(library.app, name="library")
app.add_typer(bench_cli.app, name="bench")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"playhead {__version__}")
        raise typer.Exit


@app.callback()
def root(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")] = False,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Ask hours of video a question; get an answer with the seconds that prove it.

    Exit codes: 0 answered, 1 failure, 2 wrong usage, 3 no clear answer, 130 interrupted.
    """
    if debug:
        os.environ["PLAYHEAD_DEBUG"] = "1"


def main() -> None:
    """Entry point of the `playhead` command: one line for every failure, the traceback with --debug."""
    from playhead.agent.terminal import invocation, waiting
    from playhead.tools.errors import PlayheadError

    try:
        app(prog_name="playhead")
    except PlayheadError as error:
        waiting.end()
        if os.environ.get("PLAYHEAD_DEBUG"):
            raise
        _complain(invocation.runnable(str(error)))
        sys.exit(error.exit_code)
    except SystemExit as stop:
        waiting.end()
        if stop.code == INTERRUPTED:
            _complain(f"interrupted, what is stored is kept — {invocation.advice()}")
        raise


def _complain(message: str) -> None:
    """One line to stderr, broken between words where a person reads it."""
    line = f"playhead: {message}"
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns
        line = textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
    sys.stderr.write(f"{line}\n")
