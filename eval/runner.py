"""Any answerer on any benchmark: durable, resumable, counted honestly."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from playhead.eval import readings, scoring
from playhead.eval.failures import failures_of
from playhead.eval.json_lines import write_json
from playhead.eval.rundir import RunFolder
from playhead.eval.sampling import chosen
from playhead.eval.scheduling import Engine, LocalEngine, Outcome
from playhead.eval.submission import hand_in
from playhead.eval.summary import summarise
from playhead.eval.types import Answerer, Benchmark, Progress, RunConfig, RunProgress, Sample, Scored
from playhead.tools.types import Usage


class Run:
    """One benchmark and one folder: asks what is not yet answered, then writes the summary."""

    def __init__(
        self, benchmark: Benchmark, config: RunConfig, folder: RunFolder, progress: Progress | None = None
    ) -> None:
        """Raises UsageError when the folder holds a run of other questions or settings, or the set has no
        such reading."""
        self.benchmark, self.config, self.folder = benchmark, config, folder
        self.info = readings.of(benchmark.info, config.reading)
        self.samples = chosen(benchmark.info, benchmark.samples(), config)
        self._progress = progress or (lambda _: None)
        folder.begin(config, self.samples)
        self._state = self._counted()

    async def go(self, answerer: Answerer, *, again: bool = False) -> dict[str, Any]:
        """Ask in this process with `config.workers` at a time; see `ask`."""
        return await self.ask(LocalEngine(answerer, self.config.workers), again=again)

    async def ask(self, engine: Engine, *, again: bool = False) -> dict[str, Any]:
        """Ask the samples without an outcome, or with `again` those that failed; gives the summary."""
        self._progress(self._state)
        async with aclosing(engine.outcomes(self.pending(again))) as outcomes:
            async for outcome in outcomes:
                self._record(outcome)
        return self.finish()

    def pending(self, again: bool = False) -> list[Sample]:
        """Samples to ask: those never asked, or with `again` those that have only failed."""
        answered, failed = self.folder.answered(), self.folder.failed()
        return [item for item in self.samples if item.id not in answered and (item.id in failed) == again]

    def finish(self) -> dict[str, Any]:
        """Score what is there and write scores.jsonl and summary.json (and what sets ask to hand in)."""
        scored = self.scored()
        summary = summarise(self.benchmark, self.config, self.info, scored, self.folder.notes)
        summary["failures"] = failures_of(scored, self.folder.kinds())
        hand_in(self.benchmark, scored, self.folder.path)
        self.folder.keep_scores(scored)
        write_json(self.folder.path / "summary.json", summary)
        return summary

    def scored(self) -> list[Scored]:
        """Every sample with its score; one that was never answered is wrong."""
        answered, failed = self.folder.answered(), self.folder.failed()
        verdicts = self.folder.verdicts(self.config.judge) if self.config.judge else {}
        return [
            scoring.score(
                self.info,
                sample,
                answered.get(sample.id),
                failed.get(sample.id, ""),
                verdicts.get(sample.id),
            )
            for sample in self.samples
        ]

    def _record(self, outcome: Outcome) -> None:
        sample, prediction, correct = outcome.sample, outcome.prediction, 0.0
        if prediction is None:
            self.folder.record_error(sample, outcome.error, outcome.kind)
        else:
            correct = scoring.score(self.info, sample, prediction).correct
            self.folder.record(sample, prediction, correct)
        state, usage = self._state, prediction.usage if prediction else Usage()
        self._state = RunProgress(
            min(state.done + 1, state.total),
            state.total,
            state.correct + correct,
            len(self.folder.failed()) if prediction is None else state.failed,
            state.usage + usage,
            sample.id,
        )
        self._progress(self._state)

    def _counted(self) -> RunProgress:
        answered, failed = self.folder.answered(), self.folder.failed()
        correct = sum(float(row.get("correct", 0)) for row in self.folder.predictions.rows)
        usage = sum((prediction.usage for prediction in answered.values()), Usage())
        return RunProgress(len(answered) + len(failed), len(self.samples), correct, len(failed), usage)


def scores_by_id(scored: Sequence[Scored]) -> dict[str, float]:
    """Strict scores by sample id, for paired comparisons."""
    return {item.sample.id: item.correct for item in scored if item.sample.labelled}
