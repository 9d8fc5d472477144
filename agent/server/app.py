"""The web application: doors around it, the API under `/api`, the page under everything else."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.resources import files

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from playhead import __version__
from playhead.agent.agent import VideoAgent
from playhead.agent.server import refusals
from playhead.agent.server.api import asks, library, watching, words
from playhead.agent.server.door import Door, Doorkeeper
from playhead.agent.server.room import Room

ROUTERS = (library.router, asks.router, watching.router, words.router)


def create(agent: VideoAgent, door: Door) -> FastAPI:
    """An ASGI application that answers with this agent to whom the door lets in. It closes the agent."""

    @asynccontextmanager
    async def open_room(_: FastAPI) -> AsyncGenerator[None, None]:
        async with room:
            yield

    app = FastAPI(title="playhead", version=__version__, lifespan=open_room, docs_url=None, redoc_url=None)
    room = app.state.room = Room(agent)
    refusals.install(app)
    for router in ROUTERS:
        app.include_router(router)
    page = str(files("playhead.agent.server").joinpath("page"))
    app.mount("/", StaticFiles(directory=page, html=True), name="page")
    app.add_middleware(Doorkeeper, door=door)
    return app
