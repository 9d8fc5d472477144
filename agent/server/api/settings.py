"""`/api/settings`: how questions are answered here, and what could be better; no key is ever told."""

from __future__ import annotations

import asyncio
import os
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from playhead import __version__
from playhead.agent.base_agent import KEY_VARIABLES
from playhead.agent.config import Config
from playhead.agent.doctor.examination import examine
from playhead.agent.server.room import Here, Room
from playhead.agent.strategy import find
from playhead.agent.trace import clean
from playhead.tools import registry
from playhead.tools.roles import CHAT_ROLES, RoleConfig

router = APIRouter(prefix="/api/settings", tags=["settings"])


@router.get("")
async def settings(room: Here) -> dict[str, Any]:
    """Models by role, ways of answering, which keys are set, and which folders may be indexed."""
    told: dict[str, Any] = clean(await asyncio.to_thread(_settings, room), room.agent.secrets)
    return told


@router.get("/findings")
async def findings(room: Here) -> dict[str, Any]:
    """What `playhead doctor` finds. Takes some seconds: it looks at the machine and asks the models."""
    found = [asdict(finding) async for finding in examine(room.agent.config)]
    told: dict[str, Any] = clean({"findings": found}, room.agent.secrets)
    return told


def _settings(room: Room) -> dict[str, Any]:
    config = room.agent.config
    return {
        "version": __version__,
        "library": {"path": str(config.library_path), "bytes": room.agent.library.size_bytes()},
        "folders": [str(place) for place in room.reach.places],
        "roles": [_role(config, role, room.agent.models.get(role)) for role in CHAT_ROLES],
        "strategy": config.strategy,
        "strategies": [
            {"name": name, "idea": find(name)[1].idea} for name in sorted(registry.names("strategies"))
        ],
    }


def _role(config: Config, role: str, model: str | None) -> dict[str, Any]:
    """One role: its model, where that is, and which variable holds its key, if it is set."""
    own = getattr(config.roles, role)
    general = config.general if own == RoleConfig() else own
    variables = [own.api_key_env or config.api_key_env or "", *KEY_VARIABLES]
    key = next((name for name in variables if name and os.environ.get(name)), variables[0])
    return {
        "role": role,
        "model": model,
        "base_url": (own.base_url or general.base_url or "").partition("?")[0],
        "key": key,
        "key_set": bool(os.environ.get(key)),
    }
