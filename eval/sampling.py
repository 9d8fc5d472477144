"""Which samples a run asks: all, a share of every category, or the first; each once or several times."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import islice

from playhead.eval.types import RunConfig, Sample, SetInfo


def chosen(info: SetInfo, samples: Iterable[Sample], config: RunConfig) -> list[Sample]:
    """The samples of a run in the order of the files, repeats of the whole after it."""
    if config.limit is None or config.first:
        picked = list(islice(samples, config.limit))
    else:
        picked = spread(list(samples), config.limit, config.seed, category(info))
    return [again for epoch in range(1, config.epochs + 1) for again in _epoch(picked, epoch)]


def category(info: SetInfo) -> str:
    """The dimension that a limit spreads over: the set's first breakdown."""
    return info.breakdowns[0] if info.breakdowns else ""


def spread(samples: Sequence[Sample], limit: int, seed: int, dimension: str) -> list[Sample]:
    """`limit` samples that show every category in proportion, in file order.

    A sample's place in its shuffled category, as a share of the category, decides how early it is taken,
    so a smaller limit gives a part of what a larger one gives, and a run can grow.
    """
    categories: dict[tuple[str, ...], list[int]] = {}
    for number, sample in enumerate(samples):
        categories.setdefault(tuple(sample.tags.get(dimension, ())), []).append(number)
    ranked: list[tuple[float, int]] = []
    for name, members in categories.items():
        chance = random.Random(blake2b(f"{seed}\x1f{name}".encode(), digest_size=8).digest())  # noqa: S311
        order = chance.sample(members, len(members))
        offset = chance.random()
        ranked += [((place + offset) / len(members), number) for place, number in enumerate(order)]
    return [samples[number] for number in sorted(number for _, number in sorted(ranked)[:limit])]


def _epoch(samples: Sequence[Sample], epoch: int) -> Iterator[Sample]:
    if epoch == 1:
        return iter(samples)
    return (replace(sample, id=f"{sample.id}~{epoch}", epoch=epoch) for sample in samples)
