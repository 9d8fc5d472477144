"""What is known of each passage about a question: the columns that the scores of `ranking` weigh.

The first ones compare every passage by vectors of its sentences, words and kinds of things; the second look
at the likeliest again, embedded as a whole, and with words that are alike in spelling or meaning.
"""

from __future__ import annotations

import numpy as np
from rapidfuzz import fuzz, process

from playhead.agent.offline.corpus import Embed, Floats, Indices
from playhead.agent.offline.kinds import FITTING, holds
from playhead.agent.offline.passages import Passages, highest, total
from playhead.agent.offline.question import GENERIC, Question
from playhead.tools.words.stems import STOP_WORDS, stem, words

FIRST_NAMES = (
    *("cosine", "cosine_best", "cosine_far", "coverage_near", "answer_type", "answer_type_near", "content"),
)
SECOND_NAMES = ("whole", "rank", "soft_coverage", "soft_coverage_near", "speaker", *FIRST_NAMES)
SLIGHT = 0.25
"""What a word counts for that says how a question is put rather than what it is about."""
LIKE_FROM, LIKE_TO = 0.45, 0.85
"""Cosine of two words from which they begin to count as the same, and at which they do."""
BY_SOUND = 0.5
"""What a heard word counts for that only sounds like the one asked for."""
MISSPELT = 84
"""Similarity of spelling (0..100) from which a word that nobody says stands for one that somebody says."""


def first_columns(question: Question, found: Passages, asked: Floats) -> Floats:
    """Passages x FIRST_NAMES; `asked` is the vector of the question."""
    own, near, far = found.bounds(), found.bounds(2), found.bounds(8)
    vectors = _vectors(found, asked)
    sums = np.concatenate([np.zeros((1, len(asked))), np.cumsum(vectors, axis=0, dtype=float)])
    weights, met = _weights(question, found), coverage(question, found)
    by_word, each = weights @ met, np.arange(len(found.texts))
    beside = highest(by_word, np.maximum(each - 1, 0), np.minimum(each + 1, len(each) - 1))
    typed = np.array([float(holds(question, text)) for text in found.texts])
    typed_near = np.maximum(by_word, 0.8 * beside) * (typed if question.asks in FITTING else 1.0)
    columns = {
        "cosine": _mean_cosine(sums, asked, *own),
        "cosine_best": highest(vectors @ asked, *own),
        "cosine_far": _mean_cosine(sums, asked, *far),
        "coverage_near": weights @ highest(met, *near),
        "answer_type": highest(typed, *own),
        "answer_type_near": highest(typed_near, *own),
        "content": np.log1p(total(np.array([len(stems) for stems in found.stems], float), *own)),
    }
    return np.stack([columns[name] for name in FIRST_NAMES], axis=1)


def second_columns(
    question: Question, found: Passages, likely: Indices, first: Floats, asked: Floats, embed: Embed
) -> Floats:
    """Candidates x SECOND_NAMES; `first` has the first columns of all passages."""
    own, near = ((start[likely], end[likely]) for start, end in (found.bounds(), found.bounds(2)))
    whole = embed([text_of(found, int(a), int(b)) for a, b in zip(*own, strict=True)]) @ asked
    around = np.unique(np.concatenate([np.arange(a, b + 1) for a, b in zip(*near, strict=True)]))
    weights, alike = _weights(question, found), _soft_coverage(question, found, around, embed)
    speaking = np.array([float(bool(names & set(question.terms))) for names in found.speakers])
    columns = dict(zip(FIRST_NAMES, first[likely].T, strict=True)) | {
        "whole": whole,
        "rank": rank_of(whole),
        "soft_coverage": weights @ highest(alike, *own),
        "soft_coverage_near": weights @ highest(alike, *near),
        "speaker": highest(speaking, *own),
    }
    return np.stack([np.asarray(columns[name], float) for name in SECOND_NAMES], axis=1)


def rank_of(values: Floats) -> Floats:
    """The logarithm of one plus how many of the values are higher."""
    return np.asarray(np.log1p(np.argsort(np.argsort(-values, kind="stable"))), float)


def text_of(found: Passages, first: int, last: int) -> str:
    """The words of a passage."""
    between = " / " if found.shown[first] else " "
    return between.join(found.texts[first : last + 1])


def coverage(question: Question, found: Passages) -> Floats:
    """Words of the question x sentences: whether each has it, or what it may have been heard as."""
    met = np.array([_presence(found, word) for word in question.terms]).reshape(-1, len(found.texts))
    for asked, units in found.corpus.heard.heard_as(question.text).items():
        alike = np.max(
            [np.prod([_presence(found, stem(w)) for w in u.split()], axis=0) for u in units], axis=0
        )
        meant = {stem(part) for part in asked.split()}
        for row in (row for row, word in enumerate(question.terms) if word in meant):
            met[row] = np.maximum(met[row], BY_SOUND * alike * found.heard)
    return met


def _soft_coverage(question: Question, found: Passages, around: Indices, embed: Embed) -> Floats:
    """Words of the question x sentences: how nearly each has it: itself, misspelt, or a synonym."""
    result = coverage(question, found)
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


def _weights(question: Question, found: Passages) -> Floats:
    """What each word of the question weighs, 1 in all: its rarity, less where it only puts the question."""
    weights = [found.weights[word] * (SLIGHT if word in GENERIC else 1.0) for word in question.terms]
    return np.array(weights) / (sum(weights) or 1.0)


def _presence(found: Passages, word: str) -> Floats:
    held = np.zeros(len(found.texts))
    held[found.postings.get(word, [])] = 1.0
    return held


def _vectors(found: Passages, asked: Floats) -> Floats:
    """Those of the sentences; zeros where nothing was embedded."""
    embedded = found.vectors.shape[1] == len(asked)
    return np.asarray(found.vectors if embedded else np.zeros((len(found.texts), len(asked))))


def _mean_cosine(sums: Floats, asked: Floats, first: Indices, last: Indices) -> Floats:
    rows = sums[last + 1] - sums[first]
    return np.asarray(rows @ asked / (np.linalg.norm(rows, axis=1) + 1e-9), float)
