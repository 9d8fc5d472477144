"""What goes wrong, as JSON, never a traceback.

`{"error": {"cause", "cure", "message", "type", "code", "param"}}`; the last four are for OpenAI clients.
"""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from playhead.agent.server.line import CrowdedError
from playhead.tools.errors import LibraryLockedError, MediaError, ModelError, PlayheadError, UsageError

log = logging.getLogger(__name__)

KINDS = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


class NotFoundError(UsageError):
    """What the address names is not there."""


class ConflictError(UsageError):
    """It cannot be done as things stand now."""


class TooLargeError(UsageError):
    """More than may be sent."""


STATUSES: tuple[tuple[type[PlayheadError], int], ...] = (
    (NotFoundError, 404),
    (ConflictError, 409),
    (TooLargeError, 413),
    (CrowdedError, 429),
    (UsageError, 400),
    (MediaError, 422),
    (LibraryLockedError, 503),
    (ModelError, 502),
)


def refusal(status: int, cause: str, cure: str = "", code: str | None = None) -> JSONResponse:
    headers = {"Retry-After": "1"} if status == 429 else None
    return JSONResponse({"error": told_as(status, cause, cure, code)}, status, headers)


def told_as(status: int, cause: str, cure: str = "", code: str | None = None) -> dict[str, Any]:
    """The object `error` of a refusal."""
    kind = "server_error" if status >= 500 else KINDS.get(status, "invalid_request_error")
    message = f"{cause} — {cure}" if cure else cause
    return {"cause": cause, "cure": cure, "message": message, "type": kind, "code": code, "param": None}


def status_of(error: PlayheadError) -> int:
    """The HTTP status that fits an error; the nearest kind of it counts."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 500)


def install(app: FastAPI) -> None:
    """Answer with a refusal whatever a route raises."""
    app.add_exception_handler(PlayheadError, _known)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _unknown)


async def _known(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PlayheadError)
    code = "not_found" if isinstance(error, NotFoundError) else None
    return refusal(status_of(error), error.cause, error.cure, code)


async def _malformed(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return refusal(422, f"{place}: {first['msg']}", "see /openapi.json")


async def _plain(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return refusal(error.status_code, str(error.detail), "see /openapi.json")


async def _unknown(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return refusal(500, "something went wrong inside playhead", "the server's log says more")
