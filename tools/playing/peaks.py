"""How loud a recording is over its whole length, for a waveform."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from playhead.tools.words.audio import RATE_HZ, decoded

PIECE_S = 300.0


def peaks(path: Path, duration_s: float, points: int) -> list[float]:
    """The loudest sample of each of `points` equal stretches, 0..1, the loudest of all 1; 0 without sound.

    Memory is bounded by one piece. Raises MediaError when the file cannot be opened.
    """
    found = np.zeros(points, np.float32)
    per_s = points / max(duration_s, 1e-3)
    for start_s in np.arange(0.0, max(duration_s, 1e-3), PIECE_S).tolist():
        samples, _, last = decoded(path, start_s, min(start_s + PIECE_S, duration_s))
        places = ((start_s + np.arange(len(samples)) / RATE_HZ) * per_s).astype(int).clip(0, points - 1)
        np.maximum.at(found, places, np.abs(samples))
        if last:
            break
    return [round(value, 3) for value in (found / max(float(found.max(initial=0.0)), 1e-6)).tolist()]
