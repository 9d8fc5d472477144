"""Recordings over HTTP: indexed, renamed, uploaded in pieces, forgotten."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.server.reach import Reach
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
        end_s = time.monotonic() + 60
        for line in lines:
            assert time.monotonic() < end_s
            if line.startswith("data:") and json.loads(line[5:]).get("status") == "done":
                break
