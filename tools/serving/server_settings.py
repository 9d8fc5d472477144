"""Settings of every backend that talks to an OpenAI-compatible server."""

from __future__ import annotations

import difflib
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from playhead.tools.errors import PrerequisiteError, UsageError

OPENAI_URL = "https://api.openai.com/v1"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the server is and how far it may be pushed. The key is never shown."""

    base_url: str = ""
    """Root of the API, usually ending in /v1; empty: PLAYHEAD_BASE_URL, OPENAI_BASE_URL, else OpenAI."""

    api_key: str = field(default="", repr=False)
    """Empty: PLAYHEAD_API_KEY, then OPENAI_API_KEY; local servers need none."""

    concurrency: int = 64
    """The most requests in flight; the number actually used adapts to the server."""

    tries: int = 5
    """Attempts for a request that was lost or told to wait, within its deadline."""

    backoff_s: float = 0.5
    """Seconds before the second attempt; the wait doubles from there, and a server may ask for more."""

    connect_s: float = 10.0
    """Seconds to wait for a connection."""

    reply_bytes: int = 8_000_000
    """A reply longer than this is cut off and refused: nothing sensible is that long."""

    side_px: int = 1024
    """Longest side of a picture as sent; larger ones are scaled down."""

    images: int | None = None
    """Most pictures in one request, where the server does not tell it; more become mosaics."""

    context_tokens: int | None = None
    """Context length in tokens, where the server does not tell it."""

    sees_images: bool = True
    """False for a model that takes text only; found out by itself when the server says so."""

    memory: str | Path = ""
    """A JSON file in which what was learned about servers outlives the process; empty: none."""

    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Further fields of the request body, such as {"chat_template_kwargs": {"enable_thinking": false}}."""


def settings_of(kind: type[T], backend: str, given: Mapping[str, Any]) -> T:
    """`kind(**given)`; raises UsageError that names an unknown setting and the nearest known one."""
    known = [item.name for item in fields(kind)]  # type: ignore[arg-type]
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            raise UsageError(f"{backend} has no setting {name!r}", f"{hint}choose from: {', '.join(known)}")
    return kind(**given)


def base_url_of(settings: ServerSettings) -> str:
    """The URL to talk to. Raises UsageError for one without http:// or https://."""
    environment = os.environ.get("PLAYHEAD_BASE_URL") or os.environ.get("OPENAI_BASE_URL")
    url = (settings.base_url or environment or OPENAI_URL).rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"the base URL {url!r} is no web address", "write it as http://host:port/v1")
    return url


def connection_of(url: str) -> dict[str, Any]:
    """Arguments of the HTTP client for this server: one on this machine is reached without any proxy.

    The certificates of SSL_CERT_FILE are trusted all the same; PrerequisiteError when they cannot be read.
    """
    if urlsplit(url).hostname not in ("localhost", "127.0.0.1", "::1"):
        return {}
    trusted = os.environ.get("SSL_CERT_FILE")
    if not trusted or not url.startswith("https://"):
        return {"trust_env": False}
    try:
        return {"trust_env": False, "verify": ssl.create_default_context(cafile=trusted)}
    except (OSError, ssl.SSLError) as error:
        cause = f"the certificates of SSL_CERT_FILE={trusted!r} cannot be read ({error})"
        raise PrerequisiteError(cause, "point it at a PEM file") from error


def key_of(settings: ServerSettings) -> str:
    """The key, or '' for a server that needs none."""
    return settings.api_key or os.environ.get("PLAYHEAD_API_KEY") or os.environ.get("OPENAI_API_KEY") or ""
