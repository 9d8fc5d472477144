"""The fake reader: says what it was told to, whatever the picture shows, and counts how often it is asked."""

from __future__ import annotations

from collections.abc import Sequence

from playhead.tools.protocols import TextLine
from playhead.tools.types import Image


class ScriptedReader:
    """Gives its replies in turn, then the last one for ever; `sizes_px` tells what it was shown."""

    def __init__(self, replies: Sequence[Sequence[str]]) -> None:
        self.replies = [tuple(reply) for reply in replies] or [()]
        self.sizes_px: list[tuple[int, int]] = []

    def read(self, image: Image) -> list[TextLine]:
        reply = self.replies[min(len(self.sizes_px), len(self.replies) - 1)]
        self.sizes_px.append((image.shape[1], image.shape[0]))
        share = 1 / max(1, len(reply))
        return [TextLine(text, 1.0, (0.0, i * share, 1.0, (i + 0.8) * share)) for i, text in enumerate(reply)]


def create(argument: str = "", *, replies: Sequence[Sequence[str]] = ()) -> ScriptedReader:
    """`scripted:WORDS` reads the words in every picture; `replies` are the lines of one picture each."""
    return ScriptedReader(replies or ([argument.split("\\n")] if argument else []))
