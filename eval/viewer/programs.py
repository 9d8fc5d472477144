"""A question as a few steps in whatever operations a request offers: find the places, then ask or count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from playhead.eval.viewer.asked import Asked
from playhead.eval.viewer.fields import Schema, kind_of
from playhead.eval.viewer.finding import content

_LISTED = re.compile(r"^- ((?:\w+\([^)]*\)(?:, )?)+): (.+)$", re.MULTILINE)
_OPERATION = re.compile(r"(\w+)\(([^)]*)\)")


def operation_field(own: Mapping[str, Schema]) -> str:
    """The field that names an operation over results of earlier rows; empty when rows are no steps."""
    refers = any(schema.get("type") == "array" for schema in own.values())
    return next((field for field, schema in own.items() if refers and "enum" in schema), "")


def steps(asked: Asked, operation: str, own: Mapping[str, Schema]) -> list[dict[str, Any]]:
    """Find what the question names, then count it or put the question to it."""
    listed = [
        (name, taken.split(", "), words)
        for names, words in _LISTED.findall(asked.text)
        for name, taken in _OPERATION.findall(names)
    ]
    finder = next((name for name, taken, _ in listed if taken == ["text"]), "")
    last = "how many" if kind_of(asked.question) == "count" else "answer"
    then = next((name for name, taken, words in listed if taken[0] == "places" and last in words), "")
    if not finder or not then:
        return []
    text = " ".join(sorted(content(asked.question))).lower()
    rows = [(finder, [], text), (then, [1], asked.question if last == "answer" else "")]
    array = next(field for field, schema in own.items() if schema.get("type") == "array")
    words = next(
        field for field, schema in own.items() if schema.get("type") == "string" and field != operation
    )
    return [{operation: name, array: list(of), words: said} for name, of, said in rows]
