"""Recordings from addresses: only where the server was told so, in its own network only what is named."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import openai
import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.server.fetching import Fetcher, is_public
from playhead.agent.server.store import Store
from playhead.agent.server.uploads import Uploads
from playhead.tools.errors import MediaError, PlayheadError, UsageError
from playhead.tools.synthesis import Scene, Script, encode, write_srt
from playhead.tools.types import Cue, Span
from tests.running_server import TOKEN, RunningServer

ELSEWHERE = "http://169.254.169.254/latest/film.mp4"


class Web(SimpleHTTPRequestHandler):
    """A folder, and `/moved` that leads to the address behind it."""

    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Host"]))
        if self.path.startswith("/moved/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/moved/"))
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """The address of a server with `film.mp4`, and a page that calls itself `page.mp4`."""
    folder = tmp_path / "web"
    folder.mkdir()
    cues = (Cue(Span(1, 3), "The miller has lost his watch."),)
    encode(Script((Scene(0, 4, (200, 0, 0)),), fps=5.0, cues=cues), folder / "film.mp4")
    write_srt(cues, folder / "film.srt")
    (folder / "page.mp4").write_text("<html>" + "x" * 1000)
    Web.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Web, directory=folder))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def fetcher(tmp_path: Path) -> Iterator[Callable[..., Fetcher]]:
    """`fetcher(*hosts)`, for which `films.example` is this machine, and half of `mixed.example` is public."""
    store = Store(tmp_path)

    async def resolve(host: str, _: int) -> list[str]:
        known = {"films.example": ["127.0.0.1"], "mixed.example": ["93.184.215.14", "10.0.0.1"]}
        return known.get(host, [host])

    uploads = Uploads(tmp_path, store, most_bytes=100_000)
    yield lambda *hosts: Fetcher(uploads, store, hosts, resolve)
    store.close()


def fetched(fetcher: Fetcher, url: str) -> Path:
    return asyncio.run(fetcher.path(url))


def test_a_named_host_is_fetched_from_once(web: str, fetcher: Callable[..., Fetcher], tmp_path: Path) -> None:
    ours = fetcher("127.0.0.1")
    path = fetched(ours, f"{web}/film.mp4?x=1")
    assert path.name == "film.mp4"
    assert path.read_bytes() == (tmp_path / "web" / "film.mp4").read_bytes()
    assert fetched(ours, f"{web}/film.mp4?x=1") == path
    assert len(Web.asked) == 1
    path.unlink()
    assert fetched(ours, f"{web}/film.mp4?x=1").is_file()


def test_the_connection_goes_to_the_address_that_was_looked_at(web: str, fetcher: Any) -> None:
    port = web.rpartition(":")[2]
    fetched(fetcher("films.example"), f"http://films.example:{port}/moved//film.mp4")
    assert Web.asked[-1] == ("/film.mp4", f"films.example:{port}")


@pytest.mark.parametrize(
    ("hosts", "url", "words"),
    [
        ((), "{web}/film.mp4", "not fetched from http addresses here"),
        (("other.example",), "{web}/film.mp4", "not fetched from '127.0.0.1'"),
        (("any",), "{web}/film.mp4", "no host of the open internet"),
        (("any",), "http://[::1]/film.mp4", "no host of the open internet"),
        (("any",), "http://[::ffff:127.0.0.1]/film.mp4", "no host of the open internet"),
        (("any",), "http://mixed.example/film.mp4", "no host of the open internet"),
        (("any",), "http://0/film.mp4", "no host of the open internet"),
        (("127.0.0.1",), "{web}/moved/" + ELSEWHERE, "not fetched from '169.254.169.254'"),
        (("127.0.0.1", "any"), "{web}/moved/" + ELSEWHERE, "no host of the open internet"),
        (("127.0.0.1",), "{web}/moved/file:///etc/passwd", "only plain http"),
        (("any",), "http://me:secret@93.184.215.14/film.mp4", "only plain http"),
    ],
)
def test_no_other_host_is_asked(web: str, fetcher: Any, hosts: tuple[str, ...], url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        fetched(fetcher(*hosts), url.format(web=web))
    assert all(path.startswith("/moved/") for path, _ in Web.asked)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("none.mp4", "answers 404"),
        ("page.mp4", "no recording, by its first bytes"),
        ("", "not the ending of a recording"),
        ("large.mp4", "cannot be uploaded"),
        ("moved/" * 9 + "film.mp4", "redirects too often"),
    ],
)
def test_what_is_no_recording_leaves_nothing(
    web: str, fetcher: Any, tmp_path: Path, path: str, words: str
) -> None:
    (tmp_path / "web" / "large.mp4").write_bytes(bytes(100_001))
    with pytest.raises(PlayheadError, match=words):
        fetched(fetcher("127.0.0.1"), f"{web}/{path}")
    assert not list(tmp_path.glob("uploads/*"))


def test_a_host_that_is_not_there_is_told(fetcher: Any) -> None:
    with pytest.raises(MediaError, match="cannot be fetched"):
        fetched(fetcher("127.0.0.1"), "http://127.0.0.1:9/film.mp4")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True), ("127.0.0.1", False),
        ("10.1.2.3", False), ("192.168.0.9", False), ("100.64.0.1", False), ("169.254.169.254", False),
        ("224.0.0.1", False), ("0.0.0.0", False), ("::", False), ("fe80::1%eth0", False), ("fd00::1", False),
        ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("2002:a00:1::", False), ("film", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) == public


def test_a_video_url_is_fetched_indexed_and_answered(
    web: str, make: Callable[..., VideoAgent], serve: Callable[..., RunningServer]
) -> None:
    server = serve(make(), fetch=["127.0.0.1"])
    client = openai.OpenAI(base_url=f"{server.url}/v1", api_key=TOKEN, max_retries=0)
    video = {"type": "video_url", "video_url": {"url": f"{web}/film.mp4"}}
    asked: Any = [{"role": "user", "content": [video, {"type": "text", "text": "What do you see?"}]}]
    for _ in range(2):
        reply: Any = client.chat.completions.create(model="playhead/observe", messages=asked)
        assert reply.playhead["searched"] == 1
    assert len(Web.asked) == 1
    titles = [video["title"] for video in server.client().get("/api/library").json()["videos"]]
    assert sorted(titles) == ["film", "film"]
