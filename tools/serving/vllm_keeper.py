"""Keeps one vLLM server for as long as somebody uses it.

    python -m playhead.tools.serving.vllm_keeper FOLDER

A folder holds one server: `order.json` (what to start), `state.json` (what became of it), `log.txt`, the lock
`guard` for changes, the lock `keeper` held by this process, and a file in `users/` locked by each user. The
operating system lets go of locks when a process dies, so a user killed in any way counts as gone. When the
last user is gone the server is stopped.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playhead.tools.errors import LibraryError
from playhead.tools.memory.locks import file_lock

LOOK_S = 0.5
"""Seconds between two looks at the users."""
STOP_S = 15.0
"""Seconds that the server gets to stop by itself."""
GUARD_S = 60.0
"""How long to wait for another process that changes the folder."""


def is_locked(lock: Path) -> bool:
    """Whether some process holds this lock."""
    try:
        with file_lock(lock, timeout_s=0):
            return False
    except LibraryError:
        return True


def write_state(folder: Path, **state: Any) -> None:
    """Replace `state.json` at once, so that no reader sees half of it."""
    partial = folder / "state.partial"
    partial.write_text(json.dumps(state), "utf-8")
    partial.replace(folder / "state.json")


def read_state(folder: Path) -> dict[str, Any]:
    """What became of the server; empty before it was started."""
    try:
        state = json.loads((folder / "state.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def keep(folder: Path) -> None:
    """Start the ordered server, and stop it when nobody uses it any more."""
    with file_lock(folder / "keeper", LOOK_S):  # held for a moment by who looks whether it is held
        order = json.loads((folder / "order.json").read_text("utf-8"))
        with (folder / "log.txt").open("wb") as log:
            server = _start(order["command"], log)
        write_state(folder, url=order["url"], pid=server.pid)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit(0))
        try:
            _watch(folder, server, float(order["linger_s"]))
        finally:
            _stop(server)


def _watch(folder: Path, server: subprocess.Popen[bytes], linger_s: float) -> None:
    used_at = time.monotonic()
    while server.poll() is None:
        time.sleep(LOOK_S)
        with file_lock(folder / "guard", GUARD_S):
            if _used(folder):
                used_at = time.monotonic()
            elif time.monotonic() - used_at >= linger_s:
                _stop(server)
                (folder / "state.json").unlink(missing_ok=True)
                return
    write_state(folder, exit_code=server.returncode)


def _used(folder: Path) -> bool:
    users = list((folder / "users").iterdir())
    for gone in [user for user in users if not is_locked(user)]:
        gone.unlink()
        users.remove(gone)
    return bool(users)


def _start(command: list[str], log: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_death_signal(),
    )


def _death_signal() -> Callable[[], None] | None:
    """Where Linux is: the server ends with its keeper, however the keeper ends."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(1, signal.SIGTERM)


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is not None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(server.pid, number)
        with suppress(subprocess.TimeoutExpired):
            server.wait(STOP_S)
            return


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
