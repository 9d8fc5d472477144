"""What each column and each rule of open questions is worth: the figures without it.

    python -m tests.agent.ablate_open NATURAL_FOLDER LIBRARY [CACHE.npz]

Without a column the ranker is fitted anew, each recording left out in turn: how many quotes are right with
nothing refused, and the mean log-probability of the right passages. Without a rule the weights stay: right
answers of the natural set, each recording asked with weights that have not seen it, and of made-up recordings
with seeds that no weight has seen.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from playhead.agent.offline import answering, features, options, order, quoting
from playhead.agent.offline.columns import SECOND_NAMES
from playhead.agent.offline.corpus import Corpus, Floats
from playhead.eval.key_phrases import grade
from playhead.eval.types import Prediction, Sample
from playhead.tools import registry
from playhead.tools.library import Library
from tests.agent import fit_open as fitting
from tests.agent.fit_offline import Cached
from tests.agent.made_up_worlds import MAKERS, cached, right

SEEDS = range(2)


def _none(*_: object) -> None:
    return None


RULES: Mapping[str, tuple[Any, str, Any]] = {
    "lists": (answering, "listed", _none),
    "numbered things": (answering, "_of_number", answering._open),
    "stated times": (answering, "window", _none),
    "occasions": (answering, "_count", _none),
    "brief when sure": (answering, "SURE", 1.1),
    "only the telling sentence": (quoting, "_says_all", lambda *_: False),
    "small talk left out": (quoting, "_trimmed", lambda _, first, last: (first, last)),
    "which is first": (order, "asks_for_extreme", lambda _: False),
    "orders of items": (order, "sequences", _none),
    "which of two is earlier": (order, "compared", _none),
    "after an event": (order, "following", lambda _, corpus: np.zeros(len(corpus))),
    "at the end, in the scene": (features, "slope", lambda corpus, _: np.ones(len(corpus))),
    "yes or no": (options, "polarity", _none),
}
"""Where each rule is, and what takes its place."""


@contextmanager
def without(place: Any, name: str, instead: Any) -> Iterator[None]:
    before = getattr(place, name)
    setattr(place, name, instead)
    try:
        yield
    finally:
        setattr(place, name, before)


def columns(cases: Sequence[fitting.Case], videos: Sequence[str], asked: Mapping[str, Sample]) -> None:
    """Prints right quotes and log-probability by column left out."""
    for name in ("", *SECOND_NAMES):
        fitting.WITHOUT = {name}
        told, chances = [], []
        for video in videos:
            first, second = fitting.fit_both([c for c in cases if c.group != video], fitting.RIDGE)
            for c in (c for c in cases if c.group == video and c.name in asked and c.answered):
                best = fitting.ranked(c, first, second)
                told.append(c.judge(quoting.quote(c.question, best)))
                chances.append(_chance(c, first, second))
        print(f"without {name or 'none':20} right {sum(told):.0f}  log-probability {np.mean(chances):.3f}")
    fitting.WITHOUT = set()


def _chance(c: fitting.Case, first: Floats, second: Floats) -> float:
    _, table, good = fitting._pool(c, first)
    scores = np.exp(table @ second - (table @ second).max())
    return float(np.log((scores / scores.sum() * good).sum() + 1e-3))


def rules(
    by_video: Mapping[str, fitting.Learned],
    whole: fitting.Learned,
    samples: Sequence[Sample],
    corpora: Mapping[str, Corpus],
    embed: Cached,
) -> None:
    """Prints right answers by rule left out."""
    hashing = cached("hashing")
    worlds = [make(seed) for make in MAKERS.values() for seed in SEEDS]
    made = [Corpus.of(w.memories, hashing([m.text for m in w.memories])).refined(hashing) for w in worlds]
    for name, rule in {"none": (quoting, "MOMENTS", quoting.MOMENTS), **RULES}.items():
        with without(*rule):
            natural = 0.0
            for video, learned in by_video.items():
                fitting.install(*learned)
                for s in (s for s in samples if s.video == video):
                    corpus = fitting.refined(corpora[video], s.question, embed)
                    support = answering.answer(s.question, (), corpus, embed)
                    spans = tuple(memory.span for memory in support.evidence)
                    natural += grade(s, Prediction(support.text, None, 1.0, support.found, spans))
            fitting.install(*whole)
            held = [
                right(asked, answering.answer(asked.question, asked.options, corpus, hashing))
                for world, corpus in zip(worlds, made, strict=True)
                for asked in world.asked
            ]
            print(f"without {name:28} natural {natural:.0f}  made-up {sum(held)} of {len(held)}")


def main(folder: str, library: str, cache: str = "") -> None:
    embed = Cached(Path(cache) if cache else None)
    with Library(Path(library), registry.load("embedders", "minilm")) as opened:
        asked, samples, corpora = fitting.read(Path(folder), opened, embed)
    cases = asked + fitting.made_up(embed)
    fitting.fill(cases, embed)
    columns(cases, list(corpora), samples)
    by_video = {
        video: fitting.learned([c for c in cases if c.group != video], fitting.RIDGE) for video in corpora
    }
    alone = [s for s in samples.values() if not s.earlier and fitting.kind_of(s) != "overview"]
    rules(by_video, fitting.learned(cases, fitting.RIDGE), alone, corpora, embed)
    embed.save()


if __name__ == "__main__":
    main(*sys.argv[1:])
