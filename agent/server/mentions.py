"""Which recordings a text names: `In kestrel-sound.mp4, who …?`"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from playhead.tools.types import Video

_NO_EVERYDAY_WORD = re.compile(r"[\d_.-]|\w\s+\w")
"""A title of one plain word (`film`, `interview`) may be meant as that word."""


def mentioned(text: str, videos: Sequence[Video]) -> tuple[str, ...]:
    """The ids of those that are named by file name, by id, or by a title that is no everyday word."""
    folded = text.casefold()
    return tuple(
        video.id for video in videos if any(_stands_in(name.casefold(), folded) for name in _names(video))
    )


def without(text: str, videos: Sequence[Video]) -> str:
    """The text without `In film.mp4,` at its beginning and `in film.mp4?` at its end.

    The name of a file is not what a question is about, and would be looked for among the words said.
    """
    for name in sorted({name for video in videos for name in _names(video)}, key=len, reverse=True):
        called = rf"[\"'“‘`]?{re.escape(name)}[\"'”’`]?"
        text = re.sub(rf"^\s*(?:(?:in|from|about|of)\s+)?{called}\s*[,:;–—-]\s*", "", text, flags=re.I)
        text = re.sub(rf"\s+(?:in|from|of)\s+{called}(?=\s*[?.!]*\s*$)", "", text, flags=re.I)
    return text


def _names(video: Video) -> Iterator[str]:
    yield from (video.id, video.id[:12])
    stem = PurePath(video.name).stem
    yield from (name for name in (video.name, video.title, stem) if _NO_EVERYDAY_WORD.search(name))


def _stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w-]|\.\w)", text) is not None
