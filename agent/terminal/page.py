"""One answer explained: a self-contained HTML page of the question, the answer, its frames and every step.

The page loads nothing and runs nothing: its content policy forbids scripts and requests, pictures are data
URLs, and every text is escaped by the template.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape
from PIL import Image as Pictures

from playhead.agent.result import Outcome
from playhead.agent.terminal.console import heading, letter, verdict
from playhead.agent.terminal.waveform import waveform
from playhead.tools.errors import PlayheadError
from playhead.tools.library import Library
from playhead.tools.media import link, open_reader
from playhead.tools.pipeline.coverage import Coverage
from playhead.tools.protocols import Filter
from playhead.tools.timecode import clock, clock_range
from playhead.tools.types import Evidence, Span

THUMBNAIL_SIDE_PX = 360
JPEG_QUALITY = 75
MOST_THUMBNAILS = 24


def render_run(trajectory: Mapping[str, Any], library: Library) -> str:
    """The page as text. A video that cannot be opened any more leaves its thumbnails out."""
    answer = trajectory["answer"] or {}
    evidence = [_cited(number, item) for number, item in enumerate(answer.get("evidence", ()), start=1)]
    pictures = thumbnails(trajectory, library, [item for item in evidence if item["kind"] != "digest"])
    paths = _paths(trajectory, library)
    for item in evidence:
        picture = pictures.get((item["video"], item["middle_s"]))
        item["picture"] = picture or waveform(paths.get(item["video"], Path(item["video"])), item["span"])
    chapters = _chapters(trajectory, library, evidence)
    options = [(letter(index), text) for index, text in enumerate(trajectory["options"])]
    return _template().render(
        run=trajectory,
        answer=answer,
        words=_linked(answer) if answer else "",
        options=options,
        evidence=evidence,
        chapters=chapters,
        steps=[step | {"clock": clock(step.get("at_s", 0))} for step in trajectory["steps"]],
        usage=answer.get("usage", {}),
        **_outcome(answer),
    )


def _linked(answer: Mapping[str, Any]) -> Markup:
    """The words of an answer; numbers in a model's words lead to the evidence below."""
    text, known = escape(answer["answer"]), len(answer["evidence"])
    if answer.get("route") == "quotes":
        return text

    def link(mark: re.Match[str]) -> str:
        return f'<a href="#evidence-{mark[1]}">{mark[0]}</a>' if 0 < int(mark[1]) <= known else mark[0]

    return Markup(re.sub(r"\[(\d{1,4})\]", link, text))  # noqa: S704 - escaped above


def _outcome(answer: Mapping[str, Any]) -> dict[str, str]:
    """What the page says of the answer as a whole, and above its evidence."""
    outcome: Outcome = answer.get("outcome") or ("answered" if answer.get("found") else "nothing")
    confidence = answer.get("confidence", 0.0)
    shortfall = Coverage(**answer.get("coverage", {})).shortfall
    said = " · ".join(filter(None, (verdict(outcome, confidence), shortfall)))
    return {"verdict": said, "heading": heading(outcome).capitalize() or "Evidence"}


def _chapters(
    trajectory: Mapping[str, Any], library: Library, evidence: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Each video with its chapters; one that holds evidence lists the numbers of it."""
    found = []
    for video in trajectory.get("videos", ()):
        memories = library.memories(Filter((video["id"],), ("digest",))) if "id" in video else []
        rows = [
            {
                "start": clock(memory.span.start_s),
                "title": memory.meta.get("title") or memory.text.partition(": ")[0],
                "numbers": [
                    item["number"]
                    for item in evidence
                    if item["video"] in (video["path"], video["title"])
                    and memory.span.start_s <= item["middle_s"] < memory.span.end_s
                ],
            }
            for memory in memories
            if memory.level == "chapter"
        ]
        if len(rows) > 1:
            found.append({"title": video["title"], "rows": rows})
    return found


def thumbnails(
    trajectory: Mapping[str, Any], library: Library, evidence: Iterable[Mapping[str, Any]]
) -> dict[tuple[str, float], str]:
    """A JPEG data URL for the middle of each cited span, by (video, time); without those that fail."""
    wanted: dict[str, set[float]] = {}
    for item in list(evidence)[:MOST_THUMBNAILS]:
        wanted.setdefault(item["video"], set()).add(item["middle_s"])
    known = _paths(trajectory, library)
    found: dict[tuple[str, float], str] = {}
    for video, times in wanted.items():
        found |= _frames(video, known.get(video, Path(video)), sorted(times))
    return found


def _paths(trajectory: Mapping[str, Any], library: Library) -> dict[str, Path]:
    """Where the file of each video is, by its title or path."""
    known = {video["title"]: Path(video["path"]) for video in trajectory.get("videos", ())}
    return known | {video.path: Path(video.path) for video in library.videos()}


def _frames(video: str, path: Path, times_s: list[float]) -> dict[tuple[str, float], str]:
    found = {}
    try:
        reader = open_reader(path)
    except PlayheadError:
        return {}
    try:
        for time_s in times_s:
            for frame in reader.frames_at([time_s], max_side_px=THUMBNAIL_SIDE_PX):
                found[video, time_s] = data_url(Pictures.fromarray(frame.image))
    except PlayheadError:
        pass
    finally:
        reader.close()
    return found


def data_url(picture: Pictures.Image) -> str:
    """A picture as a JPEG data URL."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def _cited(number: int, item: Mapping[str, Any]) -> dict[str, Any]:
    span = Span(item["start_s"], item["end_s"])
    heard = {"origin": item.get("source", ""), "confidence": item.get("confidence")}
    told = Evidence("", item["video"], span, item["kind"], item["text"], **heard)
    shown = {"number": number, "times": clock_range(span), "heard": told.heard}
    place = {"span": span, "middle_s": round(span.middle_s, 3), "link": link(item["video"], span.start_s)}
    return {**item, **shown, **place}


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters["option_letter"] = letter
    environment.globals["style"] = Markup(style())  # noqa: S704 - own file
    return environment.from_string(files("playhead.agent").joinpath("page.html").read_text("utf-8"))


def style() -> str:
    """The look that every page of the project shares, as a style sheet."""
    return part("style.css")


def part(name: str) -> str:
    """A file of the served page, from which the pages that stand alone are made too."""
    return files("playhead.agent.server").joinpath("page", name).read_text("utf-8")
