"""Replies held to a JSON Schema: how to ask for one, and how to read one without inventing anything.

A server may support schemas, only JSON mode, only native tools, or nothing at all; the four forms below go
from the strictest to the loosest. Reading is the same for all of them: a whole, valid object that has the
asked shape, or None. Nothing is repaired, because a repaired reply is something the model did not say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from playhead.prompts import render

Form = Literal["schema", "json", "tools", "text"]
"""How an object is asked for: JSON Schema, JSON mode, a native tool call, or text between tags."""

FORMS: tuple[Form, ...] = ("schema", "json", "tools", "text")

_THINKING = re.compile(r"\s*<(think|thinking)>(.*?)(?:</\1>|\Z)", re.DOTALL)
_CLOSED_ONLY = re.compile(r"(.*?)</think(?:ing)?>", re.DOTALL)
_TAGGED = re.compile(r"<reply>(.*?)</reply>", re.DOTALL)
_FENCED = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL)


def looser(form: Form) -> Form | None:
    """The next form to try, None after the last."""
    following = FORMS.index(form) + 1
    return FORMS[following] if following < len(FORMS) else None


def instruction(form: Form, schema: Mapping[str, Any]) -> str:
    """What the prompt must say about the shape; empty for the form in which the server enforces it."""
    if form == "schema":
        return ""
    return render("reply_form", form=form, schema=json.dumps(schema, ensure_ascii=False))


def split_reasoning(text: str) -> tuple[str, str]:
    """(reasoning, reply) of a text that may begin with `<think>…</think>`.

    Templates that open the block themselves leave only the closing tag; a block that never closes means
    that the model was cut off while thinking, and the reply is empty.
    """
    if opened := _THINKING.match(text):
        return opened.group(2).strip(), text[opened.end() :].strip()
    if not text.lstrip().startswith("{") and (closed := _CLOSED_ONLY.match(text)):
        return closed.group(1).strip(), text[closed.end() :].strip()
    return "", text.strip()


def read_object(text: str) -> dict[str, Any] | None:
    """The one JSON object that `text` is, or holds between reply tags or in its only code fence.

    A raw newline inside a string is what many models write; it takes nothing away from what they said.
    """
    for inner in (text, *_TAGGED.findall(text)[-1:], *_only(_FENCED.findall(text))):
        try:
            value = json.loads(inner, strict=False, parse_constant=_reject_constant)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return value
    return None


def _only(found: list[str]) -> list[str]:
    return found if len(found) == 1 else []


def _reject_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def fits(value: object, schema: Mapping[str, Any]) -> bool:
    """Whether `value` has the shape that the JSON Schema asks for. How long a text may be is asked of servers
    that can hold a model to it; from others a longer text is no refusal."""
    return bool(_validator(json.dumps(_boundless(schema))).is_valid(value))


def _boundless(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        return {name: _boundless(part) for name, part in schema.items() if name != "maxLength"}
    return [_boundless(part) for part in schema] if isinstance(schema, list | tuple) else schema


@lru_cache(maxsize=256)
def _validator(schema: str) -> Any:
    import jsonschema  # type: ignore[import-untyped]

    return jsonschema.Draft202012Validator(json.loads(schema))


def data_of(text: str, schema: Mapping[str, Any] | None, finish_reason: str) -> dict[str, Any] | None:
    """The object in a finished reply when it has the asked shape, else None."""
    if schema is None or finish_reason == "length":
        return None
    value = read_object(text)
    return value if value is not None and fits(value, schema) else None


def is_strict(schema: Mapping[str, Any]) -> bool:
    """Whether every object in the schema is closed and requires all its fields, as strict mode demands."""
    nested = list(_subschemas(schema))
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        closed = schema.get("additionalProperties") is False
        if not (closed and set(schema.get("required", ())) == set(fields)):
            return False
    return all(is_strict(one) for one in nested)


def _subschemas(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    groups = [schema.get("properties", {}).values(), schema.get("$defs", {}).values()]
    groups += [schema.get(word, ()) for word in ("anyOf", "allOf", "oneOf", "prefixItems")]
    single = schema.get("items")
    found = [one for group in groups for one in group if isinstance(one, Mapping)]
    return [*found, single] if isinstance(single, Mapping) else found
