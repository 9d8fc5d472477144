"""Subtitles that are pictures: read by OCR while indexing, or said to be there and unread."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.tools.embedders.hashing import create as hashing
from playhead.tools.indexing import IndexingConfig, Progress, index
from playhead.tools.library import Library
from playhead.tools.ocr.rapidocr import create as rapidocr
from playhead.tools.protocols import Filter
from playhead.tools.synthesis import Scene, Script, encode
from playhead.tools.types import Cue, Span
from playhead.tools.words.pictured import pictured_cues
from tests.picture_subtitles import with_pictures, write_sup

CUES = (Cue(Span(1, 4), "The copper key hangs here."), Cue(Span(5, 7), "Platform seven is closed."))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictured")
    bare = encode(Script((Scene(0, 8, (20, 40, 80), ()),), fps=5), folder / "bare.mp4")
    return with_pictures(bare, write_sup(CUES, folder / "words.sup"), folder / "film.mkv")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", hashing("64"), "in_memory") as opened:
        yield opened


async def indexed(film: Path, library: Library, config: IndexingConfig) -> list[Progress]:
    return [step async for step in index(film, library, config)]


def test_words_and_times_are_read(film: Path) -> None:
    read = pictured_cues(film, rapidocr())
    assert [cue.text for cue in read] == [cue.text for cue in CUES]
    assert [cue.span for cue in read] == [cue.span for cue in CUES]
    assert {cue.language for cue in read} == {"en"}


async def test_they_are_remembered_as_speech(film: Path, library: Library) -> None:
    steps = await indexed(film, library, IndexingConfig())
    speech = library.memories(Filter((steps[-1].video_id,), ("speech",)))
    assert "copper key" in speech[0].text


async def test_unread_they_are_said_to_be_there(film: Path, library: Library) -> None:
    steps = await indexed(film, library, IndexingConfig(ocr=None))
    assert any("its subtitles are pictures" in step.message for step in steps if step.warning)
    again = await indexed(film, library, IndexingConfig())
    assert library.count(again[-1].video_id)["speech"] >= 1
