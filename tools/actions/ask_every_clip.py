"""Put one question to a whole stretch in few calls: for counting, order, changes, what no search finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Annotated

from playhead.prompts import render
from playhead.tools.arguments import Reference, Seconds, Text
from playhead.tools.context import Observation, ToolContext, observe
from playhead.tools.errors import BudgetExceededError, ModelError, ToolError
from playhead.tools.pictures.facts import changes_of
from playhead.tools.pictures.sampling import shared
from playhead.tools.pictures.shots import divided, shots
from playhead.tools.pipeline import cached_replies
from playhead.tools.pipeline.cached_replies import Query, shape
from playhead.tools.pipeline.captioning import pieces
from playhead.tools.pipeline.parallel import in_thread
from playhead.tools.pipeline.surveying import Note, Stretch, Survey, Surveyed, stretches
from playhead.tools.types import Span, Video
from playhead.tools.words.stems import terms

COST = 3

FPS, CLOSE_FPS = 0.2, 1.0
"""Pictures a second of the first pass, where the budget allows that many, and of the closer look."""
SIDE_PX = 512
BESIDE_S = 3.0
"""What is looked at again is seen with this much before and after it."""
WORDS_S = 120.0
"""Length of the stretches of a recording that is known by its words alone."""
EVIDENCE = 40

WHOLE_SCHEMA = shape(answer={"type": "string"})


async def ask_every_clip(
    context: ToolContext,
    question: Annotated[Text, "what is asked of every moment, as a question that one moment can answer"],
    start_s: Annotated[Seconds, "start of the stretch"] = 0.0,
    end_s: Annotated[Seconds | None, "end of the stretch; the end of the video when left out"] = None,
    video: Annotated[Reference | None, "number, id or title; the first video when left out"] = None,
) -> Observation:
    """A whole stretch is gone through, unclear moments closer. Costly; for counting, order, what changes."""
    one = context.one(video)
    span = context.span(one, start_s, end_s)
    survey = Survey(context, one, question, context.model("inspector", "captioner"))
    asked = await in_thread(_plan, context, one, span, survey.sees)
    found = await survey.ask(asked)
    if found.failed and found.failed == found.asked:
        raise ToolError("no stretch could be asked: the model failed each time")
    if survey.sees and (doubtful := [note for note in found.notes if not note.clear]):
        found = await _closer(survey, found, doubtful)
    return await _observation(survey, found)


def _plan(context: ToolContext, video: Video, span: Span, sees: bool) -> list[Stretch]:
    """Every shot is seen once before any is seen twice, what changes within one next, with a share of the
    pictures that are left."""
    if not sees:
        return [Stretch(piece) for piece in pieces(span, WORDS_S)]
    clips = [clip.span for clip in context.library.clips(video.id, "clip", span)]
    inside = [clip.clamp(span.start_s, span.end_s) for clip in clips if clip.intersection_s(span) > 0]
    limits, a_call = context.limits, context.limits.frames
    calls = limits.survey_share * context.left("model_calls")
    most = min(limits.survey_frames, limits.survey_share * context.left("frames"), calls * a_call)
    changes = changes_of(context.memories(video, ("frame",), span))
    whole = divided(shots(inside) or [span], changes, int(most))
    return stretches(shared(whole, FPS, max(1, int(most))), span, a_call, SIDE_PX)


async def _closer(survey: Survey, found: Surveyed, doubtful: Sequence[Note]) -> Surveyed:
    """One more call for what was unclear, larger and denser; what it says takes the place of the doubts."""
    limits, video = survey.context.limits, survey.video
    spans = [
        survey.context.span(video, note.span.start_s - BESIDE_S, note.span.end_s + BESIDE_S)
        for note in doubtful
    ]
    at_s = shared(spans, CLOSE_FPS, limits.frames)
    whole = Span(spans[0].start_s, max(span.end_s for span in spans))
    try:
        seen = await survey.ask([Stretch(whole, tuple(at_s), limits.side_px)])
    except (BudgetExceededError, ModelError):
        return found
    clear = [note for note in found.notes if note.clear]
    notes = sorted([*clear, *(seen.notes or doubtful)], key=lambda note: note.span)
    return replace(found, notes=notes, frames=found.frames + seen.frames)


async def _observation(survey: Survey, found: Surveyed) -> Observation:
    trouble = f"; {found.failed} gave no answer" if found.failed else ""
    counted = sum(note.count for note in found.notes)
    total = f", count {counted} in all" if counted else ""
    looked = f" and {found.frames} pictures" if found.frames else ""
    head = f"{found.asked} stretches{looked} asked{trouble}: {len(found.notes)} moments contribute{total}"
    if len(found.notes) > EVIDENCE:
        head += f". Together: {await _merged(survey, found.notes)}"
    evidence = [
        survey.context.evidence(
            survey.video,
            note.span,
            "frame",
            note.answer if note.clear else f"{note.answer} (unclear)",
            tool="ask_every_clip",
            score=0.5 if note.clear else 0.25,
            perceived=survey.sees,
        )
        for note in _nearest(found.notes, survey.question)
    ]
    notes = [{"start_s": n.span.start_s, "end_s": n.span.end_s, **_values(n)} for n in found.notes]
    told = {"notes": notes, "asked": found.asked, "failed": found.failed}
    return replace(observe(head, evidence, survey.context.videos, found.frames), data=told)


def _nearest(notes: Sequence[Note], question: str) -> list[Note]:
    """As many as are listed, in the order of time: clear ones before others, then those that share most words
    with the question."""
    asked = set(terms(question))
    ranked = sorted(notes, key=lambda note: (not note.clear, -len(asked & set(terms(note.answer)))))
    return sorted(ranked[:EVIDENCE], key=lambda note: note.span)


def _values(note: Note) -> dict[str, object]:
    return {name: value for name, value in asdict(note).items() if name != "span"}


async def _merged(survey: Survey, notes: Sequence[Note]) -> str:
    """One answer of more moments than can be listed; without it, those that are listed must do."""
    rows = [f"[{n.span.start_s:.1f}-{n.span.end_s:.1f} s] {n.answer} (count {n.count})" for n in notes]
    prompt = render("merge_answers", question=survey.question, lines="\n".join(rows)[:20_000])
    query = Query("merge", prompt, WHOLE_SCHEMA, survey.video.id)
    try:
        data = await cached_replies.ask(survey.context.library, survey.model, query)
    except (ModelError, BudgetExceededError) as error:
        return f"the nearest {EVIDENCE} are listed below ({error})"
    return " ".join(str(data["answer"]).split())[:1500]
