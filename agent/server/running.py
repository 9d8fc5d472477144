"""The application on a socket of this machine, until it is told to stop."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from playhead.agent.agent import VideoAgent
from playhead.agent.server.app import create
from playhead.agent.server.door import Door, new_token
from playhead.tools.errors import UsageError

LOOPBACK = "127.0.0.1"
GRACE_S = 5
"""Seconds that open connections have to end when the server stops."""


def run(agent: VideoAgent, *, port: int, token: str | None, ready: Callable[[str], None]) -> None:
    """Serve until interrupted; `ready` is told the address, token and all. Raises UsageError."""
    door = Door(token or new_token())
    with listening(LOOPBACK, port) as listener:
        settings = uvicorn.Config(
            create(agent, door),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        ready(f"http://{LOOPBACK}:{listener.getsockname()[1]}/?token={door.token}")
        uvicorn.Server(settings).run(sockets=[listener])


def listening(host: str, port: int) -> socket.socket:
    """A socket that waits for connections. Raises UsageError."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(f"cannot listen at port {port}: {error}", "choose another with --port") from error
    listener.listen(128)
    return listener
