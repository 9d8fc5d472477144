"""A run read back from its folder: settings, summary, and the samples beside what came of them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from playhead.eval.rundir import RunFolder, file_name, read_json
from playhead.eval.runner import Run
from playhead.eval.types import Benchmark, RunConfig, Scored
from playhead.tools import registry
from playhead.tools.errors import PlayheadError, UsageError


@dataclass(frozen=True)
class Finished:
    """`scored` is empty and `trouble` says why when the set's files are no longer where they were."""

    path: Path
    config: RunConfig
    facts: dict[str, Any]
    summary: dict[str, Any]
    scored: tuple[Scored, ...]
    claims: tuple[Any, ...] = ()
    trouble: str = ""

    def trajectory(self, sample_id: str) -> dict[str, Any] | None:
        """What the answerer did for a sample; None when nothing readable was kept."""
        file = self.path / "trajectories" / file_name(sample_id)
        try:
            return read_json(file) if file.exists() else None
        except UsageError:
            return None


def run_config(path: Path) -> RunConfig:
    """The settings of a run's folder. Raises UsageError when it is none."""
    data = read_json(path / "config.json")
    known = {item.name for item in fields(RunConfig)}
    try:
        return RunConfig(**{name: value for name, value in data.items() if name in known})
    except TypeError as error:
        raise UsageError(
            f"{str(path)!r} has no usable config.json: {error}", "give a run's folder"
        ) from error


def benchmark_of(config: RunConfig) -> Benchmark:
    """The question set a run was about. Raises UnknownPluginError, UsageError and MediaError."""
    spec = f"{config.set}:{config.subset}" if config.subset else config.set
    found: Benchmark = registry.load("benchmarks", spec, data=Path(config.data))
    return found


def read(path: Path) -> Finished:
    """Everything the report needs. Raises UsageError for a folder without a summary."""
    config, summary = run_config(path), read_json(path / "summary.json")
    facts = read_json(path / "config.json")
    try:
        benchmark = benchmark_of(config)
        with RunFolder(path) as folder:
            scored = tuple(Run(benchmark, config, folder).scored())
    except PlayheadError as error:
        return Finished(path, config, facts, summary, (), trouble=str(error))
    return Finished(path, config, facts, summary, scored, benchmark.info.claims)


def worst_of(scored: tuple[Scored, ...]) -> list[Scored]:
    """Wrong answers, the most confident first, then what failed."""
    wrong = [item for item in scored if item.sample.labelled and item.correct < 0.5]

    def badness(item: Scored) -> tuple[bool, float]:
        said = item.prediction
        return said is None, -(said.confidence or 0.0) if said else 0.0

    return sorted(wrong, key=badness)
