"""From a question, its options and a corpus to an answer with its evidence: a pure function, no model.

Text is only ever a quote, an option, a time or a count; no other word can come out. There are three outcomes:
answered; not answered, but here are the closest moments; and nothing near it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from playhead.agent.offline import counting
from playhead.agent.offline.corpus import Corpus, Embed
from playhead.agent.offline.features import own_terms
from playhead.agent.offline.listing import listed
from playhead.agent.offline.numbered import numbered, others, unknown_owner
from playhead.agent.offline.options import score
from playhead.agent.offline.question import Question, analyse
from playhead.agent.offline.quoting import MOMENTS, moments, quote
from playhead.agent.offline.ranking import Earlier, answerable, probability, rank, unrelated
from playhead.agent.offline.time_window import inside, window, without_window
from playhead.tools.types import Memory

FOUND = 0.15
"""An open question is answered from this probability of being right on."""
ANSWERABLE = 0.82
"""And, unless it is sure, from this probability on that the recording answers it at all."""
NEAR = 0.08
"""Below this one nothing is near it, not even a moment worth a look."""
LISTED, LIKELY, WHOLE = 0.15, 0.4, 0.45
"""Where several things are asked for: a list is given from the first, and below the second only when so much
of it is enumerated near the best passages."""
FOLLOWING = 0.7
"""No surer than this is an answer to a follow-up: what it asks was guessed."""
SURE = 0.8
"""From this probability on the answer is short and no other moments are shown."""
CITED = 7
"""Places that an answer cites at most: all that is quoted in sixty words, and other moments."""
QUOTED = 2
"""Of the memories that are quoted, those that are cited before other moments; the rest come after them."""
HARDLY_ALIKE = 0.2
"""Cosine under which an option none of whose words occur has no support at all."""


@dataclass(frozen=True)
class Support:
    """An answer. `evidence` is best first: what supports it or, when not `found`, the closest moments.

    `probabilities` has one value an option; `elsewhere` is what of the evidence the text does not quote.
    """

    text: str
    option: int | None
    found: bool
    confidence: float
    evidence: tuple[Memory, ...] = ()
    probabilities: tuple[float, ...] = ()
    elsewhere: tuple[Memory, ...] = ()


NOTHING = Support("", None, False, 0.0)


def answer(
    question: str, options: Sequence[str], corpus: Corpus, embed: Embed, earlier: Earlier | None = None
) -> Support:
    """Answer from the corpus alone; `NOTHING` when it holds nothing that the question may look at.

    `earlier` is what the answer before it in a conversation tells of an open question.
    """
    if not len(corpus):
        return NOTHING
    stretch = window(question, max(memory.span.end_s for memory in corpus.memories))
    asked = analyse(question if stretch is None else without_window(question))
    corpus = corpus if stretch is None else corpus.only(inside(corpus, stretch))
    if not len(corpus):
        return NOTHING
    return _choose(asked, options, corpus, embed) if options else _of_number(asked, corpus, embed, earlier)


def _of_number(question: Question, corpus: Corpus, embed: Embed, earlier: Earlier | None) -> Support:
    """An open question without what is told of another one where it names a thing by its number or owner.

    When this one is never named, a quote about another is no answer.
    """
    texts = [memory.text for memory in corpus.memories]
    if unknown_owner(question.text, texts):
        return replace(_open(question, corpus, embed, earlier), text="", found=False, confidence=NEAR)
    if not (wrong := set(others(question.text, texts))):
        return _open(question, corpus, embed, earlier)
    right = [index for index in range(len(texts)) if index not in wrong]
    named = numbered(question.text)
    if any(_names(corpus.memories[index], named) for index in right):
        return _open(question, corpus.only(right), embed, earlier)
    found = _open(question, corpus, embed, earlier)
    if found.found and others(question.text, [memory.text for memory in found.evidence[:1]]):
        return replace(found, text="", found=False, confidence=NEAR)
    return found


def _names(memory: Memory, named: set[tuple[str, float]]) -> bool:
    """Whether a memory names one of these; of what was heard, the noun may be wrong (`Terminal 4`)."""
    found = numbered(memory.text)
    heard = memory.origin == "heard" and {value for _, value in named} & {value for _, value in found}
    return bool(named & found or heard)


def _open(question: Question, corpus: Corpus, embed: Embed, earlier: Earlier | None) -> Support:
    if (counted := _count(question, corpus)) is not None:
        return counted
    ranked = rank(question, corpus, embed, earlier)
    sure = probability(question, ranked)
    told = min(sure, FOLLOWING) if earlier else sure
    if sure < NEAR or unrelated(ranked):
        return replace(NOTHING, confidence=min(sure, NEAR))
    if sure >= LISTED and (several := listed(question, ranked, WHOLE if sure < LIKELY else 0.0)):
        return Support(several.text, None, True, max(told, LIKELY), several.memories)
    best = quote(question, ranked, brief=sure >= SURE and not earlier, single=earlier is not None)
    near = moments(question, ranked)
    there = sure >= SURE or answerable(question, ranked) >= ANSWERABLE
    if sure < FOUND or not there:
        return Support("", None, False, min(sure, FOUND), near[: MOMENTS - 1])
    first, rest = best.memories[:QUOTED], best.memories[QUOTED:]
    others = tuple(memory for memory in near if memory not in best.memories)
    elsewhere = () if sure >= SURE else others[: MOMENTS - len(first)]
    return Support(best.text, None, True, told, first + elsewhere + rest, elsewhere=elsewhere)


def _count(question: Question, corpus: Corpus) -> Support | None:
    """How often something is met, when that is asked; None for any other question."""
    if not counting.of_times(question):
        return None
    times = counting.occasions(question, corpus)
    if not times:
        return NOTHING
    return Support(
        str(len(times)), None, True, counting.SURE, tuple(corpus.memories[index] for index in times)
    )


def _choose(question: Question, options: Sequence[str], corpus: Corpus, embed: Embed) -> Support:
    scored = score(question, options, corpus, embed)
    chosen = int(scored.scores.argmax())
    probabilities = tuple(map(float, scored.probabilities))
    evidence = tuple(corpus.memories[index] for index in scored.evidence[chosen])
    if not _supported(question, options, chosen, corpus, embed):
        return replace(NOTHING, probabilities=probabilities)
    sure = probabilities[chosen] if len(options) > 1 else _alone(question, options, corpus, embed)
    return Support(options[chosen], chosen, True, sure, evidence, probabilities)


def _supported(question: Question, options: Sequence[str], chosen: int, corpus: Corpus, embed: Embed) -> bool:
    """Whether anything at all speaks for the option: a word of it, a number, or a likeness of meaning."""
    if question.negated or question.asks in ("order", "count", "yes_no"):
        return True
    words = own_terms(question, options)[chosen]
    alike = corpus.closest(embed([f"{question.text} {options[chosen]}"]))[:, 0]
    return any(word in corpus.weights for word in words) or float(np.max(alike)) >= HARDLY_ALIKE


def _alone(question: Question, options: Sequence[str], corpus: Corpus, embed: Embed) -> float:
    """The confidence in a single option is that of its own words being said about the question."""
    stated = analyse(f"{question.text} {options[0]}")
    return probability(stated, rank(stated, corpus, embed))
