"""Fits the weights of `agent/offline/weights.py` and prints what cross-validation says of them.

    python -m tests.agent.fit_offline FOLDER [CACHE.npz] [--without COLUMN ...]

FOLDER holds `*_memories.jsonl.gz` and `*_questions.jsonl.gz` of the `captions` set. Half of the weight of one
question goes to each question about made-up recordings with seeds from 100 on. The long options that
`whole_videos` makes out of the same folder are fitted along; a fold leaves out a video's questions of both
sets. Vectors are kept in CACHE.npz. A column that is left out is taken for zero and weighs nothing.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from playhead.agent.offline import order
from playhead.agent.offline.corpus import Corpus, Embed, Floats
from playhead.agent.offline.features import NAMES, extract, queries
from playhead.agent.offline.question import analyse
from playhead.eval.baselines import words
from playhead.tools import registry
from playhead.tools.types import Memory, Span, Vectors
from tests.agent import whole_videos
from tests.agent.made_up_worlds import MAKERS

RIDGE = 3.0
"""Penalty on the squares of the standardised weights."""
FOLDS = 5
MADE_UP_WEIGHT = 0.5
MADE_UP_SEEDS = {"meeting": range(100, 106), "terminal": range(100, 125), "credits": range(100, 125)}
WHOLE = ("others", "same")
"""The kinds of question of the second set."""
VOTES = 10
"""Memories in the cosine of the simple mix."""
CORRECTIONS = ("option_mean", "length")
"""Columns whose weight may be negative."""


Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One question: options x columns, the right option, what it is grouped and reported by."""

    table: Floats
    gold: int
    group: str
    kind: str
    weight: float = 1.0
    plain: Floats | None = None
    """Options x 2: share of its words met in the video, mean cosine with the VOTES closest memories."""


