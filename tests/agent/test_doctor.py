"""What the doctor finds on servers that work, half work and do not, on this machine and in the library."""

from __future__ import annotations

import asyncio
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.config import Config
from playhead.agent.doctor.examination import Finding, examine, healthy
from playhead.agent.doctor.library import memory
from playhead.agent.doctor.machine import machine
from playhead.agent.doctor.models import models
from playhead.agent.doctor.probes import speed
from playhead.tools.embedders.hashing import create as hashing
from playhead.tools.indexing import IndexingConfig
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.protocols import ChatRequest
from playhead.tools.roles import EndpointConfig, RoleConfig, RolesConfig
from playhead.tools.types import Memory, Span, Video
from tests.fake_server import FakeServer

RED = {"*": {"colour": "red"}}


def config_of(server: FakeServer, **settings: Any) -> Config:
    options = {"backoff_s": 0.01, "tries": 2}
    return Config(model="openai:fake", base_url=server.url, options=options, **settings)


def found(config: Config) -> dict[str, Finding]:
    """The findings about models by their check; fails when two share a name."""

    async def collect() -> list[Finding]:
        return [finding async for finding in models(config)]

    findings = asyncio.run(collect())
    names = [finding.check for finding in findings]
    assert len(names) == len(set(names))
    return dict(zip(names, findings, strict=True))


def test_a_healthy_server_is_measured() -> None:
    with FakeServer(RED, context_tokens=32_768) as server:
        findings = found(config_of(server))
    assert {finding.status for check, finding in findings.items() if check != "planner speed"} == {"ok"}
    assert findings["planner speed"].measured["failed"] == 0
    assert findings["planner context"].measured == {"context_tokens": 32_768}
    assert findings["planner model"].measured == {"known": True, "listed": 1}
    assert findings["planner schema"].measured == {"form": "schema", "fits": True}
    assert findings["captioner image limit"].detail == "takes 50 pictures in one request"
    assert findings["judge"].detail == "the same model as planner"


@pytest.mark.parametrize(
    ("slots", "reply_s", "gain", "cure"),
    [
        (1, 0.4, 1.0, "OLLAMA_NUM_PARALLEL"),
        (4, 0.4, 4.0, ""),
        (8, 0.4, 8.0, ""),
        (8, 11.0, 8.0, "smaller model"),
    ],
)
def test_slots_limit_parallelism_and_latency_is_told(
    slots: int, reply_s: float, gain: float, cure: str
) -> None:
    now_s, replies = 0.0, 0

    def reply(_: ChatRequest) -> str:
        """On a clock of its own: the first reply alone, the others as many at once as there are slots."""
        nonlocal now_s, replies
        now_s += reply_s if replies == 0 or (replies - 1) % slots == 0 else 0.0
        replies += 1
        return "ready"

    told = asyncio.run(speed("planner", ScriptedModel({"*": reply}), lambda: now_s))
    assert told.measured == {"latency_s": reply_s, "parallel_gain": gain, "failed": 0}
    assert (told.status, cure in told.cure) == ("note" if cure else "ok", True)


@pytest.mark.parametrize(
    ("server", "form"),
    [
        (FakeServer(RED, forms=("json",)), "json"),
        (FakeServer(RED, forms=("tools",)), "tools"),
        (FakeServer({"*": '<reply>{"colour": "red"}</reply>'}, forms=()), "text"),
    ],
)
def test_servers_without_schemas_work_with_a_note(server: FakeServer, form: str) -> None:
    with server:
        schema = found(config_of(server))["planner schema"]
    assert (schema.status, schema.measured["form"]) == ("note", form)
    assert schema.cure


def test_a_model_that_misses_the_schema_is_said() -> None:
    with FakeServer({"*": "Blue, I think."}) as server:
        schema = found(config_of(server))["planner schema"]
    assert (schema.status, schema.measured["fits"]) == ("note", False)


def test_no_log_probabilities_is_a_note() -> None:
    with FakeServer(RED, has_logprobs=False) as server:
        findings = found(config_of(server))
    assert findings["planner log-probabilities"].measured == {"logprobs": False}
    assert healthy(findings.values())


def test_a_small_image_limit_is_a_note_with_the_flag() -> None:
    with FakeServer(RED, images=2) as server:
        limit = found(config_of(server))["captioner image limit"]
    assert (limit.status, limit.measured) == ("note", {"images": 2})
    assert "--limit-mm-per-prompt" in limit.cure


