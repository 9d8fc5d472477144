"""docs/embedding.md runs as written, with LangChain's own fake model where it says `model`."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolMessage

from playhead.agent.agent import VideoAgent
from playhead.agent.deploy import Asked

PAGE = (Path(__file__).parents[2] / "docs" / "embedding.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+) ?(\S*)\n(.*?)```", PAGE, re.DOTALL)
PYTHON = [text for language, _, text in BLOCKS if language == "python"]
SAID = (
    "The cook hides the key under the blue carpet. Span(start_s=5.0, end_s=8.0)",
    "'option': 1",
    "It is under the blue carpet.",
    "The cook hides the key under the blue carpet. (5 s)",
    "The cook hides the key under the blue carpet. [5 s]",
)


class Calling(GenericFakeChatModel):
    """LangChain's fake, which lacks only the method that offers tools; `seen` holds what it was told."""

    seen: list[Any] = []  # noqa: RUF012 - a pydantic field

    def bind_tools(self, tools: Any, **_: Any) -> Calling:
        assert {"search_memory", "read_transcript"} <= {tool.name for tool in tools}
        return self

    def _generate(self, messages: Any, *given: Any, **named: Any) -> Any:
        self.seen.extend(messages)
        return super()._generate(messages, *given, **named)


def calling() -> Calling:
    call = {"name": "search_memory", "args": {"query": "hides the key"}, "id": "1", "type": "tool_call"}
    turns = [AIMessage("", tool_calls=[call]), AIMessage("It is under the blue carpet.")]
    return Calling(messages=iter(turns), seen=[])


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLAYHEAD_EMBEDDER", "hashing")
    for _, name, text in BLOCKS:
        if name:
            Path(name).write_text(text, "utf-8")


def test_every_block_has_its_expected_words() -> None:
    assert len(PYTHON) == len(SAID)


@pytest.mark.parametrize(("source", "expected"), zip(PYTHON, SAID, strict=False))
async def test_a_block_runs(source: str, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {"model": calling(), "__name__": "embedding"}
    code = compile(
        source, "docs/embedding.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True
    )
    waiting = eval(code, names)  # a documented example, compiled so that it may await
    if inspect.isawaitable(waiting):
        await waiting
    assert expected in capsys.readouterr().out


async def test_what_a_langchain_agent_reads_is_what_the_planner_would() -> None:
    from langchain.agents import create_agent

    model = calling()
    with VideoAgent(library="library") as video:
        video.add("talk.vtt")
        helper = create_agent(model, video.langchain_tools("talk.vtt"))
        reply = await helper.ainvoke({"messages": [("user", "Where is the key?")]})
    (told,) = [message for message in reply["messages"] if isinstance(message, ToolMessage)]
    assert "[5.0-8.0 s] speech: The cook hides the key" in str(told.content)
    assert told.artifact[0]["start_s"] == 5.0
    assert told in model.seen


def test_the_inputs_named_on_the_page_are_those_of_the_graph() -> None:
    named = re.search(r"`\{([\w, ]+)\}` in \(", PAGE)
    assert named
    assert set(named[1].split(", ")) == set(Asked.__annotations__)
