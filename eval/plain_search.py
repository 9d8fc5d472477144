"""Plain baselines for open questions: what a search finds first is the answer, and it is always sure."""

from __future__ import annotations

import asyncio

from playhead.eval.answerers import agent_of
from playhead.eval.materials import Materials
from playhead.eval.types import Prediction, RunConfig, Sample
from playhead.tools.protocols import Filter
from playhead.tools.types import PERCEIVED

NAMES = ("best_cosine", "best_bm25")
SHOWN = 3
"""Moments shown: the answer, and the two that come after it."""


class PlainSearch:
    """The text of the closest memory, by cosine of embeddings or by BM25 of words."""

    model = ""

    def __init__(self, name: str, config: RunConfig) -> None:
        self.name = name
        self._agent = agent_of(config)
        self._materials = Materials(self._agent, config.subtitles, config.frames)

    async def answer(self, sample: Sample) -> Prediction:
        """Not found only when nothing has a word in common. Raises PlayheadError as indexing does."""
        videos = await self._materials.indexed(sample)
        library = self._agent.library
        search = library.dense if self.name == "best_cosine" else library.lexical
        where = Filter(video_ids=tuple(videos), kinds=PERCEIVED)
        hits = await asyncio.to_thread(search, sample.question, where, SHOWN)
        spans = tuple(hit.memory.span for hit in hits)
        if not hits:
            return Prediction(found=False, confidence=0.0)
        return Prediction(hits[0].memory.text, confidence=1.0, evidence=spans, retrieved=spans)

    async def aclose(self) -> None:
        await self._agent.aclose()
