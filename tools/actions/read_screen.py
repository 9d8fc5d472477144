"""What stands on the screen."""

from __future__ import annotations

import json
from typing import Annotated

from playhead.tools import registry
from playhead.tools.arguments import Reference, Seconds
from playhead.tools.context import Observation, ToolContext, observe
from playhead.tools.errors import ToolError
from playhead.tools.pictures.looking import open_film, playable
from playhead.tools.pipeline.parallel import in_thread
from playhead.tools.pipeline.progress import IndexingConfig
from playhead.tools.pipeline.screen_stage import join, was_begun, was_read
from playhead.tools.pipeline.stages import cache_key
from playhead.tools.types import Cue, Evidence, Memory, Span, Video
from playhead.tools.words.screen import read_screen as read
from playhead.tools.words.utterances import from_rows, to_rows

COST, NEEDS = 1, "pictures"

DEFAULT = IndexingConfig()


async def read_screen(
    context: ToolContext,
    start_s: Annotated[Seconds, "start of the stretch"] = 0.0,
    end_s: Annotated[Seconds | None, "end of the stretch; the end of the video when left out"] = None,
    video: Annotated[Reference | None, "number, id or title; the first video when left out"] = None,
) -> Observation:
    """Text written in the picture (slides, signs, captions burned in), with the time it stood there."""
    one = context.one(video)
    span = context.span(one, start_s, end_s)
    memories = await in_thread(context.memories, one, ("screen",), span)
    if await in_thread(_is_known, context, one, memories):
        return _observation(context, span, _recalled(context, memories))
    if context.ocr is None:
        raise ToolError("the screen was not read while indexing, and no reader of text is configured")
    short = Span(span.start_s, min(span.end_s, span.start_s + context.limits.screen_s))
    cues = await in_thread(_read_now, context, one, short)
    lines = [context.evidence(one, cue.span, "screen", cue.text, tool="read_screen") for cue in cues]
    return _observation(context, short, lines, cut=short.end_s < span.end_s)


def _recalled(context: ToolContext, memories: list[Memory]) -> list[Evidence]:
    return [line for memory in memories if (line := context.recall(memory, tool="read_screen"))]


def _is_known(context: ToolContext, video: Video, memories: list[Memory]) -> bool:
    """Whether what is remembered is all there is; indexing that has only begun leaves gaps."""
    if was_begun(context.library, video.id):
        return was_read(context.library, video.id)
    return bool(memories) or video.source != "video"


def _read_now(context: ToolContext, video: Video, span: Span) -> list[Cue]:
    """Read a stretch that indexing left out; the library keeps the result."""
    key = cache_key("screen", video.id, span, context.ocr, DEFAULT.ocr_fps, DEFAULT.ocr_side_px)
    if kept := context.library.reply(key):
        return from_rows(json.loads(kept))
    engine = registry.load("ocr", context.ocr or "")
    reader = open_film(playable(video), context.reader)
    try:
        frames = reader.scan(DEFAULT.ocr_fps, span, DEFAULT.ocr_side_px)
        cues, _ = join([], list(read(frames, engine)), span, 1.5 / DEFAULT.ocr_fps, last=True)
    finally:
        reader.close()
    context.library.put_reply(key, json.dumps(to_rows(cues)), video.id)
    return cues


def _observation(context: ToolContext, span: Span, lines: list[Evidence], cut: bool = False) -> Observation:
    where = f"between {span.start_s:.1f} and {span.end_s:.1f} s"
    more = f"; go on at {span.end_s:.1f} s" if cut else ""
    if not lines:
        return Observation(f"no text was read on the screen {where}{more}")
    shown = lines[: context.limits.lines]
    if len(lines) > len(shown):
        more = f"; the first {len(shown)} are shown, go on at {shown[-1].span.end_s:.1f} s"
    return observe(f"{len(lines)} texts on the screen {where}{more}", shown, context.videos)
