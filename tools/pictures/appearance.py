"""How alike two pictures look, from colours and edges alone: no model, a fraction of a millisecond."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image as Picture

from playhead.tools.types import Image

Features = npt.NDArray[np.float32]
"""Colour layout, edge layout and colour histogram, one after the other; means of several are valid too."""

_SIDE = 64
_GRID = 16
_BINS = 8
_LAYOUT = slice(0, _GRID * _GRID * 3)
_EDGES = slice(_LAYOUT.stop, _LAYOUT.stop + _GRID * _GRID)
_HISTOGRAM = slice(_EDGES.stop, _EDGES.stop + 3 * _BINS)
_STRONG_CHANGE = 0.25  # mean difference of colour, of 1, that counts as all
_FAINT_EDGES = 2.0  # summed edge strength below which a difference of edges is noise


def features(image: Image) -> Features:
    """What `similarity` compares, for a picture of any size."""
    small = np.asarray(Picture.fromarray(image).resize((_SIDE, _SIDE), Picture.Resampling.BOX))
    scaled = small.astype(np.float32) / np.float32(255)
    grey = scaled.mean(axis=2, dtype=np.float32)
    steps = np.zeros((_SIDE, _SIDE), np.float32)
    steps[:, 1:] += np.abs(np.diff(grey, axis=1))
    steps[1:, :] += np.abs(np.diff(grey, axis=0))
    bins = (small >> 5) + np.array([0, _BINS, 2 * _BINS], np.uint8)
    histogram = np.bincount(bins.reshape(-1), minlength=3 * _BINS) / (3 * _SIDE * _SIDE)
    parts = (_pooled(scaled).reshape(-1), _pooled(steps).reshape(-1), histogram)
    return np.concatenate(parts).astype(np.float32)


def _pooled(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    cell = _SIDE // _GRID
    tiles = values.reshape(_GRID, cell, _GRID, cell, *values.shape[2:])
    return np.asarray(tiles.mean(axis=(1, 3)), np.float32)


def similarity(one: Features, other: Features) -> float:
    """1 for the same look, 0 when colours, edges and their places all differ."""
    difference = np.abs(one - other)
    colour = min(1.0, float(difference[_LAYOUT].mean()) / _STRONG_CHANGE)
    total = float(one[_EDGES].sum() + other[_EDGES].sum())
    edges = float(difference[_EDGES].sum()) / (total + _FAINT_EDGES)
    palette = float(difference[_HISTOGRAM].sum()) / 2
    return 1.0 - (0.35 * colour + 0.4 * edges + 0.25 * palette)
