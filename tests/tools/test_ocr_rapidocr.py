"""Loading of the OCR models: once, late, and with a cure when they are missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from playhead.tools.errors import PrerequisiteError
from playhead.tools.ocr import rapidocr
from playhead.tools.pictures.drawing import slide
from playhead.tools.registry import load

BLANK = np.full((64, 64, 3), 255, np.uint8)


def test_the_models_are_loaded_once_for_all_readers() -> None:
    load("ocr", "rapidocr").read(BLANK)
    before = rapidocr._engine.cache_info().misses
    load("ocr", "rapidocr", min_confidence=0.9).read(BLANK)
    assert rapidocr._engine.cache_info().misses == before


def test_nothing_is_loaded_before_the_first_picture(tmp_path: Path) -> None:
    reader = load("ocr", f"rapidocr:{tmp_path}")
    with pytest.raises(PrerequisiteError, match="no OCR model") as caught:
        reader.read(BLANK)
    assert "pip install" in caught.value.cure


def test_a_broken_model_is_told_in_one_line(tmp_path: Path) -> None:
    for task in ("det", "rec"):
        (tmp_path / f"x_{task}_y.onnx").write_bytes(b"not a model")
    with pytest.raises(PrerequisiteError, match="cannot be loaded") as caught:
        load("ocr", f"rapidocr:{tmp_path}").read(BLANK)
    assert "\n" not in str(caught.value)


def test_unsure_lines_are_dropped() -> None:
    picture = slide(("Turbine",), (250, 250, 245), 320, 180)
    assert [line.text for line in load("ocr", "rapidocr").read(picture)] == ["Turbine"]
    assert load("ocr", "rapidocr", min_confidence=1.01).read(picture) == []
