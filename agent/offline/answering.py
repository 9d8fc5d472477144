"""From a question, its options and a corpus to an answer with its evidence: a pure function, no model.

Text is only ever a quote, an option, a time or a count; no other word can come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playhead.agent.offline import counting, quotes
from playhead.agent.offline.corpus import Corpus, Embed
from playhead.agent.offline.features import own_terms
from playhead.agent.offline.options import score
from playhead.agent.offline.question import Question, analyse
from playhead.agent.offline.scope import inside, window, without_window
from playhead.tools.timecode import clock
from playhead.tools.types import Memory

FOUND = 0.55
"""An open question is answered from this probability of its quote on."""
HARDLY_ALIKE = 0.2
"""Cosine under which an option none of whose words occur has no support at all."""


@dataclass(frozen=True)
class Support:
    """An answer. `evidence` is best first; `probabilities` has one value an option."""

    text: str
    option: int | None
    found: bool
    confidence: float
    evidence: tuple[Memory, ...] = ()
    probabilities: tuple[float, ...] = ()


NOTHING = Support("", None, False, 0.0)


def answer(question: str, options: Sequence[str], corpus: Corpus, embed: Embed) -> Support:
    """Answer from the corpus alone; `NOTHING` when it holds nothing that the question may look at."""
    if not len(corpus):
        return NOTHING
    stretch = window(question, max(memory.span.end_s for memory in corpus.memories))
    asked = analyse(question if stretch is None else without_window(question))
    corpus = corpus if stretch is None else corpus.only(inside(corpus, stretch))
    if not len(corpus):
        return NOTHING
    return _choose(asked, options, corpus, embed) if options else _quote(asked, corpus, embed)


def _choose(question: Question, options: Sequence[str], corpus: Corpus, embed: Embed) -> Support:
    scored = score(question, options, corpus, embed)
    chosen = int(scored.scores.argmax())
    probabilities = scored.probabilities
    evidence = tuple(corpus.memories[index] for index in scored.evidence[chosen])
    if not _supported(question, options, chosen, corpus, embed):
        return Support("", None, False, 0.0, (), tuple(map(float, probabilities)))
    confidence = (
        float(probabilities[chosen]) if len(options) > 1 else _alone(question, options, corpus, embed)
    )
    return Support(options[chosen], chosen, True, confidence, evidence, tuple(map(float, probabilities)))


def _supported(question: Question, options: Sequence[str], chosen: int, corpus: Corpus, embed: Embed) -> bool:
    """Whether anything at all speaks for the option: a word of it, a number, or a likeness of meaning."""
    if question.negated or question.asks in ("order", "count", "yes_no"):
        return True
    words = own_terms(question, options)[chosen]
    alike = corpus.closest(embed([f"{question.text} {options[chosen]}"]))[:, 0]
    return any(word in corpus.weights for word in words) or float(alike.max()) >= HARDLY_ALIKE


def _alone(question: Question, options: Sequence[str], corpus: Corpus, embed: Embed) -> float:
    """The confidence in a single option is that of its own words being said about the question."""
    held = quotes.best(analyse(f"{question.text} {options[0]}"), corpus, embed)
    return held[0].probability


def _quote(question: Question, corpus: Corpus, embed: Embed) -> Support:
    found = quotes.best(question, corpus, embed)
    top = found[0]
    evidence = tuple(corpus.memories[index] for index in _cited(found))
    if counting.of_times(question, top.fitting) and (times := counting.occasions(question, corpus)):
        seen = tuple(corpus.memories[index] for index in times)
        return Support(str(len(times)), None, True, 0.5 * top.probability, seen)
    if top.probability < FOUND:
        return Support("", None, False, top.probability, evidence[:3])
    text = f"{clock(evidence[0].span.start_s)} — {top.text}" if question.asks == "time" else top.text
    return Support(text, None, True, top.probability, evidence)


def _cited(found: Sequence[quotes.Quote]) -> list[int]:
    """The memories of the best quote, then those of others that answer nearly as well by themselves."""
    top = found[0]
    near = [q for q in found[:3] if q.probability >= 0.8 * top.probability and q.own >= 0.5 * top.own]
    return list(dict.fromkeys(index for quote in near for index in quote.memories))
