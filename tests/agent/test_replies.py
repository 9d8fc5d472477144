from __future__ import annotations

import pytest

from playhead.agent.loop.replies import read_plan, read_whole
from playhead.agent.state import Plan, ToolCall
from playhead.tools.protocols import ChatReply

KEY = ToolCall("search_memory", {"query": "key"})


@pytest.mark.parametrize(
    "text",
    [
        '{"thought": "t", "calls": [{"tool": "search_memory", "arguments": {"query": "key"}}]}',
        'Sure! {"calls": [{"tool": "search_memory", "arguments": {"query": "key"},}],}',
        "{'calls': [{'name': 'search_memory', 'arguments': '{\"query\": \"key\"}'}]}",
        '<tool_call>{"name": "search_memory", "arguments": {"query": "key"}}</tool_call>',
        '<call>\n{"tool": "search_memory", "arguments": {"query": "key"}\n</call> thanks',
        '{"tool": "search_memory", "arguments": {"query": "key"}}',
    ],
)
def test_calls_are_read_from_whatever_form_they_have(text: str) -> None:
    plan = read_plan(ChatReply(text))
    assert plan is not None
    assert plan.calls == (KEY,)


@pytest.mark.parametrize(
    "text", ["", "I would search for the key.", "{", "[1, 2]", '{"calls": "search"}', "null"]
)
def test_what_names_no_call_is_no_plan(text: str) -> None:
    assert read_plan(ChatReply(text)) is None


def test_an_empty_list_of_calls_is_a_plan() -> None:
    assert read_plan(ChatReply("", data={"thought": "enough", "calls": []})) == Plan((), "enough")


def test_a_reply_that_was_cut_off_loses_its_last_call() -> None:
    text = (
        '{"calls": [{"tool": "search_memory", "arguments": {"query": "key"}}, '
        '{"tool": "search_memory", "arguments": {"query": "the red c'
    )
    plan = read_plan(ChatReply(text, finish_reason="length"))
    assert plan is not None
    assert plan.calls == (KEY,)
    assert read_plan(ChatReply('{"calls": [{"tool": "sea', finish_reason="length")) is None


def test_rows_of_other_shapes_are_left_out() -> None:
    rows = [
        1,
        {"tool": 7},
        {"tool": "x", "arguments": [1]},
        {"tool": "search_memory", "arguments": {"query": "key"}},
    ]
    plan = read_plan(ChatReply("", data={"thought": 3, "calls": rows}))
    assert plan == Plan((KEY,))


@pytest.mark.parametrize("text", ["[" * 5000, '{"a": ' * 5000, "[1]", "{}{}", ""])
def test_what_is_no_whole_object_is_nothing(text: str) -> None:
    assert read_whole(text) == {}
