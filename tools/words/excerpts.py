"""Which memories tell a part of a recording best, and their words as a line that stands alone.

Centroid-based selection (Radev et al. 2004) with maximal marginal relevance (Carbonell and Goldstein 1998)
over vectors that the library holds already. Nothing is written that was not said or shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from playhead.tools.types import Memory, Vectors
from playhead.tools.words.keywords import words

Floats = npt.NDArray[np.float64]

ANNOUNCING = (
    "Today we are going to talk about this subject.",
    "Welcome to this episode, in which we discuss the following.",
    "In this video I will show you how this works.",
    "What we plan to do for you today is this.",
    "I am here to talk to you about this topic.",
)
"""How people say what a recording or a part of it is about; compared by meaning."""

_INTENDED = r"(?:going to|gonna|will|['’]ll|want to|['’]d like to|plan to|here to|intention)"
_TOLD = r"(?:(?:talk(?:ing)?|speak) (?:to you )?about|be about|discuss|cover|introduction|take you|tell you)"
ANNOUNCES = re.compile(
    rf"\b{_INTENDED}\b.{{0,40}}\b{_TOLD}\b"
    r"|\b(?:talk|episode|video|lecture|film|presentation|session|podcast) is about\b"
    r"|\bwhat (?:we|I) (?:plan|want|intend|hope)\b.{0,30}\b(?:is|are)\b|\bwelcome to\b",
    re.IGNORECASE,
)
"""The same in English words: meaning is mostly that of the subject."""

MATTERS = re.compile(
    r"\b(?:problems?|trouble|emergency|danger\w*|warning|bang|fail(?:ed|s|ure)|crash\w*|important\w*"
    r"|crucial\w*|essential\w*|takeaways?|lessons?|remember|conclu\w+|to sum up|in summary"
    r"|in short|bottom line|the (?:key|point|idea|reason|goal|challenge) is|key (?:point|idea|thing)"
    r"|turns? out|discover\w*|invent\w*|decided|breakthrough|the (?:biggest|best|worst) \w+)\b",
    re.IGNORECASE,
)
"""Words by which people mark what matters (the cue method, Edmundson 1969); English."""

STEERS = re.compile(
    r"^(?:\w+, )?(?:we(?:['’]d| would) like|we want you|let me\b|let['’]s|(?:I|we)['’]ll|I will"
    r"|you (?:can|might|may) see|as (?:you|I)|you notice|stand by|verify|I think|I guess|I don['’]t)\b"
    r"|\b(?:we|I)(?:['’]d| would) like (?:you|to have you)\b|\bwe want you\b|\byou (?:should|can) see",
    re.IGNORECASE,
)
"""What leads somebody on rather than tells something."""

CHATTER = (
    "Hello everybody, thanks for coming.",
    "Please welcome our next speaker.",
    "Thank you very much.",
    "I am delighted to introduce my dear friend.",
    "My name is John, and I work for this company.",
    "You will find the link in the notes.",
    "Can you hear me now?",
    "Sorry, I forgot, never mind.",
    "Okay, let's get started.",
    "I will come back to it later.",
    "Do you have any questions?",
    "As you can see here on this slide.",
)
"""What is said around a subject rather than about it; compared by meaning."""

NOVELTY = 0.35
"""How much likeness to what is chosen already counts against a memory."""
ENOUGH_WORDS = 7
"""Words that carry meaning from which on a sentence is not too short to tell anything."""

_SENTENCE = re.compile(r"(?<!\.[A-Z]\.)(?<=[.!?…])[\"”’')]*\s+|(?<=[。！？])")
_LEANING = re.compile(
    r"^(?:(?:and|so|but|or|because|then|now|well|okay|ok|yeah|yes|no|right|uh|um|also|actually|basically|again"
    r"|i mean|you know|all right|of course)\b[,\s]*)+",
    re.IGNORECASE,
)
_REFERRING = re.compile(r"^(?:it|that|this|these|those|they|he|she|him|her|which|there)\b", re.IGNORECASE)
_NOISE = re.compile(
    r"\[[^\]]{1,30}\]|\((?:laughter|applause|music|coughs)\)|,? ?\b(?:uh|um|erm)\b,?|, (?:you know|I mean),"
    r"|(?:^|(?<=\s))-(?: -)+(?=\s|$)",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\b([^\W\d]+(?: [^\W\d]+){0,2})(?:,| -| - -|--)? \1\b(?!')", re.IGNORECASE)


def spoken(memory: Memory) -> str:
    """The words of a memory on one line, without the name of who speaks before them."""
    speaker = str(memory.meta.get("speaker", ""))
    text = " ".join(memory.text.split())
    return text[len(speaker) + 1 :].strip() if speaker and text.startswith(f"{speaker}:") else text


def verbatim(text: str) -> str:
    """Clean verbatim, as transcribers call it: without hesitation, noises and words said twice in a row."""
    plain = _AGAIN.sub(r"\1", " ".join(_NOISE.sub(" ", text).split()))
    if not re.search(r"\w", plain):
        return text
    return plain[:1].upper() + plain[1:] if text[:1].isupper() else plain


def says(memory: Memory) -> bool:
    """Whether any word is left of what was said without noises in brackets."""
    return re.search(r"\w", _NOISE.sub(" ", spoken(memory))) is not None


def sentences(memory: Memory) -> list[str]:
    """The sentences of what was said, without noises; what was shown is one."""
    if memory.kind == "screen":
        return [" / ".join(part.strip() for part in memory.text.splitlines() if part.strip())]
    text = " ".join(verbatim(spoken(memory)).replace("--", " ").split())
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()] or [text]


def opened(sentence: str) -> str:
    """A sentence without "and so, well" before it, and with a capital letter."""
    rest = _LEANING.sub("", sentence)
    chosen = rest if words(rest) else sentence
    return chosen[:1].upper() + chosen[1:]


def quoted(memory: Memory, most_words: int = 24) -> str:
    """The fullest stretch of whole sentences that fits; longer ones are cut at the last comma or word."""
    parts = sentences(memory)
    if memory.kind == "screen":
        return cut(parts[0], most_words)
    best = max(range(len(parts)), key=lambda at: _fullness(parts[at], most_words))
    chosen, after = parts[best], best + 1
    while after < len(parts) and _length(chosen) + _length(parts[after]) <= most_words:
        chosen, after = f"{chosen} {parts[after]}", after + 1
    return cut(opened(chosen), most_words)


def _fullness(sentence: str, most_words: int) -> tuple[bool, int]:
    """A whole sentence that tells something before one that must be cut, then the one with more in it."""
    return _length(sentence) <= most_words and len(words(sentence)) >= 3, len(words(sentence))


def _length(text: str) -> int:
    return len(text.split())


def cut(text: str, most_words: int) -> str:
    """As many words as allowed, up to the last comma where one is near the end."""
    tokens = text.split()
    if len(tokens) <= most_words:
        return text
    kept = tokens[:most_words]
    comma = max((at for at, token in enumerate(kept) if token.endswith((",", ";", ":", "."))), default=-1)
    if comma >= 2 * most_words // 3:
        kept = kept[: comma + 1]
    return " ".join(kept).rstrip(",;:.-") + " …"


def marks(vectors: Vectors, examples: Vectors) -> Floats:
    """How much each row sounds like the example that it is most alike, -1..1."""
    return np.asarray((np.asarray(vectors, float) @ np.asarray(examples, float).T).max(axis=1), float)


def telling(
    memories: Sequence[Memory], vectors: Vectors, centre: Floats, most: int, boost: Floats | None = None
) -> list[int]:
    """Indices of up to `most` memories near `centre` and unlike each other, the most telling first.

    `boost` is added to what each memory scores.
    """
    rows = np.asarray(vectors, float)
    scores = rows @ (centre / (np.linalg.norm(centre) or 1.0)) * np.array([_standing(m) for m in memories])
    scores = scores if boost is None else scores + boost
    chosen: list[int] = []
    alike = np.zeros(len(memories))
    while len(chosen) < min(most, len(memories)):
        left = scores - NOVELTY * alike
        left[chosen] = -np.inf
        chosen.append(int(left.argmax()))
        alike = np.maximum(alike, rows @ rows[chosen[-1]])
    return chosen


def _standing(memory: Memory) -> float:
    return standing(spoken(memory)) if memory.kind == "speech" else 1.0


def standing(text: str) -> float:
    """How well what was said stands alone, 0..1: few words, questions and what leans on others tell less."""
    rest = _LEANING.sub("", text)
    worth = min(1.0, len(words(rest)) / ENOUGH_WORDS)
    if rest.endswith("?"):
        worth *= 0.7
    begun = re.match(r"[a-z]|-", text) is not None
    return worth * (0.85 if _REFERRING.match(rest) or begun else 1.0)
