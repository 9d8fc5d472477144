"""Choosing an embedder, and what is said when one cannot be had."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from playhead.tools import embedding, registry
from playhead.tools.embedders.hashing import HashingEmbedder
from playhead.tools.embedding import default_embedder
from playhead.tools.errors import (
    ModelError,
    ModelRejectedError,
    ModelReplyError,
    ModelUnreachableError,
    PrerequisiteError,
    UsageError,
)


class Server(BaseHTTPRequestHandler):
    """Sends one status and body to whoever asks."""

    status, body = 200, b"{}"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *arguments: object) -> None: ...


@pytest.fixture
def server() -> Iterator[tuple[str, type[Server]]]:
    handler = type("Once", (Server,), {})
    web = HTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=web.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{web.server_port}/v1", handler
    web.shutdown()
    thread.join()
    web.server_close()


def test_auto_is_minilm_where_its_package_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_embedder().fingerprint.startswith("minilm@")
    monkeypatch.setattr(embedding, "MINILM_PACKAGE", "no_such_package_anywhere")
    assert default_embedder().fingerprint.startswith("hashing:512@")


def test_hashing_finds_shared_stems_and_spelling() -> None:
    rows = HashingEmbedder().embed_texts(["the dog barked", "barking dogs", "a quiet library", "libary"])
    assert rows[0] @ rows[1] > 0.5 > rows[0] @ rows[2]
    assert rows[2] @ rows[3] > rows[0] @ rows[3]


@pytest.mark.parametrize("argument", ["many", "0", "-5", "7"])
def test_hashing_wants_a_sensible_dimension(argument: str) -> None:
    with pytest.raises(UsageError, match="hashing:512"):
        registry.load("embedders", f"hashing:{argument}")


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, b'{"error": {"message": "bad key sesame"}}', ModelRejectedError),
        (404, b'{"error": {"message": "no such model"}}', ModelRejectedError),
        (400, b'{"error": {"message": "never"}}', ModelError),
        (200, b"{}", ModelReplyError),
        (200, b"[1, 2]", ModelReplyError),
        (200, b'{"data": []}', ModelReplyError),
        (200, b'{"data": [{"index": 0, "embedding": [0.0, 0.0]}]}', ModelReplyError),
        (200, b'{"data": [{"index": 0, "embedding": [NaN, 1.0]}]}', ModelReplyError),
        (200, b'{"data": [{"index": 0, "embedding": "text"}]}', ModelReplyError),
        (200, b"<html>", ModelError),
    ],
)
def test_a_server_that_misbehaves_is_one_line(
    server: tuple[str, type[Server]], status: int, body: bytes, error: type[ModelError]
) -> None:
    url, handler = server
    handler.status, handler.body = status, body
    embedder = registry.load("embedders", "openai:tiny", base_url=url, api_key="sesame", tries=1)
    with pytest.raises(error) as raised:
        embedder.embed_texts(["text"])
    assert "sesame" not in f"{raised.value} {embedder!r} {embedder.fingerprint}"
    assert "\n" not in str(raised.value)


def test_no_server_is_one_line() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        embedder = registry.load("embedders", "openai:tiny", base_url=url, tries=1)
        with pytest.raises(ModelUnreachableError, match="no connection"):
            embedder.embed_texts(["text"])


@pytest.mark.parametrize("name", ["sentence_transformers", "siglip"])
def test_a_model_that_cannot_be_had_is_one_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    embedder = registry.load("embedders", f"{name}:{tmp_path}")
    with pytest.raises(PrerequisiteError, match=r"cannot be loaded.*give a folder") as raised:
        embedder.embed_texts(["text"])
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["sentence_transformers", "siglip", "openai"])
def test_those_that_need_a_model_say_so(name: str) -> None:
    with pytest.raises(UsageError, match="needs a model"):
        registry.load("embedders", name)


def test_the_fingerprint_follows_the_weights_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"one")
    before = registry.load("embedders", f"siglip:{tmp_path}").fingerprint
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert registry.load("embedders", f"siglip:{tmp_path}").fingerprint != before
