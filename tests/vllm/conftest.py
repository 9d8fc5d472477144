"""The real vLLM server, in an environment of its own; only `-m vllm` (make test-vllm) runs these tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

FLAGS = {
    "max-model-len": 16384,
    "enforce-eager": True,
    "dtype": "float32",
    "enable-prefix-caching": True,
    "structured-outputs-config": {"backend": "xgrammar", "disable_any_whitespace": True},
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave these tests out of every run that does not ask for them."""
    if "vllm" not in str(config.option.markexpr):
        wanted = [item for item in items if not item.get_closest_marker("vllm")]
        config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
        items[:] = wanted


@pytest.fixture(scope="session")
def vllm_python(root: Path) -> Path:
    """The interpreter that tests/vllm/setup.sh has made."""
    environment = Path(os.environ.get("PLAYHEAD_VLLM_ENV", root / ".venv-vllm"))
    assert (environment / "bin" / "python").exists(), "make it with: bash tests/vllm/setup.sh"
    return environment / "bin" / "python"


@pytest.fixture(scope="session")
def tiny_qwen(vllm_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Qwen3-VL with random weights."""
    folder = tmp_path_factory.mktemp("tiny-qwen")
    script = Path(__file__).with_name("make_tiny_qwen.py")
    subprocess.run([vllm_python, script, folder], check=True, env=os.environ | {"HF_HUB_OFFLINE": "1"})
    return folder


@pytest.fixture(scope="session")
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where servers are registered, so that one test finds the server of another."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture
def vllm_settings(vllm_python: Path, state_folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Settings of the `vllm` backend for this machine; the server stays a while for the next test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(state_folder))
    monkeypatch.setenv("VLLM_CPU_KVCACHE_SPACE", "1")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return {"python": str(vllm_python), "flags": FLAGS, "start_s": 300, "linger_s": 10, "progress": print}
