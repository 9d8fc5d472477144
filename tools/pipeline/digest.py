"""Digests: what a stretch of video holds, in a few lines.

Without a model they are extracts, key phrases and the words that tell most, and nothing is invented. With
one they are summaries merged level by level: pieces of a chapter, the chapter, the video.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playhead.prompts import render
from playhead.tools.pipeline import cached_replies
from playhead.tools.pipeline.cached_replies import Query, shape
from playhead.tools.pipeline.parallel import fan_out
from playhead.tools.types import Span, Video
from playhead.tools.words.chapters import Chapter
from playhead.tools.words.excerpts import quoted
from playhead.tools.words.keywords import names

if TYPE_CHECKING:
    from playhead.tools.library import Library
    from playhead.tools.protocols import ChatModel

PIECE_CHARS = 9000
"""Characters that one model call summarises; longer chapters are summarised in pieces that are merged."""
LINES = 40
"""Chapters listed in the digest of a video; the longest are kept when there are more."""

EXTRACT = "extract"
"""The source of digests that no model made."""

SCHEMA = shape(title={"type": "string"}, summary={"type": "string"})


def extract(chapter: Chapter) -> str:
    """The title of a chapter, its key phrases, and the words that tell it best."""
    if not chapter.memories:
        return "No words."
    told = [quoted(memory) for memory in chapter.telling[:2]]
    phrases = [phrase for phrase in chapter.phrases if phrase.casefold() not in chapter.title.casefold()]
    pieces = [f"{chapter.title}.", f"Also: {', '.join(phrases)}." if phrases else ""]
    quotes = " ".join(f"“{text}”" for text in told)
    source = {"speech": "Said", "screen": "On screen"}.get(chapter.telling[0].kind, "Seen")
    return " ".join([piece for piece in pieces if piece] + [f"{source}: {quotes}"])


def _cut(text: str, most: int = 140) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"


def whole(video: Video, found: Sequence[Chapter], texts: Sequence[str]) -> str:
    """The extract of a whole video: its frame, who is named, and its chapters with their times."""
    memories = [memory for chapter in found for memory in chapter.memories]
    spoken = [memory.text for memory in memories if memory.kind == "speech"]
    written = sum(memory.kind == "screen" for memory in memories)
    named = [name for name, count in names(spoken).most_common(12) if count > 1]
    held = ((len(found), "chapter"), (len(spoken), "utterance"))
    counted = ", ".join(f"{count} {what}{'s' * (count != 1)}" for count, what in held)
    texts_shown = f"{written} text{'s' * (written != 1)} on screen"
    head = f"{video.title}: {video.duration_s:.0f} s, {counted}, {texts_shown}."
    kept = sorted(range(len(found)), key=lambda i: -found[i].span.duration_s)[:LINES]
    lines = [f"{i + 1}. {times(found[i].span)} {_cut(texts[i], 200)}" for i in sorted(kept)]
    return "\n".join([head, *([f"Named: {', '.join(named)}."] if named else []), *lines])


def times(span: Span) -> str:
    return f"[{span.start_s:.1f}-{span.end_s:.1f} s]"


@dataclass(frozen=True, slots=True)
class Summariser:
    """Summaries of a video by a model; equal texts are summarised once (the library keeps the replies)."""

    model: ChatModel
    library: Library
    video_id: str

    async def chapter(self, chapter: Chapter) -> str:
        """`title: summary` of a chapter. Raises ModelError."""
        lines = [
            f"{times(memory.span)} {memory.kind}: {memory.text}"
            for memory in chapter.memories
            if memory.kind in ("speech", "screen", "caption")
        ]
        return await self._merge(lines, "one chapter of a video", 4)

    async def chapters(
        self, found: Sequence[Chapter], parallel: int, report: Callable[[int], None] = lambda _: None
    ) -> list[str]:
        """`chapter` for each, side by side; `told` is called with how many are done. Raises ModelError."""
        texts = [""] * len(found)

        async def numbered() -> AsyncGenerator[tuple[int, Chapter], None]:
            for item in enumerate(found):
                yield item

        async def one(item: tuple[int, Chapter]) -> tuple[int, str]:
            return item[0], await self.chapter(item[1])

        async with aclosing(fan_out(numbered(), one, parallel)) as summaries:
            async for number, text in summaries:
                texts[number] = text
                report(sum(map(bool, texts)))
        return texts

    async def whole(self, found: Sequence[Chapter], texts: Sequence[str]) -> str:
        """`title: summary` of the video from those of its chapters. Raises ModelError."""
        lines = [f"{times(chapter.span)} {text}" for chapter, text in zip(found, texts, strict=True)]
        return await self._merge(lines, "a whole video", 8)

    async def video(self, video: Video, found: Sequence[Chapter], texts: Sequence[str]) -> str:
        """The summary of the video, followed by its chapters with their times. Raises ModelError."""
        lines = [f"{times(chapter.span)} {text}" for chapter, text in zip(found, texts, strict=True)]
        summary = await self.whole(found, texts)
        listed = [f"{i}. {line}" for i, line in enumerate(lines[:LINES], 1)]
        return "\n".join([f"{video.title} ({video.duration_s:.0f} s). {summary}", *listed])

    async def _merge(self, lines: Sequence[str], what: str, sentences: int) -> str:
        """Summarise; what is too long for one call is summarised in pieces, and these again."""
        groups = batches(lines, PIECE_CHARS)
        while len(groups) > 1:
            merged = [await self._ask(group, f"one piece of {what}", sentences) for group in groups]
            groups = batches(merged, PIECE_CHARS)
        return await self._ask(groups[0], what, sentences) if groups else "No words."

    async def _ask(self, lines: Sequence[str], what: str, sentences: int) -> str:
        prompt = render("digest", what=what, lines="\n".join(lines), sentences=sentences)
        data = await cached_replies.ask(
            self.library, self.model, Query("digest", prompt, SCHEMA, self.video_id)
        )
        title, summary = (" ".join(str(data[name]).split()) for name in ("title", "summary"))
        return f"{title.rstrip('.:')}: {summary}"


def batches(lines: Sequence[str], most_chars: int) -> list[list[str]]:
    """Neighbouring lines in groups of at most `most_chars`; a longer line is cut."""
    groups: list[list[str]] = []
    size = 0
    for line in (line[: most_chars // 2] for line in lines):
        if not groups or size + len(line) > most_chars:
            groups.append([])
            size = 0
        groups[-1].append(line)
        size += len(line)
    return groups
