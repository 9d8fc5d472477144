"""Words for the lexical route: one normal form for stored text and for queries, in any script.

SQLite's `porter unicode61` splits at spaces and stems English. What it cannot do is done here before
it sees the text: compatibility forms and case are folded, accents and vowel points go, and scripts
written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) become overlapping pairs of
letters, so that any part of a sentence can be found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from playhead.tools.words.function_words import CLITIC, GRAMMAR, LIMITING

MAX_TERMS = 64
"""Distinct terms of a query that are searched; what a longer one adds is noise."""

MAX_CHARACTERS = 20_000
"""Characters of a query that are looked at."""

STOP_WORDS = GRAMMAR | CLITIC | LIMITING
"""English words that say nothing on their own."""

_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]+)"
)
_ARABIC = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": None}
)


class _Table(dict[int, str | None]):
    """A translation table that asks `rule` once for each new letter."""

    def __init__(self, rule: Callable[[str], str | None]) -> None:
        super().__init__()
        self.rule = rule

    def __missing__(self, code: int) -> str | None:
        self[code] = self.rule(chr(code))
        return self[code]


def _without_mark(letter: str) -> str | None:
    """Accents and vowel points go; the signs of Indic and South-East Asian scripts stay."""
    return None if unicodedata.category(letter) == "Mn" and not "\u0900" <= letter <= "\u1cff" else letter


def _cut(letter: str) -> str:
    return letter if unicodedata.category(letter)[0] in "LNM" else " "


_MARKS, _CUTS = _Table(_without_mark), _Table(_cut)


def normalise(text: str) -> str:
    """Folded text: NFKC, lower case, no accents, one form of each Arabic letter."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if folded.isascii():
        return folded
    bare = unicodedata.normalize("NFD", folded).translate(_MARKS)
    return unicodedata.normalize("NFC", bare).translate(_ARABIC)


def words(text: str) -> list[str]:
    """The terms of a text in order: whole words, or letter pairs where a script has no spaces."""
    return [term for word in normalise(text).translate(_CUTS).split() for term in _terms(word)]


def _terms(word: str) -> Iterator[str]:
    if word.isascii():
        yield word
        return
    for number, piece in enumerate(_UNSPACED.split(word)):
        if number % 2:
            yield from (piece[i : i + 2] for i in range(max(1, len(piece) - 1)))
        elif piece:
            yield piece


def content_words(text: str) -> list[str]:
    """The words of a text without the English words that say nothing; all of them if nothing is left."""
    every = words(text)
    return [word for word in every if word not in STOP_WORDS] or every


def indexable(text: str) -> str:
    """What the full-text table stores: the terms, and the last letter of each run of letter pairs, so
    that a search for a lone letter, which looks for pairs that begin with it, finds that one too."""
    terms = words(text)
    return " ".join([*terms, *(term[1] for term in terms if len(term) == 2 and _UNSPACED.match(term))])


def match_expression(query: str) -> str:
    """An FTS5 expression that finds any term of the query; '' when it has none.

    Every term is quoted, so that nothing in a query is read as syntax. What was written together
    (`0.001`, `x-ray`) is searched as a phrase besides its words, and a lone letter of a script
    without spaces as the beginning of a pair.
    """
    query = query[:MAX_CHARACTERS]
    terms = dict.fromkeys(_quoted(word) for word in content_words(query))
    phrases = (words(piece) for piece in query.split())
    joined = dict.fromkeys(f'"{" ".join(phrase)}"' for phrase in phrases if 1 < len(phrase) < 8)
    return " OR ".join([*list(joined)[: MAX_TERMS // 4], *list(terms)[:MAX_TERMS]])


def _quoted(word: str) -> str:
    return f'"{word}" *' if len(word) == 1 and _UNSPACED.match(word) else f'"{word}"'
