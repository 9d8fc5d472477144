"""What a text model says of a list of items: which to take, how much each is worth. And whether two answers
agree."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from playhead.agent.blocks.texts import Item, document
from playhead.agent.loop.confidence import alike
from playhead.prompts import render

if TYPE_CHECKING:
    from playhead.agent.run import Run

STATED_MOST = 0.8
"""What a model says of its own certainty counts no more than this, where no token tells."""


@dataclass(frozen=True, slots=True)
class Picked:
    """The items that a model chose, most important first, and why. Empty when it gave no usable reply."""

    items: tuple[Item, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text model concludes from items, which of them prove it, and how it rates its own certainty.

    Without a usable reply it is empty and has the lowest rating.
    """

    answer: str = ""
    option: int | None = None
    items: tuple[Item, ...] = ()
    rating: float = 0.0
    sure: float = 0.0
    """The rating put between 0 and 0.8: no token stands behind it."""
    reason: str = ""


@dataclass(frozen=True)
class _Conclusion:
    reason: Annotated[str, Field(max_length=600)]
    answer: Annotated[str, Field(max_length=600)]
    numbers: Annotated[list[int], Field(max_length=50)]
    rating: float


@dataclass(frozen=True)
class _SelfRating:
    rating: float


@dataclass(frozen=True)
class _Choice:
    reason: Annotated[str, Field(max_length=400)]
    numbers: Annotated[list[int], Field(max_length=50)]


@dataclass(frozen=True)
class _Row:
    number: int
    score: float


@dataclass(frozen=True)
class _Ratings:
    ratings: Annotated[list[_Row], Field(max_length=200)]


async def pick(
    run: Run,
    items: Sequence[Item],
    question: str,
    most: int,
    used: Collection[Item] = (),
    *,
    purpose: str = "pick",
) -> Picked:
    """At most `most` items that best help to answer; those already `used` are neither shown nor chosen."""
    free = [item for item in items if item not in used]
    if not free:
        return Picked(())
    task = render("block_pick", question=question, items=document(run, free), most=most)
    reply = await run.ask(purpose, task, _Choice)
    if reply is None:
        return Picked(())
    numbers = dict.fromkeys(n for n in reply.value.numbers if 1 <= n <= len(free))
    return Picked(tuple(free[number - 1] for number in list(numbers)[:most]), reply.value.reason)


async def rate(
    run: Run,
    items: Sequence[Item],
    question: str,
    low: int = 0,
    high: int = 10,
    batch: int = 40,
) -> tuple[float, ...]:
    """How much each item helps, from `low` to `high`, in the order of the items; one that got no rating has
    `low`.

    `batch` items are rated in one call; calls run side by side.
    """
    batches = [items[start : start + batch] for start in range(0, len(items), batch)]

    async def one(part: Sequence[Item]) -> dict[int, float]:
        task = render("block_rate", question=question, items=document(run, part), low=low, high=high)
        reply = await run.ask("rate", task, _Ratings)
        rows = reply.value.ratings if reply else []
        return {row.number: min(max(row.score, low), high) for row in reversed(rows)}

    rated = dict((await run.map(range(len(batches)), lambda n: one(batches[n]))).done)
    return tuple(
        rated.get(number // batch, {}).get(number % batch + 1, float(low)) for number in range(len(items))
    )


async def conclude(
    run: Run,
    items: Sequence[Item],
    low: int = 0,
    high: int = 1,
    first: str = "",
    *,
    purpose: str = "judge",
) -> Verdict:
    """The answer to the question from items alone; the model rates its certainty from `low` to `high`.

    `first` says what to do before answering. Nothing is asked when there are no items.
    """
    if not items:
        return Verdict(rating=low)
    words = document(run, items)
    task = render("block_conclude", items=words, first=first, options=run.options, low=low, high=high)
    reply = await run.ask(purpose, task, _Conclusion, options=run.options)
    if reply is None:
        return Verdict(rating=low)
    said = reply.value
    rating = min(max(said.rating, low), high)
    numbers = dict.fromkeys(n for n in said.numbers if 1 <= n <= len(items))
    proof = tuple(items[number - 1] for number in numbers)
    sure = STATED_MOST * (rating - low) / (high - low)
    return Verdict(said.answer, reply.option, proof, rating, sure, said.reason)


async def self_rating(run: Run, verdict: Verdict, low: int = 1, high: int = 3) -> Verdict:
    """The verdict with the rating that the model gives it, asked again; `low` without a reply."""
    task = render("block_self_rating", answer=verdict.answer, reason=verdict.reason, low=low, high=high)
    reply = await run.ask("self_rating", task, _SelfRating)
    rating = min(max(reply.value.rating, low), high) if reply else float(low)
    return replace(verdict, rating=rating, sure=STATED_MOST * (rating - low) / (high - low))


def agree(
    run: Run, one: str, other: str, options: tuple[int | None, int | None] = (None, None)
) -> Literal["yes", "no", "open"]:
    """Whether two answers say the same: the same of the question's options or, without any, most words of
    their own. `open` when one of them says nothing that could be compared."""
    if run.options:
        first, second = options
        return "open" if first is None or second is None else "yes" if first == second else "no"
    same = alike(one, other, run.state)
    if same is None:
        return "yes" if one.casefold().split() == other.casefold().split() and one.strip() else "open"
    return "yes" if same else "no"
