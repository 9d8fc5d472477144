"""An overview as lines for the terminal; nothing that came out of a video can steer it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from playhead.agent.overview import Overview
from playhead.agent.terminal.console import printable
from playhead.tools.timecode import clock

DEEPER = 8
"""Characters that the rest of a long line stands further in: behind the time."""


def overview_lines(found: Overview) -> Iterator[str]:
    """All of it, under headings; of a recording that is one chapter only what it is about and who speaks."""
    yield f"{printable(found.title)} · {clock(found.duration_s)}"
    yield from _section("About", found.about)
    if len(found.chapters) > 1 or any(part.summary for part in found.chapters):
        yield from _section("Summary", [line for line in found.summary if line not in found.about])
        yield from _section("Chapters", list(chapter_lines(found)))
        yield from _section("Topics", found.topics)
        yield from _section("Key moments", found.moments)
    yield from _section("Speakers", [str(one) for one in found.speakers])


def chapter_lines(found: Overview) -> Iterator[str]:
    """The chapters, one a line, with their starts, and with a model what is in them."""
    for part in found.chapters:
        yield f"{clock(part.start_s)} {printable(part.title)}"
        if part.summary:
            yield f"    {printable(part.summary)}"


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {printable(line) if not line.startswith(' ') else line}" for line in lines)
