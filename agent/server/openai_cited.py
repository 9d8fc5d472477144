"""What both shapes of OpenAI's API tell of an answer: its citations and the tokens that it took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from playhead.agent.server import citing

Answer = Mapping[str, Any]
"""As `told.answer_of` gives it."""


def cited(answer: Answer, text: str, base_url: str) -> list[dict[str, Any]]:
    """Where in `text` each citation stands, and the address at which the page plays it.

    `base_url` is this server's, with a slash at the end.
    """
    found = []
    for citation in citing.citations(answer["evidence"]):
        start = text.rindex(citation.line)
        second = f"{citation.span.start_s:g}"
        found.append(
            {
                "url": f"{base_url}#/watch/{quote(citation.video_id, safe='')}?t={second}",
                "title": f"{citation.name} at {second} s",
                "start_index": start,
                "end_index": start + len(citation.line),
            }
        )
    return found


def spent(answer: Answer) -> tuple[int, int]:
    """Tokens sent and written in all the model calls of an answer; 0 where no model is configured."""
    usage = answer["usage"]
    return int(usage["input_tokens"]), int(usage["output_tokens"])
