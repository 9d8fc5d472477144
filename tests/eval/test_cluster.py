"""The Ray engine on a local cluster of two workers; a worker that is killed loses nothing."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from playhead.eval.cluster import ATTEMPTS, RayEngine
from playhead.eval.questions import QuestionSet
from playhead.eval.rundir import RunFolder
from playhead.eval.runner import Run
from playhead.eval.types import Answerer, Prediction, RunConfig, Sample, SetInfo
from playhead.tools.errors import ModelRejectedError

ray: Any = pytest.importorskip("ray", reason="the cluster extra is not installed")
INFO = SetInfo("toy", "toy set", extractor="mcq_extract")


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    os.environ["RAY_ENABLE_UV_RUN_RUNTIME_ENV"] = "0"
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
        _node_ip_address="127.0.0.1",
        object_store_memory=80 * 2**20,
    )
    yield
    ray.shutdown()


def answerer(folder: str) -> Answerer:
    """Made inside a worker, so nothing of this module is needed there."""
    import os
    from pathlib import Path

    from playhead.eval.answerers import FunctionAnswerer
    from playhead.eval.types import Prediction
    from playhead.tools.errors import ModelRejectedError

    def answer(sample: Sample) -> Prediction:
        assert sample.answer_index is None
        with (Path(folder) / f"{sample.id}.asked").open("a") as log:
            log.write(f"{os.getpid()}\n")
        asked = (Path(folder) / f"{sample.id}.asked").read_text().count("\n")
        if sample.id == "deadly" or (sample.id == "q3" and asked == 1):
            os.kill(os.getpid(), signal.SIGKILL)
        if sample.id == "fatal":
            raise ModelRejectedError("wrong key")
        if sample.id == "q5":
            raise ValueError("no")
        return Prediction("", int(sample.id[1:]) % 2, trajectory={"steps": []})

    return FunctionAnswerer(answer)


def run(folder: Path, *ids: str) -> Run:
    rows = [Sample(id_, f"v{n % 2}", "?", ("a", "b"), n % 2) for n, id_ in enumerate(ids)]
    config = RunConfig("toy", "DIR", engine="ray", workers=2)
    return Run(QuestionSet(INFO, lambda: rows, lambda row: row), config, RunFolder(folder / "run"))


def engine(folder: Path) -> RayEngine:
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    return RayEngine(partial(answerer, str(folder)), workers=2)


async def test_two_workers_and_a_killed_one_lose_nothing(cluster: None, tmp_path: Path) -> None:
    made = run(tmp_path, *(f"q{n}" for n in range(8)), "deadly")
    summary = await made.ask(engine(tmp_path))
    assert (summary["n"], summary["failed"]) == (9, 2)
    assert summary["accuracy"] == pytest.approx(7 / 9)
    failed = made.folder.failed()
    assert set(failed) == {"q5", "deadly"}
    assert f"{ATTEMPTS} workers died" in failed["deadly"]
    assert len((tmp_path / "q3.asked").read_text().split()) == 2
    workers = {pid for file in tmp_path.glob("*.asked") for pid in file.read_text().split()}
    assert len(workers) >= 3
    assert made.folder.trajectory("q0") == {"steps": []}


async def test_a_fatal_error_stops_the_run_with_its_own_name(cluster: None, tmp_path: Path) -> None:
    with pytest.raises(ModelRejectedError, match="wrong key"):
        await run(tmp_path, "fatal").ask(engine(tmp_path))
