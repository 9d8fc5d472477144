"""Which model plays which role: what a section takes over, what it never does, and who gets the key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.config_layers import load
from playhead.agent.wiring import text_embedder, transcriber
from playhead.tools.errors import PrerequisiteError, UnknownPluginError, UsageError
from playhead.tools.protocols import ChatModel, ChatRequest, Message
from playhead.tools.roles import EndpointConfig, RoleConfig, RolesConfig, Tuned, load_models
from tests.fake_server import FakeServer

KEY = "planted-key-0123456789"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(script={"*": "yes"}) as running:
        yield running


def ask(text: str = "Hello?") -> ChatRequest:
    return ChatRequest((Message("user", (text,)),), temperature=0.5, timeout_s=100)


def test_what_a_section_says_goes_over_the_general_settings_even_when_it_is_zero() -> None:
    general = RoleConfig(model="openai:a", temperature=0.7, timeout_s=9.0)
    own = RoleConfig(temperature=0.0).over(general)
    assert (own.temperature, own.timeout_s, own.model) == (0.0, 9.0, "openai:a")


def test_another_url_does_not_get_the_general_key() -> None:
    general = RoleConfig(model="openai:a", base_url="http://one/v1", api_key_env="ONE")
    other = RoleConfig(base_url="http://two/v1").over(general)
    assert (other.base_url, other.api_key_env) == ("http://two/v1", None)


def test_equal_roles_share_a_model_and_one_may_be_without() -> None:
    roles = RolesConfig(captioner=RoleConfig(model="openai:b"), judge=RoleConfig(model="offline"))
    models = load_models(RoleConfig(model="openai:a"), roles)
    assert set(models) == {"planner", "reflector", "captioner", "inspector"}
    assert models["planner"] is models["inspector"]
    assert models["captioner"].name == "openai:b"


async def test_a_role_keeps_to_its_own_sampling(server: FakeServer) -> None:
    config = RoleConfig(model="openai:fake", base_url=server.url, temperature=0.0, max_tokens=7)
    model = load_models(config, RolesConfig())["planner"]
    await model.complete(ask())
    sent = server.requests[0]
    assert (sent["temperature"], sent["max_tokens"]) == (0.0, 7)


def test_what_a_server_says_of_its_eyes_is_known_to_the_role() -> None:
    class Blinding:
        name, sees_images = "model", True

    inner = Blinding()
    model = Tuned(inner, RoleConfig())  # type: ignore[arg-type]
    inner.sees_images = False
    assert not model.sees_images


async def test_a_key_that_is_handed_over_goes_to_the_general_server_alone(server: FakeServer) -> None:
    server.key = KEY
    general = RoleConfig(model="openai:fake", base_url=server.url)
    with FakeServer(script={"*": "yes"}, key="other") as second:
        elsewhere = RolesConfig(judge=RoleConfig(base_url=second.url))
        models = load_models(general, elsewhere, KEY)
        assert (await models["planner"].complete(ask())).text == "yes"
        with pytest.raises(Exception, match="refuses the API key"):
            await models["judge"].complete(ask())


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"roles.chef.model": "openai:a"}, "no setting is called 'roles.chef.model'"),
        ({"roles.captoiner.model": "openai:a"}, "did you mean 'roles.captioner.model'"),
        ({"roles.embedder.model": "openai:a"}, "no setting is called 'roles.embedder.model'"),
    ],
)
def test_an_unknown_role_is_named(flags: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        load(flags, None, {})


def test_an_unknown_backend_of_a_role_is_named() -> None:
    with pytest.raises(UnknownPluginError, match="did you mean 'openai'"):
        VideoAgent(config=Config(roles=RolesConfig(captioner=RoleConfig(model="opnai:x"))))


def test_arguments_go_over_the_configuration() -> None:
    config = Config(model="openai:a", base_url="http://127.0.0.1:9/v1", timeout_s=3.0)
    with VideoAgent("openai:b", base_url="http://127.0.0.1:8/v1", config=config) as agent:
        assert agent.config.model == "openai:b"
        assert agent.config.base_url == "http://127.0.0.1:8/v1"
        assert "3.0" in repr(agent._setup.models["planner"])


def test_a_role_may_be_taken_from_an_agent_by_name() -> None:
    with VideoAgent("openai:a", models={"captioner": "offline", "judge": "openai:b"}) as agent:
        names = {role: model.name for role, model in agent._setup.models.items()}
    assert "captioner" not in names
    assert (names["planner"], names["judge"]) == ("openai:a", "openai:b")


def test_the_embedder_has_a_server_of_its_own(server: FakeServer) -> None:
    roles = RolesConfig(embedder=EndpointConfig(base_url=server.url, options={"dimensions": 32}))
    embedder = text_embedder(Config(embedder="openai:fake", roles=roles))
    assert embedder.embed_texts(["a key"]).shape == (1, 32)


def test_the_transcriber_has_a_server_of_its_own() -> None:
    roles = RolesConfig(transcriber=EndpointConfig(base_url="http://127.0.0.1:9/v1"))
    made = transcriber(Config(roles=roles), "openai:whisper")
    assert made.server.base_url == "http://127.0.0.1:9/v1"  # type: ignore[attr-defined]


def test_a_part_that_takes_no_such_setting_says_so() -> None:
    roles = RolesConfig(transcriber=EndpointConfig(options={"volume": 11}))
    with pytest.raises(UsageError, match="does not take the settings volume"):
        transcriber(Config(roles=roles), "openai:whisper")


def test_a_key_variable_that_is_unset_is_named_for_every_part() -> None:
    roles = RolesConfig(embedder=EndpointConfig(api_key_env="NOT_THERE"))
    with pytest.raises(PrerequisiteError, match="NOT_THERE"):
        text_embedder(Config(embedder="openai:fake", roles=roles))


def test_sections_of_all_roles_can_stand_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "playhead.toml"
    options = json.dumps({"dimensions": 32}).replace(":", " =")
    file.write_text(f'[roles.embedder]\nbase_url = "http://e/v1"\noptions = {options}\n')
    section = load({}, file, {}).config.roles.embedder
    assert (section.base_url, dict(section.options)) == ("http://e/v1", {"dimensions": 32})


def test_a_model_object_plays_every_role() -> None:
    class Model:
        name, sees_images = "mine", True

        async def aclose(self) -> None:
            """Nothing to close."""

    model: ChatModel = Model()  # type: ignore[assignment]
    with VideoAgent(model) as agent:
        assert set(map(id, agent._setup.models.values())) == {id(model)}
