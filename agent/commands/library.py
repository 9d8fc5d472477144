"""`playhead library [list|show|remove|verify|repair]`"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from playhead.agent.commands import _completing as completing
from playhead.agent.commands import _options as shared

if TYPE_CHECKING:
    from playhead.agent.commands._options import Place
    from playhead.tools.library import Library
    from playhead.tools.types import Video

app = typer.Typer(help="What is indexed, by which models, and how big it is.", no_args_is_help=False)
Recordings = Annotated[
    list[str],
    typer.Argument(
        metavar="VIDEO",
        help="Id, path or file name; may be repeated.",
        autocompletion=completing.recordings,
    ),
]
SHORT_ID = 12


@app.callback(invoke_without_command=True)
def group(
    context: typer.Context,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
    as_json: shared.Json = False,
) -> None:
    """List the videos of the library; the options may stand before or after a command."""
    context.obj = shared.Place(library, config, tuple(settings or ()))
    if context.invoked_subcommand is None:
        _list(context.obj, as_json)


@app.command("list")
def listed(
    context: typer.Context,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
    as_json: shared.Json = False,
) -> None:
    """List the videos of the library."""
    _list(_place(context, library, config, settings), as_json)


@app.command()
def show(
    context: typer.Context,
    video: Recordings,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
    as_json: shared.Json = False,
) -> None:
    """Show what is known of a video, and from which source.

    Its file, its tracks, and what was remembered.
    """
    with _opened(_place(context, library, config, settings)) as opened:
        rows = [_known(opened, _find(opened, reference)) for reference in video]
    if as_json:
        _dump({"videos": rows})
        return
    for row in rows:
        _tell(row)


@app.command()
def remove(
    context: typer.Context,
    video: Recordings,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
) -> None:
    """Forget videos: their memories, vectors and cached replies. The files stay where they are."""
    with _opened(_place(context, library, config, settings)) as opened:
        for found in [_find(opened, reference) for reference in video]:
            opened.remove(found.id)
            typer.echo(f"removed {found.id[:SHORT_ID]} {found.name}")


@app.command()
def verify(
    context: typer.Context,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
) -> None:
    """Compare what is stored with its own checks.

    Exit code 1 when something is wrong.
    """
    from playhead.agent.terminal.invocation import command

    with _opened(_place(context, library, config, settings)) as opened:
        faults = opened.verify()
    for fault in faults:
        typer.echo(fault)
    typer.echo(f"run: {command('library', 'repair')}" if faults else "nothing is wrong")
    raise typer.Exit(1 if faults else 0)


@app.command()
def repair(
    context: typer.Context,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
) -> None:
    """Make the vectors anew from the SQLite file.

    That file is the source of truth.

    With `--set embedder=SPEC`, everything is embedded anew by another embedder.
    """
    with _opened(_place(context, library, config, settings), reembed=True) as opened:
        opened.repair()
        faults = opened.verify()
    for fault in faults:
        typer.echo(fault)
    typer.echo("repaired" if not faults else "some faults remain")
    raise typer.Exit(1 if faults else 0)


def _place(context: typer.Context, library: Any, config: Any, settings: list[str] | None) -> Place:
    """Where the library is: what the command says, else what stood before it."""
    before: Place = context.obj
    return replace(
        before,
        library=library or before.library,
        config=config or before.config,
        settings=(*before.settings, *(settings or ())),
    )


@contextmanager
def _opened(place: Place, *, reembed: bool = False) -> Iterator[Library]:
    """The library, which must be there, closed afterwards. Raises LibraryError."""
    from playhead.agent.wiring import open_library

    with open_library(place.loaded(), make=False, reembed=reembed) as library:
        yield library


def _find(library: Library, reference: str) -> Video:
    from playhead.tools.errors import UsageError

    if (video := library.find(reference)) is None:
        raise UsageError(f"the library holds no video {reference!r}", "see: playhead library list")
    return video


def _list(place: Place, as_json: bool) -> None:
    from playhead.tools.library import exists

    folder = place.loaded().library_path
    if not exists(folder) and not folder.is_file():
        if as_json:
            _dump({"videos": [], "embedder": None})
        else:
            typer.echo(f"0 videos: nothing is indexed yet in {folder}")
        return
    with _opened(place) as library:
        rows = [_row(library, video) for video in library.videos()]
        fingerprint, size_mb = library.embedder.fingerprint, library.size_bytes() / 1e6
    if as_json:
        _dump({"videos": rows, "embedder": fingerprint})
        return
    for row in rows:
        _tell(row)
    typer.echo(
        f"{len(rows)} video{'s' * (len(rows) != 1)}, {size_mb:.1f} MB in {folder}, embedder {fingerprint}"
    )


def _row(library: Library, video: Video) -> dict[str, Any]:
    return {
        "id": video.id,
        "path": video.path,
        "title": video.title,
        "duration_s": round(video.duration_s, 3),
        "clips": len(library.clips(video.id, "clip")),
        "memories": library.count(video.id),
        "complete": video.complete,
    }


def _known(library: Library, video: Video) -> dict[str, Any]:
    """A row with what the file holds and which source gave which memories."""
    from playhead.tools.protocols import Filter

    sources: dict[str, dict[str, int]] = {}
    for memory in library.memories(Filter((video.id,))):
        counts = sources.setdefault(memory.kind, {})
        name = memory.source or "playhead"
        counts[name] = counts.get(name, 0) + 1
    streams = video.info.streams if video.info else ()
    tracks = [" ".join(filter(None, (item.kind, item.codec, item.language))) for item in streams]
    return {**_row(library, video), "tracks": tracks, "sources": sources}


def _tell(row: dict[str, Any]) -> None:
    """One video, with everything that is known of it in `row`."""
    from playhead.agent.terminal.console import printable
    from playhead.tools.timecode import clock

    indent = " " * (SHORT_ID + 2)
    kinds = ", ".join(f"{count} {kind}" for kind, count in row["memories"].items())
    state = "" if row["complete"] else "  (not finished)"
    name = row["path"].rsplit("/", 1)[-1] or row["title"]
    typer.echo(f"{row['id'][:SHORT_ID]}  {clock(row['duration_s'])}  {printable(name)}{state}")
    typer.echo(f"{indent}{row['clips']} clip{'s' * (row['clips'] != 1)}; {kinds or 'no memories'}")
    if "sources" not in row:
        return
    typer.echo(f"{indent}file: {printable(row['path']) or 'none'}")
    for track in row["tracks"]:
        typer.echo(f"{indent}track: {printable(track)}")
    for kind, counts in row["sources"].items():
        told = ", ".join(f"{count} from {printable(name)}" for name, count in counts.items())
        typer.echo(f"{indent}{kind}: {told}")


def _dump(data: dict[str, Any]) -> None:
    json.dump(data, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
