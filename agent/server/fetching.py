"""Recordings from addresses on the web, where the server was told that it may fetch them.

The name of a host is resolved once, every address it has is looked at, and the connection goes to one of
those: a name that means another machine a moment later leads nowhere else. Redirects are led the same way.
"""

from __future__ import annotations

import asyncio
import ipaddress
import mimetypes
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit
from weakref import WeakValueDictionary

import httpx

from playhead.agent.server.store import Store
from playhead.agent.server.uploads import Uploads
from playhead.tools.errors import MediaError, UsageError

ANY = "any"
"""Stands for every host whose addresses are all public."""
MOST_REDIRECTS = 5
SILENCE_S, LONGEST_S = 30.0, 3600.0
"""How long a host may say nothing, and how long a file may take."""
LONGEST_ADDRESS = 4000
SWITCH = "start playhead serve with --fetch HOST (`any`: every public one), or save it as a file and index it"

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 names of IPv4 addresses (RFC 6052)."""

Resolve = Callable[[str, int], Awaitable[list[str]]]


def is_address(reference: str) -> bool:
    """Whether it is to be fetched: not a path, a name or an id."""
    return reference.lower().startswith(("http://", "https://"))


def is_public(address: str) -> bool:
    """Whether an address in numbers is one of the open internet; no for an IPv4 address inside IPv6."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and (
        found.ipv4_mapped or found.sixtofour or found.teredo or found in _TRANSLATED
    ):
        return False
    return found.is_global and not found.is_multicast


async def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host in numbers. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


class Fetcher:
    """Fetches into the uploads of a library, each address once while its file is there.

    `hosts` are names that may be fetched from, wherever they lead, and `any`.
    """

    def __init__(
        self, uploads: Uploads, store: Store, hosts: Sequence[str] = (), resolve: Resolve = resolved
    ) -> None:
        self._uploads, self._store, self._resolve = uploads, store, resolve
        self._hosts = frozenset(host.lower().strip("[]") for host in hosts)
        self._busy: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def path(self, url: str) -> Path:
        """The file of an address, fetched if it is not here. Raises UsageError and MediaError."""
        if not self._hosts:
            raise UsageError("recordings are not fetched from http addresses here", SWITCH)
        if len(url) > LONGEST_ADDRESS:
            raise UsageError("the address is too long", "name a recording of the library")
        async with self._busy.setdefault(url, asyncio.Lock()):
            kept = self._store.get("fetch", url)
            if kept and Path(kept["path"]).is_file():
                return Path(kept["path"])
            self._store.forget("fetch", url)
            path = await self._fetched(url)
            self._store.add("fetch", url, {"path": str(path)})
            self._store.put("fetch", url, {"path": str(path)}, "over")
            return path

    async def _fetched(self, url: str) -> Path:
        try:
            async with asyncio.timeout(LONGEST_S), AsyncExitStack() as held:
                client = httpx.AsyncClient(trust_env=False, timeout=SILENCE_S)
                return await self._stored(await self._opened(await held.enter_async_context(client), url))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            cause = f"{url[:200]!r} cannot be fetched: {str(error) or type(error).__name__}"
            raise MediaError(cause, "save it as a file and index it") from error

    async def _opened(self, client: httpx.AsyncClient, url: str) -> tuple[str, httpx.Response]:
        """Where redirects end, and the reply whose body is the file."""
        for _ in range(MOST_REDIRECTS + 1):
            reply = await client.send(await self._pinned(client, url), stream=True)
            if reply.has_redirect_location:
                url = urljoin(url, reply.headers["location"])
                await reply.aclose()
            elif reply.status_code == httpx.codes.OK:
                return url, reply
            else:
                raise MediaError(f"{url[:200]!r} answers {reply.status_code}", "check the address")
        raise MediaError(f"{url[:200]!r} redirects too often", "give the address of the file itself")

    async def _pinned(self, client: httpx.AsyncClient, url: str) -> httpx.Request:
        """A request to one of the addresses that the host of `url` has. Raises UsageError."""
        asked = httpx.URL(url)
        if asked.scheme not in ("http", "https") or asked.userinfo or not asked.host:
            raise UsageError("only plain http and https addresses are fetched", "leave out name and password")
        host = asked.raw_host.decode("ascii")
        if host not in self._hosts and ANY not in self._hosts:
            raise UsageError(f"recordings are not fetched from {host[:100]!r}", SWITCH)
        addresses = await self._resolve(host, asked.port or (443 if asked.scheme == "https" else 80))
        if host not in self._hosts and not all(map(is_public, addresses)):
            cause = f"{host[:100]!r} is no host of the open internet"
            raise UsageError(cause, f"name it at the start: --fetch {host[:100]}")
        return client.build_request(
            "GET",
            asked.copy_with(host=addresses[0]),
            headers={"Host": asked.netloc.decode("ascii"), "Accept-Encoding": "identity"},
            extensions={"sni_hostname": host},
        )

    async def _stored(self, found: tuple[str, httpx.Response]) -> Path:
        """The body as a file that is a recording. Raises UsageError, TooLargeError and MediaError."""
        url, reply = found
        size = reply.headers.get("content-length", "")
        if not size.isdecimal() or reply.headers.get("content-encoding", "identity") != "identity":
            raise MediaError(f"{url[:200]!r} does not say how long it is", "save it as a file and index it")
        upload = self._uploads.begin(_name(url, reply.headers.get("content-type", "")), int(size))
        try:
            await self._uploads.write(upload.id, 0, reply.aiter_raw())
            path = await self._uploads.finish(upload.id)
        except BaseException:
            self._uploads.forget(upload.id)
            raise
        self._uploads.close(upload.id)
        return path


def _name(url: str, mime: str) -> str:
    """What the file is called: the last part of its address, with the ending of its type if it has none."""
    name = unquote(PurePosixPath(urlsplit(url).path).name) or "recording"
    ending = mimetypes.guess_extension(mime.partition(";")[0].strip()) or ""
    return name if PurePosixPath(name).suffix else name + ending
