"""Options that several commands share, and the settings they stand for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from playhead.agent.terminal import waiting

if TYPE_CHECKING:
    from playhead.agent.config import Config
    from playhead.agent.config_layers import Loaded
    from playhead.agent.terminal.console import Terminal

Model = Annotated[
    str | None,
    typer.Option("--model", "-m", help="Model of all roles, BACKEND:NAME, or 'offline'.", metavar="SPEC"),
]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", help="OpenAI-compatible server: http://HOST:PORT/v1.", metavar="URL"),
]
LibraryFolder = Annotated[
    str | None, typer.Option("--library", help="Folder that holds what was indexed.", metavar="DIR")
]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="Settings file (TOML).", metavar="FILE")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="Any other setting, for instance budget.rounds=6.", metavar="NAME=VALUE"),
]
Subtitles = Annotated[
    list[Path] | None,
    typer.Option("--subtitles", help="Subtitle file of the video; may be repeated.", metavar="FILE"),
]
Asr = Annotated[
    str | None,
    typer.Option(
        "--asr",
        help="What hears where nobody wrote subtitles; 'none', or 'always'.",
        metavar="SPEC",
    ),
]
Wait = Annotated[
    float | None,
    typer.Option(
        "--wait",
        min=0,
        help="Index so many seconds at most, then answer from what is there; 0: at once.",
        metavar="SECONDS",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show plans, observations and reflections.")]


@dataclass(frozen=True, slots=True)
class Place:
    """Which library is meant, and by which settings."""

    library: str | None
    config: Path | None
    settings: tuple[str, ...] = ()

    def loaded(self) -> Config:
        """The configuration that they make. Raises UsageError."""
        from playhead.agent import config_layers

        return config_layers.load(flags(list(self.settings), library=self.library), self.config).config


def starting(*, quiet: bool = False) -> None:
    """Say at once that something happens: what comes next takes a second to import."""
    if not quiet:
        waiting.begin("starting …")


def seconds(time: str | None, hint: str) -> float | None:
    """A time on the command line in seconds. Raises typer.BadParameter."""
    from playhead.tools.timecode import parse_clock

    try:
        return None if time is None else parse_clock(time)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=hint) from error


def watched(loaded: Loaded, terminal: Terminal) -> Config:
    """The configuration; answers come word by word where somebody watches and nothing else was said."""
    return live(loaded) if terminal.is_live else loaded.config


def live(loaded: Loaded) -> Config:
    """The configuration, answers coming word by word where nothing else was said."""
    if "loop.live_answer" in loaded.origins:
        return loaded.config
    return replace(loaded.config, loop=replace(loaded.config.loop, live_answer=True))


def hearing(asr: str | None) -> dict[str, Any]:
    """The settings that `--asr` stands for."""
    return {"indexing.hear": asr} if asr == "always" else {"indexing.asr": asr}


def flags(settings: list[str] | None = None, **named: Any) -> dict[str, Any]:
    """The layer of flags: what was given, by dotted path. Raises typer.BadParameter for a malformed --set."""
    given = {name: value for name, value in named.items() if value is not None}
    for item in settings or ():
        name, equals, value = item.partition("=")
        if not equals or not name.strip():
            raise typer.BadParameter(f"{item!r} is not NAME=VALUE", param_hint="--set")
        given[name.strip()] = value
    return given
