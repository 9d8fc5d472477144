"""LongTimeScope (Zohar et al. 2025): TimeScope on videos of ten hours and more.

Layout: that of `timescope`: `data/test-*.parquet` with `id, video, type, length, input, answer`.

Official: as TimeScope, but two commas are missing in the kit's list of phrases, so four of them stay in the
reply before its first capital A–F is read.
"""

from __future__ import annotations

from pathlib import Path

from playhead.eval.benchmarks import timescope
from playhead.eval.questions import QuestionSet

INFO = timescope.variant(
    name="longtimescope",
    title="LongTimeScope",
    extractor="first_of_six_joined",
    kit="lmms-eval tasks/longtimescope/utils.py",
    url="https://huggingface.co/datasets/Apollo-LMMs/LongTimeScope",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`. Raises MediaError for another layout."""
    return timescope.create(argument, data=data, info=INFO)
