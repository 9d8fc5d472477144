"""What a field of a reply asks for: by its name, its type, and what the request says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))


QUERIES = _words("queries query keywords words focus terms things names scene search")
TEXT_OF_PICTURES = _words("caption description summary note title")
ASKING = _words("question goal instruction request")
REASONS = _words("thought reason reasoning reasons missing justification")
SCORES = _words("score rating confidence relevance probability sure certainty")
NUMBER_OF = _words("number id clip line item segment node scene part period index")
STARTS, ENDS = frozenset(("start_s", "start", "from_s")), frozenset(("end_s", "end", "to_s"))
TIMES = re.compile(r"times?_s|times?|seconds?|moments?_s")

_RANGE = re.compile(r"(\d+(?:\.\d+)?)(?: \([^)]*\))? to (\d+(?:\.\d+)?)\b")
_CUES = {
    "known": _words("answer answered finish enough settled done"),
    "near": _words("look pictures picture ask small closer known guessed"),
    "nothing": _words("describe described description search rough idea survey nothing unknown else"),
}
"""Words that say of a choice when to take it: the answer is known, a place for it is, or nothing."""
_KINDS = {
    "order": _words("order first last before after position whole surveyed"),
    "count": _words("many number count counts often whole surveyed"),
    "one": _words("one moment few local"),
}


def scale(schema: Schema, meaning: str) -> tuple[float, float]:
    """The lowest and the highest number that a field takes; 0 and 1 where nobody says."""
    told = _RANGE.search(meaning)
    low, high = (float(told[1]), float(told[2])) if told else (0.0, 1.0)
    return float(schema.get("minimum", low)), float(schema.get("maximum", high))


def kind_of(question: str) -> str:
    """What has to be known for an answer: an order, a number, or one thing."""
    if re.search(r"how many|how often", question, re.IGNORECASE):
        return "count"
    ordered = r"\border\b|\bfirst\b|\blast\b|\bbefore\b|\bafter\b|at the end|come back|again"
    return "order" if re.search(ordered, question, re.IGNORECASE) else "one"


def described(choices: Sequence[str], meaning: str) -> dict[str, set[str]]:
    """The words that stand behind each choice in what is said of its field."""
    found = {choice: re.search(rf"\b{re.escape(choice)}\b", meaning) for choice in choices}
    at = sorted((match.start(), choice) for choice, match in found.items() if match)
    ends = [*(start for start, _ in at), len(meaning)][1:]
    told = {choice: set(choice.split("_")) for choice in choices}
    for (start, choice), end in zip(at, ends, strict=True):
        told[choice] |= set(re.findall(r"[a-z]+", meaning[start:end].lower()))
    return told


def step(choices: Sequence[str], meaning: str, state: str, question: str) -> str:
    """The choice that fits what is known and what kind of question it is; an answer only when it is known."""
    ending = [choice for choice in choices if choice in _CUES["known"]]
    if ending and state == "known":
        return ending[0]
    free = [choice for choice in choices if choice not in ending] or list(choices)
    told = described(choices, meaning)
    cues = _CUES[state] | _KINDS[kind_of(question)]
    scored = [(len(told[choice] & cues), -place) for place, choice in enumerate(free)]
    best, place = max(scored)
    other = [choice for choice in free if {"else", "other"} & told[choice]]
    return other[0] if best == 0 and other else free[-place]
