from __future__ import annotations

import asyncio
import math
from dataclasses import replace

import numpy as np
import pytest

from playhead.tools.errors import BudgetExceededError, ModelReplyError
from playhead.tools.metering import Budget, Meter, Metered, estimate
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.protocols import ChatReply, ChatRequest, ImagePart, Message
from playhead.tools.types import Usage


def request(text: str = "hello", images: int = 0, purpose: str = "plan") -> ChatRequest:
    picture = ImagePart(np.zeros((28, 28, 3), np.uint8), 1.0)
    return ChatRequest((Message("user", (text, *[picture] * images)),), purpose=purpose)


def test_a_request_is_estimated_by_its_words_and_pictures() -> None:
    assert estimate(request("x" * 35, images=2)) == Usage(model_calls=1, input_tokens=12, frames=2)


@pytest.mark.parametrize(
    ("budget", "limit"),
    [
        (Budget(model_calls=0), "model_calls"),
        (Budget(input_tokens=1), "input_tokens"),
        (Budget(output_tokens=0), "output_tokens"),
        (Budget(frames=1), "frames"),
        (Budget(wall_s=0), "wall_s"),
    ],
)
async def test_a_call_that_would_pass_a_limit_is_never_made(budget: Budget, limit: str) -> None:
    model = ScriptedModel({"*": "hi"})
    with pytest.raises(BudgetExceededError) as caught:
        await Metered(model, "planner", Meter(budget)).complete(request(images=2))
    assert caught.value.limit == limit
    assert model.requests == []


async def test_calls_side_by_side_cannot_pass_a_limit_together() -> None:
    async def slow(_: ChatRequest) -> str:
        await asyncio.sleep(0)
        return "hi"

    model = ScriptedModel({"*": slow})
    metered = Metered(model, "planner", Meter(Budget(model_calls=2)))
    outcomes = await asyncio.gather(*(metered.complete(request()) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(outcome, ChatReply) for outcome in outcomes) == 2
    assert len(model.requests) == 2


async def test_a_cancelled_call_was_made() -> None:
    async def never(_: ChatRequest) -> str:
        await asyncio.Event().wait()
        return ""

    meter = Meter()
    call = asyncio.create_task(Metered(ScriptedModel({"*": never}), "planner", meter).complete(request()))
    await asyncio.sleep(0)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert (meter.total().model_calls, meter.total().unknown_calls) == (1, 1)


async def test_one_call_is_kept_for_the_answer() -> None:
    meter = Meter(Budget(model_calls=1), answer_calls=1)
    metered = Metered(ScriptedModel({"*": "hi"}), "planner", meter)
    with pytest.raises(BudgetExceededError):
        await metered.complete(request(purpose="plan"))
    assert (await metered.complete(request(purpose="answer"))).text == "hi"


async def test_true_usage_replaces_the_estimate_and_failures_count() -> None:
    meter = Meter()
    good = ChatReply("hi", usage=Usage(1, 7, 3))
    metered = Metered(ScriptedModel({"*": [good, ModelReplyError("broken")]}), "planner", meter)
    await metered.complete(request("x" * 350, images=1))
    with pytest.raises(ModelReplyError):
        await metered.complete(request())
    spent = meter.by_role()["planner"]
    assert (spent.model_calls, spent.input_tokens, spent.output_tokens, spent.frames) == (2, 7, 3, 1)
    assert spent.unknown_calls == 1


def test_a_meter_goes_on_where_an_earlier_one_was_cut_off() -> None:
    now = [100.0]
    first = Meter(Budget(wall_s=60), clock=lambda: now[0])
    first.spend("planner", Usage(model_calls=3))
    now[0] += 40
    second = Meter(Budget(wall_s=60), spent=first.snapshot(), clock=lambda: now[0])
    now[0] += 10
    assert second.total().model_calls == 3
    assert second.left_s() == pytest.approx(10)
    assert set(second.by_role()) == {"planner"}


async def test_the_deadline_of_a_request_shrinks_with_the_time_left() -> None:
    model = ScriptedModel({"*": "hi"})
    await Metered(model, "planner", Meter(Budget(wall_s=5))).complete(request())
    assert model.requests[0].timeout_s <= 5


def test_infinite_limits_lift_them() -> None:
    many = Usage(model_calls=10**9, frames=10**9)
    with Meter(Budget(model_calls=math.inf, frames=math.inf)).reserve("planner", many) as calls:
        assert calls >= 10**9


async def test_estimates_that_were_too_small_are_corrected_by_what_the_server_counts() -> None:
    """A script of one token a character costs far more than its length suggests."""
    meter = Meter(Budget(input_tokens=100))
    counted = ChatReply("hi", usage=Usage(1, 50, 1))
    model = ScriptedModel({"*": counted})
    await Metered(model, "planner", meter).complete(request("x" * 35))
    with pytest.raises(BudgetExceededError, match="input_tokens"):
        await Metered(model, "planner", meter).complete(request("x" * 42))
    assert len(model.requests) == 1


async def test_tokens_that_nobody_counted_are_estimated_and_marked() -> None:
    meter = Meter()
    uncounted = ChatReply("y" * 35, usage=Usage(model_calls=1, unknown_calls=1))
    await Metered(ScriptedModel({"*": uncounted}), "planner", meter).complete(request("x" * 70))
    spent = meter.total()
    assert (spent.input_tokens, spent.output_tokens, spent.unknown_calls) == (20, 10, 1)


async def test_a_request_may_ask_for_no_more_than_is_left() -> None:
    model = ScriptedModel({"*": "hi"})
    meter = Meter(Budget(model_calls=10, output_tokens=40, wall_s=5.0), answer_calls=1)
    await Metered(model, "planner", meter).complete(request())
    bounded = model.requests[0]
    assert (bounded.most_calls, bounded.max_tokens) == (3, 40)
    assert bounded.timeout_s <= 5.0


@pytest.mark.parametrize("most", [1, 4, 9, 50])
async def test_calls_side_by_side_cannot_use_the_same_repeats(most: int) -> None:
    meter = Meter(Budget(model_calls=most))
    model = ScriptedModel({"*": {"$reply": "hi", "$delay_s": 0.02}})
    calls = [Metered(model, "captioner", meter).complete(request()) for _ in range(8)]
    await asyncio.gather(*calls, return_exceptions=True)
    assert sum(asked.most_calls or math.inf for asked in model.requests) <= most


async def test_money_is_a_hard_limit_that_counts_the_longest_reply() -> None:
    meter = Meter(Budget(money=1.0), rates={"planner": (0.0, 0.001)})
    model = Metered(ScriptedModel({"*": "words " * 200}), "planner", meter)
    await model.complete(replace(request(), max_tokens=600))
    assert meter.money() == pytest.approx(0.3, abs=0.01)
    with pytest.raises(BudgetExceededError, match="1 money"):
        await model.complete(replace(request(), max_tokens=900))
