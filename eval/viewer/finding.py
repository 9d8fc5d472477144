"""From a question and statements to an answer, by comparing words: no knowledge of any film."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from playhead.eval.viewer.statements import Statement, quoted

_SMALL = frozenset(
    re.findall(
        r"\w+",
        "A AN THE OF ON IN AT IS ARE DO DOES DID WHAT WHICH WHO WHERE WHEN HOW MANY TIME AND OR TO IT ITS "
        "THAT THERE HAVE HAS APPEAR COME BACK AGAIN ORDER END FIRST LAST THEY BE BY THIS VIDEO FILM BEFORE "
        "AFTER AS FOR WITH",
    )
)
APART_S = 15.0
"""Two sightings of the same farther apart than this are two appearances."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of a question.

    `state` is `known`, `near` (these places may show it but must be seen closer) or `nothing`; `wanted` is
    the question that would settle it.
    """

    state: str
    text: str = ""
    places: tuple[Statement, ...] = ()
    count: int = 0
    wanted: str = ""

    @property
    def told(self) -> str:
        """The answer with what it rests on, for somebody who goes on from it."""
        first: dict[str, Statement] = {}
        for one in self.places:
            first.setdefault(one.words if self.count < 2 else quoted(one), one)
        return f"{self.text}: {', '.join(quoted(one) for one in first.values())}" if self.text else ""


def inner(question: str) -> str:
    """What is to be found out in the end, where it is asked whether something answers it or is so."""
    match = re.match(r"(?:does|do|is|are|would)\b[^:?]{0,60}:\s*(.+)", question, re.IGNORECASE)
    return match[1] if match else question


def words(text: str) -> list[str]:
    """Words in capitals, without plural s, in order."""
    return [stem(word) for word in re.findall(r"[A-Z0-9]+", text.upper())]


def stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("S") and not word.endswith("SS") else word


def content(question: str) -> set[str]:
    """The words of a question that say what it is about."""
    raw = [word for word in re.findall(r"[A-Z0-9]+", question.upper()) if word not in _SMALL]
    return {stem(word) for word in raw} - _SMALL


def is_whole(question: str) -> bool:
    """Whether only somebody who has seen everything can answer."""
    return bool(
        re.search(r"how many|how often|in (which|what) order|at the end|come back|again", question, re.I)
    )


def find(question: str, known: Sequence[Statement], surveyed: bool) -> Finding:
    """The answer that the statements give; `surveyed` says whether they come from everywhere."""
    read = [one for one in known if one.whole and one.words]
    way = _way(question)
    finding = way(question, read)
    unread = [one for one in known if not one.whole and _may_show(one, question)]
    unread = [one for one in unread if not _read_there(one, read)]
    open_ = bool(unread) and way in (_ordered, _alternative)
    if finding.state == "known" and not open_ and (surveyed or not is_whole(question)):
        return replace(finding, wanted=finding.wanted or question)
    if unread:
        return Finding("near", finding.text, tuple(unread), wanted=finding.wanted or question)
    if finding.state == "known":
        return replace(finding, state="near", wanted=question)
    return finding if finding.wanted else replace(finding, wanted=question)


def related(question: str, known: Sequence[Statement]) -> list[Statement]:
    """Statements worth reporting: about what the question names, and about no other number of it."""
    asked = content(question)
    numbers = {word for word in asked if word.isdigit()}

    def about(one: Statement) -> bool:
        said = words(one.words)
        other = {word for word in said if word.isdigit()}
        return (
            one.whole and bool(said) and said[0] in asked and not (numbers and other and not numbers & other)
        )

    picked = [one for one in known if about(one) or _named(one, asked)]
    return picked or [one for one in known if not one.whole and _may_show(one, question)]


def _named(one: Statement, asked: set[str]) -> bool:
    """Whether the question names all of it, as it does of a thing."""
    return one.whole and bool(one.words) and set(words(one.words)) <= asked


def appearances(found: Sequence[Statement]) -> list[Statement]:
    """Sightings joined where they follow each other; each keeps its first and last second."""
    joined: list[Statement] = []
    for one in sorted(found, key=lambda one: one.start_s):
        if joined and joined[-1].words == one.words and one.start_s - joined[-1].end_s <= APART_S:
            joined[-1] = replace(joined[-1], end_s=max(one.end_s, joined[-1].end_s))
        else:
            joined.append(one)
    return joined


def _way(question: str) -> Callable[[str, Sequence[Statement]], Finding]:
    if re.search(r"how many|how often", question, re.I):
        return _counted
    if re.search(r"in (which|what) order", question, re.I):
        return _ordered
    if re.search(r"^when\b", question, re.I):
        return _timed
    return _alternative if re.search(r"\b(is|are|was)\b.*\bor\b", question, re.I) else _looked_up


def _counted(question: str, read: Sequence[Statement]) -> Finding:
    wanted = content(question)
    found = appearances([one for one in read if set(words(one.words)) <= wanted])
    if not found:
        return Finding("nothing")
    return Finding("known", f"{len(found)} times", tuple(found), len(found))


def _ordered(question: str, read: Sequence[Statement]) -> Finding:
    wanted = content(question)
    found: dict[str, Statement] = {}
    for one in read:
        said = words(one.words)
        if len(said) > 1 and said[0] in wanted and said[-1] in wanted:
            found.setdefault(said[-1], one)
    asked = [word for word in wanted if any(word == words(one.words)[-1] for one in read)]
    if len(found) < 2 or len(found) < len(asked):
        return Finding("nothing", places=tuple(found.values()))
    return Finding("known", ", ".join(found).lower(), tuple(found.values()), len(found))


def _timed(question: str, read: Sequence[Statement]) -> Finding:
    wanted = content(question)
    found = appearances([one for one in read if set(words(one.words)) <= wanted])
    again = bool(re.search(r"back|again", question, re.I))
    if len(found) <= again:
        return Finding("nothing", places=tuple(found))
    place = found[1 if again else 0]
    return Finding("known", f"at {_time(place)} s ({place.words.lower()})", (place,), 1)


def _time(place: Statement) -> str:
    """Its second, or both ends of a line that tells no better."""
    close = place.end_s - place.start_s <= 1
    return f"{place.start_s:.0f}" if close else f"{place.start_s:.0f}-{place.end_s:.0f}"


def _alternative(question: str, read: Sequence[Statement]) -> Finding:
    wanted = content(question)
    found = [one for one in read if len(set(words(one.words)) & wanted) >= 2]
    if not found:
        return Finding("nothing")
    place = found[-1] if "end" in question.lower() else found[0]
    states = [word for word in words(place.words)[1:] if word in wanted]
    return Finding("known", f'{" ".join(states).lower()} (a label reads "{place.words}")', (place,), 1)


def _looked_up(question: str, read: Sequence[Statement], hops: int = 2) -> Finding:
    """The label with every word of the question; what it says besides is the answer.

    A label that knows the question's name but not its verb may give a number to go on with.
    """
    wanted = content(question)
    labels = [(one, words(one.words)) for one in read]
    if not wanted:
        return Finding("nothing")
    for one, said in labels:
        rest = [word for word in one.words.split() if stem(word) not in wanted]
        if rest and wanted <= set(said):
            return Finding("known", f'{" ".join(rest)} (a label reads "{one.words}")', _same(one, read), 1)
    head = next((word for word in words(question) if any(said and said[0] == word for _, said in labels)), "")
    names = {stem(name.upper()) for name in re.findall(r"(?<=\s)[A-Z][a-z]+", question)} & wanted
    for one, said in labels:
        numbers = [word for word in said if word.isdigit() and word not in wanted]
        if hops and numbers and said[0] == head and names & set(said[1:]):
            left = wanted - set(said)
            following = f"What does {head.lower()} {numbers[0]} {' '.join(sorted(left)).lower()}?"
            deeper = _looked_up(following, read, hops - 1)
            state = "known" if deeper.state == "known" else "near"
            return replace(deeper, state=state, places=(*deeper.places, one), wanted=following)
    return Finding("nothing")


def _same(one: Statement, read: Sequence[Statement]) -> tuple[Statement, ...]:
    """All sightings of one label, those of lines before those of pictures."""
    return tuple(
        sorted((o for o in read if o.words == one.words), key=lambda o: (o.number is None, o.start_s))
    )


def _may_show(one: Statement, question: str) -> bool:
    return not one.words or bool(set(words(one.words)) & content(question))


def _read_there(one: Statement, read: Sequence[Statement]) -> bool:
    """Whether a label was read at the same time: the unread one has been looked at closer since."""
    named = words(one.words)[:1]
    return any(
        other.start_s <= one.end_s
        and one.start_s <= other.end_s
        and (not named or words(other.words)[:1] == named)
        for other in read
        if len(words(other.words)) > 1 and other.words.split()[-1] not in ("DISC", "SQUARE", "COAT")
    )
