"""The command line: typer commands, each a thin shell over the Python API."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def root() -> None:
    """Ask hours of video a question; get an answer with the seconds that prove it."""


def main() -> None:
    """Entry point of the `playhead` command."""
    app()
