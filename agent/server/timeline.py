"""What stands on the timeline of a recording, and its words, out of the library."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from playhead.tools.library import Library
from playhead.tools.protocols import Filter
from playhead.tools.types import Kind, Memory, Span, Video

JOIN_S = 1.0
"""Stretches closer than this are one on the timeline."""


def timeline(library: Library, video: Video) -> dict[str, Any]:
    """Chapters with titles, scenes, and where somebody speaks or text is shown."""
    digests = library.memories(Filter((video.id,), ("digest",), ("chapter",)))
    chapters = [_placed(memory.span) | {"title": _title(memory)} for memory in digests]
    return {
        "duration_s": round(video.duration_s, 3),
        "chapters": chapters,
        "scenes": [_placed(clip.span) for clip in library.clips(video.id, "scene")],
        "speech": _stretches(library, video, "speech"),
        "screen": _stretches(library, video, "screen"),
    }


def cues(library: Library, video: Video, kinds: tuple[Kind, ...]) -> list[dict[str, Any]]:
    """Every utterance and every text on screen, in order of time."""
    return [
        {
            **_placed(memory.span),
            "text": memory.text,
            "kind": memory.kind,
            "speaker": memory.meta.get("speaker", ""),
            "source": memory.origin,
            "confidence": memory.confidence,
        }
        for memory in library.memories(Filter((video.id,), kinds))
    ]


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order, those that touch or nearly do made one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start_s <= found[-1].end_s + JOIN_S:
            found[-1] = found[-1].union(span)
        else:
            found.append(span)
    return found


def _stretches(library: Library, video: Video, kind: Kind) -> list[dict[str, float]]:
    memories = library.memories(Filter((video.id,), (kind,)))
    return [_placed(span) for span in joined(memory.span for memory in memories)]


def _placed(span: Span) -> dict[str, Any]:
    return {"start_s": round(span.start_s, 3), "end_s": round(span.end_s, 3)}


def _title(memory: Memory) -> str:
    return str(memory.meta.get("title") or memory.text.partition(": ")[0])
