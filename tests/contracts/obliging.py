"""A model that fits every shape: it takes each first choice, claims to be sure, and cites the first line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.protocols import ChatRequest

WORDS = "The cook hides the key."


def obliging(**settings: Any) -> ScriptedModel:
    """It answers every purpose."""
    return ScriptedModel({"*": fitting}, **settings)


def telling(**settings: Any) -> ScriptedModel:
    """The same, with the probability of every token of its replies."""

    def told(request: ChatRequest) -> Any:
        text = json.dumps(fitting(request))
        tokens = [[piece, -0.02, {"B": -4.0}] for piece in re.findall(r"\w+|\W", text)]
        return {"$reply": text, "$tokens": tokens if request.logprobs else []}

    return ScriptedModel({"*": told}, **settings)


def fitting(request: ChatRequest) -> Any:
    """An object of the asked shape, or words where none is asked."""
    return fill(request.schema) if request.schema else WORDS


def fill(schema: Mapping[str, Any]) -> Any:
    """A value of this JSON Schema; lists of numbers are the stretch from 0 to 1 s."""
    if "anyOf" in schema:
        return fill(schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return {name: fill(value) for name, value in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        items = schema["items"]
        return [0.0, 1.0] if items.get("type") == "number" else [fill(items)]
    return {"boolean": True, "integer": 1, "number": 0.9}.get(str(schema.get("type")), WORDS)