def test_a_small_context_is_a_note_with_the_flag() -> None:
    with FakeServer(RED, context_tokens=4096) as server:
        context = found(config_of(server))["planner context"]
    assert (context.status, context.measured) == ("note", {"context_tokens": 4096})
    assert "--max-model-len" in context.cure


def test_pictures_that_do_not_arrive_are_noticed() -> None:
    with FakeServer({"*": {"colour": "green"}}) as server:
        images = found(config_of(server))["captioner images"]
    assert (images.status, images.measured) == ("note", {"colour": "green"})


def test_a_model_without_eyes_cannot_inspect() -> None:
    with FakeServer(RED, sees_images=False) as server:
        findings = found(config_of(server))
    assert findings["planner"].status == "ok"
    for role in ("captioner", "inspector"):
        finding = findings[f"{role} images"]
        assert finding.status == "problem"
        assert finding.cure == f"set roles.{role}.model to a vision-language model"


def test_only_the_role_without_eyes_is_at_fault() -> None:
    with FakeServer(RED) as seeing, FakeServer(RED, model="text-only", sees_images=False) as blind:
        inspector = RoleConfig(model="openai:text-only", base_url=blind.url)
        findings = found(config_of(seeing, roles=RolesConfig(inspector=inspector)))
    problems = [finding.check for finding in findings.values() if finding.status == "problem"]
    assert problems == ["inspector images"]


def test_a_wrong_key_is_one_problem_with_its_cure() -> None:
    with FakeServer(RED, key="right") as server:
        findings = found(config_of(server))
    assert findings["planner"].status == "problem"
    assert "refuses the API key (401)" in findings["planner"].detail
    assert "PLAYHEAD_API_KEY" in findings["planner"].cure
    assert "planner speed" not in findings


def test_an_unknown_model_comes_with_the_names_that_are_served() -> None:
    with FakeServer(RED, model="Qwen/Qwen3-VL-8B-Instruct") as server:
        planner = found(config_of(server))["planner"]
    assert planner.status == "problem"
    assert "has no model 'fake'" in planner.detail
    assert "it has: Qwen/Qwen3-VL-8B-Instruct" in planner.cure


def test_a_server_of_web_pages_is_a_problem() -> None:
    with FakeServer(RED, fault_rate=1.0, faults=("html",)) as server:
        planner = found(config_of(server))["planner"]
    assert planner.status == "problem"
    assert "web page" in planner.detail
    assert "/v1" in planner.cure


def test_a_server_that_hangs_is_told_after_its_deadline() -> None:
    with FakeServer(RED, fault_rate=1.0, faults=("hang",)) as server:
        planner = found(config_of(server, timeout_s=0.3))["planner"]
    assert planner.status == "problem"
    assert "did not answer within 0.3 s" in planner.detail


def test_a_server_that_fails_now_and_then_is_no_problem() -> None:
    with FakeServer(RED, fault_list=["500", "429"]) as server:
        options = {"backoff_s": 0.01, "tries": 4}
        assert found(replace(config_of(server), options=options))["planner"].status == "ok"


def test_an_unknown_backend_and_an_unset_key_are_problems() -> None:
    for config in (Config(model="opnai:x"), Config(model="openai:x", api_key_env="NOT_THERE")):
        finding = found(config)["models"]
        assert finding.status == "problem"
        assert finding.cure


def test_no_model_is_a_note() -> None:
    assert found(Config())["models"].status == "note"


