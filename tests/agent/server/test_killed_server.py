"""Fifty questions at once to a server that is killed in the middle and started again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.types import Clip, Memory, Span
from tests.agent.conftest import FACTS, FILM
from tests.fake_server import FakeServer
from tests.full_calls import call, plan
from tests.running_server import TOKEN, wait_until

QUESTIONS = 50
FIRST = 90
"""Requests to the model before it falls silent: enough for ten questions at least, too few for all."""
SCRIPT = {
    "plan": plan(call("search_memory", query="hides the key")),
    "reflect": {"missing": "", "candidate": "The cook.", "cites": [5], "sufficient": True, "confidence": 0.9},
    "answer": {"found": True, "answer": "The cook.", "cites": [5]},
}


@contextmanager
def served(library: Path, model: FakeServer) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`playhead serve` in a process of its own, and where it is."""
    command = [sys.executable, "-m", "playhead", "serve", "--port", "0", "--library", str(library)]
    command += ["--model", f"openai:{model.model}", "--base-url", model.url, "--token", TOKEN]
    command += ["--set", "embedder=hashing", "--set", "store=in_memory", "--parallel", "8"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout
        found = re.search(r"http://[^/]+", process.stdout.readline())
        assert found
        yield process, found[0]
    finally:
        process.kill()
        process.wait(300)


class Asking:
    """Every question from a thread of its own, under its own key; what breaks off is left to ask again."""

    def __init__(self, url: str) -> None:
        self.answers: dict[int, dict[str, Any]] = {}
        self._url = url
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(QUESTIONS)]
        for thread in self._threads:
            thread.start()

    def _ask(self, number: int) -> None:
        headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": str(number)}
        asked = {"question": f"Who hides key number {number}?"}
        try:
            reply = httpx.post(f"{self._url}/api/ask", json=asked, headers=headers, timeout=600)
        except httpx.HTTPError:
            return
        self.answers[number] = reply.json()

    def wait(self) -> dict[int, dict[str, Any]]:
        for thread in self._threads:
            thread.join(600)
        return self.answers


def test_nothing_is_lost_and_nothing_is_asked_twice(tmp_path: Path) -> None:
    with Library(
        tmp_path, registry.load("embedders", "hashing"), registry.load("stores", "in_memory")
    ) as made:
        made.put_video(FILM)
        made.put_clips(FILM.id, [Clip(i, Span(10.0 * i, 10.0 * i + 10)) for i in range(12)])
        made.add(FILM.id, [Memory(FILM.id, Span(a, b), kind, text) for kind, a, b, text in FACTS])  # type: ignore[arg-type]
    with FakeServer(SCRIPT, latency_s=0.02, fault_rate=0.1, faults=("500", "429")) as model:
        model.fault_list = [*[None] * FIRST, *["hang"] * 10 * QUESTIONS]
        with served(tmp_path, model) as (process, url):
            first = Asking(url)
            wait_until(lambda: len(first.answers) >= 10, 600)
            os.kill(process.pid, signal.SIGKILL)
            before = dict(first.wait())
        assert 10 <= len(before) < QUESTIONS
        asked_before = len(model.requests)
        model.fault_list.clear()
        with served(tmp_path, model) as (_, url):
            again = Asking(url).wait()
            headers = {"Authorization": f"Bearer {TOKEN}"}
            runs = httpx.get(f"{url}/api/runs", params={"limit": 500}, headers=headers).json()["runs"]
    assert {answer["answer"] for answer in again.values()} == {"The cook."}
    assert sorted(run["question"] for run in runs) == sorted(
        f"Who hides key number {number}?" for number in range(QUESTIONS)
    )
    assert {number: answer["run"] for number, answer in again.items() if number in before} == {
        number: answer["run"] for number, answer in before.items()
    }
    later = str(model.requests[asked_before:])
    asked_later = {number for number in range(QUESTIONS) if f"key number {number}?" in later}
    assert asked_later
    assert not asked_later & set(before)


def test_ctrl_c_is_the_way_to_end_it(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "playhead",
        "serve",
        "--port",
        "0",
        "--library",
        str(tmp_path / "library"),
    ]
    command += ["--set", "embedder=hashing", "--set", "store=in_memory"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    assert "http://" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 0
    assert "interrupted" not in err
