"""Plain baselines for open questions: the two best hits of a search are the answer, and always sure."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from playhead.eval.answerers import agent_of
from playhead.eval.key_phrases import MOST_WORDS
from playhead.eval.materials import Materials
from playhead.eval.types import Prediction, RunConfig, Sample
from playhead.tools.protocols import Filter
from playhead.tools.types import PERCEIVED, Hit

NAMES = ("best_cosine", "best_bm25")
TOLD, SHOWN = 2, 3
"""Hits that are told, each in half of the words that an answer may have, and moments shown."""


class PlainSearch:
    """The texts of the closest memories, by cosine of embeddings or by BM25 of words."""

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
        return Prediction(told(hits), confidence=1.0, evidence=spans, retrieved=spans)

    async def aclose(self) -> None:
        await self._agent.aclose()


def told(hits: Sequence[Hit]) -> str:
    """The first TOLD hits in the words that an answer may have."""
    parts = (" ".join(hit.memory.text.split()[: MOST_WORDS // TOLD - 1]) for hit in hits[:TOLD])
    return " — or ".join(parts)