class Cached:
    """An embedder that keeps its vectors in a file."""

    def __init__(self, path: Path | None) -> None:
        self.path, self.known = path, dict[str, Vectors]()
        self.embedder = registry.load("embedders", "minilm")
        if path and path.exists():
            with np.load(path) as kept:
                texts = json.loads(bytes(kept["texts"]).decode())
                self.known = dict(zip(texts, kept["vectors"].astype(np.float32), strict=True))

    def __call__(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        self.known.update(zip(new, self.embedder.embed_texts(new) if new else (), strict=True))
        return np.stack([self.known[text] for text in texts]) if texts else np.zeros((0, 1), np.float32)

    def save(self) -> None:
        if self.path:
            texts = np.frombuffer(json.dumps(list(self.known)).encode(), np.uint8)
            np.savez(self.path, texts=texts, vectors=np.stack(list(self.known.values())).astype(np.float16))


def captions(memories: Sequence[Row], asked: Sequence[Row], embed: Embed) -> list[Case]:
    """The questions of one set; prints the time of one question without embedding."""
    videos = {line["video"]: _corpus(line, embed) for line in memories}
    read = [(line, analyse(line["question"]), videos[line["video"]]) for line in asked]
    embed([text for line, question, _ in read for text in queries(question, line["options"])])
    started_s = time.perf_counter()
    tables = [extract(question, line["options"], corpus, embed).columns for line, question, corpus in read]
    print(f"{1000 * (time.perf_counter() - started_s) / len(asked):.1f} ms a question")
    kinds = (line["type"] if line["type"] in WHOLE else line["type"][0] for line in asked)
    return [
        Case(table, line["answer_index"], line["video"], kind, plain=_plain(line["options"], corpus, embed))
        for table, kind, (line, _, corpus) in zip(tables, kinds, read, strict=True)
    ]


def _plain(options: Sequence[str], corpus: Corpus, embed: Embed) -> Floats:
    met = words(" ".join(memory.text for memory in corpus.memories))
    shared = [len(words(option) & met) / max(1, len(words(option))) for option in options]
    likeness = np.sort(corpus.closest(embed(options)), axis=0)[-VOTES:].mean(0)
    return np.stack([np.array(shared), likeness], axis=1)


def _corpus(line: dict[str, Any], embed: Embed) -> Corpus:
    memories = [Memory(line["video"], Span(a, b), "caption", text) for a, b, text in line["memories"]]
    return Corpus.of(memories, embed([memory.text for memory in memories])).refined(embed)


def made_up(embed: Embed) -> list[Case]:
    """Questions with options about made-up recordings, without those that rules about order answer."""
    cases = []
    for name, seeds in MADE_UP_SEEDS.items():
        for seed in seeds:
            world = MAKERS[name](seed)
            corpus = Corpus.of(world.memories, embed([memory.text for memory in world.memories])).refined(
                embed
            )
            for asked in world.asked:
                question = analyse(asked.question)
                ruled = order.asks_for_extreme(question) or question.asks == "order"
                if asked.gold is not None and not ruled:
                    table = extract(question, asked.options, corpus, embed).columns
                    cases.append(Case(table, asked.gold, f"{name} {seed}", "made-up", MADE_UP_WEIGHT))
    return cases


def fit(cases: Sequence[Case]) -> Floats:
    """Weights of a conditional logit; a column whose weight would be wrongly negative is left out."""
    scale = _scale(cases)
    kept = list(range(len(NAMES)))
    while True:
        weights = _newton(cases, kept, scale)
        wrong = {column for column, weight in zip(kept, weights, strict=True) if weight < 0} - {
            NAMES.index(name) for name in CORRECTIONS
        }
        if not wrong:
            full = np.zeros(len(NAMES))
            full[kept] = weights / scale[kept]
            return full
        kept = [column for column in kept if column not in wrong]


def _scale(cases: Sequence[Case]) -> Floats:
    """The largest of each column's spreads: `said` is nearly constant over captions, others over speech."""
    scale = np.full(len(NAMES), 1e-3)
    for name in sorted({_set(case) for case in cases}):
        spread = np.std(np.concatenate([case.table for case in cases if _set(case) == name]), axis=0)
        scale = np.maximum(scale, spread)
    return scale


def _newton(cases: Sequence[Case], kept: Sequence[int], scale: Floats) -> Floats:
    tables = [case.table[:, kept] / scale[kept] for case in cases]
    weights = np.zeros(len(kept))
    for _ in range(50):
        gradient, hessian = -RIDGE * weights, RIDGE * np.eye(len(kept))
        for case, table in zip(cases, tables, strict=True):
            chance = _softmax(table @ weights)
            mean = chance @ table
            gradient += case.weight * (table[case.gold] - mean)
            hessian += case.weight * (table.T @ (table * chance[:, None]) - np.outer(mean, mean))
        step = np.linalg.solve(hessian, gradient)
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def _softmax(scores: Floats) -> Floats:
    exponents = np.exp(scores - scores.max())
    return np.asarray(exponents / exponents.sum(), float)


def cross_validated(cases: Sequence[Case]) -> list[Floats]:
    """For each case the probabilities by weights fitted without its group."""
    groups = sorted({case.group for case in cases})
    order_of = np.random.default_rng(0).permutation(len(groups))
    fold = {groups[index]: place % FOLDS for place, index in enumerate(order_of)}
    weights = [fit([case for case in cases if fold[case.group] != number]) for number in range(FOLDS)]
    return [_softmax(case.table @ weights[fold[case.group]]) for case in cases]


def report(cases: Sequence[Case], chances: Sequence[Floats]) -> None:
    """Points in percent by set and kind, beside overlap, cosine and their sum; then their calibration."""
    weights = fit(cases)
    rows = {"cross-validated": chances, "fitted to all": [case.table @ weights for case in cases]}
    plain = [np.zeros((len(case.table), 2)) if case.plain is None else case.plain for case in cases]
    rows |= {"overlap": [table[:, 0] for table in plain], "cosine": [table[:, 1] for table in plain]}
    rows |= {"simple mix": [table.sum(1) for table in plain]}
    for name, scores in rows.items():
        points: dict[str, list[float]] = defaultdict(list)
        for case, score in zip(cases, scores, strict=True):
            for group in {case.kind, _set(case)}:
                best = score >= score.max()
                points[group].append(float(best[case.gold] / best.sum()))
        found = (
            f"{group} {100 * np.mean(points[group]):.1f} ({len(points[group])})" for group in sorted(points)
        )
        print(f"{name}: " + "  ".join(found))
    for name in ("all", "whole"):
        calibration(name, [pair for pair in zip(cases, chances, strict=True) if _set(pair[0]) == name])
    for name, weight in zip(NAMES, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')


def _set(case: Case) -> str:
    return "whole" if case.kind in WHOLE else "all" if case.kind != "made-up" else "made-up"


def calibration(name: str, pairs: Sequence[tuple[Case, Floats]]) -> None:
    sure = np.array([chance.max() for _, chance in pairs])
    ok = np.array([int(chance.argmax()) == case.gold for case, chance in pairs], float)
    tenth = np.minimum((10 * sure).astype(int), 9)
    bins = [(sure[tenth == number], ok[tenth == number]) for number in sorted(set(tenth))]
    for stated, held in bins:
        print(f"  {name}: stated {stated.mean():.2f}  held {held.mean():.2f}  n {len(held)}")
    error = sum(len(held) * abs(stated.mean() - held.mean()) for stated, held in bins) / len(sure)
    print(f"{name}: expected calibration error {error:.3f}, Brier score {np.mean((sure - ok) ** 2):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("cache", type=Path, nargs="?")
    parser.add_argument("--without", nargs="+", default=(), choices=NAMES)
    given = parser.parse_args()
    embed = Cached(given.cache)
    memories, asked = (whole_videos.lines(given.folder, name) for name in ("memories", "questions"))
    long_memories, long_asked = whole_videos.build(memories, asked)
    cases = captions(memories, asked, embed) + captions(long_memories, long_asked, embed) + made_up(embed)
    embed.save()
    for case in cases:
        case.table[:, [NAMES.index(name) for name in given.without]] = 0.0
    report(cases, cross_validated(cases))


if __name__ == "__main__":
    main()
