"""What made a result: versions, machine, command, git revision."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = (
    "playhead",
    "numpy",
    "chromadb",
    "langgraph",
    "av",
    "decord",
    "openai",
    "torch",
    "transformers",
    "ray",
)


def provenance() -> dict[str, Any]:
    """Versions, platform, command line, start time and git revision; no user or host names."""
    return {
        "versions": {name: version for name in PACKAGES if (version := _version(name))},
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
        "command": [Path(sys.argv[0]).name, *map(hidden, sys.argv[1:])],
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "git": git_revision(Path(__file__).parent),
    }


_SECRET = re.compile(
    r"(?:^|[._\W-])(?:api[_-]?)?(?:key|token|secret|password|passwd|authorization|credentials?)$",
    re.IGNORECASE,
)
"""Names that end in such a word; `max_tokens` and `tokenizer` are no secrets."""


def secret(name: str) -> bool:
    """Whether a setting of this name holds a key."""
    return bool(_SECRET.search(name))


def hidden(text: str) -> str:
    """A word of the command line without keys: values of settings named like one, logins in addresses."""
    name, equals, _ = text.partition("=")
    if equals and secret(name):
        return f"{name}=[hidden]"
    text = re.sub(
        r"""(["'])([^"']+)\1(\s*:\s*)(["'])[^"']*\4""",
        lambda found: (
            f"{found[1]}{found[2]}{found[1]}{found[3]}{found[4]}[hidden]{found[4]}"
            if secret(found[2])
            else found[0]
        ),
        text,
    )
    return re.sub(r"(?<=://)[^/@\s]+@", "", text)


def without_keys(value: Any) -> Any:
    """Settings as they may be written down: no keys, no logins in addresses."""
    if isinstance(value, Mapping):
        return {name: without_keys(item) for name, item in value.items() if not secret(str(name))}
    if isinstance(value, (list, tuple)):
        return [without_keys(item) for item in value]
    return hidden(value) if isinstance(value, str) else value


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def git_revision(folder: Path) -> dict[str, Any]:
    """The commit of the checkout and whether it has changes; empty outside of one."""
    revision = _git(folder, "rev-parse", "HEAD")
    return {"revision": revision, "changed": bool(_git(folder, "status", "--porcelain"))} if revision else {}


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
