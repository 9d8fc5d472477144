"""Is the stated confidence worth anything: reliability bins, expected calibration error, Brier score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playhead.eval.metrics import mean


@dataclass(frozen=True, slots=True)
class Bin:
    """One reliability bin: answers whose confidence lies in [low, high), the last bin closed."""

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


def reliability(confidences: Sequence[float], correct: Sequence[float], bins: int = 10) -> list[Bin]:
    """Equal-width bins over 0..1; empty ones are left out. Raises ValueError beyond 0..1."""
    if any(not 0 <= value <= 1 for value in confidences):
        raise ValueError("confidences must lie in 0..1")
    parts: dict[int, list[tuple[float, float]]] = {}
    for pair in zip(confidences, correct, strict=True):
        parts.setdefault(min(int(pair[0] * bins), bins - 1), []).append(pair)
    return [
        Bin(
            place / bins,
            (place + 1) / bins,
            len(part),
            mean(confidence for confidence, _ in part),
            mean(right for _, right in part),
        )
        for place, part in sorted(parts.items())
    ]


def expected_calibration_error(parts: Sequence[Bin]) -> float:
    """Mean gap between confidence and accuracy, weighted by bin size (Guo et al. 2017)."""
    total = sum(part.n for part in parts)
    return sum(part.n * abs(part.confidence - part.accuracy) for part in parts) / total if total else 0.0


def brier(confidences: Sequence[float], correct: Sequence[float]) -> float:
    """Mean squared gap between confidence and outcome (Brier 1950); 0 is perfect."""
    return mean((value - right) ** 2 for value, right in zip(confidences, correct, strict=True))
