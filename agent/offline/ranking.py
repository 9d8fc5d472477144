"""Which passages answer an open question, and how likely the best one does.

Two linear scores whose weights were learned from real questions (docs/offline.md). The first compares every
passage by what is known beforehand: vectors of its sentences, words, kinds of things. The second looks at the
likeliest again, embedded as a whole, and with words that are alike in spelling or meaning. A last one says
from both how likely the best passage answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz, process

from playhead.agent.offline import order
from playhead.agent.offline.corpus import Corpus, Embed, Floats, Indices
from playhead.agent.offline.passages import Passages, cue, highest, total
from playhead.agent.offline.question import GENERIC, Question
from playhead.agent.offline.time_window import slope
from playhead.agent.offline.weights import FIRST, SECOND, SURE
from playhead.tools.words.stems import STOP_WORDS, stem, terms, words

CANDIDATES = 32
"""Passages that are looked at again; embedding them is most of what a question costs."""
FITTING = ("number", "count", "who", "time", "where", "why", "colour")
"""Kinds of things asked for that a passage can be seen to hold."""
LISTED = ("number", "count", "colour")
"""Those of them whose words can be listed: where none stands, there is no answer."""
FIRST_NAMES = (
    *("cosine", "cosine_best", "cosine_near", "cosine_far"),
    *("held", "held_near", "fits", "fits_by_words", "news", "facts"),
)
SECOND_NAMES = ("whole", "alike", "alike_near", "alike_best", "alike_squared", *FIRST_NAMES)
SURE_NAMES = ("share", "cosine_best", "lacks", "unnamed", "what")
FOLLOWS, PLACE, AWAY = 6.0, 2.0, 4.0
"""Log-odds of standing right after (or before) the event that a question names, and of lying where it looks;
set by hand, because the learned questions hardly ask so."""
NEARNESS = 0.4
"""What the log-odds of standing near the last answer count for when it is said how sure an answer is."""
SLIGHT = 0.25
"""What a word counts for that says how a question is put rather than what it is about."""
LIKE_FROM, LIKE_TO = 0.45, 0.85
"""Cosine of two words from which they begin to count as the same, and at which they do."""
HARDLY_HELD, HARDLY_ALIKE = 0.2, 0.35
"""Share of the question's words, and cosine, under which a passage has nothing to do with it."""
BY_SOUND = 0.5
"""What a heard word counts for that only sounds like the one asked for."""
MISSPELT = 84
"""Similarity of spelling (0..100) from which a word that nobody says stands for one that somebody says."""


@dataclass(frozen=True)
class Ranked:
    """Candidates: the best passage, then the others by their scores. `columns`: candidates x SECOND_NAMES.

    `share`: how much of the answer the best one is expected to hold, 0..1.
    """

    passages: Passages
    candidates: Indices
    columns: Floats
    share: float
    prior: float = 0.0
    """What is added to the log-odds that the best one answers."""
    told: frozenset[int] = frozenset()
    """Sentences that the last answer said."""


@dataclass(frozen=True)
class Earlier:
    """What the last answer of a conversation says of where the next one is.

    `near`: log-odds that a memory holds it, by its id, 0 where it is missing; `told`: ids of what was said.
    """

    near: Mapping[str, float]
    told: frozenset[str]


def rank(question: Question, corpus: Corpus, embed: Embed, earlier: Earlier | None = None) -> Ranked:
    """The likeliest passages of a corpus that is not empty."""
    found = Passages.of(corpus)
    asked = embed([question.text])[0]
    columns = first_columns(question, found, asked)
    extra = placed(question, found)
    near = np.zeros(len(found))
    if earlier:
        each = np.array([earlier.near.get(found.memory(i).id, 0.0) for i in range(len(found.texts))])
        near = total(each * found.lengths, *found.bounds()) / total(found.lengths, *found.bounds())
        extra = extra + near
    scores = columns @ np.array([FIRST[name] for name in FIRST_NAMES]) + extra
    likely = np.argsort(-scores, kind="stable")[:CANDIDATES]
    table = np.hstack([second_columns(question, found, likely, asked, embed), columns[likely]])
    scores = table @ np.array([SECOND[name] for name in SECOND_NAMES]) + extra[likely]
    best = ordered(found, likely, table, scores)
    if not earlier:
        return best
    told = frozenset(i for i in range(len(found.texts)) if found.memory(i).id in earlier.told)
    return replace(best, prior=NEARNESS * float(near[best.candidates[0]]), told=told)


