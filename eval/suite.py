"""A suite: sets x strategies x models from one TOML file, made run by run, gone on with as a whole.

    out = "runs/october"                    # beside the file; default: playhead-bench/NAME of the file
    strategies = ["observe", "topk", "random"]

    [defaults]                              # for every set; a set's own settings go before
    limit = 50

    [[sets]]
    name = "mlvu:dev"
    data = "data/mlvu"
    subtitles = "none"

    [[models]]
    model = "openai:NAME"
    base_url = "http://localhost:8000/v1"
    settings = { "budget.rounds" = 2 }

Baselines that need no model run once a set. Runs of one set and model share a library; what one model has
described is never read by another.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playhead.eval import baselines, bench, bench_settings
from playhead.eval.failures import failed_run
from playhead.eval.naming import flat
from playhead.eval.types import RunConfig
from playhead.tools.errors import PlayheadError, UsageError


class Shared(BaseModel):
    """Settings of `playhead bench SET`, by the names of its options."""

    model_config = ConfigDict(extra="forbid")

    limit: int | None = Field(default=None, ge=1)
    first: int | None = Field(default=None, ge=1)
    epochs: int | None = Field(default=None, ge=1)
    reading: str | None = None
    subtitles: str | None = None
    frames: int | None = Field(default=None, ge=1)
    judge: str | None = None
    workers: int | None = Field(default=None, ge=1)
    engine: str | None = None
    seed: int | None = None
    settings: dict[str, Any] = {}


class SetEntry(Shared):
    """One question set: `name` or `name:subset`, and its folder relative to the file."""

    name: str
    data: Path
    strategies: list[str] | None = None


class ModelEntry(BaseModel):
    """One model; `settings` are added to those of the set."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    model: str
    base_url: str | None = None
    settings: dict[str, Any] = {}


class Suite(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")

    out: Path | None = None
    strategies: list[str] = Field(["observe"], min_length=1)
    defaults: Shared = Shared()
    sets: list[SetEntry] = Field(min_length=1)
    models: list[ModelEntry] = Field([ModelEntry(model="offline")], min_length=1)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a suite: summaries by folder, and errors by folder of the runs that did not go through."""

    summaries: Mapping[Path, dict[str, Any]]
    errors: Mapping[Path, PlayheadError]


def planned(file: Path, out: Path | None = None) -> tuple[Path, dict[Path, RunConfig]]:
    """The suite's folder, and its runs by folder. Raises UsageError for a file that describes none."""
    suite = read(file)
    folder = out or (file.parent / suite.out if suite.out else Path("playhead-bench") / bench.slug(file.stem))
    runs: dict[Path, RunConfig] = {}
    for entry in suite.sets:
        for strategy, model in _systems(suite, entry):
            config = _config(suite, entry, strategy, model, file.parent)
            shared = folder / "library" / bench.slug(entry.name) / bench.slug(config.model or "none")
            runs[_free(runs, folder / _name(entry, config))] = bench_settings.with_library(config, shared)
    return folder, runs


def read(file: Path) -> Suite:
    """The file, checked. Raises UsageError that names what is wrong with it."""
    try:
        return Suite.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{str(file)!r} cannot be read: {error}", "give a TOML file") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        cause = f"{str(file)!r}: {where}: {first['msg']}"
        raise UsageError(cause, "see `playhead bench suite --help`") from error


def _systems(suite: Suite, entry: SetEntry) -> Iterator[tuple[str, ModelEntry]]:
    for strategy in entry.strategies or suite.strategies:
        for model in suite.models[:1] if strategy in baselines.NAMES else suite.models:
            yield strategy, model


def _config(suite: Suite, entry: SetEntry, strategy: str, model: ModelEntry, base: Path) -> RunConfig:
    given = {**_told(suite.defaults), **_told(entry)}
    if entry.limit is not None or entry.first is not None:
        given |= {"limit": entry.limit, "first": entry.first}
    settings = {**suite.defaults.settings, **entry.settings, **model.settings}
    return bench_settings.run_config(
        entry.name,
        base / entry.data,
        given={"strategy": strategy, "model": model.model, "base_url": model.base_url},
        settings=[f"{name}={_text(value)}" for name, value in flat(settings).items()],
        **given,
    )


def _told(shared: Shared) -> dict[str, Any]:
    """The run options that are set here."""
    own = Shared.model_fields.keys() - {"settings"}
    return {name: value for name in own if (value := getattr(shared, name)) is not None}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _name(entry: SetEntry, config: RunConfig) -> Path:
    part = bench.slug(f"{entry.name} {entry.subtitles or ''}")
    return Path(part) / bench.slug(f"{config.strategy} {config.model}")


def _free(runs: Mapping[Path, RunConfig], path: Path) -> Path:
    """`path`, or with a number behind it when two entries would share a folder."""
    numbered = (path.with_name(f"{path.name}-{number}") for number in range(2, len(runs) + 2))
    return next(candidate for candidate in (path, *numbered) if candidate not in runs)


async def run_suite(runs: Mapping[Path, RunConfig], *, again: bool, watch: bench.Watch) -> Done:
    """Make or go on with every run; one that cannot go on does not keep the others from theirs."""
    summaries, errors = {}, {}
    for path, config in runs.items():
        try:
            (summaries[path],) = await bench.run_all({path: config}, again=again, watch=watch)
        except PlayheadError as error:
            errors[path] = error
        else:
            if failed := failed_run(summaries[path]):
                errors[path] = failed
    return Done(summaries, errors)


def unfinished(done: Done, planned_runs: int) -> PlayheadError:
    """The error that a suite ends with when some of its runs failed."""
    first = next(iter(done.errors.values()))
    cause = f"{len(done.errors)} of {planned_runs} runs failed; the first: {first}"
    return PlayheadError(cause, "repair it and give the same command again; nothing is asked twice")
