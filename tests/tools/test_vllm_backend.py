"""Starting, sharing and stopping a vLLM server, with a package that pretends to be vLLM."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from playhead.tools.errors import ModelError, UsageError
from playhead.tools.memory.locks import file_lock
from playhead.tools.models.openai import OpenAIModel
from playhead.tools.models.vllm import create
from playhead.tools.protocols import ChatReply, ChatRequest, Message
from playhead.tools.serving.vllm_server import Lease, VLLMSettings, command_of
from tests.fake_server import FakeServer

ASK = ChatRequest((Message("user", ("Hello?",)),), purpose="plain", timeout_s=100)


@pytest.fixture(autouse=True)
def _fake_vllm(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(root / "tests" / "fake_vllm"), str(root)]))


def model(name: str = "tiny", **settings: Any) -> Any:
    return create(name, backoff_s=0.01, **settings)


def process_of(reply: ChatReply) -> int:
    return int(reply.text.removeprefix("served by "))


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").exists() and " Z " in Path(f"/proc/{pid}/stat").read_text()


async def until(condition: Callable[[], bool], limit_s: float = 120) -> bool:
    deadline = time.monotonic() + limit_s
    while not condition() and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    return condition()


async def test_the_server_starts_with_the_first_request_and_stops_with_the_last_user() -> None:
    said: list[str] = []
    first, second = model(progress=said.append), model(progress=said.append)
    assert "not started" in repr(first)
    replies = await asyncio.gather(*(one.complete(ASK) for one in (first, second, first)))
    pids = {process_of(reply) for reply in replies}
    assert len(pids) == 1
    await first.aclose()
    assert process_of(await second.complete(ASK)) in pids
    await second.aclose()
    assert await until(lambda: gone(pids.copy().pop()))
    assert any("starting vLLM for tiny" in line for line in said)


async def test_other_flags_are_another_server() -> None:
    one, other = model(), model(flags={"max-model-len": 2048})
    assert process_of(await one.complete(ASK)) != process_of(await other.complete(ASK))
    assert (await other.complete(ASK)).model == "tiny"
    await asyncio.gather(one.aclose(), other.aclose())


async def test_a_killed_user_counts_as_gone() -> None:
    code = (
        "import asyncio; from playhead.tools.models.vllm import create;"
        "from playhead.tools.protocols import ChatRequest, Message;"
        "ask = ChatRequest((Message('user', ('Hello?',)),), purpose='plain');"
        "m = create('tiny');"
        "f = lambda: print(asyncio.run(m.complete(ask)).text, flush=True);"
        "f(); input()"
    )
    pipe = subprocess.PIPE
    user = subprocess.Popen([sys.executable, "-c", code], stdout=pipe, stdin=pipe, text=True)
    assert user.stdout is not None
    pid = int((await asyncio.to_thread(user.stdout.readline)).split()[-1])
    shared = model()
    assert process_of(await shared.complete(ASK)) == pid
    await shared.aclose()
    assert not gone(pid)
    user.send_signal(signal.SIGKILL)
    user.wait()
    assert await until(lambda: gone(pid))


async def test_out_of_memory_quotes_the_log_and_says_the_cure() -> None:
    failing = model("oom-70b")
    with pytest.raises(ModelError, match=r"CUDA out of memory.*lower max-model-len"):
        await failing.complete(ASK)
    await failing.aclose()


async def test_a_flag_that_vllm_does_not_know() -> None:
    failing = model(flags={"no-such-flag": 1})
    with pytest.raises(ModelError, match=r"unrecognized arguments.*correct the flags"):
        await failing.complete(ASK)
    await failing.aclose()


async def test_an_interpreter_without_vllm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "")
    failing = model()
    with pytest.raises(ModelError, match=r"No module named.*PLAYHEAD_VLLM_PYTHON"):
        await failing.complete(ASK)
    await failing.aclose()


async def test_a_server_that_dies_is_started_again_by_the_next_request() -> None:
    crashing = model("crash-test", tries=1)
    for _ in range(2):
        with pytest.raises(ModelError, match=r"'crash-test' has stopped: RuntimeError: the engine died"):
            await crashing.complete(ASK)
    await crashing.aclose()


def test_a_keeper_that_notices_late_is_waited_for(tmp_path: Path) -> None:
    held = ExitStack()
    held.enter_context(file_lock(tmp_path / "keeper", timeout_s=0))
    ended = Lease(tmp_path, ExitStack())
    ended.url = "http://127.0.0.1:9/v1"
    late = threading.Timer(3.0, held.close)
    late.start()
    assert ended.is_over()
    late.join()


async def test_closing_breaks_off_a_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "python"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PLAYHEAD_VLLM_PYTHON", str(slow))
    starting = model()
    asked = asyncio.create_task(starting.complete(ASK))
    await until(lambda: starting._starting is not None)
    await starting.aclose()
    with pytest.raises(ModelError, match="broken off"):
        await asked


async def test_a_url_is_attached_to_and_nothing_is_started() -> None:
    with FakeServer(script={"*": "yes"}) as server:
        attached = create("fake", base_url=server.url)
        assert isinstance(attached, OpenAIModel)
        assert attached.name == "vllm:fake"
        assert (await attached.complete(ASK)).text == "yes"


def test_flags_become_a_command_without_a_shell() -> None:
    flags = {
        "max-model-len": 32768,
        "enforce-eager": True,
        "limit-mm-per-prompt": {"image": 64},
        "off": False,
    }
    command = command_of("org/model; rm -rf /", VLLMSettings(python="py", flags=flags))
    assert command[:5] == ["py", "-m", "vllm.entrypoints.openai.api_server", "--model", "org/model; rm -rf /"]
    assert command[5:] == [
        "--max-model-len",
        "32768",
        "--enforce-eager",
        "--limit-mm-per-prompt",
        '{"image": 64}',
    ]
    with pytest.raises(UsageError, match="no flag"):
        create("m", flags={"--host 0.0.0.0": True})
    with pytest.raises(UsageError, match="vllm:NAME"):
        create("")


async def test_what_the_server_tells_of_itself_can_be_asked() -> None:
    one = model()
    assert not one.learned
    assert [entry["id"] for entry in await one.listed()] == ["tiny"]
    await one.complete(ASK)
    assert one.learned.context_tokens
    await one.aclose()
