"""What a question asks for, read from its words alone: the kind of answer, the anchor, the place, the order.

The patterns are English. A question in another language is of kind `what` with all its words as terms, and
is answered by its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

from playhead.tools.words.stems import terms, words

Asks = Literal["colour", "time", "count", "order", "yes_no", "who", "where", "number", "why", "how", "what"]
"""The kind of answer. `count` counts things, `number` wants a figure that is said or shown."""

Relation = Literal["after", "before", "while", ""]
Place = Literal["start", "middle", "end", ""]
Ordinal = Literal["first", "last", ""]

MAX_CHARACTERS = 4_000
"""What is read of a question."""

_KINDS: tuple[tuple[Asks, str], ...] = (
    ("colour", r"\bcolou?rs?\b"),
    ("order", r"\b(which|what) (order|sequence)\b|\bchronological|\bput .* in order\b"),
    (
        "time",
        r"^(at |around |about |roughly )*(when\b|(what|which) (time|second|minute|moment)\b)"
        r"|\b(at|around) (about |roughly )?(what|which) (time|second|minute|timestamp|moment|point)\b",
    ),
    (
        "count",
        r"\bhow (many|often)\b|\bthe (total |smallest |largest |exact )?number of (?!the\b)|\bcount the\b",
    ),
    (
        "number",
        r"\bhow (much|long|old|tall|far|fast|fine|big|large|high|heavy|wide|deep|hot|cold|expensive)\b"
        r"|\b(what|which) ([\w-]+ ){0,3}(number|year|percent\w*|price|cost|rate|score|date|amount|size|port|"
        r"version|temperature|speed|value|total|age|address|code|isbn|status|capacity|frequency|distance|weight|"
        r"budget|deadline)\b|^number of\b|\bby how much\b",
    ),
    ("who", r"\b(who|whom|whose)\b|\bwhat('s| is| was) .{0,30}\bname\b"),
    ("where", r"\bwhere\b|\b(in|at|to|from) (which|what) (place|city|country|room|town|street|location)\b"),
    (
        "why",
        r"\bwhy\b|\bhow come\b|\bfor what reason\b|\bwhat(s| is|'s| was) the (reason|purpose|point)\b"
        r"|\bwhat (made|stopped|caused)\b",
    ),
    ("yes_no", r"^(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b"),
    ("what", r"\b(what|which)\b"),
    ("how", r"\bhow\b"),
)
_GENERIC_WORDS = """video clip film movie scene recording transcript subtitle caption credit screen slide show
say tell mention speak talk happen name kind type sort thing person people many much time exact according call
number answer ask word following appear see visible display use give state long part"""
GENERIC = frozenset(terms(_GENERIC_WORDS))
"""Stems that say how the question is put rather than what it is about; they need not be found."""

_WHOLE = re.compile(
    r"\b(in|during|of|throughout) (the|this) (whole |entire )?"
    r"(video|clip|film|movie|recording|transcript)\b"
)
_NEAR = r"(?:right |just |directly |immediately |shortly |soon )?"
_RELATION = re.compile(
    rf"\b(?:(?P<after>{_NEAR}after|following|once|as soon as)"
    rf"|(?P<before>{_NEAR}before|prior to|until)"
    r"|(?P<while>while|when|during|as|whilst))\s+(?P<anchor>.{3,})"
)
_LEADING = re.compile(
    r"^(?P<word>in|during|on|at|after|before|when|while|as|once)\s+(?!(?:about |around )?(?:what|which)\b)"
    r"(?P<anchor>[^,?]{3,80}),\s*(?P<rest>.{6,})"
)
_ITEM = re.compile(r"[(\[]\s*([A-Za-z]|\d{1,2}|[ivx]{1,4})\s*[)\]]\s*([^()\[\]]+)")
_PLACES: tuple[tuple[Place, str], ...] = (
    (
        "start",
        r"\b(at|in|near|towards?|from|by) (the )?(very )?(beginning|start|opening|first half)\b"
        r"|\binitially\b|\bopening (scene|shot|titles?)\b",
    ),
    (
        "end",
        r"\b(at|in|near|towards?|by) (the )?(very )?(end|ending|close|last part|second half)\b"
        r"|\b(final|closing) (scene|shot|credits?)\b|\blater\b",
    ),
    (
        "middle",
        r"\b(in|near|around|at|towards?) the middle\b(?! of the (?!video|clip|film))"
        r"|\bhalf ?way\b|\bmidway\b",
    ),
)
_NEGATED = re.compile(
    r"\b(which|what|who)\b[^,]{0,60}?\b(not|isn['’]t|aren['’]t|wasn['’]t|weren['’]t|doesn['’]t|don['’]t|didn['’]t)\b"
    r"(?! (?:until|only)\b)|\bexcept\b|\bleast (?:likely|mentioned)\b|\b(?:false|incorrect)\b"
)
_IMMEDIATE = re.compile(r"\b(right|just|directly|immediately|next)\b")
_ENTITY = re.compile(r"\b(?:the|a|an|his|her|their|its|this|that)\s+([^\W_]+)")
_FIRST = re.compile(r"\b(first|earliest)\b(?! (half|second|minute|part|time\b))")
_LAST = re.compile(r"\b(last|latest|finally)\b(?! (half|second|minute|part|time\b))")


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart. `anchor` is the event that `relation` means, `focus` the other terms."""

    text: str
    asks: Asks
    terms: tuple[str, ...]
    focus: tuple[str, ...]
    known: frozenset[str]
    """All of its words in lower case."""
    relation: Relation = ""
    anchor: str = ""
    place: Place = ""
    negated: bool = False
    """Asks which option does not hold (`which is not mentioned`, `all except`)."""
    ordinal: Ordinal = ""
    entities: frozenset[str] = frozenset()
    """Stems that stand after an article or a possessive: the things the question takes for granted."""
    immediate: bool = False
    """`right after` rather than `after`."""
    items: tuple[tuple[str, str], ...] = ()
    """Labelled items inside the question: `(A) elevator` is `("a", "elevator")`."""

    @property
    def about(self) -> tuple[str, ...]:
        """The terms that say what the question is about; all of them if nothing else is left."""
        return tuple(word for word in self.terms if word not in GENERIC) or self.terms


