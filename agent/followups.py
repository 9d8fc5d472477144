"""Follow-up questions made to stand alone: by the planner model, or by rules when there is none.

The rules put the subject that was last talked about in the place of pronouns, and complete questions
that are too short to stand alone ("Why?", "And the second one?") with the words of the one before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from playhead.agent.offline.terms import STOP_WORDS, words
from playhead.agent.state import Turn
from playhead.prompts import render
from playhead.tools.errors import BudgetExceededError, ModelError
from playhead.tools.protocols import ChatModel, ChatRequest, Message

_SCHEMA = {
    "type": "object",
    "properties": {"question": {"type": "string"}},
    "required": ["question"],
    "additionalProperties": False,
}
_OWNED = re.compile(r"\b(his|her|their|its|whose)\b(?=\s+[a-z])", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(he|she|him|her|they|them|it|this|that|these|those)\b", re.IGNORECASE)
_EMPTY_IT = re.compile(
    r"\btime is it\b|\bis it (?:true|possible|raining|day|night)\b"
    r"|\b(?:this|that|these|those)\s+(?!(?:is|was|are|were|do|does|did|happen\w*|means?)\b)[a-z]+"
    r"|\b(?:say|says|said|know|shows?|think|clear) that\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)*")
_THING = re.compile(r"\b(?:the|a|an)\s+([\w’'-]+(?:\s+[\w’'-]+)?)", re.IGNORECASE)
_LEAD = re.compile(r"^(?:and|but|so|or|also|then)\b[\s,]*|^(?:what|how) about\b\s*", re.IGNORECASE)
SHORTEST = 2
"""A question with fewer content words than this leans on the one before."""


async def standalone(question: str, history: Sequence[Turn], model: ChatModel | None) -> str:
    """The question with everything it needs to be understood alone. Never fails: at worst unchanged."""
    if not history:
        return question
    if model is not None and (rewritten := await _by_model(question, history, model)):
        return rewritten
    return by_rules(question, history)


async def _by_model(question: str, history: Sequence[Turn], model: ChatModel) -> str:
    prompt = render("rewrite", history=history[-6:], question=question)
    request = ChatRequest(
        (Message("user", (prompt,)),), _SCHEMA, "rewrite", max_tokens=256, timeout_s=60.0, purpose="rewrite"
    )
    try:
        reply = await model.complete(request)
    except (ModelError, BudgetExceededError):
        return ""
    written = reply.data.get("question") if isinstance(reply.data, Mapping) else ""
    text = " ".join(written.split()) if isinstance(written, str) else ""
    return text if len(text) <= 4 * len(question) + 400 else ""


def by_rules(question: str, history: Sequence[Turn]) -> str:
    """Pronouns replaced by the last subject; too short a question completed by the one before."""
    subject = next((found for turn in reversed(history) if (found := _subject(turn))), "")
    replaced = _refer(question, subject) if subject else question
    if replaced == question and (_LEAD.match(question) or _own_words(question) < SHORTEST):
        earlier = history[-1].question.rstrip(" ?.!")
        return f"{_LEAD.sub('', question)} ({earlier})"
    return replaced


def _refer(question: str, subject: str) -> str:
    """Possessives and the first pronoun replaced; pronouns that refer to nothing said are left alone."""
    aside = _EMPTY_IT.findall(question)
    text = _EMPTY_IT.sub("\0", question)
    text = _PRONOUN.sub(subject, _OWNED.sub(f"{subject}'s", text), count=1)
    for words_kept in aside:
        text = text.replace("\0", words_kept, 1)
    return text


def _subject(turn: Turn) -> str:
    """A name in the question, else the thing it is about, else a name in the answer."""
    if names := _NAME.findall(turn.question):
        return str(names[-1])
    for thing in _THING.findall(turn.question):
        kept = [word for word in thing.split() if word.lower() not in STOP_WORDS]
        if kept and kept[0] == thing.split()[0]:
            return f"the {' '.join(_nouns(kept))}"
    names = _NAME.findall(turn.answer[:200])
    return str(names[-1]) if names else ""


def _nouns(found: list[str]) -> list[str]:
    """The first word, and the second unless it reads as the verb."""
    verb = len(found) > 1 and re.search(r"(?:s|ed|ing)$", found[1]) and not found[1].endswith("ss")
    return found[:1] if verb else found


def _own_words(question: str) -> int:
    return sum(word not in STOP_WORDS for word in words(question))
