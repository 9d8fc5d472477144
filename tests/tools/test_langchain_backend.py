"""The langchain backend over LangChain's own fake chat models."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatResult

from playhead.tools.errors import (
    MissingExtraError,
    ModelError,
    ModelRejectedError,
    ModelUnreachableError,
    UsageError,
)
from playhead.tools.models.langchain import LangChainModel, LangChainSettings, create
from playhead.tools.protocols import ChatRequest, ImagePart, Message

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
SETTINGS = LangChainSettings(api_key="sk-planted", backoff_s=0.01)


class Listening(GenericFakeChatModel):
    """LangChain's fake, remembering what it was sent."""

    heard: list[list[BaseMessage]]

    async def _agenerate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        self.heard.append(messages)
        return await super()._agenerate(messages, *args, **kwargs)


class Failing(GenericFakeChatModel):
    """LangChain's fake, failing with a status like providers do."""

    status: int

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        error = RuntimeError("the key sk-planted is wrong")
        error.status_code = self.status  # type: ignore[attr-defined]
        raise error


def over(*replies: str | AIMessage) -> tuple[LangChainModel, Listening]:
    fake = Listening(messages=iter(replies), heard=[])
    return LangChainModel("fake", lambda *_: fake, SETTINGS), fake


def asking(*parts: str | ImagePart, **fields: Any) -> ChatRequest:
    return ChatRequest((Message("system", ("Be brief.",)), Message("user", parts or ("Hello?",))), **fields)


async def test_a_reply_with_usage_reasoning_and_finish_reason() -> None:
    blocks: list[Any] = [{"type": "reasoning", "reasoning": "The sky is."}, {"type": "text", "text": "blue"}]
    usage = {"input_tokens": 7, "output_tokens": 2, "total_tokens": 9}
    message = AIMessage(blocks, usage_metadata=usage, response_metadata={"stop_reason": "max_tokens"})
    reply = await over(message)[0].complete(asking())
    assert (reply.text, reply.reasoning, reply.finish_reason) == ("blue", "The sky is.", "length")
    assert (reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.unknown_calls) == (7, 2, 0)


async def test_pictures_go_along_with_their_times() -> None:
    model, fake = over("yes")
    picture = ImagePart(np.zeros((20, 20, 3), np.uint8), 3.0)
    reply = await model.complete(asking(picture, "What is it?"))
    content: Any = fake.heard[0][1].content
    words, shown, question = content
    assert (words["text"], question["text"]) == ("<3.0 s>", "What is it?")
    assert (shown["type"], shown["mime_type"]) == ("image", "image/jpeg")
    assert reply.usage.frames == 1


async def test_an_object_is_asked_for_in_words_and_checked() -> None:
    model, fake = over('<reply>{"n": 3}</reply>', '<reply>{"n": "three"}</reply>')
    replies = [await model.complete(asking(schema=SCHEMA)) for _ in range(2)]
    assert [reply.data for reply in replies] == [{"n": 3}, None]
    assert json.dumps(SCHEMA) in str(fake.heard[0])


async def test_an_empty_reply_is_asked_for_again() -> None:
    assert (await over("", "fine")[0].complete(asking())).text == "fine"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, ModelRejectedError), (404, ModelRejectedError), (429, ModelUnreachableError), (400, ModelError)],
)
async def test_provider_errors_are_ours_and_hide_the_key(status: int, kind: type[ModelError]) -> None:
    model = LangChainModel("fake", lambda *_: Failing(messages=iter(()), status=status), SETTINGS)
    with pytest.raises(kind) as failed:
        await model.complete(asking())
    assert "sk-planted" not in str(failed.value) + repr(model) + repr(SETTINGS)


async def test_a_class_outside_the_list_is_named_by_its_path() -> None:
    model = create("langchain_core.language_models.fake_chat_models.ParrotFakeChatModel")
    assert "Hello?" in (await model.complete(asking())).text


async def test_a_provider_without_its_package_says_what_to_install() -> None:
    with pytest.raises(ModelRejectedError, match="langchain-anthropic"):
        await create("anthropic:claude").complete(asking())


def test_bad_specs_are_refused_at_once() -> None:
    with pytest.raises(UsageError, match="langchain:PROVIDER:MODEL"):
        create("gpt")
    with pytest.raises(MissingExtraError, match="check the path"):
        create("no.such.Class:m")
