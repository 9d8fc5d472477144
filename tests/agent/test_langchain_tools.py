"""playhead's tools as LangChain tools, and its graph for those who embed or deploy it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from langchain_core.messages import ToolCall

from playhead.agent import deploy
from playhead.agent.agent import VideoAgent
from playhead.tools.errors import UsageError
from playhead.tools.library import Library

Make = Callable[..., VideoAgent]


def calling(name: str, **arguments: object) -> ToolCall:
    return ToolCall(name=name, args=dict(arguments), id="1", type="tool_call")


async def test_a_langchain_agent_can_call_every_tool(make: Make) -> None:
    tools = {tool.name: tool for tool in make().langchain_tools("film.mkv")}
    assert {"search_memory", "read_transcript", "overview"} <= set(tools)
    message = await tools["search_memory"].ainvoke(calling("search_memory", query="key"))
    assert "blue carpet" in message.content
    assert 30.0 in [line["start_s"] for line in message.artifact]


async def test_what_a_tool_refuses_is_told_to_the_model(make: Make) -> None:
    tools = {tool.name: tool for tool in make().langchain_tools()}
    message = await tools["read_transcript"].ainvoke(calling("read_transcript", start_s="never"))
    assert "start_s" in message.content
    assert message.artifact == []


async def test_tools_see_nothing_behind_the_cut_off(make: Make) -> None:
    tools = {tool.name: tool for tool in make().langchain_tools(before_s=20.0)}
    message = await tools["search_memory"].ainvoke(calling("search_memory", query="twin midnight key"))
    assert [line["end_s"] for line in message.artifact] == [14.0]


def test_a_video_that_is_not_indexed_is_named(make: Make) -> None:
    with pytest.raises(UsageError, match=r"'other.mkv' is not indexed"):
        make().langchain_tools(["other.mkv"])


async def test_the_graph_answers_in_plain_json_and_streams_events(make: Make) -> None:
    graph = deploy.build(make())
    asked = {"question": "Who hides the key?", "videos": ["film.mkv"], "options": ["the cook", "the twin"]}
    told = await graph.ainvoke(asked)
    assert told["answer"]["option"] == 0
    assert json.loads(json.dumps(told)) == told
    events = [event async for event in graph.astream(asked, stream_mode="custom")]
    assert events[-1]["event"] == "Answered"
    assert ("Planned", "plan") in [(event["event"], event["node"]) for event in events]


def test_the_deployed_graph_shows_the_nodes_of_the_loop_and_its_schemas(make: Make) -> None:
    graph = deploy.build(make())
    assert {"answer:plan", "answer:act", "answer:reflect"} <= set(graph.get_graph(xray=True).nodes)
    assert graph.get_input_jsonschema()["required"] == ["question"]
    assert list(graph.get_output_jsonschema()["properties"]) == ["answer"]


async def test_the_deployed_graph_uses_the_usual_configuration(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYHEAD_LIBRARY", str(library.path))
    monkeypatch.setenv("PLAYHEAD_EMBEDDER", "hashing")
    monkeypatch.setenv("PLAYHEAD_STORE", "in_memory")
    deploy._configured.cache_clear()
    told = await deploy.graph.ainvoke({"question": "Who hides the key?"})
    await deploy._configured().aclose()
    deploy._configured.cache_clear()
    assert "cook" in told["answer"]["answer"]


def test_langgraph_json_names_the_graph(root: Path) -> None:
    named = json.loads((root / "langgraph.json").read_text("utf-8"))["graphs"]["playhead"]
    path, _, attribute = named.partition(":")
    assert (root / path).resolve() == Path(deploy.__file__).resolve()
    assert hasattr(deploy, attribute)
