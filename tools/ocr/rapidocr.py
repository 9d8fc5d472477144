"""On-screen text by RapidOCR (PP-OCR models on ONNX Runtime). The package carries its models: no network.

The settings were measured on slides and terminals rendered at 640x360 to 1920x1080, two cores. Detection
at its default size (shorter side enlarged to 736) takes 0.4-0.5 s a picture; with the longer side limited
to 960 it takes 0.07-0.10 s and every line that was found is still found. Limits of 736 and 640 are no
faster in total and lose text below 20 px on a 720p picture (2 of 30 terminal lines left). Recognition
takes 0.02-0.04 s a line and is the rest; the check for upside-down lines is left out.
"""

from __future__ import annotations

import logging
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from playhead.tools.allocator import trim
from playhead.tools.errors import ModelError, PrerequisiteError
from playhead.tools.protocols import TextLine
from playhead.tools.types import Image

DETECTION_SIDE_PX = 960
_LOADING = Lock()


class RapidOcrReader:
    """A ScreenReader. The model is loaded at the first picture, once for all readers of one folder."""

    def __init__(self, folder: Path | None, threads: int, min_confidence: float) -> None:
        self.folder = folder
        self.threads = threads
        self.min_confidence = min_confidence

    def read(self, image: Image) -> list[TextLine]:
        """Lines read with enough confidence; PrerequisiteError without models, ModelError on failure."""
        with _LOADING:
            engine = _engine(self.folder, self.threads)
        height_px, width_px = image.shape[:2]
        try:
            found = engine(np.ascontiguousarray(image[:, :, ::-1]))
            trim()  # every picture has buffers of another size: 336 MB stayed after 40 slides, now 185 MB
        except Exception as error:  # the engine wraps whatever its runtime raises
            raise ModelError(f"OCR failed: {error}", "choose another with --set indexing.ocr=NAME") from error
        if getattr(found, "boxes", None) is None or getattr(found, "txts", None) is None:
            return []
        return [
            TextLine(text.strip(), float(score), _box(corners, width_px, height_px))
            for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
            if score >= self.min_confidence and text.strip()
        ]


def _box(corners: Any, width_px: int, height_px: int) -> tuple[float, float, float, float]:
    points = np.clip(np.asarray(corners, np.float64) / (width_px, height_px), 0.0, 1.0)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


@cache
def _engine(folder: Path | None, threads: int) -> Any:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    home = folder or _package_models()
    parameters: dict[str, Any] = {
        "Global.log_level": "critical",
        "Global.use_cls": False,
        "Global.max_side_len": 4096,
        "Det.limit_type": "max",
        "Det.limit_side_len": DETECTION_SIDE_PX,
        "Det.model_path": _model(home, "det"),
        "Rec.model_path": _model(home, "rec"),
        "EngineConfig.onnxruntime.intra_op_num_threads": threads or -1,
    }
    blank = np.full((48, 96, 3), 255, np.uint8)
    try:
        engine = RapidOCR(params=parameters)
        engine(blank, use_det=False)  # each model is loaded at its first use only
        engine(blank, use_det=True)
        return engine
    except Exception as error:
        cure = "pip install --force-reinstall rapidocr"
        raise PrerequisiteError(f"the OCR models in {str(home)!r} cannot be loaded: {error}", cure) from error


def _package_models() -> Path:
    spec = find_spec("rapidocr")
    return Path(str(spec.origin if spec else "")).parent / "models"


def _model(folder: Path, task: str) -> str:
    """The model file of a task; naming it keeps the package from fetching one."""
    found = sorted(folder.glob(f"*_{task}_*.onnx"))
    if not found:
        cause = f"no OCR model called *_{task}_*.onnx in {str(folder)!r}"
        raise PrerequisiteError(
            cause, "pip install --force-reinstall rapidocr, or name a folder that has one"
        )
    return str(found[-1])


def create(argument: str = "", *, threads: int = 0, min_confidence: float = 0.6) -> RapidOcrReader:
    """`rapidocr`, or `rapidocr:FOLDER` with PP-OCR models of another language as ONNX files.

    `threads` 0 uses every core; lines read with less than `min_confidence` are dropped.
    """
    return RapidOcrReader(Path(argument).expanduser() if argument else None, threads, min_confidence)
