"""Recordings over HTTP: indexed, renamed, uploaded in pieces, forgotten."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.server.reach import Reach
from playhead.agent.server.refusals import ConflictError
from playhead.agent.server.store import Store
from playhead.agent.server.uploads import Uploads
from playhead.tools.synthesis import Scene, Script, encode
from tests.running_server import RunningServer, wait_until

Make = Callable[..., VideoAgent]
Serve = Callable[..., RunningServer]
SCRIPT = Script((Scene(0, 4, (200, 0, 0)),), fps=5.0)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    return encode(SCRIPT, folder / "red.mp4")


def job(client: httpx.Client, job_id: str) -> dict[str, Any]:
    """The job once it is over."""

    def found() -> dict[str, Any]:
        jobs = client.get("/api/jobs").json()["jobs"]
        return next(one for one in jobs if one["id"] == job_id)

    wait_until(lambda: found()["status"] in ("done", "failed", "cancelled"))
    return found()


def titles(client: httpx.Client) -> list[str]:
    return [video["title"] for video in client.get("/api/library").json()["videos"]]


def test_a_folder_named_at_the_start_is_indexed_and_may_be_again(
    make: Make, serve: Serve, film: Path
) -> None:
    client = serve(make(), Reach.of([film.parent])).client()
    first = client.get("/api/jobs").json()["jobs"][0]
    assert job(client, first["id"])["status"] == "done"
    assert titles(client) == ["film", "red"]
    added = client.post("/api/library", json={"paths": [str(film)]})
    assert (added.status_code, job(client, added.json()["id"])["status"]) == (202, "done")
    video = next(v for v in client.get("/api/library").json()["videos"] if v["title"] == "red")
    client.patch(f"/api/library/{video['id']}", json={"title": "Red"})
    assert titles(client) == ["film", "Red"]
    client.delete(f"/api/library/{video['id']}")
    assert titles(client) == ["film"]
    assert film.exists()


def test_a_link_out_of_the_folder_is_not_followed(make: Make, serve: Serve, film: Path) -> None:
    secret = encode(SCRIPT, film.parent.parent / "secret.mp4", codec="mpeg4")
    (film.parent / "link.mp4").symlink_to(secret)
    client = serve(make(), Reach.of([film.parent])).client()
    assert job(client, client.get("/api/jobs").json()["jobs"][0]["id"])["status"] == "done"
    assert titles(client) == ["film", "red"]
    assert client.post("/api/library", json={"paths": [str(film.parent / "link.mp4")]}).status_code == 422


def test_an_upload_in_pieces_becomes_a_recording_and_goes_with_it(client: httpx.Client, film: Path) -> None:
    data = film.read_bytes()
    upload = client.post("/api/uploads", json={"name": "../../my film.mp4", "size": len(data)}).json()
    address = f"/api/uploads/{upload['id']}"
    assert upload["name"] == "my film.mp4"
    half = len(data) // 2
    client.patch(address, content=data[:half], headers={"Upload-Offset": "0"})
    assert client.patch(address, content=data, headers={"Upload-Offset": "7"}).status_code == 409
    assert client.head(address).headers["upload-offset"] == str(half)
    last = client.patch(address, content=data[half:], headers={"Upload-Offset": str(half)}).json()
    assert job(client, last["job"]["id"])["status"] == "done"
    video = next(v for v in client.get("/api/library").json()["videos"] if v["title"] == "my film")
    assert Path(video["path"]).read_bytes() == data
    assert client.delete(f"/api/library/{video['id']}").status_code == 200
    assert not Path(video["path"]).exists()


def test_an_upload_that_breaks_in_the_middle_goes_on_where_it_stopped(
    client: httpx.Client, serve: Serve, film: Path
) -> None:
    data = film.read_bytes()
    upload = client.post("/api/uploads", json={"name": "torn.mp4", "size": len(data)}).json()
    address = f"/api/uploads/{upload['id']}"
    half = len(data) // 2
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as torn:
        head = (
            f"PATCH {address} HTTP/1.1\r\nHost: {client.base_url.netloc.decode()}\r\nUpload-Offset: 0\r\n"
            f"Authorization: {client.headers['Authorization']}\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        torn.sendall(head.encode() + data[:half])
        wait_until(lambda: client.head(address).headers["upload-offset"] == str(half))
    rest = {"Upload-Offset": str(half)}
    wait_until(lambda: client.patch(address, content=data[half : half + 1], headers=rest).status_code == 200)
    last = client.patch(address, content=data[half + 1 :], headers={"Upload-Offset": str(half + 1)}).json()
    assert job(client, last["job"]["id"])["status"] == "done"
    video = next(v for v in client.get("/api/library").json()["videos"] if v["title"] == "torn")
    assert Path(video["path"]).read_bytes() == data


async def test_a_connection_that_falls_silent_does_not_hold_an_upload(tmp_path: Path) -> None:
    store = Store(tmp_path)
    uploads = Uploads(tmp_path, store, silence_s=0.01)
    upload = uploads.begin("a.mp3", 100)

    async def body(part: bytes, silent: bool) -> AsyncGenerator[bytes, None]:
        yield part
        await asyncio.sleep(60 if silent else 0)

    with pytest.raises(ConflictError, match="nothing came for long"):
        await uploads.write(upload.id, 0, body(b"ID3" + bytes(7), silent=True))
    assert await uploads.write(upload.id, 10, body(bytes(10), silent=False)) == 20
    store.close()


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("page.mp4", b"<html><script>alert(1)</script></html>", 422),
        ("program.mkv", b"\x7fELF" + bytes(700), 422),
        ("cut.mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(700), 422),
        ("words.srt", b"\x00\x01\x02", 422),
    ],
)
def test_what_is_no_recording_is_thrown_away(
    make: Make, serve: Serve, tmp_path: Path, name: str, data: bytes, status: int
) -> None:
    client = serve(make()).client()
    upload = client.post("/api/uploads", json={"name": name, "size": len(data)}).json()
    address = f"/api/uploads/{upload['id']}"
    refused = client.patch(address, content=data, headers={"Upload-Offset": "0"})
    assert refused.status_code == status
    assert client.head(address).status_code == 404
    assert not any((tmp_path / "library" / "uploads").iterdir())


def test_news_of_jobs_come_as_they_move(make: Make, serve: Serve, film: Path) -> None:
    server = serve(make(), Reach.of([film.parent]))
    with server.client().stream("GET", "/api/events") as news:
        lines = news.iter_lines()
        server.client().post("/api/library", json={"paths": [str(film)]})
        end_s = time.monotonic() + 300
        for line in lines:
            assert time.monotonic() < end_s
            if line.startswith("data:") and json.loads(line[5:]).get("status") == "done":
                break
