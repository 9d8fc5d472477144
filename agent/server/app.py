"""The web application: doors around it, the API under `/api`, MCP at `/mcp`, the page everywhere else."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.resources import files

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from playhead import __version__
from playhead.agent.server import mcp_server, openai_api, openai_responses, refusals
from playhead.agent.server.api import asks, chats, library, runs, settings, uploads, watching, words
from playhead.agent.server.door import Door, Doorkeeper
from playhead.agent.server.room import Room

PARTS = (asks, chats, library, runs, settings, uploads, watching, words, openai_api, openai_responses)


def create(room: Room, door: Door) -> FastAPI:
    """An ASGI application for whom the door lets in; it enters the room, and closes its agent."""
    assistants = mcp_server.Server(room)

    @asynccontextmanager
    async def open_room(_: FastAPI) -> AsyncGenerator[None, None]:
        async with room, assistants.session_manager.run():
            yield

    app = FastAPI(title="playhead", version=__version__, lifespan=open_room, docs_url=None, redoc_url=None)
    app.state.room = room
    refusals.install(app)
    for part in PARTS:
        app.include_router(part.router)
    app.router.routes.extend(assistants.routes())
    page = str(files("playhead.agent.server").joinpath("page"))
    app.mount("/", StaticFiles(directory=page, html=True), name="page")
    app.add_middleware(Doorkeeper, door=door)
    return app
