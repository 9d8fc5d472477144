"""What a server takes, read from its model list and from the messages of its refusals.

Servers word the same refusal differently; the patterns below were collected from vLLM, SGLang, llama.cpp,
OpenAI and Anthropic-compatible gateways. A refusal that none of them explains is left to the caller.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from playhead.tools.serving.structured import FORMS, Form, looser

Parameter = Literal["max_tokens", "temperature", "seed", "logprobs"]
_PARAMETERS: tuple[Parameter, ...] = ("max_tokens", "temperature", "seed", "logprobs")

_CONTEXT = (
    r"maximum context length (?:is|of) (\d+)",
    r"maximum model length of (\d+)",
    r"model's context length \((\d+)",
    r"tokens? > (\d+) maximum",
    r"n_ctx\W+(\d+)",
    r"context (?:size|length|window)\D{0,20}?(\d{3,})",
)
_REQUESTED = (
    r"(\d+) in the messages",
    r"your messages resulted in (\d+)",
    r"request has (\d+) input tokens",
    r"prompt contains at least (\d+) input tokens",
    r"(\d+) tokens from the input",
    r"prompt \(length (\d+)\)",
    r"input \((\d+) tokens\)",
    r"too long: (\d+) tokens",
    r"n_prompt_tokens\W+(\d+)",
)
_CONTEXT_WORDS = r"context.{0,20}(?:length|size|window|exceed)|maximum model length|too long|too many tokens"
_IMAGES = (
    r"at most (\d+) images?",
    r"(?:max(?:imum)?|limit)\D{0,30}?(\d+) images?",
    r"images\b\D{0,40}?(?:max(?:imum)?|limit|at most)\D{0,10}?(\d+)",
)
_NO_IMAGES = (
    r"not a multimodal model|does not support (?:image|vision)|(?:image|vision) input is not supported"
    r"|image_url is only supported|no (?:vision|image) support|unknown content type.{0,20}image"
)
_IMAGE_SIZE = (
    r"image.{0,40}(?:too large|too big|exceed|dimension)|(?:payload|entity|body) too large|maximum pixels"
)
_SHAPE_WORDS = (
    r"response_format|json_schema|json.?schema|json_object|json mode|guided|structured|grammar|schema"
)
_GRAMMAR_WORDS = r"response_format|json.?schema|json_object|grammar|guided"
_TOOL_WORDS = r"tool|function"
_UNSUPPORTED = (
    r"unsupported|not support|not permitted|unrecognized|unknown|unexpected|extra|invalid|not allowed"
)


@dataclass
class Learned:
    """What one server taught about one model. None means that it never said."""

    form: Form = "schema"
    """The strictest form of structured reply that is not known to fail."""
    proven: bool = False
    """Whether a reply of that form has ever been right."""
    context_tokens: int | None = None
    images: int | None = None
    """Most images in one request; 0 for a model that sees none."""
    side_px: int | None = None
    """The longest image side that was accepted after a larger one was refused."""
    tokens_ratio: float = 1.0
    """Tokens that the server counted for each token that playhead had estimated."""
    dropped: set[Parameter] = field(default_factory=set)
    """Parameters that the server refuses; `max_tokens` is then sent as `max_completion_tokens`."""
    doubts: int = 0
    """Replies that only came right in a looser form than `form`."""

    def worked(self, form: Form) -> None:
        """A reply of this form was right. A looser one must win twice, since any reply can fail once."""
        self.doubts += form != self.form
        if form == self.form or self.doubts >= 2:
            self.form, self.proven, self.doubts = form, True, 0

    def refused(self, form: Form) -> None:
        """The server says that it does not take this form; a form once proven is kept."""
        following = looser(form)
        if not self.proven and following is not None and form == self.form:
            self.form = following

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"dropped": sorted(self.dropped)}

    @staticmethod
    def from_dict(stored: Mapping[str, Any]) -> Learned:
        """The same again; anything missing or of a wrong type is as if never learned."""
        learned = Learned()
        if stored.get("form") in FORMS:
            learned.form = stored["form"]
        for name in ("context_tokens", "images", "side_px"):
            if isinstance(stored.get(name), int):
                setattr(learned, name, stored[name])
        dropped = stored.get("dropped")
        learned.dropped = {name for name in _PARAMETERS if isinstance(dropped, list) and name in dropped}
        return learned


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a 400 came, as far as its message tells."""

    reason: Literal["context", "images", "no_images", "image_size", "parameter", "shape", "unknown"]
    allowed: int | None = None
    requested: int | None = None
    parameter: Parameter | None = None


def read_refusal(message: str, form: Form | None, had_images: bool) -> Refusal:
    """Sort out the message of a 400, 413 or 422; `form` is how an object was asked for, if one was."""
    text = message.lower()
    if had_images and re.search(_NO_IMAGES, text):
        return Refusal("no_images")
    if had_images and (most := _first(_IMAGES, text)) is not None:
        return Refusal("images" if most else "no_images", allowed=most)
    if parameter := _parameter(text):
        return Refusal("parameter", parameter=parameter)
    if re.search(_CONTEXT_WORDS, text):
        return Refusal("context", allowed=_first(_CONTEXT, text), requested=_first(_REQUESTED, text))
    if had_images and re.search(_IMAGE_SIZE, text):
        return Refusal("image_size")
    shape = f"{_SHAPE_WORDS}|{_TOOL_WORDS}" if form == "tools" else _SHAPE_WORDS
    if form not in (None, "text") and re.search(shape, text):
        return Refusal("shape")
    return Refusal("unknown")


def names_shape(detail: str) -> bool:
    """Whether a failure blames the asked shape: some servers answer 500 to what others refuse with 400."""
    return re.search(_GRAMMAR_WORDS, detail.lower()) is not None


def _first(patterns: tuple[str, ...], text: str) -> int | None:
    for pattern in patterns:
        if found := re.search(pattern, text):
            return int(found.group(1))
    return None


def _parameter(text: str) -> Parameter | None:
    if not re.search(_UNSUPPORTED, text) or re.search(_CONTEXT_WORDS, text):
        return None
    return next((name for name in _PARAMETERS if re.search(rf"\b(?:top_)?{name}\b", text)), None)


def context_of(entry: Mapping[str, Any]) -> int | None:
    """The context length that an entry of `/v1/models` tells, in tokens (vLLM, OpenRouter, llama.cpp…)."""
    nested = entry.get("meta")
    for source in (entry, nested if isinstance(nested, Mapping) else {}):
        for name in ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx"):
            value = source.get(name)
            if isinstance(value, int) and not isinstance(value, bool) and value > 0:
                return value
    return None


def remember(path: Path, key: str, learned: Learned) -> None:
    """Keep what was learned for the next process; a file that cannot be written is no reason to stop."""
    known = _read(path) | {key: learned.to_dict()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(known, indent=1), "utf-8")
        partial.replace(path)
    except OSError:
        return


def recall(path: Path, key: str) -> Learned:
    """What an earlier process learned, or nothing."""
    stored = _read(path).get(key)
    return Learned.from_dict(stored) if isinstance(stored, dict) else Learned()


def _read(path: Path) -> dict[str, Any]:
    try:
        known = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
