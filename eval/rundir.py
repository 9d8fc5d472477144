"""The folder of a run: settings, predictions, errors, trajectories and summary.

config.json        what was run: settings, versions, git revision, the samples' fingerprint
predictions.jsonl  one answered sample a line, appended durably
errors.jsonl       one failed attempt a line; a sample has failed when it is here and not above
judgements.jsonl   what judges said of open answers
trajectories/      what the answerer did, one JSON a sample
summary.json       the scores
"""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

from playhead.eval.journal import Journal, write_json
from playhead.eval.provenance import provenance
from playhead.eval.records import prediction_of, prediction_record
from playhead.eval.types import Prediction, RunConfig, Sample
from playhead.tools.errors import UsageError


def fingerprint(samples: Sequence[Sample]) -> str:
    """Changes whenever the questions or their options do."""
    digest = blake2b(digest_size=8)
    for sample in samples:
        digest.update("\x1f".join((sample.id, sample.question, *sample.options)).encode() + b"\x1e")
    return digest.hexdigest()


class RunFolder:
    """One run on disk. Opening repairs torn lines and takes the folder for this process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._lock = self._take()
        self.predictions = Journal(path / "predictions.jsonl")
        self.errors = Journal(path / "errors.jsonl")
        self.judgements = Journal(path / "judgements.jsonl")

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(self, *exception: object) -> None:
        self._lock.close()

    def _take(self) -> IO[str]:
        lock = (self.path / ".lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            cause = f"another process works on the run {str(self.path)!r}"
            raise UsageError(cause, "wait for it or choose another --out") from error
        return lock

    def begin(self, config: RunConfig, samples: Sequence[Sample]) -> None:
        """Write config.json, or check that an earlier one was about the same settings and questions."""
        mine = {**asdict(config), "samples": len(samples), "fingerprint": fingerprint(samples)}
        file = self.path / "config.json"
        if not file.exists():
            write_json(file, {**mine, **provenance()})
            return
        earlier = read_json(file)
        for name in ("set", "subset", "strategy", "model", "subtitles", "limit", "fingerprint"):
            if earlier.get(name) != mine[name]:
                cause = f"the run in {str(self.path)!r} has {name} {earlier.get(name)!r}, not {mine[name]!r}"
                raise UsageError(cause, "choose another --out, or resume it with its own settings")

    def answered(self) -> dict[str, Prediction]:
        """Predictions by sample id."""
        return {str(row["id"]): prediction_of(row) for row in self.predictions.rows}

    def failed(self) -> dict[str, str]:
        """The last error of every sample that has failed and was never answered."""
        done = {str(row["id"]) for row in self.predictions.rows}
        return {str(row["id"]): str(row["error"]) for row in self.errors.rows if str(row["id"]) not in done}

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
