"""A key that is planted everywhere it may be given, and looked for everywhere it must not be."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.wiring import text_embedder, transcriber
from playhead.cli import main
from playhead.tools import registry
from playhead.tools.errors import ModelError, PlayheadError, UsageError
from playhead.tools.roles import EndpointConfig, RoleConfig, RolesConfig
from tests.fake_server import FakeServer
from tests.fixed_server import answering

KEY = "sk-planted-1a2b3c4d5e6f7a8b9c0d"
VTT = "WEBVTT\n\n00:05.000 --> 00:08.000\nThe cook hides the key under the carpet.\n"
SCRIPT: dict[str, Any] = {
    "plan": {"thought": "", "calls": [{"tool": "search_memory", "arguments": {"query": "hides the key"}}]},
    "reflect": {"missing": "", "candidate": "", "cites": [1], "sufficient": True, "confidence": 0.9},
    "answer": {"found": True, "answer": "The cook.", "cites": [1]},
}


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    file = tmp_path / "talk.vtt"
    file.write_text(VTT)
    return file


@pytest.fixture(params=["PLAYHEAD_API_KEY", "OPENAI_API_KEY", "MY_OWN_KEY", "argument"])
def planted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Arguments of an agent that holds the key: from the environment, by a named variable, or handed over."""
    config: dict[str, Any] = {"model": "openai:fake", "embedder": "hashing", "options": {"backoff_s": 0.01}}
    if request.param == "argument":
        yield {"config": Config(**config), "api_key": KEY}
        return
    monkeypatch.setenv(request.param, KEY)
    named = {"api_key_env": request.param} if request.param == "MY_OWN_KEY" else {}
    yield {"config": Config(**config, **named)}


def holding(folder: Path) -> list[Path]:
    """The files below a folder that hold the key, in any encoding that text is stored in."""
    forms = [KEY.encode(), KEY.encode("utf-16-le"), KEY.encode("utf-16-be")]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path for path in files if any(form in path.read_bytes() for form in forms)]


