"""The web application: doors around it, the API under `/api`, MCP at `/mcp`, the page everywhere else."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.resources import files

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from playhead import __version__
from playhead.agent.agent import VideoAgent
from playhead.agent.server import mcp_server, openai_api, refusals
from playhead.agent.server.api import asks, library, watching, words
from playhead.agent.server.door import Door, Doorkeeper
from playhead.agent.server.reach import LIBRARY_ALONE, Reach
from playhead.agent.server.room import Room

ROUTERS = (library.router, asks.router, watching.router, words.router, openai_api.router)


def create(agent: VideoAgent, door: Door, reach: Reach = LIBRARY_ALONE) -> FastAPI:
    """An ASGI application that answers with this agent to whom the door lets in. It closes the agent."""
    room = Room(agent, reach)
    assistants = mcp_server.Server(room)

    @asynccontextmanager
    async def open_room(_: FastAPI) -> AsyncGenerator[None, None]:
        async with room, assistants.session_manager.run():
            yield

    app = FastAPI(title="playhead", version=__version__, lifespan=open_room, docs_url=None, redoc_url=None)
    app.state.room = room
    refusals.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.router.routes.extend(assistants.routes())
    page = str(files("playhead.agent.server").joinpath("page"))
    app.mount("/", StaticFiles(directory=page, html=True), name="page")
    app.add_middleware(Doorkeeper, door=door)
    return app
