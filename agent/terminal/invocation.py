"""How this program was started, so that the commands it prints work when they are typed again."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import playhead

COMMANDS = (
    "ask", "index", "chat", "overview", "search", "show", "library", "serve", "mcp",
    "bench", "doctor", "demo"
)  # fmt: skip
_NAMED = re.compile(rf"(?<![\w./-])playhead (?=(?:{'|'.join(COMMANDS)})\b)")
_KEPT = ("--library", "--config")


def program() -> str:
    """`playhead` where the shell finds this very program, else the words that started it."""
    typed = Path(sys.argv[0])
    if typed.name == "__main__.py" and typed.parent == Path(playhead.__file__).parent:
        return f"{shlex.quote(_shortest(Path(sys.executable)))} -m playhead"
    if typed.stem != "playhead" or not typed.is_file():
        return "playhead"
    found = shutil.which("playhead")
    if found and Path(found).resolve() == typed.resolve():
        return "playhead"
    return shlex.quote(_shortest(typed))


def command(*words: str) -> str:
    """A command to print: this program, `words`, and the library and settings file given to this call."""
    return " ".join([program(), *map(shlex.quote, [*words, *_given(sys.argv[1:])])])


def runnable(text: str) -> str:
    """`text` with every `playhead COMMAND` in it as it can be typed here."""
    return _NAMED.sub(lambda _: f"{program()} ", text)


def advice() -> str:
    """What to type after an interrupt of this call."""
    name = next((word for word in sys.argv[1:] if word in COMMANDS), "")
    if name in ("ask", "chat"):
        return f"go on with: {command(name, '--resume', 'last')}"
    if name == "index":
        return "run it again: it goes on where it was"
    return "run it again"


def _given(arguments: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for name, value in pairwise([*arguments, ""]):
        if name in _KEPT and value:
            kept += [name, value]
        elif name.startswith(tuple(f"{option}=" for option in _KEPT)):
            kept.append(name)
    return kept


def _shortest(path: Path) -> str:
    """As typed, or seen from this folder where that is shorter."""
    path = path.absolute()
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
