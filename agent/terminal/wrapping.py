"""Lines broken between words where a person reads them, and whole in a file or pipe."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text


def hanging(out: Console, text: Text | str, indent: int = 4) -> None:
    """Print one line; on a terminal what does not fit stands below it, `indent` characters further in.

    Addresses and words that are wider than the terminal are broken where it ends.
    """
    line = Text(text) if isinstance(text, str) else text
    if not out.is_terminal or line.cell_len <= out.width:
        out.print(line, soft_wrap=True)
        return
    first = line.wrap(out, out.width)[0]
    below = len(line) - len(line.plain[len(first) :].lstrip())
    parts = [
        first,
        *(Text(" " * indent) + part for part in line[below:].wrap(out, max(20, out.width - indent))),
    ]
    for part in parts:
        part.rstrip()
        out.print(part, soft_wrap=True)
