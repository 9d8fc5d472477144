from __future__ import annotations

import pytest

from playhead.agent.loop.schemas import (
    answer_schema,
    labels,
    option_index,
    plan_schema,
    reflect_schema,
    strict,
)
from playhead.tools.serving.structured import fits, is_strict
from playhead.tools.toolbox import Toolbox


def test_the_plan_schema_of_the_real_tools_is_strict_and_takes_their_calls() -> None:
    schema = plan_schema(Toolbox().schemas(), 4)
    assert is_strict(schema)
    names = [
        branch["properties"]["tool"]["enum"][0] for branch in schema["properties"]["calls"]["items"]["anyOf"]
    ]
    assert names == list(Toolbox().names)


def test_a_plan_fits_only_with_a_tools_own_arguments() -> None:
    parameters = {
        "type": "object",
        "properties": {"q": {"type": "string"}, "n": {"type": "integer", "default": 3}},
    }
    tool = {"name": "find", "description": "", "parameters": {**parameters, "required": ["q"]}}
    schema = plan_schema([tool], 2)
    call = {"tool": "find", "arguments": {"q": "key", "n": None}}
    assert fits({"thought": "", "calls": [call]}, schema)
    assert not fits({"thought": "", "calls": [{**call, "tool": "other"}]}, schema)
    assert not fits({"thought": "", "calls": [{**call, "arguments": {"q": "key", "x": 1, "n": 1}}]}, schema)
    assert not fits({"thought": "", "calls": [call] * 3}, schema)


def test_definitions_are_written_out_where_they_are_used() -> None:
    span = {"type": "object", "properties": {"start_s": {"type": "number"}}, "required": ["start_s"]}
    schema = {
        "type": "object",
        "properties": {"spans": {"type": "array", "items": {"$ref": "#/$defs/Span"}}},
        "required": ["spans"],
        "$defs": {"Span": span},
    }
    flat = strict(schema)
    assert "$defs" not in flat
    assert flat["properties"]["spans"]["items"]["required"] == ["start_s"]
    assert is_strict(flat)


@pytest.mark.parametrize("count", [0, 2, 40])
def test_replies_are_strict_for_any_number_of_options(count: int) -> None:
    for schema in (reflect_schema(count), answer_schema(count)):
        assert is_strict(schema)
        assert ("option" in schema["properties"]) == (count > 0)


def test_options_are_letters_then_numbers() -> None:
    assert labels(3) == ("A", "B", "C")
    assert labels(40)[39] == "40"
    assert [option_index(label, 3) for label in ("B", "(c).", "D", "none", None)] == [1, 2, None, None, None]
    assert option_index("40", 40) == 39
