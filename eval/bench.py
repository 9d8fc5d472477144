"""What `playhead bench` does, for the command line and for Python: run, go on, rescore."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from playhead.agent.config_layers import load
from playhead.eval import baselines
from playhead.eval.answerers import AgentAnswerer, agent_answerer
from playhead.eval.finished import benchmark_of, run_config
from playhead.eval.judging import Duel, duel, judge_all
from playhead.eval.plain_search import NAMES as SEARCHES
from playhead.eval.plain_search import PlainSearch
from playhead.eval.rundir import RunFolder
from playhead.eval.runner import Run
from playhead.eval.scheduling import Engine, LocalEngine
from playhead.eval.types import Answerer, Progress, RunConfig, Sample
from playhead.tools import registry
from playhead.tools.errors import UsageError
from playhead.tools.protocols import ChatModel
from playhead.tools.roles import RoleConfig, load_model

BESIDE = ("blind", "direct", "topk", "random")
"""What `--baselines` adds: the same model without video, on uniform frames, with one search; and chance."""

Watch = Callable[[RunConfig], AbstractContextManager[Progress | None]]
"""Opens a progress display for one run."""


def unwatched(_: RunConfig) -> AbstractContextManager[Progress | None]:
    """No progress display."""
    return nullcontext(None)


def plan(config: RunConfig, out: Path) -> dict[Path, RunConfig]:
    """The runs to make, by folder: the wanted one, and below it its baselines."""
    names = (*registry.module("benchmarks", config.set).INFO.beside, *(BESIDE if config.baselines else ()))
    extra = (
        [] if config.strategy in (*baselines.NAMES, *SEARCHES) else [n for n in names if n != config.strategy]
    )
    return {out: config} | {out / "baselines" / slug(name): _with_strategy(config, name) for name in extra}


def strategies(text: str | None) -> list[str | None]:
    """The strategies of `--strategy a,b`; an ensemble names its members with the same commas."""
    if text is None or "," not in text or text.startswith("ensemble:"):
        return [text]
    return [name.strip() for name in text.split(",") if name.strip()]


def side_by_side(configs: Sequence[RunConfig], out: Path) -> dict[Path, RunConfig]:
    """One run a strategy, each in a folder of its own, over one library; a single one in `out` itself."""
    if len(configs) == 1:
        return plan(configs[0], out)
    return {path: config for one in configs for path, config in plan(one, out / slug(one.strategy)).items()}


def _with_strategy(config: RunConfig, name: str) -> RunConfig:
    model = "" if name in (*baselines.NAMES, *SEARCHES) else config.model
    return replace(config, strategy=name, model=model, baselines=False)


def planned(out: Path) -> dict[Path, RunConfig]:
    """The runs of a folder, begun or only planned: one, or several side by side. Raises UsageError when there
    are none."""
    below = sorted(path.parent for path in out.glob("*/config.json"))
    if (out / "config.json").exists() or not below:
        return plan(run_config(out), out)
    return {path: config for folder in below for path, config in plan(run_config(folder), folder).items()}


def finished_in(folders: Sequence[Path]) -> list[Path]:
    """The finished runs of run folders with their baselines, and of suites. Raises UsageError without one."""
    found: dict[Path, None] = {}
    for folder in folders:
        if (folder / "config.json").exists():
            runs = [path for path in planned(folder) if path == folder or (path / "summary.json").exists()]
        else:
            runs = sorted(path.parent for path in folder.glob("**/summary.json"))
        if not runs:
            raise UsageError(f"{str(folder)!r} holds no finished run", "give the folder of a run or a suite")
        found |= dict.fromkeys(runs)
    return list(found)


def slug(text: str) -> str:
    """A folder name."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", text).strip("-.")


async def run_all(
    runs: dict[Path, RunConfig], *, again: bool = False, watch: Watch = unwatched
) -> list[dict[str, Any]]:
    """Make or go on with runs, one after the other; with `again` only what failed. Gives their summaries."""
    summaries = []
    for path, config in runs.items():
        benchmark = benchmark_of(config)
        with RunFolder(path) as folder, watch(config) as progress:
            run = Run(benchmark, config, folder, progress)
            summaries.append(await _one(run, config, folder, again))
    return summaries


async def _one(run: Run, config: RunConfig, folder: RunFolder, again: bool) -> dict[str, Any]:
    if not run.pending(again):
        summary = run.finish()
    elif config.engine == "ray":
        from playhead.eval.cluster import ray_engine

        summary = await run.ask(ray_engine(config, run.samples), again=again)
    else:
        summary = await _local(run, config, again)
    return await judged(run, config, folder) if config.judge else summary


async def _local(run: Run, config: RunConfig, again: bool) -> dict[str, Any]:
    answerer = answerer_of(config, run.samples)
    engine: Engine = LocalEngine(answerer, config.workers)
    try:
        if isinstance(answerer, AgentAnswerer):
            await answerer.prepare(run.pending(again))
        return await run.ask(engine, again=again)
    finally:
        await answerer.aclose()


def answerer_of(config: RunConfig, samples: Sequence[Sample]) -> Answerer:
    """The answerer of a run's settings: a baseline by name, or the agent with a strategy."""
    if config.strategy in baselines.NAMES:
        return baselines.baseline(config.strategy, samples, config.seed)
    if config.strategy in SEARCHES:
        return PlainSearch(config.strategy, config)
    return agent_answerer(config)


async def judged(run: Run, config: RunConfig, folder: RunFolder) -> dict[str, Any]:
    """Judge the open answers that the run's judge has not seen, and score anew."""
    model = judge_model(config)
    try:
        async for _ in judge_all(model, config.judge, folder, run.scored(), max(4, config.workers)):
            pass
    finally:
        await model.aclose()
    return run.finish()


def judge_model(config: RunConfig) -> ChatModel:
    """The judge of a run, with the settings of `roles.judge` unless those are for another model, and at
    `base_url` where they name no server. Raises UsageError, UnknownPluginError and PrerequisiteError."""
    role = load(config.settings).config.roles.judge
    role = role if role.model in (None, config.judge) else RoleConfig()
    model = load_model(replace(role, model=config.judge, base_url=role.base_url or config.base_url or None))
    if model is None:
        raise UsageError("no judge is named", "give --judge BACKEND:MODEL")
    return model


async def rescore(path: Path, judge: str = "", base_url: str = "", reading: str = "") -> dict[str, Any]:
    """Score a run again from what is on disk, asking no question anew; a judge sees what it has not seen."""
    config = run_config(path)
    config = replace(
        config,
        judge=judge or config.judge,
        base_url=base_url or config.base_url,
        reading=reading or config.reading,
    )
    with RunFolder(path) as folder:
        run = Run(benchmark_of(config), config, folder)
        return await judged(run, config, folder) if config.judge else run.finish()


async def compare_open(path: Path, against: Path, judge: str, base_url: str = "") -> Duel:
    """Two runs of the same open questions, judged in pairs. Raises UsageError and ModelError."""
    config = replace(run_config(path), judge=judge, base_url=base_url)
    texts = []
    for folder in (path, against):
        with RunFolder(folder) as opened:
            texts.append({key: said.text for key, said in opened.answered().items() if said.found})
    questions = {sample.id: sample.question for sample in benchmark_of(config).samples()}
    model = judge_model(config)
    try:
        return await duel(model, questions, *texts)
    finally:
        await model.aclose()