def ordered(found: Passages, candidates: Indices, columns: Floats, scores: Floats) -> Ranked:
    """The best passage is expected to hold most of the answer: those that overlap speak for one another.

    The probability of each passage goes to every other by the share of its words that stands there too
    (minimum Bayes risk; Kumar and Byrne, 2004).
    """
    first, last = found.first[candidates], found.last[candidates]
    ends = np.concatenate([[0.0], np.cumsum(found.lengths)])
    start, end = np.maximum(first[:, None], first), np.minimum(last[:, None], last) + 1
    shared = np.where(end > start, ends[np.maximum(start, end)] - ends[start], 0.0)
    chances = np.exp(scores - scores.max())
    held = shared / np.maximum(1.0, ends[last + 1] - ends[first]) @ (chances / chances.sum())
    scores = scores.copy()
    scores[held.argmax()] = np.inf
    order = np.argsort(-scores, kind="stable")
    return Ranked(found, candidates[order], columns[order], float(held.max()))


def sureness(question: Question, ranked: Ranked) -> Floats:
    """The columns of SURE_NAMES: of the best passage, also whether it lacks the figure or colour asked for;
    whether a name of the question occurs nowhere; and whether two places are quoted."""
    named = dict(zip(SECOND_NAMES, ranked.columns[0], strict=True))
    met = dict(zip(question.terms, _met(question, ranked.passages).max(axis=1, initial=0.0), strict=True))
    names = (word for shape in question.text.split()[1:] if shape[:1].isupper() for word in terms(shape))
    named |= {"share": np.log(ranked.share + 1e-9), "unnamed": any(met.get(word) == 0.0 for word in names)}
    named |= {"lacks": question.asks in LISTED and not named["fits"], "what": question.asks == "what"}
    return np.array([float(named[name]) for name in SURE_NAMES])


def probability(question: Question, ranked: Ranked) -> float:
    """That what is quoted of the best passages answers the question, 0..1."""
    odds = (
        ranked.prior
        + SURE["always"]
        + float(sureness(question, ranked) @ np.array([SURE[name] for name in SURE_NAMES]))
    )
    return float(1 / (1 + np.exp(-odds)))


def unrelated(ranked: Ranked) -> bool:
    """Whether nothing of the question is met: hardly a word, and no likeness of meaning."""
    named = dict(zip(SECOND_NAMES, ranked.columns.max(axis=0), strict=True))
    return bool(named["alike"] < HARDLY_HELD and named["whole"] < HARDLY_ALIKE)


def first_columns(question: Question, found: Passages, asked: Floats) -> Floats:
    """Passages x FIRST_NAMES."""
    own, near, far = found.bounds(), found.bounds(2), found.bounds(8)
    alike = found.vectors.shape[1] == len(asked)
    vectors = found.vectors if alike else np.zeros((len(found.texts), len(asked)))
    sums = np.concatenate([np.zeros((1, len(asked))), np.cumsum(vectors, axis=0, dtype=float)])
    weights, held = _weights(question, found), _met(question, found)
    by_word, each = weights @ held, np.arange(len(found.texts))
    beside = highest(by_word, np.maximum(each - 1, 0), np.minimum(each + 1, len(each) - 1))
    fitting = _fitting(question, found)
    columns = {
        "cosine": _mean_cosine(sums, asked, *own),
        "cosine_best": highest(vectors @ asked, *own),
        "cosine_near": _mean_cosine(sums, asked, *near),
        "cosine_far": _mean_cosine(sums, asked, *far),
        "held": weights @ highest(held, *own),
        "held_near": weights @ highest(held, *near),
        "fits": highest(fitting, *own),
        "fits_by_words": highest(
            np.maximum(by_word, 0.8 * beside) * (fitting if question.asks in FITTING else 1.0), *own
        ),
        "news": np.log1p(total(np.array([len(stems) for stems in found.stems], float), *own)),
        "facts": found.plain_facts[found.first],
    }
    return np.stack([columns[name] for name in FIRST_NAMES], axis=1)


