"""An answer that rules find in the ledger alone, without any model."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from playhead.agent.offline.answering import Support, answer
from playhead.agent.offline.recollection import CACHE, corpus_of, remembered
from playhead.agent.offline.rules import drafted
from playhead.agent.state import Draft

if TYPE_CHECKING:
    from playhead.agent.run import Run


async def quote(run: Run) -> Draft:
    """A quote, a time, a count or the best supported option out of the lines found so far, with citations;
    not found, and the closest of them, when they do not say it."""
    draft = drafted(await asyncio.to_thread(_support, run), run.ledger)
    return draft if draft.found else replace(draft, text="The lines that were found do not say it.")


def _support(run: Run) -> Support:
    tools = run.context.tools
    memories = [remembered(line) for line in run.ledger if line.perceived and line.text.strip()]
    corpus = corpus_of(memories, run.question, run.options, tools)
    embedder = tools.library.embedder
    return answer(run.question, run.options, corpus, lambda texts: CACHE.embed(embedder, texts))
