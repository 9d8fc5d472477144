"""Made-up recordings whose facts are known by construction, and how well they are answered offline.

`python -m tests.agent.made_up_worlds [embedder] [seeds] [first seed]` prints how many questions of each kind
are answered right and cited right, and the sums.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from playhead.agent.offline.answering import Support, answer
from playhead.agent.offline.corpus import Corpus, Embed
from playhead.tools import registry
from playhead.tools.types import Vectors
from tests.agent.made_up import Asked, World
from tests.agent.made_up_meeting import meeting
from tests.agent.made_up_screens import credits_roll, terminal

MAKERS: dict[str, Callable[[int], World]] = {
    "meeting": meeting,
    "terminal": terminal,
    "credits": credits_roll,
}


def right(asked: Asked, support: Support) -> bool:
    if asked.kind == "unanswerable":
        return not support.found
    if asked.gold is not None:
        return support.option == asked.gold
    return support.found and asked.text.lower() in support.text.lower()


def cited(asked: Asked, support: Support) -> bool:
    return any(memory.span.iou(span) > 0 for memory in support.evidence[:3] for span in asked.spans)


def measure(name: str, embedder: str = "hashing", seeds: int = 2, first: int = 0) -> dict[str, Counter[str]]:
    """Counts of questions asked, answered right, citable and cited right, by kind of question."""
    embed = cached(embedder)
    counts: dict[str, Counter[str]] = {}
    for seed in range(first, first + seeds):
        world = MAKERS[name](seed)
        corpus = Corpus.of(world.memories, embed([memory.text for memory in world.memories])).refined(embed)
        for asked in world.asked:
            support = answer(asked.question, asked.options, corpus, embed)
            count = counts.setdefault(asked.kind, Counter())
            count.update(asked=1, right=right(asked, support), citable=bool(asked.spans))
            count.update(cited=cited(asked, support))
    return counts


def cached(embedder: str) -> Embed:
    """An embedder that is asked once for each text."""
    loaded = registry.load("embedders", embedder)
    known: dict[str, Vectors] = {}

    def embed(texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, loaded.embed_texts(new), strict=True))
        return np.stack([known[text] for text in texts]) if texts else np.zeros((0, 1), np.float32)

    return embed


def main(embedder: str = "minilm", seeds: str = "3", first: str = "0") -> None:
    started_s = time.perf_counter()
    sums: dict[str, Counter[str]] = {}
    for name in MAKERS:
        for kind, count in sorted(measure(name, embedder, int(seeds), int(first)).items()):
            print(line(name, kind, count))
            form = kind if kind == "unanswerable" else "open" if kind.startswith("open") else "options"
            sums.setdefault(form, Counter()).update(count)
    for form, count in sums.items():
        print(line("all", form, count))
    print(f"{time.perf_counter() - started_s:.0f} s")


def line(name: str, kind: str, count: Counter[str]) -> str:
    share = f"{count['right']:3}/{count['asked']:<3} right {count['cited']:3}/{count['citable']:<3} cited"
    return f"{name:9} {kind:16} {share}"


if __name__ == "__main__":
    main(*sys.argv[1:])
