"""Small plots as inline SVG: reliability, and accuracy against cost. No script, no font, no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from playhead.eval.table import compact

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
    fill: str = COLOURS[0]


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
    for point in points:
        x = point.cost / top
        tip = f"{point.label}: {100 * point.accuracy:.1f} % at {compact(point.cost)} {unit}"
        parts.append(_line([(x, point.low), (x, point.high)], point.fill))
        parts.append(_circle(x, point.accuracy, 5, point.fill, tip))
    return _svg("Accuracy against cost", parts)


def bar(low: float, centre: float, high: float, fill: str) -> str:
    """A share with its interval on a line from 0 to 1, to stand in a table cell."""
    line, dot = 'y1="6" y2="6"', f'cx="{_share(centre)}" cy="6" r="3.5"'
    told = f"{100 * low:.1f} to {100 * high:.1f} %"
    return (
        f'<svg class="bar" viewBox="0 0 108 12" role="img" aria-label="{told}">'
        f'<line class="frame" x1="4" x2="104" {line}/>'
        f'<line x1="{_share(low)}" x2="{_share(high)}" {line} stroke="{fill}" stroke-width="3"/>'
        f'<circle {dot} fill="{fill}"/></svg>'
    )


def _share(value: float) -> str:
    return f"{4 + 100 * min(1.0, max(0.0, value)):.1f}"


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
        anchor = "end" if step == 4 else "middle"
        parts.append(_text(_x(share), HEIGHT - BOTTOM + 14, compact(share * x_top), anchor))
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
