"""Put one question to every clip, then put the answers together: for counting, order and summaries."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from playhead.prompts import render
from playhead.tools.arguments import Reference, Seconds, Text
from playhead.tools.context import Observation, ToolContext, observe
from playhead.tools.errors import BudgetExceededError, ModelError, ToolError
from playhead.tools.pictures.looking import Album, playable
from playhead.tools.pictures.sampling import times
from playhead.tools.pipeline import asking
from playhead.tools.pipeline.asking import Ask, shape
from playhead.tools.pipeline.captioning import pieces
from playhead.tools.pipeline.parallel import fan_out, in_thread
from playhead.tools.protocols import ChatModel
from playhead.tools.types import Evidence, Frame, Span, Video

COST = 3

FRAMES_A_CLIP = 4
SIDE_PX = 512
NOTES_CHARS = 2500
EVIDENCE = 40

CLIP_SCHEMA = shape(relevant={"type": "boolean"}, answer={"type": "string"}, count={"type": "integer"})
WHOLE_SCHEMA = shape(answer={"type": "string"})


async def ask_every_clip(
    context: ToolContext,
    question: Annotated[Text, "what each clip is asked, as a question that one clip alone can answer"],
    start_s: Annotated[Seconds, "start of the stretch"] = 0.0,
    end_s: Annotated[Seconds | None, "end of the stretch; the end of the video when left out"] = None,
    video: Annotated[Reference | None, "number, id or title; the first video when left out"] = None,
) -> Observation:
    """Every clip of a stretch answers, then all are put together. Costly; for counting, order, summaries."""
    one = context.one(video)
    span = context.span(one, start_s, end_s)
    survey = Survey(context, one, question, context.model("inspector", "captioner"))
    clips = await in_thread(_clips, context, one, span)
    found, failed, frames = await survey.ask(clips)
    if failed and failed == len(clips):
        raise ToolError("no clip could be asked: the model failed each time")
    evidence = [survey.evidence(piece, data) for piece, data in found]
    trouble = f"; {failed} clips gave no answer" if failed else ""
    head = f"{len(found)} of {len(clips)} clips contribute{trouble}"
    together = await survey.merge(found) if found else ""
    if found:
        head += f". Together: {together}"
    notes = [{"start_s": piece.start_s, "end_s": piece.end_s, **data} for piece, data in found]
    told = {"notes": notes, "together": together, "clips": len(clips), "failed": failed}
    return replace(observe(head, evidence[:EVIDENCE], context.videos, frames), data=told)


def _clips(context: ToolContext, video: Video, span: Span) -> list[Span]:
    """The clips of the stretch; longer pieces when there are more than may be asked."""
    clips = [clip.span for clip in context.library.clips(video.id, "clip", span)]
    inside = [clip.clamp(span.start_s, span.end_s) for clip in clips if clip.intersection_s(span) > 0]
    most = context.limits.clips
    return inside if 0 < len(inside) <= most else pieces(span, max(10.0, span.duration_s / most))


@dataclass(frozen=True, slots=True)
class Survey:
    """One question, asked of one video's clips by one model."""

    context: ToolContext
    video: Video
    question: str
    model: ChatModel

    @property
    def sees(self) -> bool:
        return self.model.sees_images and self.video.source == "video"

    def evidence(self, span: Span, data: Mapping[str, Any]) -> Evidence:
        """What one clip answered; perceived only if its pictures were seen, else concluded from notes."""
        text = " ".join(str(data["answer"]).split())[:400]
        tool = "ask_every_clip"
        return self.context.evidence(self.video, span, "frame", text, tool=tool, perceived=self.sees)

    async def ask(self, clips: Sequence[Span]) -> tuple[list[tuple[Span, Mapping[str, Any]]], int, int]:
        """(what contributes, in order of time; clips without an answer; pictures looked at).

        When the budget ends it, what was found until then counts; raises BudgetExceededError if nothing was.
        """
        answered: list[tuple[Span, Mapping[str, Any], int]] = []
        try:
            async with aclosing(
                fan_out(self._prepared(clips), self._put, self.context.limits.parallel)
            ) as asked:
                async for span, data, seen in asked:
                    if data is not None:
                        answered.append((span, data, seen))
        except BudgetExceededError:
            if not answered:
                raise
        found = [
            (span, data) for span, data, _ in answered if data["relevant"] and str(data["answer"]).strip()
        ]
        frames = sum(seen for _, _, seen in answered)
        return sorted(found, key=lambda item: item[0]), len(clips) - len(answered), frames

    async def merge(self, found: Sequence[tuple[Span, Mapping[str, Any]]]) -> str:
        """One answer of all; when the budget is used up or the model fails, the count is what remains."""
        rows = [f"[{span.start_s:.1f}-{span.end_s:.1f} s] {_counted(data)}" for span, data in found]
        prompt = render("merge_answers", question=self.question, lines="\n".join(rows)[:20_000])
        ask = Ask("merge", prompt, WHOLE_SCHEMA, self.video.id)
        try:
            data = await asking.put(self.context.library, self.model, ask)
        except (ModelError, BudgetExceededError) as error:
            return f"{len(found)} clips, listed below ({error})"
        return " ".join(str(data["answer"]).split())[:1500]

    async def _prepared(self, clips: Sequence[Span]) -> AsyncGenerator[tuple[Span, Ask, list[Frame]], None]:
        path = await in_thread(playable, self.video) if self.sees else Path()
        album = Album(path, self.context.reader)
        try:
            for span in clips:
                yield await self._one(span, album if self.sees else None)
        finally:
            album.close()

    async def _one(self, span: Span, album: Album | None) -> tuple[Span, Ask, list[Frame]]:
        notes = await in_thread(self._notes, span)
        at_s = times(span, 1.0, FRAMES_A_CLIP) if album else []
        prompt = render(
            "clip_question", question=self.question, start_s=span.start_s, end_s=span.end_s, notes=notes
        )
        ask = Ask("clip", prompt, CLIP_SCHEMA, self.video.id, (at_s, SIDE_PX), max_tokens=400)
        known = await asking.remembered(self.context.library, self.model, ask)
        frames = await in_thread(album.take, at_s, SIDE_PX) if album and known is None else []
        return span, ask, frames

    def _notes(self, span: Span) -> str:
        memories = self.context.memories(self.video, ("speech", "screen", "caption"), span)
        return "\n".join(f"{memory.kind}: {memory.text}" for memory in memories)[:NOTES_CHARS]

    async def _put(self, item: tuple[Span, Ask, list[Frame]]) -> tuple[Span, Mapping[str, Any] | None, int]:
        span, ask, frames = item
        try:
            return span, await asking.put(self.context.library, self.model, ask, frames), len(frames)
        except ModelError:
            return span, None, len(frames)


def _counted(data: Mapping[str, Any]) -> str:
    count = data.get("count") or 0
    return f"{data['answer']} (count {count})" if count else str(data["answer"])
