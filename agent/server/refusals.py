"""What goes wrong, as JSON: `{"error": {"cause", "cure"}}`, never a traceback."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from playhead.tools.errors import LibraryLockedError, MediaError, ModelError, PlayheadError, UsageError

log = logging.getLogger(__name__)

STATUSES: tuple[tuple[type[PlayheadError], int], ...] = (
    (UsageError, 400),
    (MediaError, 422),
    (LibraryLockedError, 503),
    (ModelError, 502),
)


class NotFoundError(UsageError):
    """What the address names is not there."""


def refusal(status: int, cause: str, cure: str = "") -> JSONResponse:
    return JSONResponse({"error": {"cause": cause, "cure": cure}}, status)


def install(app: FastAPI) -> None:
    """Answer with a refusal whatever a route raises."""
    app.add_exception_handler(PlayheadError, _known)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _unknown)


async def _known(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PlayheadError)
    status = 404 if isinstance(error, NotFoundError) else 500
    status = next((code for kind, code in STATUSES if status == 500 and isinstance(error, kind)), status)
    return refusal(status, error.cause, error.cure)


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
