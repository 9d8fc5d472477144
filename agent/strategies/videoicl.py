"""VideoICL: solved questions that are like this one are shown as examples, others each try, until one is
sure.

Kim et al., VideoICL: Confidence-based Iterative In-context Learning for Out-of-Distribution Video
Understanding (CVPR 2025); code github.com/KangsanKim07/VideoICL. Kept: the most similar hundred of a store of
confirmed answers, two a try, four tries, 32 pictures of the video at 384 pixels, the first answer above 0.5,
else the surest. Changed: each try has examples of its own (the code they published shows the same two four
times); examples are shown in words, since a store of answers has no pictures; without a store it is one look
at equal distances. Never put questions of a test set into the store.

The store is a JSONL file: {"question": "…", "answer": "…"} a line.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from playhead.agent.blocks.watching import Watched
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import fence
from playhead.tools.errors import UsageError

INFO = Info(
    idea="solved questions like this one are shown as examples, until an answer is sure",
    source="VideoICL, Kim et al. (CVPR 2025), github.com/KangsanKim07/VideoICL",
    claimed="UCF-Crime 48.7, PitVQA 59.6",
    needs="files",
    uses=("eyes", "log-probabilities"),
    instead={
        "eyes": "what was said, written and noted, never surer than 0.6",
        "log-probabilities": "what the model says of itself, up to 0.8",
    },
    calls="2 to 5",
    most_calls=5,
)
NEAREST, A_TRY, TRIES = 100, 2, 4
SIDE_PX, STOP = 384, 0.5


@dataclass(frozen=True)
class Settings:
    """What `[strategies.videoicl]` sets."""

    pictures: Annotated[int, Field(ge=1, le=200)] = 32
    """Pictures of the video."""
    examples: str = ""
    """JSONL file of confirmed answers."""


SETTINGS = Settings


async def answer(run: Run) -> Draft:
    """Try with other examples until an answer is sure."""
    examples = await _nearest(run, await asyncio.to_thread(read, run.settings.examples))
    shots = await run.seen(run.whole(), run.settings.pictures, SIDE_PX)
    words = "" if shots else run.document(await run.gather(run.whole(), ("speech", "screen", "caption")))
    best = Watched()
    for turn in range(TRIES):
        shown = examples[A_TRY * turn : A_TRY * (turn + 1)]
        if turn and not shown:
            break
        solved = "\n".join(f"Solved before: {fence(q)} Answer: {fence(a)}" for q, a in shown)
        seen = await run.watch(shots, "\n\n".join(part for part in (words, solved) if part), purpose="try")
        best = max(best, seen, key=lambda one: one.sure)
        if seen.sure > STOP:
            break
    if not shots:
        await run.retrieve([run.question, best.answer])
    return await run.answer(best.answer, option=best.option, confidence=best.sure)


def read(path: str) -> list[tuple[str, str]]:
    """The pairs of question and answer of a store; none without a path. Raises UsageError."""
    if not path:
        return []
    try:
        lines = Path(path).expanduser().read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        return [(str(row["question"]), str(row["answer"])) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        cause = f"strategies.videoicl.examples: {path!r} cannot be read: {error}"
        raise UsageError(cause, 'write lines of {"question": …, "answer": …}') from error


async def _nearest(run: Run, examples: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The most similar first; the question itself is no example."""
    other = [pair for pair in examples if pair[0].casefold().strip() != run.question.casefold().strip()]
    if not other:
        return []
    rows = await run.text_vectors([run.question, *(question for question, _ in other)])
    alike = rows[1:] @ rows[0]
    order = sorted(range(len(other)), key=lambda index: (-float(alike[index]), index))
    return [other[index] for index in order[:NEAREST]]
