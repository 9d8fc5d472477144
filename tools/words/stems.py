"""Words as the offline answerer compares them: without function words, reduced to stems, weighted by rarity.

Folding and the cutting of scripts without spaces are those of the library's lexical route; here decimals
and clock times stay whole and irregular verbs meet their base form. Works on any text and never raises.
"""

from __future__ import annotations

import math
import re
import threading
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from snowballstemmer import stemmer

from playhead.tools.memory import lexical
from playhead.tools.words.function_words import BARE, CLITIC, EUROPEAN, FORMAL, GRAMMAR

STOP_WORDS = GRAMMAR | CLITIC | FORMAL | BARE | EUROPEAN
"""Function words of English, and of German, French and Spanish where English has no such content word."""

_UNITS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen twenty"""
_OTHERS = {"once": 1, "twice": 2, "thrice": 3, "single": 1, "couple": 2, "pair": 2, "dozen": 12, "thirty": 30}
_TENS = {"forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100}
NUMBER_WORDS = {word: value for value, word in enumerate(_UNITS.split())} | _OTHERS | _TENS

_IRREGULAR = """ate:eat began:begin begun:begin blew:blow bought:buy broke:break broken:break brought:bring
built:build came:come caught:catch children:child chose:choose chosen:choose drank:drink drew:draw
drawn:draw drove:drive driven:drive fed:feed feet:foot fell:fall fallen:fall felt:feel flew:fly fought:fight
found:find gave:give given:give goes:go gone:go got:get grew:grow grown:grow heard:hear held:hold hid:hide
hidden:hide kept:keep knew:know known:know laid:lay leaves:leave led:lead left:left lying:lie made:make
meant:mean men:man met:meet mice:mouse paid:pay people:person persons:person ran:run rode:ride ridden:ride
rose:rise said:say sang:sing sat:sit saw:see seen:see sent:send shook:shake shot:shoot shown:show
slept:sleep sold:sell spoke:speak spoken:speak stood:stand stole:steal stolen:steal taken:take taught:teach
teeth:tooth thought:think threw:throw thrown:throw told:tell took:take tore:tear torn:tear
understood:understand went:go woke:wake women:woman won:win wore:wear worn:wear wrote:write written:write"""
_STEMS = dict(pair.split(":") for pair in _IRREGULAR.split())
_ENGLISH, _GUARD = stemmer("english"), threading.Lock()

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)+")
_SENTENCE_END = re.compile(
    r"(?<=[.!?…][\"'”’)])\s+|(?<=[.!?…])(?<!\.[A-Z]\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bMrs\.)\s+|(?<=[。！？])|\s*\n\s*"
)
_CAMEL = re.compile(r"\b[A-Za-z]*[a-z][A-Z][a-z][A-Za-z]*\b")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
MAX_CHARACTERS = 20_000
"""Longer texts are cut here before they are read, so that a hostile one costs milliseconds."""


def words(text: str) -> list[str]:
    """All words in order, folded.

    `3.5` and `10:30` stay whole, `jack-plugs` is `jack`, `plugs`, and `TypeError` is itself, `type`, `error`.
    """
    found: list[str] = []
    start, text = 0, text[:MAX_CHARACTERS]
    text = _CAMEL.sub(_with_parts, text)
    for match in _NUMBER.finditer(text):
        found += [*lexical.words(text[start : match.start()]), lexical.normalise(match.group())]
        start = match.end()
    return found + lexical.words(text[start:])


def _with_parts(match: re.Match[str]) -> str:
    return f"{match.group()} {_HUMP.sub(' ', match.group())}"


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The Snowball stem (Porter 2001) after irregular English forms; numerals stand for number words."""
    if word in NUMBER_WORDS:
        return str(NUMBER_WORDS[word])
    word = _STEMS.get(word, word)
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return word
    with _GUARD:
        return str(_ENGLISH.stemWord(word))


@lru_cache(maxsize=65_536)
def terms(text: str) -> tuple[str, ...]:
    """Stems of the content words in order; function words are left out."""
    return tuple(stem(word) for word in words(text) if word not in STOP_WORDS)


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text, without blanks; the text itself when it is one."""
    return [part for part in (piece.strip() for piece in _SENTENCE_END.split(text[:MAX_CHARACTERS])) if part]


def number(word: str) -> float | None:
    """The value of a numeral or an English number word, else None."""
    if word in NUMBER_WORDS:
        return float(NUMBER_WORDS[word])
    try:
        value = float(word.replace(",", "")) if word[:1].isdigit() else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


class Weights:
    """Inverse document frequency of stems over the passages in scope.

    A stem that no passage holds weighs as much as one that a single passage holds: it is as telling, and its
    absence must count against the claim that needs it.
    """

    def __init__(self, passages: Iterable[Iterable[str]]) -> None:
        sets = [frozenset(passage) for passage in passages]
        self.count = len(sets)
        self._frequency: Counter[str] = Counter(word for passage in sets for word in passage)

    def __getitem__(self, word: str) -> float:
        frequency = max(1, self._frequency[word])
        return math.log(1 + (self.count + 0.5) / (frequency + 0.5)) if self.count else 1.0

    def __contains__(self, word: str) -> bool:
        return self._frequency[word] > 0

    def mass(self, found: Iterable[str]) -> float:
        """Sum of the weights of distinct stems."""
        return sum(self[word] for word in set(found))
