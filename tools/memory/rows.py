"""Values of `tools.types` as rows of SQLite and back. JSON is kept ASCII, so that any path or text,
even one that is no valid Unicode, survives the way there and back."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from playhead.tools.memory.database import Row
from playhead.tools.types import Clip, Memory, Span, Stream, Vectors, Video, VideoInfo

MEMORY_COLUMNS = "id, video_id, start_s, end_s, kind, level, source, text, meta"


def dump(value: Any) -> str:
    """Compact ASCII JSON; what JSON cannot hold is kept as its text."""
    return json.dumps(value, separators=(",", ":"), default=str)


def video_from(data: str, complete: int) -> Video:
    values = json.loads(data)
    if info := values.pop("info"):
        streams = tuple(Stream(**stream) for stream in info.pop("streams"))
        values["info"] = VideoInfo(**info, streams=streams)
    return Video(**{**values, "complete": bool(complete)})


def video_data(video: Video) -> str:
    return dump(asdict(video))


def memory_row(memory: Memory) -> Row:
    """The values of MEMORY_COLUMNS."""
    span = memory.span
    head = (memory.id, memory.video_id, float(span.start_s), float(span.end_s))
    return (*head, memory.kind, memory.level, memory.source, memory.text, dump(memory.meta))


def memory_from(row: Row) -> Memory:
    _, video_id, start_s, end_s, kind, level, source, text, meta = row
    return Memory(video_id, Span(start_s, end_s), kind, text, level, source, json.loads(meta))


def valid(memory: Memory) -> Memory:
    """The memory with text that UTF-8 can carry; half characters become question marks."""
    text, source = (_valid(value) for value in (memory.text, memory.source))
    same = text == memory.text and source == memory.source
    return memory if same else replace(memory, text=text, source=source)


def _valid(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")


def clip_from(row: Row) -> Clip:
    level, number, start_s, end_s, parent = row
    return Clip(number, Span(start_s, end_s), level, parent)


def vector_blob(vector: Vectors) -> bytes:
    """Half precision: cosines stay right to about 0.0003, in half the space."""
    return vector.astype("<f2").tobytes()


def vectors_from(blobs: list[bytes]) -> Vectors:
    """len(blobs) x dimension, float32, unit length again."""
    rows: Vectors = np.stack([np.frombuffer(blob, "<f2") for blob in blobs]).astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return rows
