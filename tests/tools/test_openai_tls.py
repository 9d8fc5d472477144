"""Servers with a certificate of their own, and servers on this machine behind a proxy for all others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playhead.tools.embedders.openai import create as embedder
from playhead.tools.errors import ModelUnreachableError, PrerequisiteError
from playhead.tools.models.openai import create
from playhead.tools.protocols import ChatRequest, Message
from tests.fake_server import FakeServer
from tests.fixed_server import answering

MESSAGE = {"index": 0, "message": {"role": "assistant", "content": "yes"}, "finish_reason": "stop"}
YES = json.dumps({"id": "1", "object": "chat.completion", "model": "m", "choices": [MESSAGE]})
ASK = ChatRequest((Message("user", ("Hello?",)),), timeout_s=100.0)


@pytest.fixture
def certificate(root: Path) -> Path:
    return root / "tests" / "tls" / "self_signed.pem"


async def test_a_certificate_that_nobody_signed_is_not_trusted(certificate: Path) -> None:
    with answering(200, YES, certificate) as url, pytest.raises(ModelUnreachableError, match="SSL_CERT_FILE"):
        await create("m", base_url=url).complete(ASK)


async def test_the_cure_for_it_works(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with answering(200, YES, certificate) as url:
        assert (await create("m", base_url=url).complete(ASK)).text == "yes"


def test_certificates_that_cannot_be_read_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    with pytest.raises(PrerequisiteError, match=r"nowhere\.pem"):
        create("m", base_url="https://localhost:9/v1")


async def test_no_proxy_stands_before_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with FakeServer({"*": "yes"}) as server:
        assert (await create("fake", base_url=server.url).complete(ASK)).text == "yes"
        assert embedder("fake", base_url=server.url).embed_texts(["x"]).shape == (1, 32)
