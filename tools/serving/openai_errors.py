"""Every way a chat-completions call can fail, as one line with its cure. Keys are never quoted."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import openai

from playhead.tools.errors import (
    ModelError,
    ModelRejectedError,
    ModelReplyError,
    ModelTimeoutError,
    ModelUnreachableError,
)
from playhead.tools.serving.retries import CallFailed
from playhead.tools.serving.server_limits import names_shape
from playhead.tools.serving.server_settings import OPENAI_URL

KEY_CURE = "set PLAYHEAD_API_KEY to a key that this server knows"
URL_CURE = "check the base URL: it usually ends in /v1"
UNNAMED_CURE = "a server of your own is named by --base-url http://HOST:PORT/v1; without one, OpenAI is asked"


def failure(error: Exception, url: str, model: str, key: str) -> CallFailed:
    """What went wrong in one attempt, for whoever decides about the next."""
    if isinstance(error, CallFailed):
        return error
    if isinstance(error, openai.APIStatusError):
        return _status(error, url, model, key)
    if isinstance(error, openai.APITimeoutError | TimeoutError) and not _never_connected(error):
        return CallFailed(
            ModelTimeoutError(f"{url} did not answer in time", "see the server's load"), "transient"
        )
    for cause in _chain(error):
        if isinstance(cause, ssl.SSLError) or "CERTIFICATE" in str(cause):
            return CallFailed(_untrusted(url, cause), "final")
        if type(cause).__name__ in ("UnsupportedProtocol", "InvalidURL", "LocalProtocolError"):
            words = f"{url!r} is not a usable URL"
            return CallFailed(ModelUnreachableError(words, "write it as http://host:port/v1"), "final")
    words = f"no connection to {url} ({_deepest(error)})"
    cure = UNNAMED_CURE if url == OPENAI_URL else "start the server, or check the base URL"
    return CallFailed(ModelUnreachableError(words, cure), "transient")


def html(url: str) -> CallFailed:
    """A reply that is a web page."""
    cause = f"{url} answers with a web page, not an OpenAI-compatible API"
    return CallFailed(ModelRejectedError(cause, URL_CURE), "reply")


def too_long(limit_bytes: int) -> CallFailed:
    """A reply that was cut off, because nothing sensible is that long."""
    cause = f"the reply is longer than {limit_bytes / 1e6:.0f} MB"
    return CallFailed(ModelReplyError(cause, "lower max_tokens for this role"), "reply")


def not_json() -> CallFailed:
    """A body that ends early or is no JSON."""
    return CallFailed(ModelReplyError("the server sent a broken reply", "see the server's log"), "transient")


def _status(error: openai.APIStatusError, url: str, model: str, key: str) -> CallFailed:
    status, detail = error.status_code, scrub(_message(error), key)
    brief = detail[:200]
    if status in (401, 403):
        return CallFailed(ModelRejectedError(f"{url} refuses the API key ({status})", KEY_CURE), "final")
    if status == 404:
        return CallFailed(_not_found(url, model, detail), "final")
    if status == 402 or "insufficient_quota" in detail:
        cause = f"{url} asks for payment: {brief}"
        return CallFailed(ModelRejectedError(cause, "top the account up or choose another server"), "final")
    if status in (429, 503):
        cause = f"{url} is overloaded ({status}): {brief}"
        return CallFailed(
            ModelUnreachableError(cause, "wait, or lower the concurrency"), "busy", _after(error), detail
        )
    if status >= 500 and names_shape(detail):
        return CallFailed(
            ModelError(f"{url} refuses the request ({status}): {brief}"), "request", None, detail
        )
    if status in (408, 409) or status >= 500:
        cause = f"{url} failed ({status}): {brief}"
        return CallFailed(
            ModelUnreachableError(cause, "see the server's log"), "transient", _after(error), detail
        )
    if status in (400, 413, 422):
        return CallFailed(
            ModelError(f"{url} refuses the request ({status}): {brief}"), "request", None, detail
        )
    return CallFailed(ModelRejectedError(f"{url} answers {status}: {brief}", URL_CURE), "final")


def _not_found(url: str, model: str, detail: str) -> ModelError:
    if "model" in detail.lower():
        return ModelRejectedError(f"{url} has no model {model!r}", f"see the names at {url}/models")
    return ModelRejectedError(f"{url} has no chat completions (404)", URL_CURE)


def _message(error: openai.APIStatusError) -> str:
    body = error.body
    while isinstance(body, dict) and ("error" in body or "message" in body or "detail" in body):
        body = body.get("error") or body.get("message") or body.get("detail")
    text = body if isinstance(body, str) and body else error.message
    code = error.code or ""
    return " ".join(f"{text} {code}".split())[:4000]


def _after(error: openai.APIStatusError) -> float | None:
    """`Retry-After` in seconds; a date or nonsense counts as not given."""
    try:
        seconds = float(error.response.headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 1e6 else None


def scrub(text: str, key: str) -> str:
    """`text` without the key."""
    return text.replace(key, "***") if key else text


def _untrusted(url: str, cause: BaseException) -> ModelError:
    words = f"the TLS certificate of {url} is not trusted ({str(cause)[:120]})"
    return ModelUnreachableError(
        words, "point SSL_CERT_FILE at the certificate of its authority, or use http://"
    )


def _never_connected(error: BaseException) -> bool:
    return any(type(cause).__name__ == "ConnectTimeout" for cause in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _deepest(error: BaseException) -> str:
    last = list(_chain(error))[-1]
    return f"{type(last).__name__}: {last}"[:120] if str(last) else type(last).__name__
