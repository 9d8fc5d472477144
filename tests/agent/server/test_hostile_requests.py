"""Hostile requests, each with its refusal: paths, hosts, origins, tokens, bodies, uploads, numbers."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.server.reach import Reach
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.types import Memory, Span
from tests.agent.conftest import FILM
from tests.running_server import TOKEN, RunningServer

SECRET = "the contents of a file that nobody may read"
SOCKET = {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
BEARER = f"Bearer {TOKEN}"


@dataclass(frozen=True)
class Hostile:
    """One request as it goes over the wire. `refusals` are the statuses that refuse it."""

    path: str
    refusals: tuple[int, ...]
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: object = None

    def wire(self, port: int) -> bytes:
        data = self.body if isinstance(self.body, bytes) else b""
        if self.body is not None and not isinstance(self.body, bytes):
            data = json.dumps(self.body).encode()
        usual = {
            "Host": f"127.0.0.1:{port}",
            "Authorization": BEARER,
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            "Connection": "close",
        }
        sent = {name: value for name, value in (usual | self.headers).items() if value}
        head = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
        return "\r\n".join([*head, "", ""]).encode("latin-1") + data


def post(path: str, body: object, *refusals: int, **headers: str) -> Hostile:
    return Hostile(path, refusals, "POST", headers, body)


FILES = [
    "/../../../../etc/passwd",
    "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2f..%2fetc%2fpasswd",
    "/%252e%252e/%252e%252e/etc/passwd",
    "/..\\..\\..\\etc\\passwd",
    "//etc/passwd",
    "/%00/etc/passwd",
    "/index.html%00.png",
    "/./.././../door.py",
    "/%c0%ae%c0%ae/etc/passwd",
    "/app.py",
    "/../door.py",
]
IDS = [
    f"/api/videos/{identity}/media"
    for identity in (
        "..%2f..%2fetc%2fpasswd",
        "%2fetc%2fpasswd",
        "....//....//etc/passwd",
        "' OR 1=1 --",
        "%00",
        "film.mkv",
        "f" * 3000,
    )
]
ELSEWHERE = [
    "/etc/passwd",
    "../secret.mp4",
    "films/../../secret.mp4",
    "link.mp4",
    "~/.ssh",
    "file:///etc/passwd",
    "http://169.254.169.254/latest/meta-data",
    "concat:/etc/passwd",
    "\x00",
    "/proc/self/environ",
]
REQUESTS = [
    *(Hostile(path, (400, 404)) for path in FILES),
    *(Hostile(path.replace(" ", "%20"), (400, 404)) for path in IDS),
    *(post("/api/library", {"paths": [path]}, 400, 404, 422) for path in ELSEWHERE),
    *(post("/api/ask", {"question": "What is said?", "videos": [path]}, 404) for path in ELSEWHERE[:3]),
    # Doors
    Hostile("/api/library", (401,), headers={"Authorization": ""}),
    Hostile("/api/library", (401,), headers={"Authorization": "Bearer " + TOKEN[:-1]}),
    Hostile("/api/library", (401,), headers={"Authorization": "Basic " + TOKEN}),
    Hostile("/api/library", (401,), headers={"Authorization": "", "Cookie": f"playhead={TOKEN}"}),
    Hostile("/api/library?token=wrong", (401,), headers={"Authorization": ""}),
    Hostile("/?token=", (401,), headers={"Authorization": ""}),
    Hostile("/api/library", (400, 421), headers={"Host": ""}),
    Hostile("/api/library", (421,), headers={"Host": "rebound.example"}),
    Hostile("/api/library", (421,), headers={"Host": "localhost.rebound.example"}),
    Hostile("/api/library", (421,), headers={"Host": "127.0.0.1@rebound.example"}),
    Hostile("/api/library", (421,), headers={"Host": "10.0.0.1"}),
    Hostile("/api/library", (403,), headers={"Origin": "https://evil.example"}),
    Hostile("/api/library", (403,), headers={"Origin": "null"}),
    Hostile("/api/library", (403,), headers={"Origin": "http://127.0.0.1:1"}),
    Hostile("/api/library", (403,), headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}),
    Hostile("/api/library", (403,), headers={"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"}),
    post("/mcp", {"jsonrpc": "2.0", "method": "tools/list", "id": 1}, 403, Origin="https://evil.example"),
    Hostile("/v1/models", (401,), headers={"Authorization": "Bearer sk-anything"}),
    Hostile("/api/events", (400, 403), headers={"Connection": "Upgrade", "Upgrade": "websocket", **SOCKET}),
    # Methods
    Hostile("/api/library", (405,), "TRACE"),
    Hostile("/api/ask", (404, 405)),
    Hostile("/api/library", (405,), "PUT", body={}),
    Hostile("/index.html", (405,), "DELETE"),
    # Bodies and numbers
    post("/api/ask", b"{", 422),
    post("/api/ask", b"\xff\xfe", 400, 422),
    post("/api/ask", [1], 422),
    post("/api/ask", {"question": "x" * 9000}, 400),
    post("/api/ask", {"question": {"$gt": ""}}, 422),
    post("/api/ask", {"question": "Who?", "run": "../../x"}, 422),
    post("/api/ask", {"question": "Who?", "strategy": "os.system"}, 400),
    post("/api/ask", {"question": "Who?", "options": ["a"] * 101}, 400),
    post("/api/ask", b" " * (5 << 20), 413),
    post("/api/ask", b"{" * 200_000, 422),
    Hostile(f"/api/videos/{FILM.id}/clip?start_s=nan&end_s=inf", (422,)),
    Hostile(f"/api/videos/{FILM.id}/thumbnail?time_s=-1", (422,)),
    Hostile(f"/api/videos/{FILM.id}/thumbnail?width_px=100000", (422,)),
    Hostile(f"/api/videos/{FILM.id}/waveform?points=1000000000", (422,)),
    Hostile("/api/search?q=x&limit=1000000", (422,)),
    Hostile("/api/runs/..%2f..%2flibrary.db", (404,)),
    Hostile("/api/runs/chat-1", (404,)),
    Hostile("/api/reports/..%2f..%2fetc%2fpasswd", (404,)),
    # Uploads
    post("/api/uploads", {"name": "shell.sh", "size": 10}, 400),
    post("/api/uploads", {"name": "../../.bashrc", "size": 10}, 400),
    post("/api/uploads", {"name": "list.m3u8", "size": 10}, 400),
    post("/api/uploads", {"name": "film.mp4", "size": -1}, 413),
    post("/api/uploads", {"name": "film.mp4", "size": 1 << 60}, 413),
    Hostile("/api/uploads/..%2f..%2flibrary.db", (404, 405), "PATCH", {"Upload-Offset": "0"}, b"x"),
    Hostile("/api/uploads/0123456789abcdef", (404,), "PATCH", {"Upload-Offset": "0"}, b"x"),
    Hostile("/api/uploads/0123456789abcdef", (422,), "PATCH", {"Upload-Offset": "-5"}, b"x"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with one named folder, a secret beside it, and a link from the one to the other."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "films").mkdir()
    (folder / "secret.mp4").write_text(SECRET)
    (folder / "films" / "link.mp4").symlink_to(folder / "secret.mp4")
    embedder, store = registry.load("embedders", "hashing"), registry.load("stores", "in_memory")
    with Library(folder / "library", embedder, store) as library:
        library.put_video(FILM)
        library.add(FILM.id, [Memory(FILM.id, Span(1, 2), "speech", "A word.")])
        with RunningServer(VideoAgent(library=library), Reach.of([folder / "films"])) as running:
            yield running


def reply_to(request: Hostile, port: int) -> tuple[int, bytes]:
    """(status, everything that came back)."""
    with socket.create_connection(("127.0.0.1", port), timeout=300) as connection:
        try:
            connection.sendall(request.wire(port))
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent
        data = b""
        try:
            while part := connection.recv(65536):
                data += part
        except ConnectionResetError:
            pass
    return int(data.split(b" ", 2)[1]), data


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: f"{each.method} {each.path[:50]}")
def test_it_is_refused(server: RunningServer, request_: Hostile) -> None:
    status, data = reply_to(request_, server.port)
    assert status in request_.refusals, data[:300]
    assert SECRET.encode() not in data
    assert b"root:" not in data
    assert b"Traceback" not in data
    assert TOKEN.encode() not in data


def test_there_are_sixty_of_them_and_the_server_still_answers(server: RunningServer) -> None:
    assert len(REQUESTS) >= 60
    assert server.client().get("/api/library").json()["videos"][0]["id"] == FILM.id


def test_who_guesses_tokens_is_kept_waiting(server: RunningServer, tmp_path: Path) -> None:
    embedder, store = registry.load("embedders", "hashing"), registry.load("stores", "in_memory")
    agent = VideoAgent(library=Library(tmp_path / "library", embedder, store))
    with RunningServer(agent) as guessed:
        guess = Hostile("/api/library", (401,), headers={"Authorization": "Bearer guess"})
        statuses = [reply_to(guess, guessed.port)[0] for _ in range(25)]
        assert statuses[0] == 401
        assert statuses[-1] == 429
        assert reply_to(Hostile("/api/library", ()), guessed.port)[0] == 429
