"""Settings: one visible order of layers, every origin known, every mistake named with its cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from playhead.agent.config import Config, known_paths, settings
from playhead.agent.config_layers import load
from playhead.tools.errors import PrerequisiteError, UsageError
from playhead.tools.roles import RoleConfig, load_model


def test_later_layers_win_and_say_where_they_came_from(tmp_path: Path) -> None:
    file = tmp_path / "playhead.toml"
    sections = '[budget]\nrounds = 2\n[roles.captioner]\nmodel = "openai:c"\n'
    file.write_text(f'model = "openai:a"\n[loop]\nthreshold = 0.5\n{sections}')
    loaded = load({"loop.threshold": "0.9"}, file, {"PLAYHEAD_MODEL": "openai:b"})
    config = loaded.config
    assert (config.model, config.loop.threshold, config.budget.rounds) == ("openai:b", 0.9, 2)
    assert config.roles.captioner.model == "openai:c"
    assert loaded.origins["model"] == "environment PLAYHEAD_MODEL"
    assert loaded.origins["loop.threshold"] == "flag for loop.threshold"
    assert loaded.origins["budget.rounds"] == f"file {file}"


def test_without_any_layer_the_defaults_stand() -> None:
    assert load({}, None, {}).config == Config()


@pytest.mark.parametrize(
    ("flags", "environment", "words"),
    [
        ({"budget.round": "3"}, {}, "did you mean 'budget.rounds'"),
        ({"loop.threshold": "high"}, {}, "'loop.threshold' is 'high'"),
        ({}, {"PLAYHEAD_MODLE": "x"}, "did you mean PLAYHEAD_MODEL"),
        ({"budget.rounds": "many"}, {}, "flag for budget.rounds"),
    ],
)
def test_a_mistake_is_named(flags: dict[str, str], environment: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        load(flags, None, environment)


@pytest.mark.parametrize("content", [b"model = ", b"\xff\xfe", b"model = 1\nmodel = 2"])
def test_a_broken_file_is_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=r"broken\.toml"):
        load({}, file, {})


def test_a_missing_file_is_named() -> None:
    with pytest.raises(UsageError, match="no configuration file"):
        load({}, Path("nowhere.toml"), {})


def test_every_setting_can_come_from_the_environment() -> None:
    paths = known_paths()
    assert "budget.rounds" in paths
    assert "roles.captioner.base_url" in paths
    assert len(paths) == len(set(paths)) == len(list(settings(Config())))


def test_a_role_keeps_the_general_server_only_for_the_same_model() -> None:
    general = RoleConfig(model="openai:a", base_url="http://one/v1", api_key_env="ONE")
    assert RoleConfig(temperature=0.2).over(general).base_url == "http://one/v1"
    other = RoleConfig(model="openai:b").over(general)
    assert (other.base_url, other.api_key_env) == (None, None)


def test_an_unset_key_variable_is_named() -> None:
    with pytest.raises(PrerequisiteError, match="NOT_THERE"):
        load_model(RoleConfig(model="openai:a", base_url="http://127.0.0.1:9/v1", api_key_env="NOT_THERE"))


@pytest.mark.parametrize("spec", ["", "offline", None])
def test_offline_is_no_model(spec: str | None) -> None:
    assert load_model(RoleConfig(model=spec)) is None


def test_an_empty_text_is_none_where_none_is_a_value(tmp_path: Path) -> None:
    file = tmp_path / "playhead.toml"
    file.write_text('[indexing]\nasr = ""\n[roles.judge]\nbase_url = ""\n')
    config = load({"indexing.ocr": "", "visual_embedder": ""}, file, {"PLAYHEAD_BASE_URL": ""}).config
    assert (config.indexing.ocr, config.indexing.asr, config.base_url) == (None, None, None)
    assert config.roles.judge.base_url is None
    assert config.visual_embedder == ""
