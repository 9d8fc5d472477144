"""The application on a socket of this machine, until it is told to stop."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from playhead.agent.server.app import create
from playhead.agent.server.door import Door, new_token
from playhead.agent.server.room import Room
from playhead.tools.errors import LibraryError, UsageError

GRACE_S = 5
"""Seconds that open connections have to end when the server stops."""
TOKEN_FILE = "server.token"  # noqa: S105 - its name
SHORTEST_TOKEN = 16


class Server(uvicorn.Server):
    """Ends what goes on in the room before it waits for connections: they wait for that."""

    def __init__(self, room: Room, door: Door, ready: Callable[[], object] = lambda: None) -> None:
        super().__init__(
            uvicorn.Config(
                create(room, door),
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_S,
            )
        )
        self._room, self._ready = room, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """`ready` is called once requests are answered and a Ctrl-C ends it: signals are ours by then."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._room.stop()
        await super().shutdown(sockets)


def run(
    room: Room,
    *,
    host: str,
    port: int,
    token: str | None,
    names: tuple[str, ...],
    ready: Callable[[str], None],
) -> None:
    """Serve until interrupted; `ready` is told the address, token and all.

    `names` are those of reverse proxies. Raises UsageError and LibraryError.
    """
    room.prepare()
    network = not _is_loopback(host)
    token = token or _kept_token(room.agent.library.path)
    if network and len(token) < SHORTEST_TOKEN:
        cause = f"a token of {len(token)} characters does not guard a server that others can reach"
        raise UsageError(cause, f"give {SHORTEST_TOKEN} or more with --token, or leave it out")
    door = Door(token, (host, *names), network)
    with listening(host, port) as listener:
        shown = socket.gethostname() if host in ("0.0.0.0", "::") else host  # noqa: S104 - asked for
        at = f"[{shown}]" if ":" in shown else shown
        address = f"http://{at}:{listener.getsockname()[1]}/?token={door.token}"
        Server(room, door, lambda: ready(address)).run(sockets=[listener])


def listening(host: str, port: int) -> socket.socket:
    """A socket that waits for connections. Raises UsageError."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        cause = f"cannot listen at {host} port {port}: {error}"
        raise UsageError(cause, "choose another with --host and --port") from error
    listener.listen(128)
    return listener


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _kept_token(library: Path) -> str:
    """The token of this library, made when there is none, so that a browser stays known after a restart."""
    file = library / TOKEN_FILE
    try:
        with contextlib.suppress(FileNotFoundError):
            if len(kept := file.read_text("ascii").strip()) >= SHORTEST_TOKEN:
                return kept
        token = new_token()
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
            out.write(token)
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(
            f"cannot keep the token in {str(file)!r}: {error}", "give one with --token"
        ) from error
    return token
