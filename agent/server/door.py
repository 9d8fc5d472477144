"""Who may come in: the right host and origin, a token once, then a cookie; and what a browser may do here.

A page elsewhere that knows the address is kept out three ways: its name is not ours (DNS rebinding), its
`Origin` is not ours, its browser says `Sec-Fetch-Site: cross-site`.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playhead.agent.server.refusals import refusal

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class Door:
    """`token` opens it. `hosts` are the names, besides the loopback ones, under which it may be reached."""

    token: str
    hosts: tuple[str, ...] = ()

    @property
    def cookie(self) -> str:
        """What a browser holds after it came in: not the token itself."""
        return hmac.new(self.token.encode(), b"playhead cookie", hashlib.sha256).hexdigest()

    def knows(self, host: str) -> bool:
        """Whether a `Host` header names this server."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name == "localhost" or name in self.hosts or _is_loopback(name)


def new_token() -> str:
    return secrets.token_urlsafe(24)


class Doorkeeper:
    """ASGI middleware that lets in what the door allows and puts its headers on every response."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app, self.door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = self._refused(scope, Headers(scope=scope))

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if "cache-control" not in headers:
                    headers["Cache-Control"] = "no-cache"
            await send(message)

        await (answer or self.app)(scope, receive, guarded)

    def _refused(self, scope: Scope, headers: Headers) -> Response | None:
        """The answer to somebody who stays outside; None for those who may come in."""
        if not self.door.knows(headers.get("host", "")):
            return refusal(421, "this server is not known by that name", "use the address that it printed")
        if not _from_here(scope, headers):
            return refusal(403, "the request comes from another site", "open the page of this server")
        if _equal(headers.get("authorization", ""), f"Bearer {self.door.token}"):
            return None
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        if scope["method"] == "GET" and "token" in query and _equal(query.pop("token")[0], self.door.token):
            return self._entered(scope, query)
        if _equal(_cookies(headers).get(_name(scope), ""), self.door.cookie):
            return None
        return refusal(401, "this needs the token", "open the address that playhead serve printed")

    def _entered(self, scope: Scope, query: Mapping[str, list[str]]) -> Response:
        """The same address without the token, and the cookie that stands for it."""
        rest = urlencode(query, doseq=True)
        answer = RedirectResponse("/" + scope["path"].lstrip("/\\") + (f"?{rest}" if rest else ""), 303)
        answer.set_cookie(_name(scope), self.door.cookie, max_age=30 * 86_400, httponly=True, samesite="lax")
        return answer


def _from_here(scope: Scope, headers: Headers) -> bool:
    """False for what a page of another origin makes a browser send."""
    site = headers.get("sec-fetch-site", "none")
    visit = headers.get("sec-fetch-mode") == "navigate" and scope["method"] == "GET"
    if site not in ("none", "same-origin") and not (visit and not scope["path"].startswith("/api/")):
        return False
    origin = headers.get("origin")
    return origin is None or origin == f"{scope['scheme']}://{headers.get('host', '')}"


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _name(scope: Scope) -> str:
    """Cookies do not tell ports apart, so two servers of one machine need two names."""
    return f"playhead_{(scope.get('server') or ('', 0))[1]}"


def _cookies(headers: Headers) -> dict[str, str]:
    try:
        return {name: item.value for name, item in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _equal(given: str, ours: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), ours.encode())
