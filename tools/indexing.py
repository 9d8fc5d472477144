"""From a video to memories, resumably."""

from __future__ import annotations

from playhead.tools.progress import IndexingConfig, Progress

__all__ = ["IndexingConfig", "Progress"]
