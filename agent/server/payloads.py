"""Events of a question as plain JSON: what a trajectory keeps, and what only somebody who watches needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playhead.agent.events import Answered, Answering, Event, Indexing
from playhead.agent.loop.ledger import line_of
from playhead.agent.result import Answer
from playhead.tools.indexing import Progress

Payload = Mapping[str, Any]
"""`{"event": name, …}`; the last one of a question is answered, failed or cancelled."""

LAST = frozenset({"answered", "failed", "cancelled"})


def payload(event: Event) -> Payload:
    """One event; empty for one that nobody needs to know."""
    if isinstance(event, Answered):
        return {"event": "answered", "answer": answer_of(event.answer)}
    if isinstance(event, Answering):
        return {"event": "answering", "text": event.text}
    if isinstance(event, Indexing) and not event.progress.warning:
        return {"event": "indexing", **progress_of(event.progress)}
    return event.step()


def answer_of(answer: Answer) -> dict[str, Any]:
    """The public answer, each line of evidence with its video's id and its number in the answer."""
    lines = [{**line_of(line), "number": number} for number, line in enumerate(answer.evidence, 1)]
    return {**answer.to_dict(), "evidence": lines}


def answer_from(trajectory: Mapping[str, Any]) -> dict[str, Any]:
    """`answer_of` for an answer that was stored: the ids come from the videos of its trajectory."""
    ids = {video[name]: video["id"] for video in trajectory["videos"] for name in ("title", "path")}
    answer = trajectory["answer"]
    lines = [
        {**line, "number": number, "video_id": ids.get(line["video"], "")}
        for number, line in enumerate(answer["evidence"], 1)
    ]
    return {**answer, "evidence": lines}


def progress_of(step: Progress) -> dict[str, Any]:
    return {
        "video_id": step.video_id,
        "video": step.video,
        "stage": step.stage,
        "done": step.done,
        "total": step.total,
        "eta_s": step.eta_s,
        "number": step.number,
        "files": step.files,
    }
