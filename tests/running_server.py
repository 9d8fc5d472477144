"""The server of `playhead serve` over an agent, at a free port of this machine, for tests."""

from __future__ import annotations

import threading
import time

import httpx
import uvicorn

from playhead.agent.agent import VideoAgent
from playhead.agent.server.app import create
from playhead.agent.server.door import Door
from playhead.agent.server.running import listening

TOKEN = "the-token-of-the-tests"


class RunningServer:
    """Serves while it is entered. `client()` is let in, `stranger()` is not."""

    def __init__(self, agent: VideoAgent) -> None:
        self._listener = listening("127.0.0.1", 0)
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        app = create(agent, Door(TOKEN))
        settings = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5)
        self.server = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self._listener]})

    def client(self, **settings: object) -> httpx.Client:
        return self.stranger(headers={"Authorization": f"Bearer {TOKEN}"}, **settings)

    def stranger(self, **settings: object) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60, trust_env=False, **settings)  # type: ignore[arg-type]

    def __enter__(self) -> RunningServer:
        self._thread.start()
        while not self.server.started and self._thread.is_alive():
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self._thread.join(30)
        self._listener.close()


def events(response: httpx.Response) -> list[tuple[str, str]]:
    """The (name, data) of every server-sent event of a response."""
    blocks = [block.splitlines() for block in response.read().decode().split("\n\n")]
    named = [block for block in blocks if block and block[0].startswith("event: ")]
    return [(block[0].removeprefix("event: "), block[1].removeprefix("data: ")) for block in named]
