"""`playhead library [list|remove|verify|repair]`"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from playhead.agent.commands import _options as shared

if TYPE_CHECKING:
    from playhead.tools.library import Library

app = typer.Typer(help="What is indexed, by which models, and how big it is.", no_args_is_help=False)


@app.callback(invoke_without_command=True)
def listed(
    context: typer.Context,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
    as_json: shared.Json = False,
) -> None:
    """List the videos of the library."""
    context.obj = (library, config, settings)
    if context.invoked_subcommand is None:
        with _Opened(context) as opened:
            _print(opened, as_json)


@app.command()
def remove(
    context: typer.Context,
    video: Annotated[list[str], typer.Argument(help="Id, path or file name; may be repeated.")],
) -> None:
    """Forget videos: their memories, vectors and cached replies. The files stay where they are."""
    with _Opened(context) as opened:
        for found in [_find(opened, reference) for reference in video]:
            opened.remove(found.id)
            typer.echo(f"removed {found.id[:12]} {found.title}")


@app.command()
def verify(context: typer.Context) -> None:
    """Compare what is stored with its own checks; exit code 1 when something is wrong."""
    with _Opened(context) as opened:
        faults = opened.verify()
    for fault in faults:
        typer.echo(fault)
    typer.echo("run: playhead library repair" if faults else "nothing is wrong")
    raise typer.Exit(1 if faults else 0)


@app.command()
def repair(context: typer.Context) -> None:
    """Make the vectors anew from the SQLite file, which is the source of truth.

    With `--set embedder=SPEC` before `repair`, everything is embedded anew by another embedder.
    """
    with _Opened(context, reembed=True) as opened:
        opened.repair()
        faults = opened.verify()
    for fault in faults:
        typer.echo(fault)
    typer.echo("repaired" if not faults else "some faults remain")
    raise typer.Exit(1 if faults else 0)


class _Opened:
    """The library named by the options of the group, closed afterwards."""

    def __init__(self, context: typer.Context, *, reembed: bool = False) -> None:
        self._settings: Any = context.obj
        self._reembed = reembed

    def __enter__(self) -> Library:
        from playhead.agent import config as configuration
        from playhead.agent.wiring import open_library

        library, config, settings = self._settings
        loaded = configuration.load(shared.flags(settings, library=library), config)
        self._library = open_library(loaded.config, reembed=self._reembed)
        return self._library

    def __exit__(self, *_: object) -> None:
        self._library.close()


def _find(library: Library, reference: str) -> Any:
    from playhead.tools.errors import UsageError

    if (video := library.find(reference)) is None:
        raise UsageError(f"the library holds no video {reference!r}", "see: playhead library")
    return video


def _print(library: Library, as_json: bool) -> None:
    from playhead.agent.console import printable
    from playhead.tools.timecode import clock

    rows: list[dict[str, Any]] = [
        {
            "id": video.id,
            "path": video.path,
            "title": video.title,
            "duration_s": round(video.duration_s, 3),
            "clips": len(library.clips(video.id, "clip")),
            "memories": library.count(video.id),
            "complete": video.complete,
        }
        for video in library.videos()
    ]
    if as_json:
        json.dump({"videos": rows, "embedder": library.embedder.fingerprint}, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    for row in rows:
        kinds = ", ".join(f"{count} {kind}" for kind, count in row["memories"].items())
        state = "" if row["complete"] else "  (not finished)"
        typer.echo(f"{row['id'][:12]}  {clock(row['duration_s'])}  {printable(row['title'])}{state}")
        typer.echo(f"              {row['clips']} clips; {kinds or 'no memories'}")
    size = f"{len(rows)} videos, {library.size_bytes() / 1e6:.1f} MB"
    typer.echo(f"{size} in {library.path}, embedder {library.embedder.fingerprint}")
