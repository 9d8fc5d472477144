"""Who may come in: the right host and origin, a token once, then a cookie; and what a browser may do here.

A page elsewhere that knows the address is kept out three ways: its name is not ours (DNS rebinding), its
`Origin` is not ours, its browser says `Sec-Fetch-Site: cross-site`.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playhead.agent.server.limits import Bucket
from playhead.agent.server.refusals import TooLargeError, refusal

MOST_BYTES = 4 << 20
"""Of the body of a request that is no upload."""
REQUESTS_A_S, BURST = 200.0, 1000
MISTAKES_A_S, MISTAKES = 0.2, 20
"""Wrong tokens: an address that has guessed so often stays outside for a while, whatever it says then."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
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
    """`token` opens it. `hosts` are the names, besides the loopback ones, under which it may be reached.

    `network` lets it be reached under every address in numbers, which cannot be bent to another machine.
    """

    token: str
    hosts: tuple[str, ...] = ()
    network: bool = False

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
        if name == "localhost" or name in self.hosts:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self.network or address.is_loopback


def new_token() -> str:
    return secrets.token_urlsafe(24)


class Doorkeeper:
    """ASGI middleware that lets in what the door allows and puts its headers on every response."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app, self.door = app, door
        self._requests, self._mistakes = Bucket(REQUESTS_A_S, BURST), Bucket(MISTAKES_A_S, MISTAKES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close"})  # nothing here speaks anything else
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

        await (answer or self.app)(scope, _limited(scope, receive), guarded)

    def _refused(self, scope: Scope, headers: Headers) -> Response | None:
        """The answer to somebody who stays outside; None for those who may come in."""
        address = (scope.get("client") or ("",))[0]
        if not self._requests.take(address) or self._mistakes.empty(address):
            return _wait(self._mistakes if self._mistakes.empty(address) else self._requests)
        if len(headers.getlist("host")) != 1 or not self.door.knows(headers["host"]):
            return refusal(421, "this server is not known by that name", "use the address that it printed")
        if not _from_here(scope, headers):
            return refusal(403, "the request comes from another site", "open the page of this server")
        if _length(headers) > (MOST_BYTES if not _is_upload(scope) else sys.maxsize):
            return refusal(413, "the request is too large", f"send at most {MOST_BYTES} bytes")
        if _equal(headers.get("authorization", ""), f"Bearer {self.door.token}"):
            return None
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        if scope["method"] == "GET" and "token" in query and _equal(query.pop("token")[0], self.door.token):
            return self._entered(scope, query)
        if _equal(_cookies(headers).get(_name(scope), ""), self.door.cookie):
            return None
        self._mistakes.take(address)
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
    host = headers.get("host", "")
    return headers.get("origin") in (None, f"http://{host}", f"https://{host}")


def _is_upload(scope: Scope) -> bool:
    """Uploads are held to the size that was announced."""
    return scope["method"] == "PATCH" and str(scope["path"]).startswith("/api/uploads/")


def _length(headers: Headers) -> int:
    told = headers.get("content-length", "0")
    return int(told) if told.isdecimal() else 0


def _limited(scope: Scope, receive: Receive) -> Receive:
    """A body that does not say how long it is is held to the same length while it comes."""
    come = 0

    async def counted() -> Message:
        nonlocal come
        message = await receive()
        come += len(message.get("body", b""))
        if come > MOST_BYTES:
            raise TooLargeError("the request is too large", f"send at most {MOST_BYTES} bytes")
        return message

    return receive if _is_upload(scope) else counted


def _wait(bucket: Bucket) -> Response:
    answer = refusal(429, "too many requests", "wait a moment")
    answer.headers["Retry-After"] = str(bucket.wait_s)
    return answer


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
