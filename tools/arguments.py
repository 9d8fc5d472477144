"""The argument types that actions share. Each says what it accepts and puts obvious slips right.

The text inside `Annotated` is the description that the planner reads.
"""

from __future__ import annotations

import math
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from playhead.tools.timecode import parse_clock

TEXT_CHARS = 2000
SPANS = 50


def seconds(value: object) -> object:
    """`75`, `"75"`, `"75 s"`, `"1:15"` and `"01:01:15.5"` all mean seconds."""
    if isinstance(value, str):
        text = re.sub(r"\s*(s|sec|seconds)$", "", value.strip().lower())
        return parse_clock(text) if ":" in text else text
    if isinstance(value, bool):
        raise ValueError("must be a number of seconds")
    return value


def _text(value: str) -> str:
    """Printable text in one piece; what is longer than any sensible request is cut."""
    text = " ".join("".join(char if char.isprintable() else " " for char in value).split())
    if not text:
        raise ValueError("must not be empty")
    return text[:TEXT_CHARS]


def _reference(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _count(value: object) -> object:
    """Whole numbers written as 5.0 or "5" are meant; sizes are clamped by the action."""
    if isinstance(value, bool):
        raise ValueError("must be a whole number")
    if isinstance(value, float) and math.isfinite(value):
        return int(value)
    return value


def _pair(value: object) -> object:
    if isinstance(value, dict):
        return [value.get("start_s", value.get("start")), value.get("end_s", value.get("end"))]
    return value


def _pairs(value: object) -> object:
    """One span alone is a list of one."""
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list) and len(value) == 2 and not any(isinstance(v, list | dict) for v in value):
        return [value]
    return value


def _many(value: object) -> object:
    """One name alone is a list of one."""
    return [value] if isinstance(value, str) else value


def _cut(value: list[Any]) -> list[Any]:
    return value[:SPANS]


Seconds = Annotated[
    float,
    BeforeValidator(seconds),
    Field(allow_inf_nan=False),
    WithJsonSchema({"type": "number"}),
]
"""A time in the video."""

Text = Annotated[str, AfterValidator(_text)]
"""Words of a query or a question; never empty."""

Reference = Annotated[str, BeforeValidator(_reference)]
"""A video by its number in the question's scope, its id or its title."""

Count = Annotated[
    int, BeforeValidator(_count), Field(ge=-(10**12), le=10**12), WithJsonSchema({"type": "integer"})
]
"""How many; the action clamps it to its limits."""

Rate = Annotated[float, Field(allow_inf_nan=False, gt=0, le=1e6), WithJsonSchema({"type": "number"})]
"""Pictures a second, above zero."""

Pair = Annotated[list[Seconds], BeforeValidator(_pair), Field(min_length=2, max_length=2)]

Spans = Annotated[list[Pair], BeforeValidator(_pairs), Field(min_length=1), AfterValidator(_cut)]
"""Stretches of time as [start_s, end_s] pairs; the first fifty count."""

Share = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1)]

Crop = Annotated[list[Share], Field(min_length=4, max_length=4)]
"""Left, top, right and bottom as shares of the picture, 0 to 1."""

Names = BeforeValidator(_many)
"""Marks a list argument that also accepts one name alone."""
