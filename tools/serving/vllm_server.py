"""Starting, sharing and leaving a local vLLM server. Blocking: meant for a thread.

Users of one server agree on its folder (see vllm_keeper), named after the command that starts it, so that
roles and processes which ask for the same thing share it.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import platformdirs

from playhead.tools.errors import ModelError, ModelUnreachableError, PlayheadError, UsageError
from playhead.tools.memory.locks import file_lock
from playhead.tools.serving.vllm_keeper import GUARD_S, LOOK_S, is_locked, read_state

ENTRY = "vllm.entrypoints.openai.api_server"
NOTICE_S = 20.0
"""How long the keeper of a server that does not answer may take to notice that it has ended."""
_MEMORY = r"out of memory|OutOfMemory|No available memory|free memory on device|KV cache is needed"
_CURES = (
    (
        r"No module named '?vllm",
        "pip install vllm, or set PLAYHEAD_VLLM_PYTHON to an interpreter that has it",
    ),
    (
        _MEMORY,
        "lower max-model-len or gpu-memory-utilization in the flags, or take a smaller or quantised model",
    ),
    (r"unrecognized arguments|invalid choice", "correct the flags: they are those of `vllm serve`"),
    (
        r"is not a valid model|Repository Not Found|does not appear to have a file|Invalid repository ID",
        "check the model's name, or give a local folder",
    ),
)


@dataclass(frozen=True, slots=True)
class VLLMSettings:
    """How a local vLLM server is started. Settings of the requests are those of ServerSettings."""

    python: str = ""
    """Interpreter that has vLLM; empty: PLAYHEAD_VLLM_PYTHON, else the one that runs playhead."""

    flags: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Flags of `vllm serve` without dashes: {"max-model-len": 32768, "enforce-eager": true}."""

    start_s: float = 900.0
    """Seconds to wait until a model is loaded; large ones that must be downloaded first take long."""

    linger_s: float = 0.0
    """Seconds that the server stays after its last user has left, for the next command to find it warm."""


def command_of(model: str, settings: VLLMSettings) -> list[str]:
    """The command without host and port. Raises UsageError for a flag that cannot be one."""
    python = settings.python or os.environ.get("PLAYHEAD_VLLM_PYTHON") or sys.executable
    command = [python, "-m", ENTRY, "--model", model]
    for name, value in settings.flags.items():
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", str(name)):
            raise UsageError(
                f"{name!r} is no flag of vLLM", "write flags without dashes in front: max-model-len"
            )
        if value is not False and value is not None:
            command.append(f"--{name}")
            command += [] if value is True else [_word(value)]
    return command


def _word(value: Any) -> str:
    return json.dumps(value) if isinstance(value, Mapping | list) else str(value)


class Lease:
    """One user's hold on a running server; `url` ends in /v1."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self.url = ""

    def is_over(self) -> bool:
        """Whether the server has ended; a keeper that is about to notice is waited for."""
        end_s = time.monotonic() + NOTICE_S
        while is_locked(self._folder / "keeper"):
            if _healthy(self.url) or time.monotonic() > end_s:
                return False
            time.sleep(LOOK_S / 2)
        return True

    def release(self) -> None:
        """Leave; the keeper stops the server when this was the last user."""
        self._stack.close()

    def last_words(self) -> str:
        """The line of the server's log that says most about its end."""
        return last_words(self._folder / "log.txt")


def lease(
    model: str, settings: VLLMSettings, progress: Callable[[str], None], wanted: Callable[[], bool]
) -> Lease:
    """Start the server or join it, and wait until it answers, for as long as it is `wanted`.

    Raises ModelError with the last words of the log.
    """
    command = command_of(model, settings)
    folder = platformdirs.user_state_path("playhead") / "vllm" / _key(command)
    stack = ExitStack()
    try:
        held = Lease(folder, stack)
        _join(folder, command, settings.linger_s, stack)
        held.url = _ready(model, folder, settings.start_s, progress, wanted)
    except (PlayheadError, OSError) as error:
        stack.close()
        if isinstance(error, ModelError):
            raise
        cause = f"cannot start vLLM for {model!r}: {error}"
        raise ModelError(cause, f"check the rights of {str(folder)!r}") from error
    except BaseException:
        stack.close()
        raise
    return held


def _key(command: Sequence[str]) -> str:
    return blake2b("\x1f".join(command).encode(), digest_size=8).hexdigest()


def _join(folder: Path, command: Sequence[str], linger_s: float, stack: ExitStack) -> None:
    """Become a user, and start the keeper if there is none."""
    (folder / "users").mkdir(parents=True, exist_ok=True)
    with file_lock(folder / "guard", GUARD_S):
        user = folder / "users" / uuid.uuid4().hex
        stack.callback(user.unlink, missing_ok=True)
        stack.enter_context(file_lock(user, timeout_s=0))
        if not is_locked(folder / "keeper"):
            _start_keeper(folder, command, linger_s)


def _start_keeper(folder: Path, command: Sequence[str], linger_s: float) -> None:
    port = _free_port()
    whole = [*command, "--host", "127.0.0.1", "--port", str(port)]
    order = {"command": whole, "url": f"http://127.0.0.1:{port}/v1", "linger_s": linger_s}
    (folder / "state.json").unlink(missing_ok=True)
    (folder / "order.json").write_text(json.dumps(order), "utf-8")
    keeper = subprocess.Popen(
        [sys.executable, "-m", "playhead.tools.serving.vllm_keeper", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + GUARD_S
    while not read_state(folder) and keeper.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ready(
    model: str, folder: Path, start_s: float, progress: Callable[[str], None], wanted: Callable[[], bool]
) -> str:
    """The server's URL once it answers."""
    started, told = time.monotonic(), "?"
    while (waited_s := time.monotonic() - started) < start_s:
        state = read_state(folder)
        if "url" not in state:
            raise _ended(model, folder)
        if not wanted():
            raise ModelError(f"the start of vLLM for {model!r} was broken off")
        if _healthy(str(state["url"])):
            return str(state["url"])
        words = last_line(folder / "log.txt")
        if words != told:
            told = words
            progress(f"starting vLLM for {model} ({waited_s:.0f} s): {words}")
        time.sleep(0.25)
    cause = (
        f"vLLM did not get ready for {model!r} within {start_s:g} s, last: {last_line(folder / 'log.txt')!r}"
    )
    raise ModelUnreachableError(cause, f"raise start_s, or see {str(folder / 'log.txt')!r}")


def _healthy(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url.removesuffix("/v1") + "/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False


def _ended(model: str, folder: Path) -> ModelUnreachableError:
    log = folder / "log.txt"
    text = _tail(log)
    cure = next((cure for pattern, cure in _CURES if re.search(pattern, text)), f"see {str(log)!r}")
    return ModelUnreachableError(f"vLLM ended before it was ready for {model!r}: {last_words(log)}", cure)


def last_line(log: Path) -> str:
    """The last line of the log, shortened."""
    lines = [line for line in _tail(log).splitlines() if line.strip()]
    return lines[-1].strip()[-200:] if lines else ""


def last_words(log: Path) -> str:
    """The line that says most about why a server ended: about memory, else the last error, else the last."""
    lines = _tail(log).splitlines()
    for pattern in (_MEMORY, r"\w*(?:Error|Exception)\b:?|error:"):
        if found := [line for line in lines if re.search(pattern, line)]:
            return found[-1].strip()[-200:]
    return last_line(log) or "its log is empty"


def _tail(log: Path) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 65_536))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
