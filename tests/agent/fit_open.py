"""Fits the weights of open questions in `agent/offline/weights.py`; prints what held-out recordings say.

    python -m tests.agent.fit_open NATURAL_FOLDER LIBRARY [CACHE.npz] [--without COLUMN ...]

LIBRARY is where `playhead bench natural --data NATURAL_FOLDER --library LIBRARY` has indexed the recordings.
Made-up recordings (seeds from 100 on) join the fit at a small weight and are no part of what is reported.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from playhead.agent.offline import answering, ranking, weights
from playhead.agent.offline.columns import (
    FIRST_NAMES,
    SECOND_NAMES,
    first_columns,
    rank_of,
    second_columns,
)
from playhead.agent.offline.corpus import Corpus, Floats, Indices
from playhead.agent.offline.passages import Passages
from playhead.agent.offline.question import Question, analyse
from playhead.agent.offline.quoting import Quote, quote, worded
from playhead.agent.offline.ranking import ANSWERABLE_NAMES, SURE_NAMES
from playhead.eval import plain_search
from playhead.eval.benchmarks import natural
from playhead.eval.key_phrases import grade
from playhead.eval.types import Prediction, Sample, Scored
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.protocols import Filter
from playhead.tools.types import PERCEIVED
from tests.agent.fit_offline import Cached
from tests.agent.made_up_worlds import MAKERS

RIDGE = 10.0
SURE_RIDGE = 4.0
FOLDS = 5
POOL = 96
"""Passages whose second columns are computed; every fold takes its candidates from them."""
MADE_UP_WEIGHT = 0.25
MADE_UP_SEEDS = {"meeting": range(100, 102), "terminal": range(100, 112), "credits": range(100, 112)}
GATES = ((0.0, 0.0), (0.15, 0.0), (0.15, 0.7), (0.15, 0.78), (0.15, 0.8), (0.15, 0.84))
"""Probabilities of being right and of an answer being there from which on is answered, tried besides."""
ELSEWHERE = 6
"""Questions of other recordings put to each recording, so that what nobody can answer is met more often."""
KNOWN = sorted({*SECOND_NAMES, *SURE_NAMES, *ANSWERABLE_NAMES})
WITHOUT: set[str] = set()
"""Columns and signs that are taken for zero, so that they weigh nothing: what they are worth is the rest."""
BESIDE_WEIGHT = 0.05
"""Of these, of questions whose places were taken out and of made-up ones in SURE and ANSWERABLE."""


@dataclass
class Case:
    """One question: first columns of all passages and second ones of the pool, which passages are right."""

    name: str
    group: str
    question: Question
    first: Floats
    right: Floats
    passages: Passages
    weight: float
    judge: Callable[[Quote], float]
    """Whether a quote answers it."""
    answered: bool = True
    """Whether the recording answers it."""
    pool: Indices = field(default_factory=lambda: np.zeros(0, np.intp))
    second: Floats = field(default_factory=lambda: np.zeros((0, 0)))


def case(
    name: str,
    group: str,
    question: Question,
    corpus: Corpus,
    embed: Cached,
    right: Sequence[float],
    weight: float,
    judge: Callable[[Quote], float] | None = None,
) -> Case:
    """`judge`: whether a quote answers it; None where nothing in the recording does."""
    found = Passages.of(corpus)
    return Case(
        name,
        group,
        question,
        first_columns(question, found, embed([question.text])[0]),
        np.asarray(right, float),
        found,
        weight,
        judge or _never,
        judge is not None,
    )


def _never(_: Quote) -> float:
    return 0.0


def fill(cases: Sequence[Case], embed: Cached) -> None:
    """Second columns of the passages that weights fitted on all cases like best."""
    start = fit([(c.first, c.right, c.weight) for c in cases], RIDGE)
    for c in cases:
        asked = embed([c.question.text])[0]
        c.pool = np.argsort(-(c.first @ start), kind="stable")[:POOL]
        c.second = second_columns(c.question, c.passages, c.pool, c.first, asked, embed)


def fit(tables: Sequence[tuple[Floats, Floats, float]], ridge: float) -> Floats:
    """Weights that give the right rows the most probability, by damped Newton steps.

    `tables`: columns, which rows are right, weight of the question.
    """
    tables = [item for item in tables if item[1].max(initial=0.0) > 0]
    scale = np.std(np.concatenate([x - x.mean(0) for x, *_ in tables]), axis=0) + 1e-2
    beta = np.zeros(len(scale))
    for _ in range(25):
        slope, bend = ridge * beta, ridge * np.eye(len(scale))
        for columns, right, weight in tables:
            z = columns / scale
            chance = _softmax(z @ beta)
            good = chance * right
            good /= good.sum() + 1e-12
            mean = chance @ z
            slope -= weight * (good @ z - mean)
            bend += weight * (z.T @ (z * chance[:, None]) - np.outer(mean, mean))
        step = np.linalg.solve(bend, slope)
        beta -= step * min(1.0, 2.0 / (np.abs(step).max() + 1e-9))
        if np.abs(step).max() < 1e-3:
            break
    return np.asarray(beta / scale)


def _softmax(scores: Floats) -> Floats:
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum())


def fit_both(cases: Sequence[Case], ridge: float) -> tuple[Floats, Floats]:
    """FIRST and SECOND."""
    pools = [(c.first[c.pool] * _kept(FIRST_NAMES), c.right[c.pool], c.weight) for c in cases]
    first = fit(pools, ridge)
    pooled = [(*_pool(c, first)[1:], c.weight) for c in cases]
    return first, fit(pooled, ridge)


def _pool(c: Case, first: Floats) -> tuple[Indices, Floats, Floats]:
    """The candidates of a case by weights: their places in the pool, columns, rightness."""
    scores = c.first @ first
    likely = np.argsort(-scores[c.pool], kind="stable")[: ranking.CANDIDATES]
    chosen, table = c.pool[likely], c.second[likely]
    table[:, SECOND_NAMES.index("rank")] = rank_of(table[:, SECOND_NAMES.index("whole")])
    return likely, table * _kept(SECOND_NAMES), c.right[chosen]


def _kept(names: Sequence[str]) -> Floats:
    return np.array([float(name not in WITHOUT) for name in names])


def ranked(c: Case, first: Floats, second: Floats) -> ranking.Ranked:
    likely, table, _ = _pool(c, first)
    return ranking.ordered(c.passages, c.pool[likely], table, table @ second)


Learned = tuple[Floats, Floats, Floats, Floats]
"""FIRST, SECOND, SURE, ANSWERABLE."""


def logistic(
    names: Sequence[str], signs: Sequence[Mapping[str, float]], right: Floats, weight: Floats
) -> Floats:
    """A logistic regression: columns, right or not, weight. The constant comes first and is not penalised."""
    table = np.array([[1.0, *(row[name] for name in names)] for row in signs]) * _kept(("always", *names))
    scale = np.concatenate([[1.0], table[:, 1:].std(0) + 1e-2])
    z, beta = table / scale, np.zeros(table.shape[1])
    penalty = SURE_RIDGE * np.diag([1e-3, *np.ones(table.shape[1] - 1)])
    for _ in range(50):
        p = 1 / (1 + np.exp(-z @ beta))
        slope = z.T @ (weight * (p - right)) + penalty @ beta
        bend = z.T @ (z * (weight * p * (1 - p))[:, None]) + penalty
        step = np.linalg.solve(bend, slope)
        beta -= step * min(1.0, 2.0 / (np.abs(step).max() + 1e-9))
    return np.asarray(beta / scale)


def learned(cases: Sequence[Case], ridge: float) -> Learned:
    """FIRST, SECOND, and the other two from what these say of recordings that they did not see."""
    signs, told, there, weight = [], [], [], []
    groups = sorted({c.group for c in cases})
    for part in (groups[number::FOLDS] for number in range(FOLDS)):
        one, two = fit_both([c for c in cases if c.group not in part], ridge)
        for c in (c for c in cases if c.group in part):
            best = ranked(c, one, two)
            signs.append(ranking.signs(c.question, best))
            told.append(c.judge(quote(c.question, best)))
            there.append(float(c.answered))
            weight.append(c.weight if c.weight == 1.0 else BESIDE_WEIGHT)
    weighed = np.array(weight)
    sure = logistic(SURE_NAMES, signs, np.array(told), weighed)
    return (*fit_both(cases, ridge), sure, logistic(ANSWERABLE_NAMES, signs, np.array(there), weighed))


def install(first: Floats, second: Floats, sure: Floats, answerable: Floats) -> None:
    """Make the weights those that answering uses."""
    weights.FIRST.update(zip(FIRST_NAMES, map(float, first), strict=True))
    weights.SECOND.update(zip(SECOND_NAMES, map(float, second), strict=True))
    weights.SURE.update(zip(("always", *SURE_NAMES), map(float, sure), strict=True))
    weights.ANSWERABLE.update(zip(("always", *ANSWERABLE_NAMES), map(float, answerable), strict=True))


def read(
    folder: Path, library: Library, embed: Cached
) -> tuple[list[Case], dict[str, Sample], dict[str, Corpus]]:
    """The questions of the natural set that are asked alone, as cases; all samples; a corpus a recording."""
    samples = list(natural.create(data=folder).samples())
    videos = {Path(video.path).name: video.id for video in library.videos()}
    corpora = {s.video: corpus_of(library, videos[Path(s.video).name]) for s in samples}
    cases = []
    for s in samples:
        if kind_of(s) == "overview" or s.earlier:
            continue
        question, corpus = analyse(s.question), refined(corpora[s.video], s.question, embed)
        right = gold(s, question, Passages.of(corpus))
        judge = partial(_graded, s) if kind_of(s) != "unanswerable" else None
        cases.append(case(s.id, s.video, question, corpus, embed, right, 1.0, judge))
        if judge and (left := without_its_places(s, corpus)):
            nothing = [0.0] * len(Passages.of(left))
            cases.append(case(f"{s.id} taken out", s.video, question, left, embed, nothing, BESIDE_WEIGHT))
    return cases + elsewhere(samples, corpora, embed), {s.id: s for s in samples}, corpora


def corpus_of(library: Library, video_id: str) -> Corpus:
    memories = library.memories(Filter((video_id,), ("speech", "screen", "caption", "frame")))
    memories = [memory for memory in memories if memory.text.strip()]
    vectors = library.vectors([memory.id for memory in memories])
    return Corpus.of(memories, np.stack([vectors[memory.id] for memory in memories]))


def refined(corpus: Corpus, question: str, embed: Cached) -> Corpus:
    return corpus.refined(embed, corpus.similarity(embed([question])).max(1))


def _graded(sample: Sample, told: Quote) -> float:
    spans = tuple(memory.span for memory in told.memories)
    return grade(sample, Prediction(told.text, confidence=1.0, evidence=spans))


def kind_of(sample: Sample) -> str:
    return sample.tags["kind"][0]


def gold(sample: Sample, question: Question, found: Passages) -> list[float]:
    """1 for each passage that would be graded right and touches the gold evidence."""
    if kind_of(sample) == "unanswerable":
        return [0.0] * len(found)
    points = sample.official.get("of")
    held = [
        _held(sample, question, found, int(a), int(b)) for a, b in zip(found.first, found.last, strict=True)
    ]
    most = max(held)
    return [float(most > 0 and value >= (0.75 * most if points else 1.0)) for value in held]


def _held(sample: Sample, question: Question, found: Passages, first: int, last: int) -> float:
    spans = tuple(found.memory(i).span for i in range(first, last + 1))
    if not any(span.overlaps(there) for span in spans for there in sample.evidence):
        return 0.0
    said = Prediction(worded(question, found, first, last), confidence=1.0, evidence=spans)
    if points := sample.official.get("of"):
        one = (replace(sample, official={"any_of": phrases}) for phrases in points)
        return sum(grade(item, said) for item in one) / len(points)
    if sample.official.get("answer"):
        only = [word for word in sample.official["any_of"] if word not in ("yes", "no")]
        return grade(replace(sample, official={"any_of": only}), said)
    return grade(sample, said)


def without_its_places(sample: Sample, corpus: Corpus) -> Corpus | None:
    """The recording less what answers a question: the places of its evidence and its key phrases."""
    points = (*(sample.official.get("of") or ()), sample.official.get("any_of") or ())
    phrases = [phrase for point in points for phrase in point]
    kept = [
        index
        for index, memory in enumerate(corpus.memories)
        if not any(memory.span.overlaps(there) for there in sample.evidence)
        and not any(phrase in memory.text.lower() for phrase in phrases)
    ]
    return corpus.only(kept) if 1 < len(kept) < len(corpus) else None


def elsewhere(samples: Sequence[Sample], corpora: dict[str, Corpus], embed: Cached) -> list[Case]:
    """Questions of other recordings, which nothing here answers."""
    rng = np.random.default_rng(0)
    cases = []
    for video, corpus in sorted(corpora.items()):
        foreign = [
            s for s in samples if s.video != video and kind_of(s) not in ("overview", "followup", "screen")
        ]
        for place in rng.choice(len(foreign), ELSEWHERE, replace=False):
            asked = foreign[int(place)].question
            near = refined(corpus, asked, embed)
            right = [0.0] * len(Passages.of(near))
            cases.append(case(f"{asked} @ {video}", video, analyse(asked), near, embed, right, BESIDE_WEIGHT))
    return cases


def made_up(embed: Cached) -> list[Case]:
    """Open questions about made-up recordings; the ones nobody can answer among them."""
    cases = []
    for name, seeds in MADE_UP_SEEDS.items():
        for seed in seeds:
            world = MAKERS[name](seed)
            whole = Corpus.of(world.memories, embed([memory.text for memory in world.memories]))
            for asked in (a for a in world.asked if not a.options):
                corpus, question = refined(whole, asked.question, embed), analyse(asked.question)
                found = Passages.of(corpus)
                right = [
                    float(
                        asked.text != ""
                        and asked.text.lower() in worded(question, found, int(a), int(b)).lower()
                    )
                    for a, b in zip(found.first, found.last, strict=True)
                ]
                group, judge = f"made-up {name}", partial(_told, asked.text) if asked.text else None
                cases.append(case(asked.kind, group, question, corpus, embed, right, MADE_UP_WEIGHT, judge))
    return cases


def _told(text: str, told: Quote) -> float:
    return float(text.lower() in told.text.lower())


def report(
    samples: Sequence[Sample],
    corpora: dict[str, Corpus],
    embed: Cached,
    by_video: dict[str, Learned],
) -> None:
    """The figures of the natural set, every recording asked with weights that have not seen it; then the
    same for other probabilities from which on a question is answered."""
    shipped = answering.FOUND, answering.ANSWERABLE
    for gates in (shipped, *GATES):
        answering.FOUND, answering.ANSWERABLE = gates
        told = []
        for video, corpus in corpora.items():
            install(*by_video[video])
            for s in (s for s in samples if s.video == video and not s.earlier and kind_of(s) != "overview"):
                support = answering.answer(s.question, (), refined(corpus, s.question, embed), embed)
                spans = tuple(memory.span for memory in support.evidence)
                said = Prediction(support.text, None, support.confidence, support.found, spans)
                told.append(Scored(s, said, grade(s, said)))
        print(f"  from {gates[0]:.2f}, {gates[1]:.2f}: {_shown(natural.figures(natural.INFO, told))}")
        for kind in sorted({kind_of(item.sample) for item in told}) if gates == shipped else ():
            part = [item for item in told if kind_of(item.sample) == kind]
            figures = natural.figures(natural.INFO, part)
            shown = f"right {sum(i.correct for i in part):.0f}/{len(part)}"
            print(f"  {kind:13} {shown:14} second shown {figures['right second']:.0f} %")
    answering.FOUND, answering.ANSWERABLE = shipped


def plain(samples: Sequence[Sample], library: Library) -> None:
    """The same questions answered by the best hits of a plain search."""
    videos = {Path(video.path).name: video.id for video in library.videos()}
    asked = [s for s in samples if not s.earlier and kind_of(s) != "overview"]
    for name, search in (("cosine", library.dense), ("BM25", library.lexical)):
        scored = []
        for s in asked:
            where = Filter((videos[Path(s.video).name],), PERCEIVED)
            hits = search(s.question, where, plain_search.SHOWN)
            spans = tuple(hit.memory.span for hit in hits)
            said = Prediction(plain_search.told(hits), None, 1.0, bool(hits), spans)
            scored.append(Scored(s, said, grade(s, said)))
        print(f"  {name}: {_shown(natural.figures(natural.INFO, scored))}")


def _shown(figures: Mapping[str, float]) -> str:
    return "  ".join(f"{name} {value:.3g}" for name, value in figures.items() if name != "overviews")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("library", type=Path)
    parser.add_argument("cache", type=Path, nargs="?")
    parser.add_argument("--without", nargs="+", default=(), choices=KNOWN)
    given = parser.parse_args()
    WITHOUT.update(given.without)
    embed = Cached(given.cache)
    with Library(given.library, registry.load("embedders", "minilm")) as opened:
        asked, samples, corpora = read(given.folder, opened, embed)
        plain(list(samples.values()), opened)
    cases = asked + made_up(embed)
    fill(cases, embed)
    embed.save()
    by_video = {video: learned([c for c in cases if c.group != video], RIDGE) for video in corpora}
    report(list(samples.values()), corpora, embed, by_video)
    embed.save()
    install(*learned(cases, RIDGE))
    for name in ("FIRST", "SECOND", "SURE", "ANSWERABLE"):
        print(f"\n{name} = {{")
        print("".join(f'    "{key}": {value:.3f},\n' for key, value in getattr(weights, name).items()) + "}")


if __name__ == "__main__":
    main()
