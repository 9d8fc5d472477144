from __future__ import annotations

import json
from pathlib import Path

import pytest

from playhead.tools.errors import ModelReplyError, ModelUnreachableError, UsageError
from playhead.tools.models.scripted import ScriptedModel, create
from playhead.tools.protocols import ChatModel, ChatRequest, Message

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}


def request(purpose: str = "plan", schema: object = None) -> ChatRequest:
    return ChatRequest((Message("user", ("hello",)),), schema=schema, purpose=purpose)  # type: ignore[arg-type]


async def test_replies_by_purpose_in_order_then_the_rest() -> None:
    model = ScriptedModel({"plan": ["one", "two"], "*": "other"})
    texts = [(await model.complete(request(p))).text for p in ("plan", "answer", "plan", "reflect")]
    assert texts == ["one", "other", "two", "other"]
    assert [r.purpose for r in model.requests] == ["plan", "answer", "plan", "reflect"]
    assert isinstance(model, ChatModel)


async def test_a_script_that_is_used_up_fails() -> None:
    model = ScriptedModel({"plan": ["one"]})
    await model.complete(request())
    with pytest.raises(ModelReplyError, match="used up"):
        await model.complete(request())
    with pytest.raises(ModelReplyError, match="no reply for 'answer'"):
        await model.complete(request("answer"))


@pytest.mark.parametrize(
    ("reply", "data"), [({"a": 1}, {"a": 1}), ('{"a": 1', None), ({"b": 1}, None), ({"a": "x"}, None)]
)
async def test_data_only_when_the_reply_has_the_asked_shape(reply: object, data: object) -> None:
    model = ScriptedModel({"*": reply})  # type: ignore[dict-item]
    assert (await model.complete(request(schema=SCHEMA))).data == data


async def test_a_file_scripts_errors_delays_and_probabilities(tmp_path: Path) -> None:
    file = tmp_path / "script.json"
    scripted = [
        {"$raise": "ModelUnreachableError", "message": "gone"},
        {"$reply": {"option": "B"}, "$tokens": [["B", -0.1, {"A": -2.3}]]},
    ]
    file.write_text(json.dumps({"plan": scripted}))
    model = create(str(file))
    with pytest.raises(ModelUnreachableError, match="gone"):
        await model.complete(request())
    reply = await model.complete(request())
    assert (reply.tokens[0].token, dict(reply.tokens[0].alternatives)) == ("B", {"A": -2.3})


@pytest.mark.parametrize("content", [None, "[]", "{nonsense"])
def test_without_a_usable_file_there_is_no_fake(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "script.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(UsageError):
        create(str(file))
    with pytest.raises(UsageError, match="needs a script"):
        create()
