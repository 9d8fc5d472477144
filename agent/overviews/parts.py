"""The part of a recording that a request for an overview is about: "summarise all after the bang"."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from playhead.agent.offline.corpus import Corpus, Embed
from playhead.agent.overviews.survey import surveys
from playhead.tools.words.stems import terms

NEARLY = 0.85
"""Of the likeness of the best place for "after the bang", what an earlier one needs to be meant."""
_REQUEST = """what is this that it video film movie clip recording talk lecture podcast episode presentation
meeting show about summarise summarize sumarize summary sum up short brief briefly long detailed
quick sentence sentences few line lines one two three each every give get make can could please pls
list main topics topic subject subjects theme themes cover covers covered discuss discussed order
chapter chapters timestamp timestamps start times time section sections outline key moments
highlights takeaway takeaways points important parts part who speaks speak speaker speakers talking
says how much going on happen happens happened tell me describe overview content contents whole
entire all in with for the of gist tldr structure does do did"""
_GENERIC = frozenset(terms(_REQUEST)) | frozenset(_REQUEST.split())
_ANCHOR = re.compile(r"\b(?P<side>after|since|following|before|until)\b\s+(?P<what>.+)", re.IGNORECASE)


def part_of(kind: str, question: str, corpus: Corpus, embed: Embed) -> Corpus:
    """The part of the corpus that the request is about; all of it when it names nothing that is in it."""
    if kind in ("chapters", "speakers", "about"):
        return corpus
    if anchored := _ANCHOR.search(question):
        at = _place(anchored["what"], corpus, embed)
        later = anchored["side"].lower() in ("after", "since", "following")
        if at is not None:
            start_s = corpus.starts_s[at]
            side = corpus.starts_s >= start_s if later else corpus.starts_s <= start_s
            return corpus.only(np.flatnonzero(side).tolist())
    focus = _focus(question, corpus)
    return _near(question, focus, corpus, embed) if focus else corpus


def _focus(question: str, corpus: Corpus) -> list[str]:
    """The stems of the request that are not of its form and that some memories hold, but not most."""
    own = [word for word in terms(question) if word not in _GENERIC]
    held = [word for word in own if len(corpus.postings.get(word, ())) <= 0.5 * len(corpus)]
    return [word for word in held if word in corpus.weights]


def _place(what: str, corpus: Corpus, embed: Embed) -> int | None:
    """The first memory that is meant by some words of the request; None when none holds any of them."""
    wanted = [word for word in terms(what) if word not in _GENERIC and word in corpus.weights]
    if not wanted:
        return None
    scores = corpus.coverage(wanted) + corpus.similarity(embed([what]))[:, 0]
    return int(np.argmax(scores >= NEARLY * scores.max()))


def _near(question: str, focus: Sequence[str], corpus: Corpus, embed: Embed) -> Corpus:
    """The chapters that are most about the focus."""
    covered = corpus.coverage(focus)
    alike = corpus.similarity(embed([question]))[:, 0]
    index = {memory.id: i for i, memory in enumerate(corpus.memories)}
    scored = []
    for survey in surveys(corpus, embed):
        for chapter in survey.chapters:
            own = [index[memory.id] for memory in chapter.memories]
            scored.append((float(np.mean(covered[own]) + np.mean(alike[own])), own) if own else (-1.0, own))
    best = max(score for score, _ in scored)
    kept = [i for score, own in scored if score >= 0.6 * best for i in own]
    return corpus.only(sorted(kept)) if best > 0 else corpus
