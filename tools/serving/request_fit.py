"""Fitting a request to what its server takes: fewer frames, mosaics, smaller sides, and shorter text last.

Frames are dropped evenly, so that what is left still spans the same time. Only the longest text is ever
cut, in its middle, with a mark that says so: a question at either end survives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from playhead.tools.protocols import ChatRequest, ImagePart, Message
from playhead.tools.serving.mosaic import MOST_TILES, mosaic, spread, stamp
from playhead.tools.serving.server_limits import Learned
from playhead.tools.types import Frame

CHARS_A_TOKEN = 3.5
PIXELS_A_TOKEN = 28 * 28
"""One visual token of the Qwen-VL family; others spend fewer."""
_NAMED = r"s|image|video|audio|pad|unk|bos|eos|(?:start|end)_of_\w+"
_CONTROL = re.compile(rf"<(?=\|[^|<>\s]{{1,40}}\|>|/?(?:{_NAMED})>)", re.IGNORECASE)
FEWEST_FRAMES = 8
"""Frames are dropped down to this many before their sides shrink."""
SMALLEST_SIDE_PX = 224
LARGEST_SIDE_PX = 1024
SHORTEST_TEXT = 2000
"""Characters of the longest text that are always kept."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How far a request is cut down; None leaves that side alone."""

    frames: int | None = None
    side_px: int = LARGEST_SIDE_PX
    text_chars: int | None = None
    max_tokens: int | None = None


def image_count(request: ChatRequest) -> int:
    return sum(isinstance(part, ImagePart) for message in request.messages for part in message.parts)


def estimate_tokens(request: ChatRequest, fit: Fit) -> int:
    """Roughly what the fitted prompt costs; calibrated by `Learned.tokens_ratio`."""
    text = sum(len(part) for message in request.messages for part in message.parts if isinstance(part, str))
    pictures = [
        part.image for message in request.messages for part in message.parts if not isinstance(part, str)
    ]
    kept = [pictures[place] for place in spread(len(pictures), fit.frames or len(pictures))]
    chars = min(text, fit.text_chars or text) + 12 * len(kept)
    return round(chars / CHARS_A_TOKEN) + sum(_picture_tokens(one.shape, fit.side_px) for one in kept)


def _picture_tokens(shape: tuple[int, ...], side_px: int) -> int:
    scale = min(1.0, side_px / max(shape[:2]))
    return 2 + round(shape[0] * shape[1] * scale * scale / PIXELS_A_TOKEN)


def fitted(messages: tuple[Message, ...], learned: Learned, fit: Fit) -> Iterator[Message]:
    """The messages as they will be sent."""
    total = sum(isinstance(part, ImagePart) for message in messages for part in message.parts)
    most = learned.images or total
    kept = set(spread(total, min(fit.frames or total, most * MOST_TILES)))
    tiles = -(-len(kept) // most) if kept else 1
    longest = max((len(p) for m in messages for p in m.parts if isinstance(p, str)), default=0)
    place = 0
    for message in messages:
        parts: list[str | ImagePart] = []
        for part in message.parts:
            if isinstance(part, str):
                parts.append(sendable(_cut(part, fit.text_chars) if len(part) == longest else part))
                continue
            if place in kept:
                parts.append(part)
            place += 1
        yield replace(message, parts=tuple(_tiled(parts, tiles, fit.side_px) if tiles > 1 else parts))


def sendable(text: str) -> str:
    """The text as data: no lone surrogates, which no encoding takes, and no model's control tokens.

    A subtitle that says `<|im_end|>` or `<image>` would otherwise end the turn or stand for a picture.
    """
    return _CONTROL.sub("‹", text.encode("utf-8", "replace").decode("utf-8"))


def _cut(text: str, chars: int | None) -> str:
    if chars is None or len(text) <= chars:
        return text
    return f"{text[: chars // 2]}\n[… {len(text) - chars} characters left out …]\n{text[-(chars // 2) :]}"


def _tiled(parts: list[str | ImagePart], tiles: int, side_px: int) -> Iterator[str | ImagePart]:
    """Groups of up to `tiles` pictures become one mosaic, at the place of the group's first picture."""
    pictures = [part for part in parts if isinstance(part, ImagePart)]
    groups = {
        id(pictures[first]): pictures[first : first + tiles] for first in range(0, len(pictures), tiles)
    }
    for part in parts:
        if isinstance(part, str):
            yield part
        elif group := groups.get(id(part)):
            frames = [Frame(one.time_s or 0.0, one.image) for one in group]
            times = " ".join(stamp(frame.time_s) for frame in frames)
            yield f"{len(frames)} frames in one picture, row by row: {times}" if len(frames) > 1 else times
            yield ImagePart(mosaic(frames, side_px))


def frames_sent(request: ChatRequest, learned: Learned, fit: Fit) -> int:
    """How many of the request's pictures the model gets to see."""
    total = image_count(request)
    return min(total, fit.frames or total, (learned.images or total) * MOST_TILES)


def smaller(request: ChatRequest, fit: Fit, share: float) -> Fit | None:
    """A fit that costs about `share` (0..1) of this one, or None when nothing is left to give up."""
    frames = min(image_count(request), fit.frames or image_count(request))
    if frames > FEWEST_FRAMES:
        return replace(fit, frames=max(FEWEST_FRAMES, int(frames * share)))
    if frames and fit.side_px > SMALLEST_SIDE_PX:
        return replace(fit, side_px=max(SMALLEST_SIDE_PX, int(fit.side_px * share**0.5)))
    if frames > 1:
        return replace(fit, frames=max(1, int(frames * share)))
    longest = max(
        (len(part) for m in request.messages for part in m.parts if isinstance(part, str)), default=0
    )
    chars = min(longest, fit.text_chars or longest)
    if chars > SHORTEST_TEXT:
        return replace(fit, text_chars=max(SHORTEST_TEXT, int(chars * share)))
    tokens = fit.max_tokens or request.max_tokens
    return replace(fit, max_tokens=max(64, tokens // 2)) if tokens > 64 else None


def fit_context(request: ChatRequest, learned: Learned, fit: Fit) -> Fit:
    """Cut down until the estimate fits the known context; unchanged when the context is unknown."""
    while learned.context_tokens is not None:
        limit = fit.max_tokens or request.max_tokens
        room = max(1, learned.context_tokens - limit)
        cost = estimate_tokens(request, fit) * learned.tokens_ratio
        following = smaller(request, fit, min(0.9, room / cost)) if cost > room else None
        if following is None:
            break
        fit = following
    return fit
