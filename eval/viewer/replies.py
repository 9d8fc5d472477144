"""Any JSON Schema filled honestly: each field by its name, its type and what is said of it, from what was
read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from playhead.eval.viewer import fields, planning, programs
from playhead.eval.viewer.fields import Schema
from playhead.eval.viewer.finding import appearances, content
from playhead.eval.viewer.mind import Mind
from playhead.eval.viewer.statements import Statement, described, quoted
from playhead.eval.viewer.stretches import around, doubtful, unseen
from playhead.tools.types import Span


class Reply:
    """One reply: every field of a schema filled from a mind."""

    def __init__(self, mind: Mind) -> None:
        self.mind, self.asked, self.finding = mind, mind.asked, mind.finding

    def value(self, name: str, schema: Schema) -> Any:
        """A value for the field `name`."""
        for word in ("anyOf", "oneOf"):
            if word in schema:
                return self._either(name, schema[word])
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._one_of(name, list(schema["enum"]))
        kind = schema.get("type", "object")
        kind = next(iter(kind), "string") if isinstance(kind, list) else kind
        if kind == "object":
            inner = schema.get("properties", {})
            return {field: self.value(field, own) for field, own in inner.items()}
        if kind == "array":
            return self._list(name, schema)[: schema.get("maxItems", 40)]
        return self._scalar(name, kind, schema)

    def _either(self, name: str, branches: Sequence[Schema]) -> Any:
        """Null where nothing is known, else the first other branch."""
        others = [branch for branch in branches if branch.get("type") != "null"]
        if len(others) < len(branches) and self.finding.state == "nothing" and name not in fields.QUERIES:
            return None
        return self.value(name, others[0]) if others else None

    def _one_of(self, name: str, choices: list[Any]) -> Any:
        texts = dict(self.asked.options)
        if texts and set(texts) & set(map(str, choices)):
            return self.mind.option(choices)
        if set(map(str.lower, map(str, choices))) <= {"yes", "no"}:
            return next(choice for choice in choices if (str(choice).lower() == "yes") == self.mind.yes)
        meaning = self.asked.meanings.get(name, "")
        if self.mind.way and all(isinstance(choice, str) for choice in choices):
            state = "near" if self.mind.lowest else "nothing"
            state = "known" if self.mind.sure else state
            return fields.step(choices, meaning, state, self.asked.question)
        return fields.step([str(c) for c in choices], meaning, self.finding.state, self.asked.question)

    def _list(self, name: str, schema: Schema) -> list[Any]:
        inner, meaning = schema.get("items", {}), self.asked.meanings.get(name, "")
        if name == "calls":
            return planning.calls(self.asked, self.finding, schema)
        if name == "entities":
            return [{"name": text, "description": ""} for text in self.mind.labels()]
        if name in ("screen_text", "labels"):
            return self.mind.labels()
        if name == "path":
            return list(self.mind.way) if not self.mind.sure else []
        if inner.get("type") in ("integer", "number"):
            if fields.TIMES.fullmatch(name):
                return sorted({one.start_s for one in self._places()})
            proof = bool(re.search(r"prove|that show", meaning)) or name == "cites"
            return self.mind.proof() if proof else self.mind.promising()
        if inner.get("type") == "array":
            return [[span.start_s, span.end_s] for span in self._spans(name)]
        if inner.get("type") == "object":
            return self._rows(name, inner)
        if "enum" in inner:
            return [self._one_of(name, list(inner["enum"]))]
        return sorted(content(self.asked.question)) if name in fields.QUERIES else []

    def _spans(self, name: str) -> list[Span]:
        """Moments as tight as they were seen, windows with room; unseen stretches where nothing is known."""
        if self.mind.describing:
            return []
        if name == "moments":
            return [Span(one.start_s, one.end_s) for one in self._places()]
        if self.asked.pictures:
            return around(self.asked, self._places())
        return doubtful(self.finding.places) or unseen(self.asked)[:1]

    def _rows(self, name: str, inner: Schema) -> list[dict[str, Any]]:
        """One row a moment, a step, a rated or a picked line, whichever the fields ask for."""
        own = inner.get("properties", {})
        if any(field in fields.STARTS for field in own):
            return [self._moment(one, own) for one in self._places()]
        if operation := programs.operation_field(own):
            return programs.steps(self.asked, operation, own)
        key = next((field for field in own if field in fields.NUMBER_OF), "")
        if not key:
            return []
        rated = any(field in fields.SCORES for field in own)
        numbers = self.mind.numbers if rated else self.mind.promising()
        about = {"score": self.asked.meanings.get(name, "")}
        return [self._row(number, key, own, about) for number in numbers]

    def _row(self, number: int, key: str, own: Mapping[str, Schema], about: Mapping[str, str]) -> Any:
        row: dict[str, Any] = {}
        for field, schema in own.items():
            if field == key:
                row[field] = number
            elif field in fields.SCORES:
                low, high = fields.scale(schema, self.asked.meanings.get(field) or about["score"])
                value = low + self.mind.relevance(number) * (high - low)
                row[field] = round(value) if schema.get("type") == "integer" else round(value, 2)
            elif schema.get("type") == "boolean":
                row[field] = self.mind.relevance(number) > 0.5
            elif schema.get("type") == "string" and re.search(r"\bto look for\b", about["score"]):
                row[field] = self._query()
            else:
                row[field] = self.value(field, schema)
        return row

    def _moment(self, one: Statement, own: Mapping[str, Schema]) -> dict[str, Any]:
        known: dict[str, Any] = dict.fromkeys(fields.STARTS, one.start_s)
        text = f'"{one.words}"' if one.whole else "writing too small to read"
        known |= dict.fromkeys(fields.ENDS, one.end_s)
        known |= {"answer": text, "note": text, "text": text, "count": 1, "clear": one.whole}
        return {
            name: known[name] if name in known else self.value(name, schema) for name, schema in own.items()
        }

    def _places(self) -> list[Statement]:
        """Where what was asked is seen: what was found, else all that is about it."""
        if self.asked.pictures and self.asked.question:
            return appearances(self.mind.about())
        return appearances(self.finding.places)

    def _scalar(self, name: str, kind: str, schema: Schema) -> Any:
        mind, meaning = self.mind, self.asked.meanings.get(name, "")
        if kind == "boolean":
            return bool(self._places()) if name == "relevant" else mind.sure or mind.describing
        if kind == "null":
            return None
        if kind == "string":
            return self._text(name, meaning)[: schema.get("maxLength")]
        if name == "video":
            return 1
        if name in fields.NUMBER_OF:
            return next(iter(mind.promising()), 1)
        if name in (*fields.STARTS, *fields.ENDS):
            spans = doubtful(self.finding.places) or unseen(self.asked)
            span = spans[0] if spans else Span(0.0, self.asked.length_s)
            return span.start_s if name in fields.STARTS else span.end_s
        if name in fields.SCORES:
            low, high = fields.scale(schema, meaning)
            most = high if high > 1 else 0.9
            told = {"known": most, "near": low + 0.4 * (high - low), "nothing": low or 0.1}
            value = told[self.finding.state]
            return round(value) if kind == "integer" else round(value, 2)
        if name == "count":
            return self.finding.count if mind.sure else 0
        low, high = fields.scale(schema, meaning)
        return round(high) if kind == "integer" else high

    def _query(self) -> str:
        """The words of the question that say something."""
        return " ".join(sorted(content(self.asked.question))).lower()

    def _text(self, name: str, meaning: str) -> str:
        mind, finding = self.mind, self.finding
        if name == "place":
            return f"a room with {mind.sights[0].room} walls" if mind.sights else ""
        if self.asked.pictures and (name in fields.TEXT_OF_PICTURES or mind.describing):
            told = described(mind.sights, terse=mind.manner.terse, verbose=mind.manner.verbose)
            return f"{told} {finding.told}".strip() if mind.sure else told
        if name in fields.TEXT_OF_PICTURES and self.asked.lines:
            return mind.digest()
        if name in fields.QUERIES or name in fields.TEXT_OF_PICTURES:
            return self._query()
        if name in fields.ASKING or name.endswith("_question"):
            return finding.wanted or self.asked.question
        if name in fields.REASONS:
            return finding.told if mind.sure else finding.wanted
        if name in ("speech", "characters"):
            return ""
        if mind.sure:
            return finding.text if mind.final else finding.told
        if re.match(r"for search\b", meaning):
            return self._query()
        if self.asked.pictures and (found := self._places()):
            return f"Not settled. Seen: {'; '.join(quoted(one) for one in found[:6])}"
        return "" if name == "candidate" else "Not to be seen."
