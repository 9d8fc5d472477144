"""An answer sent while it is written, to programs that cannot take back what they were told."""

from __future__ import annotations

CHANGED = "\n\nThat did not hold when it was checked. The answer is:\n\n"
"""Stands between words that were sent too early and the answer."""


class Words:
    """What was sent of an answer so far."""

    def __init__(self) -> None:
        self.sent = ""

    def grown(self, text: str) -> str:
        """What is new in the words so far; nothing where they were begun anew."""
        if not text.startswith(self.sent):
            return ""
        new, self.sent = text[len(self.sent) :], text
        return new

    def all(self, text: str) -> str:
        """What will have been sent with the final text: itself, or behind other words a line that says so."""
        return text if text.startswith(self.sent) else self.sent + CHANGED + text
