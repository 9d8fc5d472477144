"""What a simulated viewer makes of one request: what it knows, what answers, and which lines matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from playhead.eval.viewer import planning
from playhead.eval.viewer.asked import OUTLINE, Asked, Line
from playhead.eval.viewer.finding import Finding, content, find, inner, related, words
from playhead.eval.viewer.showing import KEPT, Shown
from playhead.eval.viewer.sight import Sight, see
from playhead.eval.viewer.statements import Statement, quoted, statements
from playhead.eval.viewer.stretches import settled, shown_throughout

SPREAD = 5
"""Places that are chosen when nothing speaks for any."""
DIGEST_CHARS = 6000
_NEGATIVE = re.compile(r"(not|no|nothing|nowhere|none|cannot|unknown|unclear)\b", re.IGNORECASE)
_SIGHTS: dict[tuple[str, int], Sight] = {}


@dataclass(frozen=True, slots=True)
class Manner:
    """How well a viewer sees and how it talks."""

    terse: bool = False
    verbose: bool = False
    smallest_px: int = 7
    """Capitals lower than this are not read; 12 is near-sighted."""


class Mind:
    """One request, understood once and asked for every field of the reply.

    `final` says that the reply is an answer with citations: only numbered lines and pictures count for it.
    """

    def __init__(self, asked: Asked, manner: Manner) -> None:
        self.asked, self.manner = asked, manner
        self.sights = [_seen(shown, manner.smallest_px) for shown in asked.pictures]
        self.question = inner(asked.question)
        self.describing = bool(re.match(r"(describe|summari[sz]e)\b", asked.question, re.IGNORECASE))
        asks = (asked.schema or {}).get("properties", {})
        self.final = "cites" in asks
        told = statements(asked, self.sights)
        loose = not self.final or any(shown.number is None for shown in asked.pictures)
        counted = told if loose else [one for one in told if one.number is not None]
        self.known = settled(asked, counted)
        everything = planning.surveyed(asked) or shown_throughout(asked)
        empty = not asked.question or self.describing
        self.finding = Finding("nothing") if empty else find(self.question, self.known, everything)
        self.finding = self._accepted() or self.finding
        self.numbers = self._numbers()
        self.way = self._way()

    @property
    def sure(self) -> bool:
        return self.finding.state == "known"

    @property
    def yes(self) -> bool:
        """Whether that what is asked about is so, or whether the request helps to answer."""
        if re.match(r"is\b", self.asked.question, re.IGNORECASE) and self.question != self.asked.question:
            return self.sure or bool(related(self.question, [one for one in self.known if one.whole]))
        helps = re.match(r"do(es)?\b.*\b(help|show|bear)s?\b", self.asked.question, re.IGNORECASE)
        return self.sure or bool(helps and self.about())

    @property
    def lowest(self) -> bool:
        """Whether the way through a tree leads to a place that has no parts."""
        most = (self.asked.schema or {}).get("properties", {}).get("path", {}).get("maxItems", 0)
        return bool(len(self.way) >= most > 0)

    def about(self) -> list[Statement]:
        """All that bears on the question."""
        return related(self.question, self.known)

    def labels(self) -> list[str]:
        """What can be read in the pictures; somebody terse does not tell."""
        found = {writing.text: None for sight in self.sights for writing in sight.writings if writing.text}
        return [] if self.manner.terse else list(found)

    def option(self, choices: Sequence[str]) -> str:
        """The label of the option that says what was found; `none` where nothing was."""
        texts = dict(self.asked.options)
        told = {label: texts.get(label, label).strip().lower() for label in choices}
        if set(told.values()) <= {"yes", "no", "none"}:
            return next(label for label in choices if told[label] == ("yes" if self.yes else "no"))
        scored = [(self._fit(texts.get(label, "")), -place) for place, label in enumerate(choices)]
        best, place = max(scored)
        return "none" if best <= 0 and "none" in choices else choices[-place]

    def relevance(self, number: int) -> float:
        """How much a numbered line or picture helps, 0..1: the answer, what may hold it, or shared words."""
        if self.sure and number in self.proof():
            return 1.0
        own = [one for one in self.known if self._number(one) == number]
        if any(not one.whole for one in related(self.question, own)):
            return 0.7
        wanted, line = content(self.question), self._line(number)
        said = {word for one in own for word in words(one.words)} | set(words(line.text if line else ""))
        share = 0.6 * len(wanted & said) / max(1, len(wanted))
        strange = {word for word in wanted if word.isdigit()} - said
        return share / 2 if strange else share

    def proof(self) -> list[int]:
        """The numbers of the lines and pictures that the answer rests on."""
        found = [self._number(one) for one in self.finding.places] if self.sure else []
        return [number for number in dict.fromkeys(found) if number is not None]

    def promising(self) -> list[int]:
        """Numbers of lines, the most helpful first; where none shares a word, those of which nothing is
        known."""
        rated = {number: self.relevance(number) for number in self.numbers}
        found = sorted((n for n in rated if rated[n] > 0), key=lambda n: -rated[n])
        blank = [line.number for line in self.asked.lines if line.number is not None and line.blank]
        step = max(1, -(-len(blank) // SPREAD))
        return found or blank[step // 2 :: step]

    def digest(self) -> str:
        """The lines summed up: what bears on the question with its time, then the rest as far as it fits."""
        near = [quoted(one) for one in self.about()]
        rest = (line.text.rpartition("caption: ")[2] for line in self.asked.lines if not line.blank)
        return ". ".join(dict.fromkeys([*near, *rest]))[:DIGEST_CHARS]

    def _accepted(self) -> Finding | None:
        """The best answer so far, where numbered lines speak of what it is about."""
        said = self.asked.candidate
        if not said or _NEGATIVE.match(said) or self.finding.state == "known":
            return None
        backing = [one for one in self.about() if one.whole and one.number is not None]
        head = said.partition(": ")[0]
        return Finding("known", head, tuple(backing), len(backing), self.question) if backing else None

    def _numbers(self) -> list[int]:
        lines = [line.number for line in self.asked.lines if line.number is not None]
        told = [shown.number for shown in self.asked.pictures if shown.number is not None]
        found = list(dict.fromkeys([*lines, *told]))
        return found or list(range(1, len(self.asked.pictures) + 1))

    def _number(self, one: Statement) -> int | None:
        """The number of a line or, where pictures have none, the place of a picture among them."""
        if one.number is not None or any(line.number is not None for line in self.asked.lines):
            return one.number
        times = [shown.time_s or 0.0 for shown in self.asked.pictures]
        return times.index(one.start_s) + 1 if one.start_s in times else None

    def _line(self, number: int) -> Line | None:
        return next((line for line in self.asked.lines if line.number == number), None)

    def _fit(self, option: str) -> float:
        """How far an option says what was found; words that all share count, order breaks ties."""
        own, heard = words(option), words(self.finding.text) if self.sure else []
        if not own or not heard:
            return 0.0
        at = [heard.index(word) for word in own if word in heard]
        ascending = sum(one < other for one, other in pairwise(at))
        return len(set(own) & set(heard)) / len(set(own)) + 0.01 * ascending

    def _way(self) -> tuple[int, ...]:
        """Where to go on in a tree of places: into the part of the most promising node that holds what may
        be it, else into the first part that is not described."""
        named = [line for line in self.asked.lines if line.path and line.path != OUTLINE]
        nodes = {line.path: line for line in named if "Node" in self.asked.text}
        schema = (self.asked.schema or {}).get("properties", {}).get("path")
        if not nodes or schema is None:
            return ()
        most, width = schema.get("maxItems", 3), sum(len(path) == 1 for path in nodes)
        open_ = [
            (*path, part)
            for path in nodes
            for part in range(1, width + 1)
            if len(path) < most and (*path, part) not in nodes
        ]
        scores = {path: self._promise(nodes[path]) for path in nodes}
        leaves = [path for path in nodes if len(path) == most and scores[path] >= 0.7]
        rows = [row for row in self.asked.text.splitlines() if "asked" in row]
        fresh = [path for path in leaves if not any(str(list(path)) in row for row in rows)]
        ranked = sorted(open_, key=lambda path: (-scores[path[:-1]], -len(path), path))
        return tuple(fresh[0] if fresh else ranked[0]) if fresh or ranked else ()

    def _promise(self, line: Line) -> float:
        own = [one for one in self.known if line.start_s == one.start_s and line.end_s == one.end_s]
        return 0.7 if any(not one.whole for one in related(self.question, own)) else 0.1 * bool(own)


def _seen(shown: Shown, smallest_px: int) -> Sight:
    """A picture is read once, however often it is shown."""
    key = (shown.key, smallest_px)
    if key not in _SIGHTS:
        if len(_SIGHTS) >= KEPT:
            _SIGHTS.clear()
        _SIGHTS[key] = see(shown.image, smallest_px)
    return _SIGHTS[key]
