"""A request as a simulated viewer takes it in: question, options, numbered lines, calls made, pictures."""

from __future__ import annotations

import base64
import io
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image as Picture

from playhead.tools.types import Image

_FENCES = re.compile(r"</?data>")
_QUESTION = re.compile(r"^(?:Question|Last question|Pay special attention)[^:\n]*:\s*\n?(.+)$", re.MULTILINE)
_OPTION = re.compile(r"^([A-Z]|\d{1,2})[.)] (.+)$", re.MULTILINE)
_LINE = re.compile(
    r"^(?:[-*] )?(?:\[(\d+)\]|(\d+)[.:)](?=\s))?(?: video \d+,)?"
    r"[\s\[(]*(?:([\d.]+) ?[-–] ?([\d.]+) s[\]),:]*)?\s*(.+)$"
)
_STAMP = re.compile(r"<([\d.]+) s>")
_CALL = re.compile(r"^- round \d+: (\w+) (\{.*?\}) → (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; `number` is None where it has none, times are None where it tells none."""

    text: str
    number: int | None = None
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture and when it was taken; None when nobody said."""

    image: Image
    time_s: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything a request holds."""

    purpose: str
    text: str
    question: str
    options: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    pictures: tuple[Shown, ...]
    calls: tuple[tuple[str, Mapping[str, Any], str], ...]
    schema: Mapping[str, Any] | None


def read(body: Mapping[str, Any], purpose: str = "") -> Asked:
    """The request of a JSON body."""
    parts = list(_parts(body))
    texts = [part["text"] for part in parts if part["type"] == "text"]
    text = _FENCES.sub("", "\n".join(texts))
    user = _FENCES.sub("", "\n".join(texts[1:] if body["messages"][0]["role"] == "system" else texts))
    found = list(_QUESTION.finditer(user))
    question = found[-1].group(1).strip() if found else ""
    options = _options(user[found[-1].end() :]) if found else ()
    return Asked(
        purpose=purpose,
        text=text,
        question=question,
        options=options,
        lines=tuple(_lines(user)),
        pictures=tuple(_pictures(parts)),
        calls=tuple((name, _object(given), said) for name, given, said in _CALL.findall(user)),
        schema=_schema(body, text),
    )


def _parts(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for message in body["messages"]:
        content = message["content"]
        yield from [{"type": "text", "text": content}] if isinstance(content, str) else content


def _options(behind: str) -> tuple[tuple[str, str], ...]:
    """The lettered lines directly behind the question."""
    block = behind.lstrip("\n").split("\n\n")[0].split("\nEvidence")[0]
    return tuple((label, text.strip()) for label, text in _OPTION.findall(block))


def _lines(text: str) -> Iterator[Line]:
    for row in text.splitlines():
        match = _LINE.match(row.strip())
        if match and (match[1] or match[2] or match[3]):
            number = match[1] or match[2]
            start, end = (float(value) if value else None for value in (match[3], match[4]))
            yield Line(match[5], int(number) if number else None, start, end)


def _pictures(parts: list[Mapping[str, Any]]) -> Iterator[Shown]:
    """Every picture with the time told before it; a grid of pictures is cut into its tiles."""
    told = ""
    for part in parts:
        if part["type"] == "text":
            told = part["text"]
            continue
        image = _decoded(part["image_url"]["url"])
        times = [float(time_s) for time_s in _STAMP.findall(told)]
        if "row by row" in told and len(times) > 1:
            yield from (
                Shown(tile, time_s) for tile, time_s in zip(_tiles(image, len(times)), times, strict=True)
            )
        else:
            yield Shown(image, times[-1] if times else None)


def _decoded(url: str) -> Image:
    picture = Picture.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    return np.asarray(picture.convert("RGB"), np.uint8)


def _tiles(image: Image, count: int) -> Iterator[Image]:
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    height, width = image.shape[0] // rows, image.shape[1] // columns
    for place in range(count):
        top, left = place // columns * height, place % columns * width
        yield np.ascontiguousarray(image[top : top + height, left : left + width])


def _schema(body: Mapping[str, Any], text: str) -> Mapping[str, Any] | None:
    form = body.get("response_format") or {}
    if form.get("type") == "json_schema":
        schema: Mapping[str, Any] = form["json_schema"]["schema"]
        return schema
    if tools := body.get("tools"):
        parameters: Mapping[str, Any] = tools[0]["function"]["parameters"]
        return parameters
    return _object(text.rpartition("JSON Schema:")[2]) or None


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
