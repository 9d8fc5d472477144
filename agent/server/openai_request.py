"""A conversation as clients of OpenAI's API send it, read as a question with what was said before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict

from playhead.agent import marks
from playhead.agent.server import citing
from playhead.agent.state import Turn
from playhead.tools.arguments import Seconds
from playhead.tools.errors import UsageError

MOST_TURNS = 50
"""Of what was said before, the latest."""
_PLACE = re.compile(r"/(?:videos|watch)/([^/?]+)")


class Message(BaseModel):
    """One message; of its content, texts and references to recordings are understood."""

    model_config = ConfigDict(extra="allow")

    role: str
    content: str | list[dict[str, Any]] | None = None


class Body(BaseModel):
    """What both endpoints take besides the conversation; what they do not know they pass over."""

    model_config = ConfigDict(extra="allow")

    model: str
    stream: bool = False
    metadata: dict[str, str] | None = None
    videos: list[str] = []
    """Recordings by id, file name or title; none: those that the messages name, else the whole library."""
    options: list[str] = []
    before_s: Seconds | None = None
    tool_choice: Any = None

    @property
    def recordings(self) -> tuple[str, ...]:
        """Those named beside the messages: in `videos`, or in `metadata` with commas between them."""
        listed = (self.metadata or {}).get("videos", "").split(",")
        return tuple(self.videos) or tuple(name.strip() for name in listed if name.strip())


@dataclass(frozen=True, slots=True)
class Said:
    """One message: its words, and the recordings that its parts name."""

    role: str
    text: str
    recordings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """The question, the turns before it, and the recordings of the latest message that has any."""

    question: str
    history: tuple[Turn, ...]
    recordings: tuple[str, ...]
    texts: tuple[str, ...]
    """What the user said, the latest first."""


def conversation(messages: Sequence[Message], host: str) -> Conversation:
    """Messages of roles other than `user` and `assistant` instruct a model and are left out.

    `host` is this server's name and port, whose own addresses may stand for a recording. Raises UsageError.
    """
    said = [_said(message, host) for message in messages if message.role in ("user", "assistant")]
    if not said or said[-1].role != "user":
        raise UsageError("the last message is not the user's", "end the messages with a question")
    turns, asked = [], ""
    for one in said[:-1]:
        if one.role == "user":
            asked = f"{asked} {one.text}".strip()
        elif asked:
            turns.append(Turn(asked, marks.plain(citing.words_of(one.text))))
            asked = ""
    users = [one for one in reversed(said) if one.role == "user"]
    recordings = next((one.recordings for one in users if one.recordings), ())
    question = f"{asked} {said[-1].text}".strip()
    return Conversation(question, tuple(turns[-MOST_TURNS:]), recordings, tuple(one.text for one in users))


def _said(message: Message, host: str) -> Said:
    if isinstance(message.content, str) or message.content is None:
        return Said(message.role, message.content or "")
    texts = [text for part in message.content if isinstance(text := part.get("text"), str)]
    others = [part for part in message.content if str(part.get("type")) not in _TEXTS]
    recordings = tuple(name for part in others for name in _recordings(part, host))
    return Said(message.role, " ".join(texts), recordings)


_TEXTS = ("text", "input_text", "output_text")


def _recordings(part: Mapping[str, Any], host: str) -> Iterator[str]:
    """The recording of a `video_url` or `file` part. Raises UsageError for any other."""
    kind = str(part.get("type"))
    inner = part.get("video_url" if kind == "video_url" else "file", part)
    inner = {"url": inner} if isinstance(inner, str) else inner
    if kind not in ("video_url", "file", "input_file") or not isinstance(inner, Mapping):
        cure = "name recordings of the library, as text or as a part of type file"
        raise UsageError(f"a part of type {kind[:40]!r} cannot be used", cure)
    if isinstance(name := inner.get("file_id"), str):
        yield name
    elif isinstance(url := inner.get("url", inner.get("file_url")), str):
        yield _of_url(url, host)
    else:
        cure = "index the file first (playhead index FILE, or drop it on the page) and give its id as file_id"
        raise UsageError(f"a part of type {kind!r} holds no id and no address", cure)


def _of_url(url: str, host: str) -> str:
    """`file:///film.mkv`, an address of this server, or plainly an id or a name. Raises UsageError."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise UsageError(f"{url[:80]!r} is no address", "name a recording of the library") from error
    if parts.scheme == "file":
        return unquote(parts.path)
    found = _PLACE.search(parts.path) or _PLACE.search(parts.fragment)
    if found and parts.scheme in ("http", "https") and parts.netloc == host:
        return unquote(found[1])
    if parts.scheme in ("data", "ftp", "rtsp"):
        cure = "save it as a file, index it, and name it"
        raise UsageError(f"recordings are not fetched from {parts.scheme}: addresses", cure)
    return url
