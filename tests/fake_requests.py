"""Reading a chat-completions request: its form, schema, words and pictures."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from typing import Any

from PIL import Image


def form_of(body: Mapping[str, Any]) -> str:
    if body.get("tools"):
        return "tools"
    kind = (body.get("response_format") or {}).get("type")
    return {"json_schema": "schema", "json_object": "json"}.get(str(kind), "text")


def schema_of(body: Mapping[str, Any]) -> Any:
    if form_of(body) == "schema":
        return body["response_format"]["json_schema"]["schema"]
    if form_of(body) == "tools":
        return body["tools"][0]["function"]["parameters"]
    words = text_of(body).rpartition("JSON Schema:")[2].strip()
    try:
        return json.loads(words)
    except ValueError:
        return None


def text_of(body: Mapping[str, Any]) -> str:
    """Everything that the request says in words."""
    return "\n".join(part["text"] for part in parts(body) if part["type"] == "text")


def parts(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    contents = [message["content"] for message in body["messages"]]
    whole = [[{"type": "text", "text": one}] if isinstance(one, str) else one for one in contents]
    return [part for content in whole for part in content]


def pictures(body: Mapping[str, Any]) -> list[str]:
    return [part["image_url"]["url"] for part in parts(body) if part["type"] == "image_url"]


def size(url: str) -> tuple[int, int]:
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).size


def tokens(body: Mapping[str, Any]) -> int:
    seen = sum(width * height // 784 + 2 for width, height in map(size, pictures(body)))
    return len(text_of(body)) // 4 + seen
