"""One line on the terminal while heavy parts are still being imported; nothing heavy is imported here."""

from __future__ import annotations

import sys

_shown = ""


def begin(words: str) -> None:
    """Show that something happens, on a terminal only, until `end`."""
    global _shown
    end()
    if sys.stderr.isatty():
        _shown = words
        sys.stderr.write(words)
        sys.stderr.flush()


def end() -> None:
    """Take the line off the screen again."""
    global _shown
    if _shown:
        sys.stderr.write("\r" + " " * len(_shown) + "\r")
        sys.stderr.flush()
        _shown = ""