def second_columns(
    question: Question, found: Passages, likely: Indices, asked: Floats, embed: Embed
) -> Floats:
    """Candidates x the five names that SECOND_NAMES begins with."""
    own, near = ((first[likely], last[likely]) for first, last in (found.bounds(), found.bounds(2)))
    whole = embed([text_of(found, int(a), int(b)) for a, b in zip(*own, strict=True)]) @ asked
    around = np.unique(np.concatenate([np.arange(a, b + 1) for a, b in zip(*near, strict=True)]))
    weights, alike = _weights(question, found), _alike(question, found, around, embed)
    cover = weights @ highest(alike, *own)
    columns = (whole, cover, weights @ highest(alike, *near), highest(weights @ alike, *own), cover**2)
    return np.stack([np.asarray(column, float) for column in columns], axis=1)


def text_of(found: Passages, first: int, last: int) -> str:
    """The words of a passage."""
    between = " / " if found.shown[first] else " "
    return between.join(found.texts[first : last + 1])


def _weights(question: Question, found: Passages) -> Floats:
    """What each word of the question weighs, 1 in all: its rarity, less where it only puts the question."""
    weights = [found.weights[word] * (SLIGHT if word in GENERIC else 1.0) for word in question.terms]
    return np.array(weights) / (sum(weights) or 1.0)


def _alike(question: Question, found: Passages, around: Indices, embed: Embed) -> Floats:
    """Words of the question x sentences: how nearly each has it: itself, misspelt, or a synonym."""
    result = _met(question, found)
    said = {stem(word): word for sentence in around for word in words(found.texts[sentence])}
    near = sorted(word for word in said if word in found.postings)
    shapes = {stem(word): word for word in words(question.text) if word not in STOP_WORDS}
    asked = [shapes.get(word, word) for word in question.terms]
    spelt = [said[word] for word in near]
    if not (near and asked):
        return result
    same = np.clip((embed(asked) @ embed(spelt).T - LIKE_FROM) / (LIKE_TO - LIKE_FROM), 0.0, 0.8)
    close = process.cdist(asked, spelt, scorer=fuzz.ratio, score_cutoff=MISSPELT) > 0
    unsaid = [
        word not in found.postings and len(shape) > 4
        for word, shape in zip(question.terms, asked, strict=True)
    ]
    same = np.maximum(same, 0.9 * close * np.array(unsaid)[:, None])
    for row, place in np.argwhere(same > 0):
        rows = found.postings[near[place]]
        result[row, rows] = np.maximum(result[row, rows], same[row, place])
    return result


def placed(question: Question, found: Passages) -> Floats:
    """Log-odds from where a passage stands: after the event that is named, at the end, in the scene."""
    follows = order.following(question, found.corpus)[found.owners]
    place = np.log(slope(found.corpus, question))[found.owners]
    there, lies = (highest(values, *found.bounds()) for values in (follows, place))
    return np.asarray(FOLLOWS * there + PLACE * lies - AWAY * float(follows.any()) * (there == 0))


def _fitting(question: Question, found: Passages) -> Floats:
    known = frozenset(words(question.text))
    return np.array([float(cue(question.asks, text, known)) for text in found.texts])


def _met(question: Question, found: Passages) -> Floats:
    """Words of the question x sentences: whether each holds it, or what it may have been heard as."""
    met = np.array([_presence(found, word) for word in question.terms]).reshape(-1, len(found.texts))
    for asked, units in found.corpus.heard.heard_as(question.text).items():
        alike = np.max(
            [np.prod([_presence(found, stem(w)) for w in u.split()], axis=0) for u in units], axis=0
        )
        meant = {stem(part) for part in asked.split()}
        for row in (row for row, word in enumerate(question.terms) if word in meant):
            met[row] = np.maximum(met[row], BY_SOUND * alike * found.heard)
    return met


def _presence(found: Passages, word: str) -> Floats:
    held = np.zeros(len(found.texts))
    held[found.postings.get(word, [])] = 1.0
    return held


def _mean_cosine(sums: Floats, asked: Floats, first: Indices, last: Indices) -> Floats:
    rows = sums[last + 1] - sums[first]
    return np.asarray(rows @ asked / (np.linalg.norm(rows, axis=1) + 1e-9), float)
