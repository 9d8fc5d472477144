"""A server over the small film of the agent's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from playhead.agent.agent import VideoAgent
from tests.running_server import RunningServer


@pytest.fixture
def serve() -> Iterator[Callable[..., RunningServer]]:
    """`serve(agent)`: the agent behind a running server, which ends with the test."""
    with ExitStack() as held:
        yield lambda agent, *reach, **room: held.enter_context(RunningServer(agent, *reach, **room))


@pytest.fixture
def client(make: Callable[..., VideoAgent], serve: Callable[[VideoAgent], RunningServer]) -> httpx.Client:
    """A program that is let in; no model is configured."""
    return serve(make()).client()
