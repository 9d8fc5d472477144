"""The server of `playhead serve` over an agent, at a free port of this machine, for tests."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import Any

import httpx

from playhead.agent.agent import VideoAgent
from playhead.agent.server.door import Door
from playhead.agent.server.reach import LIBRARY_ALONE, Reach
from playhead.agent.server.room import Room
from playhead.agent.server.running import Server, listening

TOKEN = "the-token-of-the-tests"


class RunningServer:
    """Serves while it is entered. `client()` is let in, `stranger()` is not."""

    def __init__(self, agent: VideoAgent, reach: Reach = LIBRARY_ALONE, **room: Any) -> None:
        self._listener = listening("127.0.0.1", 0)
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = Server(Room(agent, reach, keeps=True, **room), Door(TOKEN))
        self._thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self._listener]})

    def client(self, **settings: object) -> httpx.Client:
        return self.stranger(headers={"Authorization": f"Bearer {TOKEN}"}, **settings)

    def stranger(self, **settings: object) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=300, trust_env=False, **settings)  # type: ignore[arg-type]

    @contextmanager
    def asked(self, path: str, body: object, **headers: str) -> Iterator[None]:
        """A question is under way while this is entered; leaving hangs up."""
        with closing(HTTPConnection("127.0.0.1", self.port)) as connection:
            sent = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", **headers}
            connection.request("POST", path, json.dumps(body), sent)
            yield

    def __enter__(self) -> RunningServer:
        self._thread.start()
        while not self.server.started and self._thread.is_alive():
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self._thread.join(300)
        self._listener.close()


def wait_until(happened: Callable[[], bool], timeout_s: float = 300.0) -> None:
    """Raises TimeoutError when it does not happen."""
    end_s = time.monotonic() + timeout_s
    while not happened():
        if time.monotonic() > end_s:
            raise TimeoutError
        time.sleep(0.01)


def events(response: httpx.Response) -> list[tuple[str, str]]:
    """The (name, data) of every server-sent event of a response."""
    blocks = [block.splitlines() for block in response.read().decode().split("\n\n")]
    named = [block for block in blocks if block and block[0].startswith("event: ")]
    return [(block[0].removeprefix("event: "), block[1].removeprefix("data: ")) for block in named]
