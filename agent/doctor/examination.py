"""What this machine and these endpoints can do, and what to change: findings, each with its cure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from playhead.agent.config import Config
from playhead.agent.doctor.findings import Finding, healthy
from playhead.agent.doctor.library import memory
from playhead.agent.doctor.machine import machine
from playhead.agent.doctor.models import models

__all__ = ["Finding", "examine", "healthy"]


async def examine(config: Config) -> AsyncIterator[Finding]:
    """All findings: this machine first, then the library, then every model role. Raises nothing."""
    for look in (machine, memory):
        findings = look(config)
        while (finding := await asyncio.to_thread(next, findings, None)) is not None:
            yield finding
    async for finding in models(config):
        yield finding
