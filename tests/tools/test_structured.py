"""Reading objects out of replies: whole and valid, or not at all."""

from __future__ import annotations

import pytest

from playhead.tools.serving.structured import (
    data_of,
    instruction,
    is_strict,
    looser,
    read_object,
    split_reasoning,
)

SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "integer"}},
    "required": ["a"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        ' {"a": 1}\n',
        '<reply>{"a": 1}</reply>',
        'So:\n```json\n{"a": 1}\n```',
        'x <reply>\n{"a": 1} </reply>',
    ],
)
def test_a_whole_object_is_found(text: str) -> None:
    assert data_of(text, SCHEMA, "stop") == {"a": 1}


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1',
        '[{"a": 1}]',
        '{"a": Infinity}',
        "a is 1",
        '{"a": 1}}',
        "[" * 100_000,
        '```\n{"a":1}\n```\n```\n{"a":2}\n```',
    ],
)
def test_anything_else_is_not_an_object(text: str) -> None:
    assert read_object(text) is None


def test_a_wrong_shape_or_a_cut_reply_is_no_data() -> None:
    assert data_of('{"a": "1"}', SCHEMA, "stop") is None
    assert data_of('{"a": 1, "b": 2}', SCHEMA, "stop") is None
    assert data_of('{"a": 1}', SCHEMA, "length") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<think>hm</think> yes", ("hm", "yes")),
        ("<thinking>hm</thinking>yes", ("hm", "yes")),
        ("hm</think>yes", ("hm", "yes")),
        ("<think>hm", ("hm", "")),
        ("yes", ("", "yes")),
        ('{"a": "</think>"}', ("", '{"a": "</think>"}')),
    ],
)
def test_thinking_is_split_off(text: str, expected: tuple[str, str]) -> None:
    assert split_reasoning(text) == expected


def test_only_closed_and_fully_required_schemas_are_strict() -> None:
    assert is_strict(SCHEMA)
    assert not is_strict({**SCHEMA, "required": []})
    assert not is_strict({"type": "array", "items": {"type": "object", "properties": {}}})


def test_the_enforced_form_needs_no_words_and_the_others_get_the_schema() -> None:
    assert instruction("schema", SCHEMA) == ""
    assert all('"required": ["a"]' in instruction(form, SCHEMA) for form in ("json", "tools", "text"))
    assert [looser("schema"), looser("text")] == ["json", None]