# The library and what fills it


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of one memory, made with 64 numbers a text."""
    made = Library(tmp_path / "library", hashing("64"))
    made.put_video(Video("f" * 24, "film.mkv", "film", 9.0))
    made.add("f" * 24, [Memory("f" * 24, Span(1, 2), "speech", "the key")])
    made.close()
    return tmp_path / "library"


def remembered(config: Config) -> dict[str, Finding]:
    return {finding.check: finding for finding in memory(config)}


def test_the_embedder_is_compared_with_the_library(folder: Path) -> None:
    findings = remembered(Config(library=str(folder), embedder="hashing:64"))
    assert findings["library vectors"].measured == {"stored": 64, "embedder": 64}
    assert findings["library"].measured["videos"] == 1
    assert healthy(findings.values())


def test_another_embedder_is_a_problem_with_its_cure(folder: Path) -> None:
    finding = remembered(Config(library=str(folder), embedder="hashing:128"))["library"]
    assert finding.status == "problem"
    assert "hashing:64" in finding.detail + finding.cure


def test_a_server_that_changed_its_embedding_model_is_found(tmp_path: Path) -> None:
    with FakeServer() as server:
        roles = RolesConfig(embedder=EndpointConfig(base_url=server.url))
        config = Config(library=str(tmp_path), embedder="openai:fake", roles=roles)
        wider = Fingerprinted(hashing("64"), "openai:fake@native")
        with Library(tmp_path, wider) as made:
            made.put_video(Video("f" * 24, "film.mkv", "film", 9.0))
            made.add("f" * 24, [Memory("f" * 24, Span(1, 2), "speech", "the key")])
        finding = remembered(config)["library vectors"]
    assert (finding.status, finding.measured) == ("problem", {"stored": 64, "embedder": 32})


class Fingerprinted:
    """An embedder under another name."""

    def __init__(self, inner: Any, fingerprint: str) -> None:
        self.dimension, self.fingerprint = inner.dimension, fingerprint
        self.embed_texts = inner.embed_texts


def test_an_embedding_server_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    roles = RolesConfig(embedder=EndpointConfig("http://127.0.0.1:9/v1", options={"tries": 1}))
    finding = remembered(Config(library=str(tmp_path), embedder="openai:x", roles=roles))["embedder"]
    assert finding.status == "problem"
    assert "no connection" in finding.detail


def test_an_embedder_without_eyes_is_no_visual_one(tmp_path: Path) -> None:
    config = Config(library=str(tmp_path / "new"), embedder="hashing", visual_embedder="minilm")
    assert remembered(config)["visual embedder"].status == "problem"


def test_a_recogniser_that_cannot_be_had_is_a_problem(tmp_path: Path) -> None:
    roles = RolesConfig(transcriber=EndpointConfig("http://127.0.0.1:9/v1"))
    indexing = IndexingConfig(asr="openai:whisper")
    config = Config(library=str(tmp_path / "new"), embedder="hashing", roles=roles, indexing=indexing)
    finding = remembered(config)["hearing"]
    assert finding.status == "problem"
    assert finding.cure


# The machine


@pytest.fixture
def smi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An `nvidia-smi` that says what the test writes into it."""
    program = tmp_path / "bin" / "nvidia-smi"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 9\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return program


def looked_at(tmp_path: Path, **settings: Any) -> dict[str, Finding]:
    config = Config(library=str(tmp_path / "new"), indexing=IndexingConfig(ocr=None), **settings)
    return {finding.check: finding for finding in machine(config)}


def test_readers_and_database_are_tried(tmp_path: Path) -> None:
    findings = looked_at(tmp_path)
    assert findings["reader pyav"].measured == {"frames": 2}
    assert {findings[name].status for name in ("sqlite", "reader decord", "reader pyav", "disk")} == {"ok"}


def test_gpus_are_told_by_name_and_memory(tmp_path: Path, smi: Path) -> None:
    smi.write_text("#!/bin/sh\necho 'NVIDIA H100, 81559, 80000'\necho 'NVIDIA T4, 15360, 100'\n")
    findings = looked_at(tmp_path)
    assert findings["gpu 0"].measured == {"name": "NVIDIA H100", "memory_mib": 81559, "free_mib": 80000}
    assert findings["gpu 1"].detail == "NVIDIA T4, 0 of 15 GiB free"


@pytest.mark.parametrize("says", ["exit 9", "echo 'Failed to initialize NVML'", "echo 'T4, [N/A], [N/A]'"])
def test_a_gpu_tool_that_says_nothing_useful_is_no_gpu(tmp_path: Path, smi: Path, says: str) -> None:
    smi.write_text(f"#!/bin/sh\n{says}\n")
    assert looked_at(tmp_path)["gpu"].status == "ok"
    assert looked_at(tmp_path, model="transformers:some/model")["gpu"].status == "note"


def test_a_screen_reader_that_is_not_there_is_a_note(tmp_path: Path) -> None:
    config = Config(library=str(tmp_path / "new"), indexing=IndexingConfig(ocr="tesseract"))
    findings = {finding.check: finding for finding in machine(config)}
    assert findings["screen reader tesseract"].status == "note"


async def test_everything_is_examined_and_nothing_raised(tmp_path: Path) -> None:
    broken = tmp_path / "library"
    broken.mkdir()
    (broken / "library.db").write_bytes(b"not a database" * 500)
    config = Config(
        library=str(broken), embedder="hashing", model="openai:x", base_url="http://127.0.0.1:9/v1"
    )
    findings = [finding async for finding in examine(replace(config, options={"tries": 1}))]
    problems = {finding.check for finding in findings if finding.status == "problem"}
    assert {"library", "planner"} <= problems
    assert all(finding.cure for finding in findings if finding.status != "ok")
