"""The kind of thing that a question asks for, and whether a text holds one: a figure in the unit asked for, a
name, a time, a place, a reason, a colour."""

from __future__ import annotations

import re
from functools import lru_cache

from playhead.agent.offline.question import Question
from playhead.tools.words.stems import NUMBER_WORDS, words

FITTING = ("number", "count", "who", "time", "where", "why", "colour")
"""Kinds that a text can be seen to hold."""
LISTED = ("number", "count", "colour")
"""Those whose words can be listed: where none stands, there is no answer."""

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_NUMBERS = frozenset(NUMBER_WORDS) - {"one", "single", "once"}
_FIGURE, _CODE = re.compile(r"\d"), re.compile(r".*\d")
_NAME = re.compile(r"(?<![.!?\"“] )(?<!^)\b[^\W\d_a-z][\w'’-]+")
_CUES = {
    "time": re.compile(
        rf"\b(?:1[5-9]|20)\d\d\b|\b\d{{1,2}}[:.]\d\d\b|\b(?:{_MONTHS}|{_DAYS}|noon|midnight|yesterday|today|"
        r"tomorrow|tonight|o'?clock|morning|evening|years?|months?|weeks?|century|spring|summer|autumn|winter|"
        r"(?:fift|sixt|sevent|eight|ninet)ies)\b",
        re.IGNORECASE,
    ),
    "where": re.compile(
        r"\b(?:in|at|from|to|into|near|on|over|through) (?:the )?[A-Z]\w+|\b(?:under|behind|inside|outside|"
        r"beside|between|above|below|on top of|next to|in the|at the|on the|to the)\b"
    ),
    "why": re.compile(
        r"\b(?:because|since|so that|in order to|that's why|reason|due to|so (?:you|we|they|it)|otherwise|"
        r"therefore|thus|means|caused?|the (?:idea|problem) is|leads? to|need to|to (?:prevent|avoid)|afraid|"
        r"worr(?:y|ied))\b",
        re.IGNORECASE,
    ),
    "colour": re.compile(
        r"\b(?:red|green|blue|yellow|orange|purple|violet|pink|brown|black|white|gr[ae]y|gold\w*|silver)\b",
        re.IGNORECASE,
    ),
}
_TIME_UNITS = (
    r"(?:milli)?seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies)"
)
_LENGTH_UNITS = r"\w*met(?:er|re)s?|[km]m|cm|feet|foot|ft|inch(?:es)?|yards?|miles?|light.years?"
_UNITS = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(told, re.IGNORECASE))
    for asked, told in (
        (
            r"\b(?:costs?|prices?|priced|pa(?:y|ys|id)|expensive|cheap|salary|budget)\b",
            r"[$€£¥]|\b(?:dollars?|euros?|pounds?|francs?|yen|rupees?|cents?|pence|bucks?|free)\b",
        ),
        (r"\bhow old\b|\b(?:what|which) age\b", r"\b(?:aged?|years?|months?|born)\b|-old\b"),
        (r"\bhow long\b", rf"\b(?:{_TIME_UNITS}|{_LENGTH_UNITS})\b|\d:\d\d"),
        (r"\bhow (?:tall|high|far|wide|deep)\b", rf"\b(?:{_LENGTH_UNITS})\b|\d ?m\b"),
        (
            r"\bhow heavy\b|\bweighs?\b|\bweight\b",
            r"\b(?:\w*grams?|kg|g|pounds?|lbs?|ounces?|tons?|tonnes?)\b",
        ),
        (r"\bhow (?:hot|cold|warm)\b|\btemperature\b", r"°|\b(?:degrees?|celsius|fahrenheit|kelvins?)\b"),
        (r"\bpercent\w*\b|\bwhat (?:share|proportion)\b", r"%|\bper ?cent\b"),
    )
)
"""How the question asks for a quantity, and the units that tell one."""


def holds(question: Question, text: str) -> bool:
    """Whether a text holds the asked kind of thing, beyond the words that the question itself has."""
    if question.asks in ("number", "count"):
        unit, figure = _unit(question.text), _CODE if question.asks == "number" else _FIGURE
        return (unit is None or bool(unit.search(text))) and any(
            (figure.match(word) or word in _NUMBERS) and word not in question.known for word in words(text)
        )
    if question.asks == "who":
        return any(not set(words(name)) <= question.known for name in _NAME.findall(text))
    return question.asks in _CUES and bool(_CUES[question.asks].search(text))


@lru_cache(maxsize=64)
def _unit(question: str) -> re.Pattern[str] | None:
    """The units of the quantity that a question asks for; None where it names none of these quantities."""
    return next((told for asked, told in _UNITS if asked.search(question)), None)
