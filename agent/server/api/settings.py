"""`/api/settings`: how questions are answered here, and what could be better; no key is ever told."""

from __future__ import annotations

import asyncio
import os
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from playhead import __version__
from playhead.agent.doctor import examine
from playhead.agent.server.room import Here, Room
from playhead.agent.trace import clean
from playhead.agent.wiring import KEY_VARIABLES
from playhead.tools import registry
from playhead.tools.roles import CHAT_ROLES

router = APIRouter(prefix="/api/settings", tags=["settings"])


@router.get("")
async def settings(room: Here) -> dict[str, Any]:
    """Models by role, strategies, which key is set, and which folders may be indexed."""
    return await asyncio.to_thread(_settings, room)


@router.get("/findings")
async def findings(room: Here) -> dict[str, Any]:
    """What `playhead doctor` finds. Takes some seconds: it looks at the machine and asks the models."""
    found = [asdict(finding) async for finding in examine(room.agent.config)]
    told: dict[str, Any] = clean({"findings": found}, room.agent.secrets)
    return told


def _settings(room: Room) -> dict[str, Any]:
    config = room.agent.config
    roles = room.agent.models
    variables = {config.api_key_env, *KEY_VARIABLES, *(_key_of(room, role) for role in CHAT_ROLES)}
    told = {
        "version": __version__,
        "library": str(config.library_path),
        "folders": [str(place) for place in room.reach.places],
        "strategy": config.strategy,
        "strategies": sorted(registry.names("strategies")),
        "models": {role: roles.get(role) for role in CHAT_ROLES},
        "keys": {name: bool(os.environ.get(name)) for name in sorted(filter(None, variables))},
        "live_answer": config.loop.live_answer,
    }
    cleaned: dict[str, Any] = clean(told, room.agent.secrets)
    return cleaned


def _key_of(room: Room, role: str) -> str | None:
    return getattr(getattr(room.agent.config.roles, role, None), "api_key_env", None)
