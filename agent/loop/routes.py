"""Two routes to an answer, the model's and that of rules that quote, held against each other.

The quoted answer costs no call. Neither route wins by saying that it is surer: what counts is whether the
lines that an answer cites carry its own words.
"""

from __future__ import annotations

import re
from dataclasses import replace

from playhead.agent.loop.confidence import UNENDORSED_MOST, alike, endorsed
from playhead.agent.offline.question import analyse
from playhead.agent.state import Draft, State
from playhead.tools.protocols import Embedder
from playhead.tools.words.languages import language
from playhead.tools.words.stems import terms

SUPPORTED = 0.5
"""Share of an answer's own words in what it cites from which on the model's answer stands by itself."""
SURE, DOUBTED = 0.7, 0.75
"""Confidence from which a quote stands against a model that finds nothing, and the share of it that stays."""
_PRO_ONE = re.compile(
    r"\b(?:an?|the|this|that|each|every|any|another|which|no)\s+(?:[^\W\d]+\s+)?one\b", re.IGNORECASE
)
"""`One` where it stands for a thing: "A bad one." names no number."""
NEARER = 0.05
"""Cosine by which a cited line must be nearer to one option than to every other."""
IN_WORDS = frozenset({"speech", "screen"})
"""Kinds of evidence that say in words what an answer may repeat; pictures may be told in any words."""


def joined(model: Draft, quoted: Draft, state: State, nearest: int | None = None) -> Draft:
    """The answer to give; its `route` says whose it is.

    `nearest` is the option that the cited lines of the model come nearest to in meaning: chosen, it stands in
    whatever words.
    """
    if agree(model, quoted, state):
        return _both(model, quoted, state)
    if not model.found:
        return _unfound(model, quoted, state)
    backing = _backing(model, state)
    if backing >= SUPPORTED or (nearest is not None and nearest == model.option):
        return model
    if quoted.found and _in_words(model, state) and _backing(quoted, state) > backing:
        return quoted
    if not quoted.found and not state.options and _refuted(model, backing, state):
        return replace(quoted, confidence=min(quoted.confidence, model.confidence))
    return replace(model, confidence=min(model.confidence, UNENDORSED_MOST))


def _unfound(model: Draft, quoted: Draft, state: State) -> Draft:
    """A model that looked and finds nothing is believed unless what was said or written is quoted surely; its
    doubt still counts then. Descriptions are words of a model: it knows better what they mean."""
    stands = quoted.confidence >= SURE or not _looked(state)
    if quoted.found and stands and _in_words(quoted, state):
        return replace(quoted, confidence=round(DOUBTED * quoted.confidence, 4))
    return replace(model, cites=model.cites or quoted.cites)


def _looked(state: State) -> bool:
    """Whether anything was found after the first round, which rules may have planned."""
    return any(record.numbers and not record.repeated for record in state.calls if record.round > 1)


def agree(model: Draft, quoted: Draft, state: State) -> bool:
    """Whether both found the same: one option, or most of the shorter one's own words."""
    if not (model.found and quoted.found):
        return False
    if state.options:
        return model.option is not None and model.option == quoted.option
    return bool(alike(model.text, quoted.text, state))


def _both(model: Draft, quoted: Draft, state: State) -> Draft:
    """All that both stand on, under the model's words; under the quote where it is carried better, or where
    it alone has what the question asks for."""
    cites = tuple(dict.fromkeys((*model.cites, *(n for n in quoted.cites if n not in quoted.elsewhere))))
    better = endorsed(quoted.text, cites, state) > endorsed(model.text, cites, state)
    given = quoted if better or _omits(model.text, quoted.text, state.question) else model
    most = UNENDORSED_MOST + (1 - UNENDORSED_MOST) * endorsed(_words(given, state), cites, state)
    surer = min(model.confidence + (1 - model.confidence) / 3, max(most, model.confidence))
    return replace(given, cites=cites, elsewhere=(), confidence=round(surer, 4), route="both")


def _omits(words: str, quote: str, question: str) -> bool:
    """Whether a figure or name is asked for, the quote has one that the question lacks, and `words` none."""
    match analyse(question).asks:
        case "count" | "number":
            wanted = {term for term in terms(_PRO_ONE.sub(" ", quote)) if term[0].isdigit()}
        case "who":
            names = (word for word in re.findall(r"\w+", quote) if word[0].isupper())
            wanted = {term for name in names for term in terms(name)}
        case _:
            return False
    wanted -= set(terms(question))
    return bool(wanted) and wanted.isdisjoint(terms(words))


def _backing(draft: Draft, state: State) -> float:
    if not (draft.found and any(line.perceived for line in state.evidence(draft.cites))):
        return 0.0
    return endorsed(_words(draft, state), draft.cites, state)


def _words(draft: Draft, state: State) -> str:
    return draft.text if draft.option is None else state.options[draft.option]


def _refuted(model: Draft, backing: float, state: State) -> bool:
    """It cites nothing perceived, or words in the question's language that say nothing of it."""
    if not any(line.perceived for line in state.evidence(model.cites)):
        return True
    return not backing and _in_words(model, state) and _same_language(model, state)


def _same_language(model: Draft, state: State) -> bool:
    """Whether what was said or written could hold words of the question or the answer."""
    said = [line.text for line in state.ledger if line.kind in IN_WORDS]
    asked = language([state.question, model.text])
    shared = set(terms(state.question)) & {word for text in said for word in terms(text)}
    return bool(shared) or (bool(asked) and asked == language(said))


def _in_words(draft: Draft, state: State) -> bool:
    """Whether all that it cites was said or written: then its words can be held against those."""
    return all(line.kind in IN_WORDS for line in state.evidence(draft.cites) if line.perceived)


def nearest_option(draft: Draft, state: State, embedder: Embedder) -> int | None:
    """The option that the perceived lines it cites come nearest to, by a margin; None when that is open."""
    lines = [line.text for line in state.evidence(draft.cites) if line.perceived and line.text]
    if len(state.options) < 2 or not lines:
        return None
    options = embedder.embed_texts(state.options)
    alike = (options @ embedder.embed_texts(lines).T).max(axis=1)
    best, second = sorted(range(len(alike)), key=lambda index: -float(alike[index]))[:2]
    return best if alike[best] - alike[second] >= NEARER else None
