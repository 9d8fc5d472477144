"""What a loop has found out by now: its prompt is built anew each step, with the newest pictures only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from playhead.agent.loop.asking import Pictures
from playhead.prompts import fence


@dataclass
class Blackboard:
    """Lines under headings, and the pictures shown last."""

    headings: tuple[str, ...]
    newest: Pictures = ()
    """They replace those before."""
    lines: list[tuple[str, str]] = field(default_factory=list)

    def add(self, heading: str, line: str) -> None:
        """One more line under one of the headings. Raises ValueError for any other."""
        if heading not in self.headings:
            raise ValueError(f"no heading {heading!r} among {', '.join(self.headings)}")
        self.lines.append((heading, line))

    def told(self) -> str:
        """All lines, heading by heading, each as data; empty when there is none."""
        return "\n".join(f"{heading} {fence(line)}" for heading, line in self._ordered())

    def _ordered(self) -> Iterable[tuple[str, str]]:
        return sorted(self.lines, key=lambda row: self.headings.index(row[0]))
