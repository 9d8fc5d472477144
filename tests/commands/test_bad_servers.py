"""Servers and models that cannot work: one line with the cause and the cure, from `ask` and from `doctor`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fake_server import FakeServer
from tests.fixed_server import answering
from tests.full_calls import call, plan

Run = Callable[..., Any]
WHERE = "Where does the copper key hang?"
PLAN = plan(call("search_memory", query="copper key"))
LOOK = plan(call("inspect_frames", spans=[[1, 3]], question="Where?"))
REFLECT = {"missing": "", "candidate": "the clock", "cites": [1], "sufficient": True, "confidence": 0.9}
ANSWER = {"found": True, "answer": "Behind the clock.", "cites": [1]}


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """A transcript: what is wrong with the server must not depend on pictures."""
    file = tmp_path / "talk.vtt"
    file.write_text("WEBVTT\n\n00:05.000 --> 00:08.000\nThe copper key hangs behind the station clock.\n")
    return file


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A configuration that does not wait long before it tries again."""
    file = tmp_path / "quick.toml"
    file.write_text("[options]\nbackoff_s = 0.01\ntries = 2\n")
    return file


def one_line(ran: Any) -> str:
    """The only line on stderr besides notes; it holds a cause and a cure."""
    lines = [line for line in ran.err.splitlines() if line.startswith("playhead: ")]
    assert len(lines) == 1, ran.err
    assert "Traceback" not in ran.err
    cause, _, cure = lines[0].partition(" — ")
    assert cause
    assert cure
    return str(lines[0])


def problems(ran: Any) -> list[dict[str, Any]]:
    """What the doctor calls a problem, each with a cure."""
    report = json.loads(ran.out)
    found = [item for item in report["findings"] if item["status"] == "problem"]
    assert ran.code == (1 if found else 0)
    assert all(item["cure"] for item in found)
    return found


def check_both(
    playhead: Run, talk: Path, settings: Path, url: str, words: str, model: str = "openai:fake"
) -> None:
    """`ask` fails with these words and exit 1; `doctor` finds the same."""
    server = ("--model", model, "--base-url", url, "--config", settings)
    ran = playhead("ask", talk, WHERE, *server)
    assert ran.code == 1
    assert words in one_line(ran)
    found = problems(playhead("doctor", *server, "--json"))
    assert any(words in f"{item['detail']} — {item['cure']}" for item in found)


def test_a_wrong_key(playhead: Run, talk: Path, settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYHEAD_API_KEY", "wrong-key-123456789")
    with FakeServer(key="right") as server:
        check_both(playhead, talk, settings, server.url, "refuses the API key (401)")


def test_a_key_that_is_not_allowed_here(playhead: Run, talk: Path, settings: Path) -> None:
    with answering(403, '{"error": {"message": "country not supported"}}') as url:
        check_both(playhead, talk, settings, url, "refuses the API key (403)")


def test_a_model_that_the_server_has_not(playhead: Run, talk: Path, settings: Path) -> None:
    with FakeServer() as server:
        check_both(
            playhead, talk, settings, server.url, "has no model 'qwen3' — see the names at", "openai:qwen3"
        )


def test_nobody_listening(playhead: Run, talk: Path, settings: Path) -> None:
    url = "http://127.0.0.1:9/v1"
    check_both(playhead, talk, settings, url, "start the server, or check the base URL")


def test_a_url_without_its_end(playhead: Run, talk: Path, settings: Path) -> None:
    with FakeServer() as server:
        check_both(playhead, talk, settings, server.url.removesuffix("/v1"), "it usually ends in /v1")


def test_a_server_of_web_pages(playhead: Run, talk: Path, settings: Path) -> None:
    with FakeServer(fault_rate=1.0, faults=("html",)) as server:
        check_both(playhead, talk, settings, server.url, "answers with a web page")


def test_a_certificate_that_nobody_signed(playhead: Run, talk: Path, settings: Path, root: Path) -> None:
    with answering(200, certificate=root / "tests" / "tls" / "self_signed.pem") as url:
        check_both(playhead, talk, settings, url, "point SSL_CERT_FILE at the certificate")


def test_an_account_without_money(playhead: Run, talk: Path, settings: Path) -> None:
    with answering(402, '{"error": {"message": "balance is zero"}}') as url:
        check_both(playhead, talk, settings, url, "asks for payment: balance is zero")


@pytest.mark.parametrize(
    ("words", "code", "cause"),
    [
        (("--model", "opnai:x"), 2, "did you mean 'openai'"),
        (("--model", "openai:x", "--base-url", "localhost:8000"), 2, "write it as http://host:port/v1"),
        (("--set", "roles.chef.model=openai:x"), 2, "no setting is called 'roles.chef.model'"),
        (("--set", "roles.inspector.model=opnai:x"), 2, "did you mean 'openai'"),
        (("--model", "openai:x", "--set", "api_key_env=NOT_THERE"), 1, "'NOT_THERE' is not set"),
        (("--model", "vllm"), 2, "vllm needs a model"),
        (("--model", "langchain:x"), 2, "write langchain:PROVIDER:MODEL"),
        (("--set", "embedder=hashnig"), 2, "did you mean 'hashing'"),
    ],
)
def test_specs_and_settings_that_cannot_be(
    playhead: Run, talk: Path, words: tuple[str, ...], code: int, cause: str
) -> None:
    ran = playhead("ask", talk, WHERE, *words)
    assert ran.code == code
    assert cause in one_line(ran)


def test_a_context_too_small_for_anything_is_said_and_rules_answer(
    playhead: Run, talk: Path, settings: Path
) -> None:
    with FakeServer(context_tokens=200) as server:
        ran = playhead(
            "ask", talk, WHERE, "--model", "openai:fake", "--base-url", server.url, "--config", settings
        )
    assert ran.code == 0
    assert "station clock" in ran.out
    said = " ".join(ran.err.split())
    assert "does not fit the context of 'fake' even at its smallest — serve the model with a larger" in said


@pytest.mark.parametrize(
    ("server", "cause"),
    [
        ({"sees_images": False}, "'fake' takes no images — choose a vision-language model for this role"),
        ({"max_side_px": 8}, "8 pixels 400 — raise the server's limit for pictures"),
    ],
)
def test_pictures_that_a_model_cannot_take_are_said_once_and_the_answer_stands_on_words(
    playhead: Run, film: Path, settings: Path, server: dict[str, Any], cause: str
) -> None:
    script = {"plan": [LOOK, PLAN], "reflect": [{**REFLECT, "confidence": 0.1}, REFLECT], "answer": ANSWER}
    with FakeServer(script, **server) as running:
        flags = ("--model", "openai:fake", "--base-url", running.url, "--config", settings)
        ran = playhead("ask", film, WHERE, *flags, "--set", "loop.first_plan=model")
        found = problems(playhead("doctor", *flags, "--json"))
    assert ran.code == 0
    assert "Behind the clock." in ran.out
    assert " ".join(ran.err.split()).count(cause) == 1
    assert {item["check"] for item in found} == {"captioner images", "inspector images"}


def test_a_server_that_is_too_slow_leaves_the_answer_to_rules(
    playhead: Run, talk: Path, settings: Path
) -> None:
    with FakeServer(fault_rate=1.0, faults=("hang",)) as server:
        flags = ("--base-url", server.url, "--config", settings, "--set", "timeout_s=0.5")
        ran = playhead("ask", talk, WHERE, "--model", "openai:fake", *flags)
    assert ran.code == 0
    assert "behind the station clock" in ran.out
    assert "did not answer within 0.5 s" in " ".join(ran.err.split())
