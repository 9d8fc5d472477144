"""What made-up recordings are made of: memories, questions with their gold, and names."""

from __future__ import annotations

import random
from dataclasses import dataclass

from playhead.tools.types import Kind, Memory, Span

NAMES = [
    "Amara",
    "Bogdan",
    "Chiara",
    "Dmitri",
    "Elif",
    "Farouk",
    "Greta",
    "Hiro",
    "Ines",
    "Jonas",
    "Katya",
    "Lamar",
    "Mbali",
    "Nadia",
    "Oskar",
    "Priya",
]
SURNAMES = [
    "Okafor",
    "Lindqvist",
    "Moreau",
    "Tanaka",
    "Weiss",
    "Castillo",
    "Novak",
    "Haddad",
    "Byrne",
    "Ferrari",
    "Kowalski",
    "Dube",
]
THINGS = [
    "pump",
    "boiler",
    "ferry",
    "greenhouse",
    "scanner",
    "antenna",
    "turbine",
    "bakery",
    "archive",
    "observatory",
    "tunnel",
    "nursery",
]


@dataclass(frozen=True)
class Asked:
    """A question with its gold: an option or a text, and where it is said; no spans where nobody says it."""

    kind: str
    question: str
    options: tuple[str, ...] = ()
    gold: int | None = None
    text: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class World:
    memories: tuple[Memory, ...]
    asked: tuple[Asked, ...]


def memory(start_s: float, end_s: float, text: str, kind: Kind = "speech") -> Memory:
    return Memory("v" * 16, Span(start_s, end_s), kind, text)


def choose(rng: random.Random, gold: str, others: list[str], count: int = 4) -> tuple[tuple[str, ...], int]:
    options = [gold, *rng.sample([other for other in others if other != gold], count - 1)]
    rng.shuffle(options)
    return tuple(options), options.index(gold)
