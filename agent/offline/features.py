"""How well each option is supported, as a few numbers that a linear score can weigh.

Every column is centred over the options, so that what all of them share cancels. Columns of meaning compare
memories with the option alone, with question and option together, and with what the two say beyond the
question. Columns of words look for the option's own words near the words of the question (`said` on the
sound track or screen, `described` by a caption), and right after or before the event that it names. How
likely an option sounds for the question is no evidence, and no column.

Short options name what is met at one place; long ones tell about the whole video. The columns of both kinds
are faded into each other by the logarithm of the options' length, and each has a weight of its own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playhead.agent.offline import order
from playhead.agent.offline.corpus import Corpus, Embed, Floats
from playhead.agent.offline.question import Question
from playhead.agent.offline.time_window import slope
from playhead.tools.words.stems import terms

SHORT = (
    "option_best",
    "option_mean",
    "statement_best",
    "statement_top",
    "spread",
    "described",
    "length",
)
ALWAYS = ("said", "sequence")
LONG = ("long_statement_top", "long_parts", "long_held")
NAMES = (*SHORT, *ALWAYS, *LONG)
"""The columns, in the order of `Features.columns`. A statement is question and option together."""

SHORT_WORDS, LONG_WORDS = 3, 30
"""Mean words an option at which only the SHORT columns count, and only the LONG ones."""
PART_WORDS = 3
"""Words of the shortest part of an option that is looked for on its own."""
_JOINT = re.compile(r"[,;:.]\s+|\b(?:and|then|while|before|after)\b")

ASKED_CHARACTERS = 600
"""What is embedded of a question; embedders cut long texts at the end, where the option stands."""
TOP = 10
"""Memories that vote in `statement_top`."""
NEAR_S = 6.0
"""Reach of the question's words around a memory, in seconds."""
CLOSE_S = 3.0
"""Reach of the option's own words."""
PLACE_COST = 0.1
"""Cosine similarity lost at the opposite end of the video from where the question looks."""


@dataclass(frozen=True)
class Features:
    """`columns`: options x NAMES, centred. `fit`: memories x options, how well one carries the other."""

    columns: Floats
    fit: Floats


def extract(question: Question, options: Sequence[str], corpus: Corpus, embed: Embed) -> Features:
    """Compare every option with every memory of a corpus that is not empty."""
    vectors = embed(queries(question, options))
    alone, statements, parts = np.split(vectors, [len(options), 2 * len(options)])
    place = slope(corpus, question)
    near = [corpus.closest(rows) - PLACE_COST * (1 - place)[:, None] for rows in (alone, statements)]
    words = own_terms(question, options)
    together = np.stack([_together(question, own, corpus, place) for own in words], axis=1)
    said = np.array([float(memory.kind in ("speech", "screen")) for memory in corpus.memories])[:, None]
    held = np.stack([corpus.coverage(terms(option)) for option in options], axis=1)
    sequence = order.following(question, corpus)[:, None] * held
    top = _top(near[1])
    short = [
        near[0].max(0),
        corpus.similarity(alone).mean(0),
        near[1].max(0),
        top,
        _spread(words, corpus),
        (together * (1 - said)).max(0),
        np.log1p([len(own) for own in words]),
    ]
    always = [(together * said).max(0), sequence.max(0)]
    whole = [top, _parts(options, corpus.closest(parts).max(0)), _held(options, corpus)]
    length = longness(options)
    faded = [
        (1 - length) * np.stack(short, axis=1),
        np.stack(always, axis=1),
        length * np.stack(whole, axis=1),
    ]
    table = np.concatenate(faded, axis=1)
    return Features(table - table.mean(0), together + 5 * sequence + near[1] + 0.5 * near[0])


def queries(question: Question, options: Sequence[str]) -> list[str]:
    """The texts whose vectors `extract` asks for, so that those of many questions can be embedded at once."""
    asked = question.text[:ASKED_CHARACTERS]
    parts = [part for option in options for part in clauses(option)]
    return [*options, *(f"{asked} {option}" for option in options), *parts]


def longness(options: Sequence[str]) -> float:
    """0 for options of SHORT_WORDS, 1 for those of LONG_WORDS, in between by the logarithm of their mean."""
    count = sum(len(option.split()) for option in options) / len(options)
    share = math.log(max(count, 1) / SHORT_WORDS) / math.log(LONG_WORDS / SHORT_WORDS)
    return min(1.0, max(0.0, share))


def clauses(option: str) -> list[str]:
    """The parts of a long option that tell of one thing each; the option itself when it is one."""
    told = [part.strip() for part in _JOINT.split(option) if len(part.split()) >= PART_WORDS]
    return told if len(told) > 1 else [option]


def _parts(options: Sequence[str], best: Floats) -> Floats:
    """The mean over each option's parts of how close the place comes that is closest to it."""
    ends = np.cumsum([len(clauses(option)) for option in options])
    return np.array([part.mean() for part in np.split(best, ends[:-1])])


def _held(options: Sequence[str], corpus: Corpus) -> Floats:
    """The weighted share of each option's words that are met anywhere."""
    stems = [set(terms(option)) for option in options]
    met = [corpus.weights.mass(own & corpus.postings.keys()) for own in stems]
    return np.array(met) / np.maximum([corpus.weights.mass(own) for own in stems], 1e-9)


def own_terms(question: Question, options: Sequence[str]) -> list[tuple[str, ...]]:
    """The stems of each option that neither the question nor every other option has; all if none is left."""
    stems = [tuple(dict.fromkeys(terms(option))) for option in options]
    shared = set(stems[0]).intersection(*stems) if len(stems) > 1 else set()
    known = shared | set(question.terms)
    return [tuple(word for word in own if word not in known) or own for own in stems]


def _top(likeness: Floats) -> Floats:
    count = min(TOP, len(likeness))
    return np.asarray(np.partition(likeness, -count, axis=0)[-count:].mean(0))


def _together(question: Question, own: Sequence[str], corpus: Corpus, place: Floats) -> Floats:
    """For each memory the weight of the option's words at it, more where the question's words are near."""
    held = sum(
        (corpus.weights[word] * corpus.term_near(word, CLOSE_S) for word in own), np.zeros(len(corpus))
    )
    weight = (0.25 + context(question.about, corpus)) * place / max(1, len(own)) ** 0.25
    return np.asarray(held * weight, float)


def context(wanted: Sequence[str], corpus: Corpus) -> Floats:
    """For each memory the weighted share of `wanted` that is said close by, 0..1."""
    total = corpus.weights.mass(wanted) or 1.0
    near = (corpus.weights[word] * corpus.term_near(word, NEAR_S) for word in dict.fromkeys(wanted))
    return sum(near, np.zeros(len(corpus))) / total


def _spread(words: Sequence[Sequence[str]], corpus: Corpus) -> Floats:
    """The mean share of memories that hold a word of the option."""
    held = [sum(len(corpus.postings.get(word, ())) for word in own) / (len(own) or 1) for own in words]
    return np.array(held) / len(corpus)
