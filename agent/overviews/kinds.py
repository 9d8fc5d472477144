"""Whether a question asks for an overview, and for which: by likeness in meaning to examples of each."""

from __future__ import annotations

import re

import numpy as np

from playhead.agent.offline.corpus import Embed

EXAMPLES: dict[str, tuple[str, ...]] = {
    "about": (
        "What is this about?",
        "What is this video?",
        "What is the episode about?",
        "What is this clip about?",
        "What is the film about?",
        "What is going on in this recording?",
        "What's the talk about in general?",
        "What is this recording about?",
        "What is the lecture about?",
        "What happens in this film?",
        "Was ist das Thema dieses Videos?",
    ),
    "summary": (
        "Summarise the talk.",
        "Give me a short summary.",
        "Sum up what was said in a few sentences.",
        "tl;dr",
        "Recap the whole episode for me.",
        "Summarise what happened after that.",
        "Summarise how this part works.",
        "One line about each of the talks please.",
        "Fasse das Video zusammen.",
    ),
    "topics": (
        "What are the main topics?",
        "Which subjects does it cover, in which order?",
        "List the topics that are discussed.",
        "What themes come up?",
    ),
    "chapters": (
        "Give me chapters with timestamps.",
        "Can I get chapters?",
        "Make an outline with start times.",
        "How is the video divided into sections?",
        "Table of contents please.",
    ),
    "moments": (
        "What are the key moments?",
        "Show me the highlights.",
        "Key takeaways?",
        "What are the most important points?",
        "Which parts should I watch?",
    ),
    "speakers": (
        "Who is speaking in this recording?",
        "Who talks the most?",
        "How many people speak, and how much does each say?",
        "Which speakers are there?",
    ),
}
ORDINARY = (
    "What is it called?",
    "What is the name of the company?",
    "Who said that?",
    "Who discovered it?",
    "Who won the prize?",
    "Why did it stop?",
    "How does it work?",
    "How many of them are there?",
    "When does the train leave?",
    "What did he say about the price?",
    "What is on the screen at the end?",
    "What is it made of?",
    "What does the table show?",
    "What is the topic of his book?",
    "What happens when you press the button?",
    "What happened to him?",
    "What was the problem with the engine?",
    "How long does it take?",
    "Which one is the biggest?",
    "Is it still there?",
    "How much does it cost?",
    "What are the three reasons for it?",
    "What time is it?",
    "Where does she live?",
)
"""Questions that are answered from one place."""
_SUM_UP = re.compile(
    r"\W*(?:please |can you |could you )?(?:summari[sz]e|sumari[sz]e|sum (?:\w+ )?up|recap)\b", re.IGNORECASE
)
"""What it is followed by ("how the market works") outweighs it in meaning."""
LIKE = 0.6
"""Likeness to an example from which on a request is of its kind."""


def kind_of(question: str, embed: Embed) -> str | None:
    """The kind of overview that is asked for (a key of `EXAMPLES`), or None for any other question."""
    if _SUM_UP.match(question):
        return "summary"
    asked = np.asarray(embed([question]), float)[0]
    likeness = {kind: float((embed(examples) @ asked).max()) for kind, examples in EXAMPLES.items()}
    kind = max(likeness, key=likeness.__getitem__)
    ordinary = float((embed(ORDINARY) @ asked).max())
    return kind if likeness[kind] >= LIKE and likeness[kind] > ordinary else None
