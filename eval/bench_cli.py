"""`playhead bench`: question sets from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from playhead.agent.commands import _completing as completing


class SetFirst(TyperGroup):
    """`bench SET …` runs a set: what is no command of its own goes to `run`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """The commands, and the sets that `run` takes."""
        (named,) = (item for item in self.commands["run"].params if item.name == "set_name")
        return [*super().shell_complete(ctx, incomplete), *named.shell_complete(ctx, incomplete)]


app = typer.Typer(
    cls=SetFirst,
    no_args_is_help=True,
    help="Run question sets: `playhead bench SET --data DIR`.\n\nThen resume, rescore and report.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a run.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")]
Json = Annotated[bool, typer.Option("--json", help="Print the summaries as JSON on stdout.")]
BaseUrl = Annotated[str, typer.Option("--base-url", help="OpenAI-compatible server.", metavar="URL")]


@app.command("run")
def run(
    set_name: Annotated[
        str,
        typer.Argument(metavar="SET", help="See `playhead bench list`.", autocompletion=completing.sets),
    ],
    data: Annotated[Path, typer.Option("--data", help="Folder of the set as downloaded.", metavar="DIR")],
    subset: Annotated[str, typer.Option("--subset", help="Part of the set.", metavar="NAME")] = "",
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="N samples, spread by --seed.", metavar="N")
    ] = None,
    first: Annotated[
        int | None, typer.Option("--first", min=1, help="The first N samples.", metavar="N")
    ] = None,
    epochs: Annotated[int, typer.Option("--epochs", min=1, help="How often each is asked.", metavar="N")] = 1,
    reading: Annotated[
        str, typer.Option("--reading", help="Whose rule reads text: lmms, vlmeval or own.", metavar="KIT")
    ] = "",
    subtitles: Annotated[
        str, typer.Option("--subtitles", help="What may be read: none, sampled or full.", metavar="PART")
    ] = "full",
    frames: Annotated[
        int, typer.Option("--frames", min=1, help="Frames whose subtitles `sampled` keeps.", metavar="N")
    ] = 64,
    strategy: Annotated[
        str | None,
        typer.Option(
            "--strategy",
            help="How to answer (see: playhead strategies), or a baseline; several with commas.",
            metavar="NAME",
            autocompletion=completing.strategies,
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="Model, BACKEND:NAME, or 'offline'.", metavar="SPEC")
    ] = None,
    base_url: BaseUrl = "",
    judge: Annotated[
        str, typer.Option("--judge", help="Model that grades open answers.", metavar="SPEC")
    ] = "",
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Also blind, direct, topk and chance, same model.")
    ] = False,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Samples at a time.", metavar="N")] = 1,
    engine: Annotated[
        str, typer.Option("--engine", help="local, or ray for a cluster.", metavar="NAME")
    ] = "local",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder of the run; an old one is gone on with.", metavar="DIR"),
    ] = None,
    library: Annotated[
        Path | None, typer.Option("--library", help="Folder for what is indexed.", metavar="DIR")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="Settings file (TOML).", metavar="FILE")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Any other setting.", metavar="NAME=VALUE")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of --limit and the random baseline.", metavar="N")] = 0,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run a question set.

    The table goes to stdout, a page and all predictions into the run's folder.
    """
    from playhead.eval import bench, bench_settings

    configs = [
        bench_settings.run_config(
            set_name,
            data,
            given={"model": model, "strategy": one, "base_url": base_url or None},
            settings=settings or (),
            file=config,
            subset=subset,
            limit=limit,
            first=first,
            epochs=epochs,
            reading=reading,
            subtitles=subtitles,
            frames=frames,
            judge=judge,
            workers=workers,
            engine=engine,
            seed=seed,
            baselines=baselines,
        )
        for one in bench.strategies(strategy)
    ]
    several = " side by side" if len(configs) > 1 else ""
    folder = out or Path("playhead-bench") / bench.slug(f"{configs[0].title}{several}")
    shared = library or folder / "library"
    runs = bench.side_by_side([bench_settings.with_library(one, shared) for one in configs], folder)
    _go(runs, folder, quiet=quiet, as_json=as_json)


@app.command("speech")
def speech(
    data: Annotated[
        Path | None, typer.Option("--data", help="Recordings with a speech.json.", metavar="DIR")
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="Also how many spoken names are found.")] = False,
) -> None:
    """Compare what is heard with the same words written down.

    The same questions are asked of both.
    """
    import asyncio

    from playhead.eval.spoken import report

    for line in asyncio.run(report(data, names)):
        typer.echo(line)


@app.command("list")
def list_sets(as_json: Json = False) -> None:
    """The question sets and how each is officially scored."""
    from playhead.eval import bench_show

    typer.echo(bench_show.sets(as_json))


@app.command()
def resume(folder: Folder, quiet: Quiet = False, as_json: Json = False) -> None:
    """Go on with an interrupted run; nothing is asked twice."""
    from playhead.eval import bench

    _go(bench.planned(folder), folder, quiet=quiet, as_json=as_json)


@app.command("rerun-errors")
def rerun_errors(folder: Folder, quiet: Quiet = False, as_json: Json = False) -> None:
    """Ask again only the samples that failed."""
    from playhead.eval import bench

    _go(bench.planned(folder), folder, again=True, quiet=quiet, as_json=as_json)


@app.command()
def rescore(
    folder: Folder,
    judge: Annotated[
        str, typer.Option("--judge", help="Model that grades open answers.", metavar="SPEC")
    ] = "",
    against: Annotated[
        Path | None, typer.Option("--against", help="Another run: judge in pairs.", metavar="DIR")
    ] = None,
    base_url: BaseUrl = "",
    reading: Annotated[
        str, typer.Option("--reading", help="Whose rule reads text: lmms, vlmeval or own.", metavar="KIT")
    ] = "",
) -> None:
    """Score a run again from what is on disk.

    With --judge open answers are graded, with --against in pairs.
    """
    import asyncio

    from playhead.eval import bench, bench_show, table

    if against is not None:
        result = asyncio.run(bench.compare_open(folder, against, judge, base_url))
        typer.echo(bench_show.duel(result, folder, against))
        return
    typer.echo(table.markdown([asyncio.run(bench.rescore(folder, judge, base_url, reading))]), nl=False)


@app.command()
def report(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR", help="Folders of runs or suites.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The HTML file; the table goes beside it (.md).", metavar="FILE"),
    ] = None,
    pictures: Annotated[
        int, typer.Option("--pictures", min=0, help="Samples of each run shown with frames.", metavar="N")
    ] = 24,
) -> None:
    """Make one page of one or several runs or of a suite.

    Scores, pairs, and every sample with its steps.
    """
    from playhead.eval import bench
    from playhead.eval.report import write_report

    target = out or folders[0] / "report.html"
    typer.echo(write_report(bench.finished_in(folders), target, pictures))


@app.command()
def export(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR", help="Folders of runs or suites.")],
    kind: Annotated[
        str,
        typer.Option("--format", help="csv or parquet: samples; latex or markdown: scores.", metavar="NAME"),
    ] = "csv",
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; default: stdout.", metavar="FILE")
    ] = None,
) -> None:
    """Export samples (CSV, Parquet) or scores (LaTeX, Markdown)."""
    from playhead.eval import bench
    from playhead.eval.export import exported
    from playhead.eval.finished import read

    text = exported([read(path) for path in bench.finished_in(folders)], kind, out)
    typer.echo(out if out else text, nl=out is not None)


@app.command()
def suite(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="TOML: sets, strategies, models.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the suite.", metavar="DIR")] = None,
    again: Annotated[bool, typer.Option("--again", help="Ask again what failed.")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run sets x strategies x models, on one page.

    The same command goes on with what is missing.

    FILE: `out`, `strategies = [...]`, [defaults], [[sets]] with `name` and `data`, [[models]] with `model`
    and `base_url`; other names are those of the options of `bench SET`.
    """
    import asyncio
    import json

    from playhead.eval import bench, bench_show, table
    from playhead.eval import suite as suites
    from playhead.eval.report import write_report

    folder, runs = suites.planned(file, out)
    watch = bench.unwatched if quiet else bench_show.watch
    done = asyncio.run(suites.run_suite(runs, again=again, watch=watch))
    summaries, configs = list(done.summaries.values()), [runs[path] for path in done.summaries]
    typer.echo(json.dumps(summaries) if as_json else table.markdown(summaries, configs), nl=as_json)
    if done.summaries:
        typer.echo(f"report: {write_report(list(done.summaries), folder / 'report.html')}", err=True)
    for path, error in done.errors.items():
        typer.echo(f"{path.relative_to(folder)}: {error}", err=True)
    if done.errors:
        raise suites.unfinished(done, len(runs))


def _go(runs: dict[Path, Any], folder: Path, *, again: bool = False, quiet: bool, as_json: bool) -> None:
    """Make the runs, write the page, print the table."""
    import asyncio
    import json

    from playhead.eval import bench, bench_show, table
    from playhead.eval.failures import failed_run
    from playhead.eval.report import write_report

    watch = bench.unwatched if quiet else bench_show.watch
    summaries = asyncio.run(bench.run_all(runs, again=again, watch=watch))
    page = write_report(list(runs), folder / "report.html")
    typer.echo(json.dumps(summaries) if as_json else table.markdown(summaries), nl=as_json)
    typer.echo(f"report: {page}", err=True)
    for note in (note for summary in summaries for note in summary["notes"]):
        typer.echo(f"note: {note}", err=True)
    if error := failed_run(summaries[0]):
        raise error
