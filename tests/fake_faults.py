"""Faults of the fake server: those of the connection are made here, those of content in fake_replies."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

CONNECTION_FAULTS = ("429", "500", "reset", "hang", "disconnect", "broken_body", "html")
CONTENT_FAULTS = (
    "truncated",
    "garbled",
    "wrong_types",
    "out_of_range",
    "unknown_tool",
    "empty",
    "refusal",
    "huge",
)
FAULTS = CONNECTION_FAULTS + CONTENT_FAULTS


async def broken(request: web.Request, fault: str) -> web.StreamResponse:
    """A reply that is lost on the way."""
    if fault == "500":
        return refusal(500, "EngineDeadError")
    if fault == "html":
        return web.Response(text="<html><body>Bad gateway</body></html>", content_type="text/html")
    if fault == "broken_body":
        return web.Response(text='{"choices": [{"message": {"cont', content_type="application/json")
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "1000"})
    if fault == "reset":
        await response.prepare(request)
        await response.write(b'{"choices": [')
    if request.transport is not None:
        request.transport.abort()
    return response


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """An error in the form of OpenAI and vLLM."""
    return web.json_response({"error": {"message": message, "code": status}}, status=status, headers=headers)
