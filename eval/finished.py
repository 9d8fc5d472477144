"""A run read back from its folder: settings, summary, and the samples beside what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from playhead.eval.json_lines import JsonLines
from playhead.eval.records import scored_of
from playhead.eval.rundir import RunFolder, file_name, read_json
from playhead.eval.types import Benchmark, RunConfig, Sample, Scored, Source
from playhead.tools import registry
from playhead.tools.errors import PlayheadError, UsageError


@dataclass(frozen=True)
class Finished:
    """`trouble` says why samples or their pictures are missing: no scores, or the set's files are gone."""

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
    """Everything the report needs, from the run's folder alone; the set's files give only the pictures.

    Raises UsageError for a folder without a summary.
    """
    if (path / "config.json").exists() and not (path / "summary.json").exists():
        raise UsageError(
            f"the run in {str(path)!r} is not finished", "`playhead bench resume` goes on with it"
        )
    config, summary, facts = (
        run_config(path),
        read_json(path / "summary.json"),
        read_json(path / "config.json"),
    )
    claims = registry.module("benchmarks", config.set).INFO.claims
    with RunFolder(path) as folder:
        scored = scored_in(folder)
    sources, trouble = _sources(config)
    if summary["n"] and not scored:
        trouble = f"{str(path)!r} holds no scores of its samples; write them with `playhead bench rescore`"
    found = tuple(replace(item, sample=_with_source(item.sample, sources)) for item in scored)
    return Finished(path, config, facts, summary, found, claims, trouble)


def scored_in(folder: RunFolder) -> list[Scored]:
    """The samples as they were asked, with the verdicts that stand in scores.jsonl."""
    answered, rows = folder.answered(), JsonLines(folder.path / "scores.jsonl").rows
    verdicts = {str(row["id"]): row for row in rows}
    asked = [sample for sample in folder.samples() if sample.id in verdicts]
    return [scored_of(sample, answered.get(sample.id), verdicts[sample.id]) for sample in asked]


def _sources(config: RunConfig) -> tuple[dict[str, Source], str]:
    """Where the videos are, by question id; or why that is not known."""
    try:
        return {sample.id: sample.source for sample in benchmark_of(config).samples()}, ""
    except PlayheadError as error:
        return {}, str(error)


def _with_source(sample: Sample, sources: Mapping[str, Source]) -> Sample:
    return replace(sample, source=sources.get(sample.question_id, sample.source))


def worst_of(scored: tuple[Scored, ...]) -> list[Scored]:
    """Wrong answers, the most confident first, then what failed."""
    wrong = [item for item in scored if item.sample.labelled and item.correct < 0.5]

    def badness(item: Scored) -> tuple[bool, float]:
        said = item.prediction
        return said is None, -(said.confidence or 0.0) if said else 0.0

    return sorted(wrong, key=badness)
