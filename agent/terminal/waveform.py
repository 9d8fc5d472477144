"""A place in a recording without pictures, drawn: its sound, and where in the whole it lies."""

from __future__ import annotations

import base64
from itertools import pairwise
from pathlib import Path

import numpy as np

from playhead.tools.errors import MediaError
from playhead.tools.media import probe
from playhead.tools.types import Span
from playhead.tools.words.audio import RATE_HZ, decoded

AROUND_S = 10.0
"""Sound drawn before and after the place; a longer place is drawn from its start on."""
LONGEST_S = 120.0
BARS = 120
WIDTH, HEIGHT, LINE = 360, 110, 6


def waveform(path: Path, span: Span) -> str:
    """An SVG data URL; '' for a file that has pictures, has no sound or cannot be opened any more."""
    try:
        info = probe(path)
        if info.has_picture or not info.has_audio:
            return ""
        from_s = max(0.0, span.start_s - AROUND_S)
        to_s = min(span.end_s + AROUND_S, from_s + LONGEST_S, max(info.duration_s, span.end_s))
        samples, _, _ = decoded(path, from_s, to_s)
    except MediaError:
        return ""
    drawn = svg(loudness(samples, to_s - from_s), Span(from_s, to_s), span, info.duration_s)
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()


def loudness(samples: np.ndarray, length_s: float) -> list[float]:
    """BARS values of 0..1 over `length_s`, the loudest 1; what is missing at the end is silent."""
    edges = np.linspace(0, length_s * RATE_HZ, BARS + 1).astype(int)
    peaks = [float(np.abs(samples[a:b]).max(initial=0.0)) for a, b in pairwise(edges)]
    return [peak / max(*peaks, 1e-6) for peak in peaks]


def svg(bars: list[float], shown: Span, place: Span, duration_s: float) -> str:
    """Bars over `shown`, those inside `place` in the accent; below, the place on the whole recording."""
    step, middle = WIDTH / len(bars), (HEIGHT - 2 * LINE) / 2
    parts = []
    for number, bar in enumerate(bars):
        time_s = shown.start_s + (number + 0.5) * shown.duration_s / len(bars)
        colour = "#2a7ae2" if place.contains(time_s) else "#8888"
        half = max(1.0, bar * (middle - 4))
        at = f'x="{number * step + 0.5:.1f}" y="{middle - half:.1f}"'
        parts.append(f'<rect {at} width="{step - 1:.1f}" height="{2 * half:.1f}" fill="{colour}"/>')
    whole_s = max(duration_s, place.end_s, 1e-3)
    left, wide = WIDTH * place.start_s / whole_s, max(2.0, WIDTH * place.duration_s / whole_s)
    line = f'y="{HEIGHT - LINE}" height="{LINE}"'
    parts.append(f'<rect x="0" width="{WIDTH}" {line} fill="#8884"/>')
    parts.append(f'<rect x="{min(left, WIDTH - wide):.1f}" width="{wide:.1f}" {line} fill="#2a7ae2"/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    return f"{head}{''.join(parts)}</svg>"