def test_a_run_leaves_the_key_nowhere(
    planted: dict[str, Any], talk: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with FakeServer(SCRIPT, key=KEY) as server:
        agent = VideoAgent(library=tmp_path / "library", base_url=server.url, **planted)
        answer = agent.ask("Who hides the key?", talk)
        session = agent.chat(talk)
        session.ask("Who hides it?")
        shown = [repr(agent), repr(agent._setup), repr(vars(agent)), repr(agent.config), repr(session)]
        shown += [repr(model) + repr(vars(model)) for model in agent._setup.models.values()]
        stored = json.dumps([agent.library.run(row["id"]) for row in agent.library.runs()])
        agent.close()
    assert answer.text == "The cook."
    assert KEY not in "".join([*shown, stored, repr(answer), caplog.text])
    assert holding(tmp_path / "library") == []


def test_a_refused_key_is_not_quoted(
    planted: dict[str, Any], talk: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The fake server quotes the key in its refusal, as some real ones do."""
    caplog.set_level(logging.DEBUG)
    with FakeServer(key="another") as server:
        agent = VideoAgent(library=tmp_path / "library", base_url=server.url, **planted)
        with pytest.raises(ModelError, match="refuses the API key") as refused:
            agent.ask("Who hides the key?", talk)
        stored = json.dumps([agent.library.run(row["id"]) for row in agent.library.runs()])
        agent.close()
    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value)
    assert "refuses the API key" in stored
    assert KEY not in told + stored + caplog.text
    assert holding(tmp_path / "library") == []


@pytest.mark.parametrize("status", [400, 429, 500])
def test_an_error_that_quotes_the_key_does_not_spread_it(
    talk: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    body = json.dumps({"error": {"message": f"no luck with Bearer {KEY} today"}})
    with answering(status, body) as url:
        config = Config(model="openai:fake", embedder="hashing", options={"tries": 2, "backoff_s": 0.01})
        agent = VideoAgent(library=tmp_path / "library", base_url=url, api_key=KEY, config=config)
        with suppress(ModelError):
            agent.ask("Who hides the key?", talk)
        stored = json.dumps([agent.library.run(row["id"]) for row in agent.library.runs()])
        agent.close()
    assert "no luck" in stored
    assert KEY not in stored + caplog.text
    assert holding(tmp_path / "library") == []


def test_parts_that_do_not_chat_do_not_show_it_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_OWN_KEY", KEY)
    closed = EndpointConfig("http://127.0.0.1:9/v1", "MY_OWN_KEY")
    config = Config(embedder="openai:e", roles=RolesConfig(embedder=closed, transcriber=closed))
    embedder, listener = text_embedder(config), transcriber(config, "openai:w")
    with pytest.raises(PlayheadError) as refused:
        embedder.embed_texts(["key"])
    assert KEY not in repr(embedder) + repr(listener) + repr(vars(listener)) + repr(refused.value)


@pytest.mark.parametrize("spec", ["openai:m", "vllm:m", "langchain:openai:m"])
def test_no_backend_shows_it(spec: str) -> None:
    model = registry.load("models", spec, base_url="http://127.0.0.1:9/v1", api_key=KEY)
    assert KEY not in repr(model) + str(model) + repr(vars(model))


def test_a_key_among_the_settings_is_refused_and_not_shown(tmp_path: Path) -> None:
    for config in (
        Config(model="openai:m", options={"api_key": KEY}),
        Config(roles=RolesConfig(planner=RoleConfig(model="openai:m", options={"api_key": KEY}))),
    ):
        with pytest.raises(UsageError, match="api_key_env") as refused:
            VideoAgent(config=config, library=tmp_path)
        assert KEY not in str(refused.value)


# The command line


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object
) -> tuple[int, str]:
    """`playhead WORDS…`: its exit code, and all that it prints."""
    monkeypatch.setattr("sys.argv", ["playhead", *map(str, words)])
    code = 0
    try:
        main()
    except SystemExit as stop:
        code = int(stop.code or 0)
    printed = capsys.readouterr()
    return code, printed.out + printed.err


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_show_config_hides_what_may_be_a_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, form: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PLAYHEAD_API_KEY", KEY)
    file = tmp_path / "playhead.toml"
    options = f'{{ api_key = "{KEY}", extra = {{ "auth-token" = "{KEY}", top_k = 5 }} }}'
    file.write_text(f'base_url = "http://user:{KEY}@127.0.0.1:9/v1"\noptions = {options}\n')
    code, printed = run(monkeypatch, capsys, "doctor", "--show-config", "--config", file, *form)
    assert code == 0
    assert KEY not in printed
    assert "top_k" in printed
    assert "http://127.0.0.1:9/v1" in printed


def test_commands_and_the_folder_of_a_benchmark_run_hold_no_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PLAYHEAD_API_KEY", KEY)
    monkeypatch.setenv("PLAYHEAD_EMBEDDER", "hashing")
    monkeypatch.setenv("PLAYHEAD_LIBRARY", str(tmp_path / "library"))
    row = {"id": "q", "video": "v", "question": "what opens", "options": ["lid", "door"], "answer_index": 1}
    seen = {"video": "v", "duration": 20, "memories": [[0, 5, "a red door opens"]]}
    (tmp_path / "toy_questions.jsonl").write_text(json.dumps({**row, "type": "DO"}))
    (tmp_path / "toy_memories.jsonl").write_text(json.dumps(seen))
    with FakeServer(SCRIPT, key=KEY) as server:
        flags = ("--model", "openai:fake", "--base-url", server.url)
        words = ("bench", "captions", "--data", tmp_path, *flags, "--out", tmp_path / "out")
        code, printed = run(monkeypatch, capsys, *words)
        _, examined = run(monkeypatch, capsys, "doctor", *flags, "--json")
    assert code == 0
    assert KEY not in printed + examined
    assert holding(tmp_path / "out") == []
