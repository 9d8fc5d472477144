"""Any JSON Schema filled honestly: each field by its name, else by its type, from what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from playhead.eval.viewer import planning
from playhead.eval.viewer.asked import Asked
from playhead.eval.viewer.finding import Finding, appearances, content, find, related, words
from playhead.eval.viewer.sight import Sight, see
from playhead.eval.viewer.statements import Statement, described, statements

Schema = Mapping[str, Any]

_YES = (
    "can_tell",
    "found",
    "sufficient",
    "enough",
    "answerable",
    "yes",
    "correct",
    "clear",
    "agree",
    "match",
)
_IDS = ("ids", "picks", "picked", "chosen", "clips", "order", "ranking", "lines", "numbers")
_QUERIES = ("queries", "keywords", "query", "words", "focus", "terms", "things")
_TEXT_OF_PICTURES = ("caption", "description", "summary", "note", "title")
_START, _END = ("start_s", "start", "from_s"), ("end_s", "end", "to_s")


@dataclass(frozen=True, slots=True)
class Manner:
    """How well a viewer sees and how it talks."""

    terse: bool = False
    verbose: bool = False
    smallest_px: int = 7
    """Capitals lower than this are not read; 12 is near-sighted."""


class Mind:
    """One request, understood once and asked for every field of the reply."""

    def __init__(self, asked: Asked, manner: Manner) -> None:
        self.asked, self.manner = asked, manner
        self.sights: list[Sight] = [see(shown.image, manner.smallest_px) for shown in asked.pictures]
        self.known = statements(asked, self.sights)
        if not asked.question:
            self.finding = Finding("nothing")
        else:
            self.finding = find(asked.question, self.known, planning.surveyed(asked) or bool(asked.pictures))

    def reply(self, schema: Schema) -> Any:
        """An object of this schema."""
        return self._value("", schema)

    def prose(self) -> str:
        return self.finding.text or described(self.sights, terse=False, verbose=True)

    def _value(self, name: str, schema: Schema) -> Any:
        for word in ("anyOf", "oneOf"):
            if word in schema:
                return self._either(name, schema[word])
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._one_of(list(schema["enum"]))
        kind = schema.get("type", "object")
        kind = next(iter(kind), "string") if isinstance(kind, list) else kind
        if kind == "object":
            return {field: self._value(field, inner) for field, inner in schema.get("properties", {}).items()}
        if kind == "array":
            most = schema.get("maxItems", 40)
            return self._list(name, schema)[:most]
        return self._scalar(name, kind)

    def _either(self, name: str, branches: Sequence[Schema]) -> Any:
        """Null where nothing is known, else the first other branch."""
        others = [branch for branch in branches if branch.get("type") != "null"]
        if len(others) < len(branches) and self.finding.state == "nothing" and name not in _QUERIES:
            return None
        return self._value(name, others[0]) if others else None

    def _one_of(self, choices: list[Any]) -> Any:
        texts = dict(self.asked.options)
        said = set(words(self.finding.text)) if self.finding.state == "known" else set()
        scored = [
            (self._fit(str(texts.get(choice, choice)), said), -place) for place, choice in enumerate(choices)
        ]
        best, place = max(scored)
        if best <= 0 and "none" in choices:
            return "none"
        yes = [choice for choice in choices if str(choice).lower() == ("yes" if self._sure() else "no")]
        return yes[0] if yes and best <= 0 else choices[-place]

    def _fit(self, option: str, said: set[str]) -> float:
        """How far an option says what was found; words that all share count, order breaks ties."""
        own = words(option)
        if not own or not said:
            return 0.0
        heard = words(self.finding.text)
        at = [heard.index(word) for word in own if word in heard]
        ascending = sum(one < other for one, other in pairwise(at))
        return len(set(own) & said) / len(set(own)) + 0.01 * ascending

    def _list(self, name: str, schema: Schema) -> list[Any]:
        inner = schema.get("items", {})
        if name == "calls":
            return planning.calls(self.asked, self.finding, schema)
        if name == "entities":
            found = {one.words: None for one in self.known if one.whole and one.words and one.number is None}
            rows = [{"name": text.lower(), "description": ""} for text in found]
            return [] if self.manner.terse else rows
        if name in ("screen_text", "labels"):
            texts = {w.text: None for sight in self.sights for w in sight.writings if w.text}
            return [] if self.manner.terse else list(texts)
        if inner.get("type") in ("integer", "number"):
            return self._numbers(name)
        if inner.get("type") == "array":
            return [[one.start_s, one.end_s] for one in self._places()]
        if inner.get("type") == "object":
            return self._rows(inner)
        return sorted(content(self.asked.question)) if name in _QUERIES else []

    def _numbers(self, name: str) -> list[int]:
        found = [one.number for one in self.finding.places if one.number is not None]
        found += [line.number for line in self._lines() if line.number is not None and name in _IDS]
        return list(dict.fromkeys(found))

    def _lines(self) -> list[Any]:
        """Lines that share words with the question, the most first."""
        wanted = content(self.asked.question)
        scored = [(len(wanted & set(words(line.text))), line) for line in self.asked.lines]
        return [line for score, line in sorted(scored, key=lambda item: -item[0]) if score]

    def _rows(self, inner: Schema) -> list[dict[str, Any]]:
        """One row a place of the finding, or a numbered line, whichever the fields ask for."""
        fields = inner.get("properties", {})
        if any(field in _START for field in fields):
            return [self._row(one, fields) for one in self._places()]
        key = next((field for field in fields if field in ("id", "number", "clip", "line", "item")), "")
        if not key:
            return []
        wanted = content(self.asked.question)
        rows = []
        for line in self.asked.lines:
            if line.number is not None:
                share = len(wanted & set(words(line.text))) / max(1, len(wanted))
                own = {field: self._rated(field, kind, share) for field, kind in fields.items()}
                rows.append({**own, key: line.number})
        return rows

    def _rated(self, field: str, schema: Schema, share: float) -> Any:
        low, high = schema.get("minimum", 0), schema.get("maximum", 1)
        if schema.get("type") in ("integer", "number"):
            value = low + share * (high - low)
            return round(value) if schema["type"] == "integer" else round(value, 2)
        return share > 0.5 if schema.get("type") == "boolean" else self._value(field, schema)

    def _row(self, one: Statement, fields: Mapping[str, Schema]) -> dict[str, Any]:
        known: dict[str, Any] = dict.fromkeys(_START, one.start_s) | dict.fromkeys(_END, one.end_s)
        text = f'"{one.words}"' if one.whole else "writing too small to read"
        told = {"answer": text, "note": text, "text": text, "count": 1, "clear": one.whole}
        return {name: {**known, **told}.get(name, self._value(name, inner)) for name, inner in fields.items()}

    def _places(self) -> list[Statement]:
        """Where what was asked is seen: what was found, else all that is about it."""
        if self.asked.pictures and self.asked.question:
            return appearances(related(self.asked.question, self.known))
        return appearances(self.finding.places)

    def _sure(self) -> bool:
        return self.finding.state == "known"

    def _scalar(self, name: str, kind: str) -> Any:
        if kind == "boolean":
            return bool(self._places()) if name == "relevant" else self._sure() and name in (*_YES, name)
        if kind == "integer":
            return self.finding.count if self._sure() else 0
        if kind == "number":
            return 0.9 if self._sure() else 0.2
        return None if kind == "null" else self._text(name)

    def _text(self, name: str) -> str:
        if name == "place":
            return f"a room with {self.sights[0].room} walls" if self.sights else ""
        if name in _TEXT_OF_PICTURES and self.asked.pictures:
            return described(self.sights, terse=self.manner.terse, verbose=self.manner.verbose)
        if name in _QUERIES:
            return " ".join(sorted(content(self.asked.question))).lower()
        if name in ("missing", "thought", "reason"):
            return "" if self._sure() else self.finding.wanted
        if name in _TEXT_OF_PICTURES:
            told = (line.text.rpartition("caption: ")[2] for line in self.asked.lines)
            return " ".join(dict.fromkeys(told))[:600]
        if self._sure():
            return self.finding.text
        if self.asked.pictures and (found := self._places()):
            return " ".join(
                f'There is "{one.words}".' if one.whole else "Writing too small to read." for one in found[:6]
            )
        return "" if name == "candidate" else "Not to be seen."
