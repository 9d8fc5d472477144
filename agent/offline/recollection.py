"""The corpus of a question: what the library remembers of its videos, and what tools have found since."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from playhead.agent.offline.corpus import MOST_PIECES, Corpus, spoken
from playhead.agent.offline.features import queries
from playhead.agent.offline.question import analyse
from playhead.tools.context import ToolContext
from playhead.tools.protocols import Embedder
from playhead.tools.types import PERCEIVED, Evidence, Memory, Vectors
from playhead.tools.words.stems import sentences

MOST_MEMORIES = 20_000
"""Up to here every memory in scope is compared; beyond, those that searches find."""
HITS = 200
"""Memories taken from each search of a larger scope."""
KEPT_TEXTS = 50_000
"""Vectors of texts that are kept in the process, about 75 MB at 384 values."""


class EmbeddingCache:
    """An embedder that remembers what it embedded, least used forgotten first. Safe for threads."""

    def __init__(self, most: int = KEPT_TEXTS) -> None:
        self._kept: OrderedDict[tuple[str, str], Vectors] = OrderedDict()
        self._most = most
        self._lock = threading.Lock()

    def embed(self, embedder: Embedder, texts: Sequence[str]) -> Vectors:
        """len(texts) x dimension; only unknown texts reach the embedder, in one batch."""
        if not texts:
            return np.zeros((0, embedder.dimension), np.float32)
        keys = [(embedder.fingerprint, text) for text in texts]
        with self._lock:
            found = {key: self._kept[key] for key in keys if key in self._kept}
        if new := [key for key in dict.fromkeys(keys) if key not in found]:
            found |= dict(zip(new, embedder.embed_texts([text for _, text in new]), strict=True))
        with self._lock:
            for key in keys:
                self._kept[key] = found[key]
                self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return np.stack([found[key] for key in keys])


CACHE = EmbeddingCache()
"""Shared by all questions of the process."""


def foreseen(question: str, options: Sequence[str], memories: Sequence[Memory]) -> list[str]:
    """Texts whose vectors an answer from these memories of one video will ask for: the memories, their
    sentences where they are few, and what is asked. Those of many questions can be embedded together."""
    asked = [question, *(f"{question} {option}" for option in options)]
    asked += queries(analyse(question), options) if options else []
    parts = [sentences(spoken(memory)) for memory in memories]
    pieces = [text for part in parts if len(part) > 1 for text in part]
    return [memory.text for memory in memories] + asked + (pieces if len(pieces) <= MOST_PIECES else [])


def recollect(
    question: str, options: Sequence[str], ledger: Sequence[Evidence], context: ToolContext
) -> Corpus:
    """Every memory of the question's videos that the cut-off allows, with stored vectors; blocks on disk."""
    memories = [memory for memory in _memories(question, options, context) if memory.text.strip()]
    known = {(memory.video_id, memory.text) for memory in memories}
    memories += [remembered(line) for line in ledger if _new(line, known, context)]
    return corpus_of(memories, question, options, context)


def corpus_of(
    memories: Sequence[Memory], question: str, options: Sequence[str], context: ToolContext
) -> Corpus:
    """These memories with their stored vectors, the others embedded now; blocks on disk."""
    embedder = context.library.embedder
    stored = context.library.vectors([memory.id for memory in memories])
    missing = [memory for memory in memories if memory.id not in stored]
    rows = CACHE.embed(embedder, [memory.text for memory in missing])
    stored |= {memory.id: row for memory, row in zip(missing, rows, strict=True)}
    vectors = np.stack([stored[memory.id] for memory in memories]) if memories else None
    corpus = Corpus.of(memories, vectors)
    if not memories:
        return corpus
    asked = CACHE.embed(embedder, [question, *(f"{question} {option}" for option in options)])
    return corpus.refined(lambda texts: CACHE.embed(embedder, texts), corpus.similarity(asked).max(1))


def _memories(question: str, options: Sequence[str], context: ToolContext) -> list[Memory]:
    where = context.where(context.videos, PERCEIVED)
    if not context.videos:
        return []
    counts = (context.library.count(video.id) for video in context.videos)
    if sum(sum(count.values()) for count in counts) <= MOST_MEMORIES:
        return [memory for memory in context.library.memories(where) if context.knows(memory.span)]
    queries = [question, *options, *(f"{question} {option}" for option in options)]
    results = context.library.search_many(queries, where, HITS)
    found = {hit.memory.id: hit.memory for hits in results for hit in hits}
    return [memory for memory in found.values() if context.knows(memory.span)]


def _new(line: Evidence, known: set[tuple[str, str]], context: ToolContext) -> bool:
    """Perceived in this question and not remembered yet, for instance an answer from pictures."""
    told = line.kind != "digest" and line.perceived and bool(line.text.strip())
    return told and context.knows(line.span) and (line.video_id, line.text) not in known


def remembered(line: Evidence) -> Memory:
    """A line of the ledger as a memory."""
    return Memory(line.video_id, line.span, line.kind, line.text, source=line.tool)
