"""Follow-up questions made to stand alone by rules: whether they lean on what was said before, and on what.

The rules find the question that the conversation is about and put its subject in the place of pronouns, or
what a follow-up names ("And the mill?") in the place of what is most like it there; else it is set beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from playhead.agent.followups.swapping import DEFINES, PRONOUN, Embed, swapped
from playhead.agent.state import Turn
from playhead.tools.words.keywords import names
from playhead.tools.words.stems import NUMBER_WORDS, STOP_WORDS, words

_OWNED = re.compile(r"\b(his|her|their|its|whose)\b(?=\s+[a-z])", re.IGNORECASE)
_PERSONAL = re.compile(r"\b(?:he|she|him|her|his|hers|they|them|their|theirs)\b", re.IGNORECASE)
_EMPTY_IT = re.compile(
    r"\btime is it\b|\bis it (?:true|possible|raining|day|night)\b"
    r"|\b(?:this|that|these|those)\s+(?!(?:is|was|are|were|do|does|did|happen\w*|means?|supposed)\b)[a-z]+"
    r"|\b(?:say|says|said|know|shows?|think|clear|before|after|since|until) that\b",
    re.IGNORECASE,
)
_LEANING = re.compile(
    r"\b(?:his|hers?|their|its|he|she|him|they|them|it|that|those|these|there|then|ones?|same|else|instead|too)\b"
    r"|\b(?:next|afterwards|earlier|before)\W*$",
    re.IGNORECASE,
)
_NOT_LEANING = re.compile(
    r"\btime is it\b|\bis it (?:true|possible|raining|day|night)\b|\b(?:is|are|was|were|will be) there\b"
    r"|\bthere (?:is|are|was|were|any)\b|\b(?:say|says|said|know|shows?|think|clear) that\b|\bone of the\b"
    r"|\b(?:which|what|who|whom|anything|something|nothing|person|people|man|woman) (?:that|else)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)*")
_ATTRIBUTES = frozenset(
    [
        "title",
        "name",
        "number",
        "size",
        "price",
        "cost",
        "colour",
        "color",
        "kind",
        "type",
        "sort",
        "part",
        "end",
        "beginning",
        "length",
        "age",
        "date",
    ]
)
_THING = re.compile(r"\b(?:the|a|an|which|what)\s+([\w’'-]+(?:\s+[\w’'-]+)?)", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:(?:and|but|so|or|also|then|ok|okay)\b[\s,]*)+|^(?:what|how) about\b\s*", re.IGNORECASE
)
_BARE_WORD = re.compile(
    r"^(why|when|where|how)(?: (?:so|is that|was that|did that happen|then))?\W*$", re.IGNORECASE
)
_ASKED_SO = re.compile(
    r"^(?:why|when|where|how|how \w+)\s+(?=(?:did|do|does|was|were|is|are|has|had|have)\b)", re.I
)
_PLACED = re.compile(r"\b(?:in|on|at|from|near|over|since)\s+(?:the\s+)?$", re.IGNORECASE)
_LABEL = re.compile(r"^\W*(?:\d[\d:]* )?(?:— )?(?:[^:.?!]{1,40}:\s)?")
SHORTEST = 2
"""A question with fewer content words than this leans on the one before."""
LONGEST = 4
"""One with more says itself whom its pronouns mean."""


def leans(question: str) -> bool:
    """Whether a question cannot be understood, or placed, without the one before it."""
    own = _NOT_LEANING.sub(" ", question)
    if _LEAD.match(question) or _LEANING.search(own):
        return True
    return _own_words(question) < SHORTEST and not DEFINES.match(question)


def by_rules(question: str, history: Sequence[Turn], embed: Embed | None = None) -> str:
    """The question completed from the last one that stood alone; unchanged when it stands alone itself."""
    told: list[Turn] = []
    for turn in history:
        told.append(replace(turn, question=_completed(turn.question, told, embed)))
    return _completed(question, told, embed)


def _completed(question: str, history: Sequence[Turn], embed: Embed | None) -> str:
    """`by_rules` for a history whose questions are completed themselves."""
    if not history or not leans(question):
        return question
    root = next((turn for turn in reversed(history) if _whole(turn.question)), history[0])
    earlier = root.question.rstrip(" ?.!")
    if bare := _BARE_WORD.match(question):
        again, found = _ASKED_SO.subn(f"{bare[1].capitalize()} ", earlier)
        return f"{again}?" if found else f"{question} ({earlier})"
    if named := swapped(question, earlier, embed):
        return f"{named}?"
    short = _own_words(question) <= LONGEST
    referring = PRONOUN.search(_EMPTY_IT.sub("", question)) or _OWNED.search(question)
    personal = bool(referring and _PERSONAL.match(referring.group()))
    subject = _subject(history, personal=personal) if short else ""
    replaced = _refer(question, subject) if subject else question
    hanging = short and PRONOUN.search(_EMPTY_IT.sub("", question))
    if replaced == question and (hanging or _LEAD.match(question) or _own_words(question) < SHORTEST):
        return f"{_LEAD.sub('', question)} ({earlier})"
    return replaced


def _whole(question: str) -> bool:
    """Whether another question can be completed from it, although its pronouns may refer to something."""
    return not question.endswith(")") and (not leans(question) or _own_words(question) >= SHORTEST)


def _refer(question: str, subject: str) -> str:
    """Possessives and the first pronoun replaced; pronouns that refer to nothing said are left alone."""
    aside = _EMPTY_IT.findall(question)
    text = _EMPTY_IT.sub("\0", question)
    text = PRONOUN.sub(subject, _OWNED.sub(f"{subject}'s", text), count=1)
    for words_kept in aside:
        text = text.replace("\0", words_kept, 1)
    return text


def _subject(history: Sequence[Turn], *, personal: bool) -> str:
    """Who or what was last talked about: of people a name in the answer to a `who`, else in the question."""
    for turn in reversed(history):
        if personal and turn.question.lower().startswith("who"):
            if people := _people(turn):
                return people
        elif found := _of_question(turn, personal=personal):
            return found
    return ""


def _people(turn: Turn) -> str:
    """The first name in an answer that the question does not have, without labels of who speaks.

    Each line of a slide begins anew: the first word of "/ Built in 1788" is no name.
    """
    lines = (_LABEL.sub("", line) for line in re.split(r"\n| — or | / ", turn.answer))
    found = (
        name
        for line in lines
        for name in names([f". {line}"])
        if "-" not in name and name not in turn.question
    )
    return next(found, "")


def _of_question(turn: Turn, *, personal: bool) -> str:
    """Of people a name in the question, of things what it is about; no place or time of it."""
    if leans(turn.question):
        return ""
    called = [
        match for match in _NAME.finditer(turn.question) if not _PLACED.search(turn.question[: match.start()])
    ]
    things = _things(turn)
    first = f"the {' '.join(_nouns(things[0]))}" if things else ""
    name = str(called[-1].group()) if called else ""
    return name or first if personal or not things else first or name


def _things(turn: Turn) -> list[list[str]]:
    """One or two words after an article each; but a title or a size is that of something else."""
    defined = DEFINES.match(turn.question)
    after = [thing.split() for thing in ([defined["what"]] if defined else _THING.findall(turn.question))]
    found = [
        [word for word in thing if word.lower() not in STOP_WORDS]
        for thing in after
        if thing[0].lower() not in STOP_WORDS and thing[0].lower() not in NUMBER_WORDS
    ]
    return [thing for thing in found if thing[0].lower() not in _ATTRIBUTES] or found


def _nouns(found: list[str]) -> list[str]:
    """The first word, and the second unless it reads as the verb."""
    verb = len(found) > 1 and re.search(r"^[A-Z]|(?:s|ed|ing)$", found[1]) and not found[1].endswith("ss")
    return found[:1] if verb else found


def _own_words(question: str) -> int:
    return sum(word not in STOP_WORDS for word in words(question))
