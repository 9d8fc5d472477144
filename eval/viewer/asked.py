"""A request as a simulated viewer takes it in: question, options, lines, calls, pictures, what
fields mean."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from playhead.eval.viewer.showing import Shown, pictures

_FENCES = re.compile(r"</?data>")
_QUESTION = re.compile(r"^(?:Question|Last question|Pay special attention)[^:\n]*:\s*\n?(.+)$", re.MULTILINE)
_OPTION = re.compile(r"^([A-Z]|\d{1,2})[.)] (.+)$", re.MULTILINE)
_LINE = re.compile(
    r"^(?:[-*] |[A-Z][a-z]+ (?=\[))?(?:\[([\d, ]+)\]|(\d+)[.:)](?=\s))?[,\s]*"
    r"(?P<lead>[^\n]{0,60}?)[\s\[(]*(?:([\d.]+) ?[-–] ?([\d.]+) s\b[\]),:]*)\s*(.*)$"
)
_NUMBERED = re.compile(r"^(?:[-*] )?(?:\[([\d, ]+)\]|(\d+)[.:)](?=\s)),?\s*(.*)$")
_CALL = re.compile(r"^- round \d+: (\w+) (\{.*?\}) → (.*)$", re.MULTILINE)
_FIELD = re.compile(r"^- `?([a-z]\w*)`?((?:, `?[a-z]\w*`?)*): (.+)$", re.MULTILINE)
_LENGTH = re.compile(r"^\d+\. .*?([\d.]+) s$", re.MULTILINE)
_CANDIDATE = re.compile(r"^Best answer so far: (.+)$", re.MULTILINE)
_VIDEO = re.compile(r"video \d+")
_DATA = re.compile(r"<data>(.*?)</data>", re.DOTALL)
OUTLINE = (0,)
"""Path of the lines of an overview."""
NOTHING_KNOWN = "(nothing known)"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; `number` is None where it has none, times are None where it tells none.

    `path` holds all numbers of a line that is named by several of them.
    """

    text: str
    number: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    path: tuple[int, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether it names a place and says nothing of it."""
        return self.text.strip(" .:") in ("", NOTHING_KNOWN) or bool(_VIDEO.fullmatch(self.text))


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything a request holds. `said` are texts that were handed over without a time of their own."""

    purpose: str
    text: str
    question: str
    options: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    said: tuple[str, ...]
    pictures: tuple[Shown, ...]
    calls: tuple[tuple[str, Mapping[str, Any], str], ...]
    schema: Mapping[str, Any] | None
    meanings: Mapping[str, str]
    """What the request says of each field of the reply."""
    length_s: float = 0.0
    """How long the video is, where the request tells; of several, the longest."""
    candidate: str = ""
    """The best answer so far that the request names."""


def read(body: Mapping[str, Any], purpose: str = "") -> Asked:
    """The request of a JSON body."""
    parts = list(_parts(body))
    texts = [part["text"] for part in parts if part["type"] == "text"]
    text = _FENCES.sub("", "\n".join(texts))
    given = "\n".join(texts[1:] if body["messages"][0]["role"] == "system" else texts)
    user = _FENCES.sub("", given)
    overview = user.partition("Overview: ")[2].partition("\n\n")[0]
    found = list(_QUESTION.finditer(user))
    question = found[-1].group(1).strip() if found else ""
    behind = user[found[-1].end() :] if found else ""
    videos = user.partition("Videos\n")[2].partition("\n\n")[0]
    lengths = _LENGTH.findall(videos)
    candidates = _CANDIDATE.findall(user)
    return Asked(
        purpose=purpose,
        text=text,
        question=question,
        options=_options(behind) if found else (),
        lines=(*_lines(user.replace(videos, "", 1).replace(overview, "")), *_outline(overview)),
        said=tuple(text for text in _DATA.findall(given) if text.strip() not in overview),
        pictures=tuple(pictures(parts)),
        calls=tuple((name, _object(given), said) for name, given, said in _CALL.findall(user)),
        schema=_schema(body, text),
        meanings=_meanings(user),
        length_s=max((float(length) for length in lengths), default=0.0),
        candidate=candidates[-1] if candidates else "",
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
        timed, numbered = _LINE.match(row.strip()), _NUMBERED.match(row.strip())
        match = timed or numbered
        if match is None:
            continue
        path = tuple(int(number) for number in re.findall(r"\d+", match[1] or match[2] or ""))
        line = Line(match.group(match.re.groups), path[0] if len(path) == 1 else None, path=path)
        if timed:
            start_s, end_s = float(timed[4]), float(timed[5])
            said = timed["lead"].strip(" :,") if not timed[6] else ""
            line = replace(line, text=timed[6] or said, start_s=start_s, end_s=end_s)
        yield line


def _outline(overview: str) -> Iterator[Line]:
    """The lines of an overview: their numbers are those of chapters and mean nothing to the reply."""
    yield from (replace(line, number=None, path=OUTLINE) for line in _lines(overview))


def _meanings(text: str) -> dict[str, str]:
    """What is said behind the name of a field, or of several with commas between."""
    found: dict[str, str] = {}
    for first, others, words in _FIELD.findall(text):
        for name in (first, *re.findall(r"\w+", others)):
            found[name] = words
    return found


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
