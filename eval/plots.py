"""Small plots as inline SVG: reliability, and accuracy against cost. No script, no font, no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 420, 260, 44, 36, 12, 14
"""Size of a plot and the room for its axes, in SVG units."""

COLOURS = ("#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2", "#be185d", "#4d7c0f")


@dataclass(frozen=True, slots=True)
class Point:
    """One run in the cost plot; `low` and `high` are its interval, all shares 0..1."""

    label: str
    cost: float
    accuracy: float
    low: float
    high: float


def colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]


def reliability(runs: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]) -> str:
    """Accuracy against stated confidence, one line a run, circles by bin size; '' without any bins."""
    drawn = [(place, name, bins) for place, (name, bins) in enumerate(runs) if bins]
    if not drawn:
        return ""
    parts = [_frame("stated confidence", "right", 1.0), _line([(0, 0), (1, 1)], "#9ca3af", dashed=True)]
    for place, name, bins in drawn:
        points = [(part["confidence"], part["accuracy"]) for part in bins]
        most = max(part["n"] for part in bins)
        parts.append(_line(points, colour(place)))
        for part, (x, y) in zip(bins, points, strict=True):
            tip = f"{name}: {part['n']} answers, confidence {x:.2f}, right {y:.2f}"
            parts.append(_circle(x, y, 3 + 6 * part["n"] / most, colour(place), tip))
    return _svg("Reliability of the stated confidence", parts)


def cost(points: Sequence[Point], unit: str) -> str:
    """Accuracy with its interval against the mean cost of a question; '' without any points."""
    if not points:
        return ""
    top = max((point.cost for point in points), default=0.0) * 1.1 or 1.0
    parts = [_frame(unit, "accuracy", top)]
    for place, point in enumerate(points):
        x = point.cost / top
        tip = f"{point.label}: {100 * point.accuracy:.1f} % at {point.cost:.4g} {unit}"
        parts.append(_line([(x, point.low), (x, point.high)], colour(place)))
        parts.append(_circle(x, point.accuracy, 5, colour(place), tip))
    return _svg("Accuracy against cost", parts)


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)


def _svg(title: str, parts: Sequence[str]) -> str:
    head = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
    return f"{head}<title>{escape(title)}</title>{''.join(parts)}</svg>"


def _frame(x_label: str, y_label: str, x_top: float) -> str:
    parts = [
        f'<rect class="frame" x="{_x(0)}" y="{_y(1)}" width="{_x(1) - _x(0)}" height="{_y(0) - _y(1)}"/>'
    ]
    for step in range(5):
        share = step / 4
        parts.append(_text(_x(share), HEIGHT - BOTTOM + 14, f"{share * x_top:.3g}", "middle"))
        parts.append(_text(LEFT - 6, _y(share) + 4, f"{share:.2g}", "end"))
    parts.append(_text(_x(0.5), HEIGHT - 6, x_label, "middle"))
    parts.append(_text(LEFT + 6, TOP + 12, y_label, "start"))
    return "".join(parts)


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _line(points: Sequence[tuple[float, float]], stroke: str, dashed: bool = False) -> str:
    path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    return f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="2"{dash}/>'


def _circle(x: float, y: float, radius: float, fill: str, tip: str) -> str:
    place = f'cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="{radius:.1f}"'
    return f'<circle {place} fill="{fill}" fill-opacity="0.8"><title>{escape(tip)}</title></circle>'
