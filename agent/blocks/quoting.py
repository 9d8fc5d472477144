"""An answer that rules find in the ledger alone, without any model."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from playhead.agent.offline.answering import CITED, Support, answer
from playhead.agent.offline.recollection import CACHE, corpus_of, remembered
from playhead.agent.state import Draft

if TYPE_CHECKING:
    from playhead.agent.run import Run


async def quote(run: Run) -> Draft:
    """A quote, a time, a count or the best supported option out of the lines found so far, with citations;
    not found, and the closest of them, when they do not say it."""
    found = await asyncio.to_thread(_support, run)
    numbers = {(line.video_id, line.span, line.text): line.number for line in run.ledger}
    places = ((memory.video_id, memory.span, memory.text) for memory in found.evidence[:CITED])
    cites = tuple(dict.fromkeys(numbers[place] for place in places if place in numbers))
    sure = round(found.confidence, 4)
    if not found.found:
        return Draft("The lines that were found do not say it.", None, cites, False, sure, "quotes")
    return Draft(found.text, found.option, cites, True, sure, "quotes")


def _support(run: Run) -> Support:
    tools = run.context.tools
    memories = [remembered(line) for line in run.ledger if line.perceived and line.text.strip()]
    corpus = corpus_of(memories, run.question, run.options, tools)
    embedder = tools.library.embedder
    return answer(run.question, run.options, corpus, lambda texts: CACHE.embed(embedder, texts))
