"""What an examination finds: one line each, with its cure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from playhead.tools.errors import PlayheadError

Status = Literal["ok", "note", "problem"]
"""`problem`: the configured setup cannot work; `note`: it works, and could do better."""

Measured = Mapping[str, float | int | str | bool | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `cure` says what to change; `measured` holds the numbers of `detail`, by name."""

    check: str
    status: Status
    detail: str
    cure: str = ""
    measured: Measured = field(default_factory=dict)


def failed(check: str, error: PlayheadError, status: Status = "problem", cure: str = "") -> Finding:
    """An error as a finding; `cure` goes over its own."""
    return Finding(check, status, error.cause, cure or error.cure)


def healthy(findings: Iterable[Finding]) -> bool:
    """True when nothing found keeps the configured setup from working."""
    return all(finding.status != "problem" for finding in findings)
