"""What every reader of on-screen text must do."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from playhead.tools import registry
from playhead.tools.pictures.drawing import slide
from playhead.tools.protocols import ScreenReader

LINES = ("Tidal range", "Spring tide: 8.2 metres", "Opened in 2009")


@pytest.fixture(params=registry.names("ocr"))
def reader(request: pytest.FixtureRequest) -> ScreenReader:
    """Every plug-in; the fake one is told what stands on the slide."""
    settings: dict[str, dict[str, Any]] = {"scripted": {"replies": [LINES]}, "rapidocr": {"threads": 1}}
    made: ScreenReader = registry.load("ocr", request.param, **settings[request.param])
    return made


@pytest.mark.parametrize("background", [(250, 250, 245), (18, 34, 66)], ids=["light", "dark"])
def test_a_slide_is_read_line_by_line(reader: ScreenReader, background: tuple[int, int, int]) -> None:
    read = reader.read(slide(LINES, background, 640, 360))
    assert [line.text for line in sorted(read, key=lambda line: line.box[1])] == list(LINES)
    assert all(0.5 < line.confidence <= 1 for line in read)


def test_boxes_are_shares_of_the_picture(reader: ScreenReader) -> None:
    for line in reader.read(slide(LINES, (250, 250, 245), 640, 360)):
        left, top, right, bottom = line.box
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 400, 3), (400, 3, 3), (360, 640, 3)])
def test_any_picture_can_be_read(reader: ScreenReader, shape: tuple[int, int, int]) -> None:
    assert isinstance(reader.read(np.zeros(shape, np.uint8)), list)


def test_views_and_strips_can_be_read(reader: ScreenReader) -> None:
    picture = slide(LINES, (250, 250, 245), 640, 360)
    strip = picture[:, ::-1][:, ::-1][: picture.shape[0] // 4]
    assert any("Tidal" in line.text for line in reader.read(strip))


def test_the_default_reader_needs_no_network_and_says_nothing() -> None:
    code = f"""
import json, socket
socket.socket.connect = None
from playhead.tools import registry
from playhead.tools.pictures.drawing import slide
lines = registry.load("ocr", "rapidocr").read(slide({LINES!r}, (250, 250, 245), 640, 360))
print(json.dumps([line.text for line in lines]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == list(LINES)
    assert done.stderr == ""