def analyse(text: str) -> Question:
    """Take a question apart. Never raises; costs no more for 100 kB than for 4 kB."""
    text = text[:MAX_CHARACTERS]
    plain = _WHOLE.sub("", " ".join(text.lower().split())).strip()
    items = tuple((label.lower(), item.strip(" ,;.:?")) for label, item in _ITEM.findall(text))
    items = items if len(items) > 1 else ()
    relation, anchor, focus = ("", "", plain) if items else _anchor(plain)
    return Question(
        text=text,
        asks="order" if len(items) > 2 else _kind(plain),
        terms=tuple(dict.fromkeys(terms(text))),
        focus=tuple(dict.fromkeys(terms(focus))),
        known=frozenset(words(text)),
        relation=cast(Relation, relation),
        anchor=anchor,
        place=next((place for place, pattern in _PLACES if re.search(pattern, plain)), ""),
        negated=bool(_NEGATED.search(focus)) or bool(re.search(r"\bNOT\b", text)),
        ordinal="first" if _FIRST.search(focus) else "last" if _LAST.search(focus) else "",
        entities=frozenset(word for text in _ENTITY.findall(plain) for word in terms(text)),
        immediate=bool(_IMMEDIATE.search(plain)),
        items=items,
    )


def _kind(plain: str) -> Asks:
    return next((kind for kind, pattern in _KINDS if re.search(pattern, plain)), "what")


def _anchor(plain: str) -> tuple[str, str, str]:
    """(relation, anchor, the rest of the question)."""
    if leading := _LEADING.match(plain):
        relation = {"after": "after", "once": "after", "before": "before"}.get(leading["word"], "while")
        return relation, leading["anchor"], leading["rest"]
    if not (match := _RELATION.search(plain)):
        return "", "", plain
    relation = next(name for name in ("after", "before", "while") if match[name])
    return relation, match["anchor"].rstrip("? ."), plain[: match.start()]
