"""The folder of a run: settings, predictions, errors, trajectories and summary.

config.json        what was run: settings, versions, git revision, the samples' fingerprint
samples.jsonl      every question with options and gold, as they were when the run began
predictions.jsonl  one answered sample a line, appended durably
errors.jsonl       one failed attempt a line; a sample has failed when it is here and not above
judgements.jsonl   what judges said of open answers
trajectories/      what the answerer did, one JSON a sample
scores.jsonl       the verdict on every sample, with the letter the official rule reads
summary.json       the scores
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Any

from playhead.eval.json_lines import JsonLines, write_json, write_lines
from playhead.eval.provenance import provenance, without_keys
from playhead.eval.records import (
    ASKED,
    GOLD,
    prediction_of,
    prediction_record,
    sample_of,
    sample_record,
    score_record,
)
from playhead.eval.types import Prediction, RunConfig, Sample, Scored
from playhead.tools.errors import LibraryLockedError, UsageError
from playhead.tools.memory.locks import file_lock

COMPARED = ("set", "subset", "strategy", "model", "subtitles", "frames", "seed", "first", "settings")
"""Settings that an answer depends on: a run goes on only with the same."""


def fingerprint(samples: Sequence[Sample]) -> str:
    """Changes whenever the questions or their options do."""
    digest = blake2b(digest_size=8)
    for sample in samples:
        digest.update("\x1f".join((sample.id, sample.question, *sample.options)).encode() + b"\x1e")
    return digest.hexdigest()


class RunFolder:
    """One run on disk. Opening sets damaged lines aside and takes the folder for this process.

    `notes` collects what a reader of the numbers must know: lines set aside, gold that has changed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._held = ExitStack()
        self._take()
        self.predictions = JsonLines(path / "predictions.jsonl", "id", "text", "option")
        self.errors = JsonLines(path / "errors.jsonl", "id", "error")
        self.judgements = JsonLines(path / "judgements.jsonl", "id", "judge")
        self.notes: list[str] = []
        for journal in (self.predictions, self.errors, self.judgements):
            name, count = journal.path.name, journal.damaged
            if count:
                self.notes.append(f"{count} unreadable lines of {name} were set aside in {name}.damaged")

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(self, *exception: object) -> None:
        self._held.close()

    def _take(self) -> None:
        try:
            self._held.enter_context(file_lock(self.path / ".lock", timeout_s=0))
        except LibraryLockedError as error:
            cause = f"another process works on the run {str(self.path)!r}"
            raise UsageError(cause, "wait for it or choose another --out") from error

    def begin(self, config: RunConfig, samples: Sequence[Sample]) -> None:
        """Write config.json and samples.jsonl, or check that an earlier run was about the same.

        A run may grow: to a higher limit or more epochs, as long as it keeps every question it had.
        """
        mine = json.loads(json.dumps(without_keys(asdict(config))))
        mine |= {"samples": len(samples), "fingerprint": fingerprint(samples)}
        file, listed = self.path / "config.json", self.path / "samples.jsonl"
        rows = [sample_record(sample) for sample in samples]
        if file.exists():
            earlier = read_json(file)
            self._same_settings(earlier, mine)
            self._same_questions(JsonLines(listed).rows, rows)
            if all(earlier.get(name) == value for name, value in mine.items()):
                return
            mine = {**earlier, **mine}
        else:
            mine |= provenance()
        write_lines(listed, rows)
        write_json(file, mine)

    def _same_settings(self, earlier: Mapping[str, Any], mine: Mapping[str, Any]) -> None:
        for name in COMPARED:
            if earlier.get(name) != mine[name]:
                was, now = _differing(earlier.get(name), mine[name])
                cause = f"the run in {str(self.path)!r} has {name} {was!r}, not {now!r}"
                raise UsageError(cause, "choose another --out, or resume it with its own settings")

    def _same_questions(self, earlier: Sequence[Mapping[str, Any]], mine: Sequence[dict[str, Any]]) -> None:
        """Refuse questions that are gone or changed; gold that changed is kept as it was and noted."""
        now = {row["id"]: row for row in mine}
        changed = []
        for was in earlier:
            row = now.get(was["id"])
            if row is None or any(row[name] != was[name] for name in ASKED):
                cause = (
                    f"the run in {str(self.path)!r} asked other questions: {was['id']!r} is gone or changed"
                )
                raise UsageError(cause, "choose another --out, or a --limit not below the run's own")
            if any(row[name] != was[name] for name in GOLD):
                changed.append(str(was["id"]))
                row |= {name: was[name] for name in GOLD}
        if changed:
            shown = ", ".join(changed[:5]) + (" …" if len(changed) > 5 else "")
            self.notes.append(f"the gold of {len(changed)} samples changed since the run began: {shown}")

    def answered(self) -> dict[str, Prediction]:
        """Predictions by sample id."""
        return {str(row["id"]): prediction_of(row) for row in self.predictions.rows}

    def failed(self) -> dict[str, str]:
        """The last error of every sample that has failed and was never answered."""
        done = {str(row["id"]) for row in self.predictions.rows}
        return {str(row["id"]): str(row["error"]) for row in self.errors.rows if str(row["id"]) not in done}

    def kinds(self) -> dict[str, str]:
        """The type of the last error by sample id."""
        return {str(row["id"]): str(row.get("type", "")) for row in self.errors.rows}

    def samples(self) -> list[Sample]:
        """The questions as they were when the run began, without their files."""
        return [sample_of(row) for row in JsonLines(self.path / "samples.jsonl").rows]

    def keep_scores(self, scored: Sequence[Scored]) -> None:
        """Write scores.jsonl anew."""
        write_lines(self.path / "scores.jsonl", map(score_record, scored))

    def verdicts(self, judge: str) -> dict[str, Mapping[str, Any]]:
        """What `judge` said, by sample id."""
        return {str(row["id"]): row for row in self.judgements.rows if row.get("judge") == judge}

    def record(self, sample: Sample, prediction: Prediction, correct: float) -> None:
        """Keep a prediction; its trajectory first, so that no prediction stands without one."""
        if prediction.trajectory is not None:
            self._write_trajectory(sample.id, prediction.trajectory)
        self.predictions.append(prediction_record(sample, prediction, correct))

    def record_error(self, sample: Sample, error: str, kind: str) -> None:
        attempt = 1 + sum(row["id"] == sample.id for row in self.errors.rows)
        row = {"id": sample.id, "video": sample.video, "error": error, "type": kind, "attempt": attempt}
        self.errors.append(row)

    def _write_trajectory(self, sample_id: str, trajectory: Mapping[str, Any]) -> None:
        folder = self.path / "trajectories"
        folder.mkdir(exist_ok=True)
        write_json(folder / file_name(sample_id), trajectory)

    def trajectory(self, sample_id: str) -> dict[str, Any] | None:
        file = self.path / "trajectories" / file_name(sample_id)
        return read_json(file) if file.exists() else None


def _differing(was: Any, now: Any) -> tuple[Any, Any]:
    """Of two mappings only the entries that differ."""
    if not (isinstance(was, dict) and isinstance(now, dict)):
        return was, now
    names = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    return {name: was.get(name) for name in names}, {name: now.get(name) for name in names}


def file_name(sample_id: str) -> str:
    """A safe, unique file name for any sample id."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", sample_id)[:60].lstrip(".")
    return f"{plain}-{blake2b(sample_id.encode(), digest_size=4).hexdigest()}.json"


def read_json(path: Path) -> dict[str, Any]:
    """An object written by a run; raises UsageError when there is none."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        cause = f"{str(path)!r} cannot be read: {error}"
        raise UsageError(cause, "give the folder of a run, as `playhead bench` wrote it") from error
    if not isinstance(data, dict):
        raise UsageError(f"{str(path)!r} holds no object", "give the folder of a run")
    return data
