"""Every chat role, tried on its endpoint: does it answer, see, keep to a schema, how fast, how much at once.

What only some backends can tell is asked through two optional attributes of a ChatModel: `learned` (context
length, most pictures, form of structured replies) and `listed()` (the models that a server has).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from playhead.agent.config import Config
from playhead.agent.doctor.findings import Finding, Status, failed
from playhead.agent.doctor.probes import BLIND_CURE, context, eyes, request, shape, speed, timed
from playhead.tools.errors import ModelError, ModelRejectedError, PlayheadError
from playhead.tools.protocols import ChatModel
from playhead.tools.roles import CHAT_ROLES, Tuned, load_models

SEEING_ROLES = ("captioner", "inspector")


@dataclass
class Examined:
    """One model, and how it did under the first role that was examined."""

    model: ChatModel
    role: str
    status: Status = "ok"
    cure: str = ""
    seen_as: str = ""
    """The role under which its eyes were examined."""
    sees: Status = "ok"

    @property
    def backend(self) -> Any:
        return self.model.backend if isinstance(self.model, Tuned) else self.model

    @property
    def learned(self) -> Any:
        """What a server taught about the model; None for backends without one."""
        return getattr(self.backend, "learned", None)


async def models(config: Config) -> AsyncIterator[Finding]:
    """All findings about the chat roles. Raises nothing."""
    try:
        loaded = load_models(config.general, config.roles)
    except PlayheadError as error:
        yield failed("models", error)
        return
    if not loaded:
        cure = "add --model openai:NAME --base-url URL to be answered by a model that sees the pictures"
        yield Finding("models", "note", "none configured: answers quote speech and screen text", cure)
    known: dict[int, Examined] = {}
    try:
        for role in (role for role in CHAT_ROLES if role in loaded):
            examined = known.setdefault(id(loaded[role]), Examined(loaded[role], role))
            async for finding in _role(role, examined):
                yield finding
    finally:
        for examined in known.values():
            await examined.model.aclose()


async def _role(role: str, examined: Examined) -> AsyncIterator[Finding]:
    if examined.role == role:
        async for finding in _fitness(role, examined):
            yield finding
    else:
        yield Finding(role, examined.status, f"the same model as {examined.role}", examined.cure)
    if role not in SEEING_ROLES or examined.status == "problem":
        return
    if examined.seen_as:
        cure = BLIND_CURE.format(role) if examined.sees == "problem" else ""
        yield Finding(f"{role} images", examined.sees, f"as for {examined.seen_as}", cure)
        return
    examined.seen_as = role
    async for finding in eyes(role, examined.model, examined.learned):
        if finding.status == "problem":
            examined.sees = "problem"
        yield finding


async def _fitness(role: str, examined: Examined) -> AsyncIterator[Finding]:
    """Everything but the eyes; after a failure to answer at all, nothing more."""
    reached = await _reach(role, examined)
    yield reached
    examined.status, examined.cure = reached.status, reached.cure
    if reached.status == "problem":
        return
    if hasattr(examined.backend, "listed"):
        yield await _name(role, examined)
    if examined.learned is not None:
        yield context(role, examined.learned)
    async for finding in shape(role, examined.model, examined.learned):
        yield finding
    yield await speed(role, examined.model)


async def _reach(role: str, examined: Examined) -> Finding:
    try:
        took_s = await timed(examined.model, request("Answer with one word: ready."))
    except ModelRejectedError as error:
        return failed(role, error, cure=await _with_names(error.cure, examined))
    except PlayheadError as error:
        return failed(role, error)
    words = f"{examined.model.name} answers, {took_s:.2f} s the first time"
    return Finding(role, "ok", words, measured={"model": examined.model.name, "first_s": round(took_s, 3)})


async def _with_names(cure: str, examined: Examined) -> str:
    """The cure, with the models that the server does have."""
    names = await _listed(examined)
    return f"{cure}; it has: {', '.join(names[:8])}" if names else cure


async def _listed(examined: Examined) -> list[str]:
    try:
        entries = await examined.backend.listed() if hasattr(examined.backend, "listed") else []
    except ModelError:
        return []
    return [str(entry["id"]) for entry in entries if entry.get("id")]


async def _name(role: str, examined: Examined) -> Finding:
    name = examined.model.name.partition(":")[2]
    names = await _listed(examined)
    measured = {"known": name in names, "listed": len(names)}
    if name in names:
        return Finding(f"{role} model", "ok", f"{name!r} is in the server's list", measured=measured)
    words = f"{name!r} answers but is not in the server's list"
    return Finding(f"{role} model", "ok", words, measured=measured)
