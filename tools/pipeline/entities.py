"""Who and what occurs in a video: every mention as it was made, and groups of labels that mean the same.

Groups are kept beside the mentions and never replace them, so that a wrong merge can be undone: the
original label of each mention stays. Without a model the mentions are speakers, names in speech and on the
screen, and equal labels are one entity.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playhead.prompts import render
from playhead.tools.pipeline import cached_replies
from playhead.tools.pipeline.cached_replies import Query, shape
from playhead.tools.types import Memory, Span
from playhead.tools.words.keywords import names

if TYPE_CHECKING:
    from playhead.tools.library import Library
    from playhead.tools.protocols import ChatModel

BATCH = 60
"""Labels that one model call compares."""

SCHEMA = shape(
    groups={
        "type": "array",
        "items": shape(name={"type": "string"}, labels={"type": "array", "items": {"type": "integer"}}),
    }
)

Groups = Mapping[str, str]
"""Plain label → the plain label that stands for its group."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence: the label as it was given, and where."""

    label: str
    description: str
    memory: Memory

    @property
    def span(self) -> Span:
        return self.memory.span


def plain(label: str) -> str:
    """`The woman in red` and `woman in red` are one label."""
    words = re.sub(r"[^\w\s'-]", " ", label.casefold()).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("the", "a", "an") else words)


def mentions(memories: Sequence[Memory]) -> Iterator[Mention]:
    """Entities of captions, speakers, and names that speech and screen text give."""
    named = names(memory.text for memory in memories if memory.kind in ("speech", "screen"))
    patterns = {name: re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") for name in named}
    for memory in memories:
        if memory.kind == "caption":
            yield from _described(memory)
        elif memory.kind in ("speech", "screen"):
            if speaker := str(memory.meta.get("speaker", "")):
                yield Mention(speaker, "speaks", memory)
            found = (name for name, pattern in patterns.items() if pattern.search(memory.text))
            yield from (Mention(name, "named", memory) for name in found)


def _described(memory: Memory) -> Iterator[Mention]:
    rows = memory.meta.get("entities", ())
    for row in rows if isinstance(rows, list | tuple) else ():
        if isinstance(row, Mapping) and plain(str(row.get("name", ""))):
            yield Mention(str(row["name"]), str(row.get("description", "")), memory)


def registry_of(found: Iterable[Mention], groups: Groups) -> dict[str, list[Mention]]:
    """Every entity with its mentions in order of time, most mentioned first."""
    held: dict[str, list[Mention]] = defaultdict(list)
    for mention in found:
        label = plain(mention.label)
        held[groups.get(label, label)].append(mention)
    order = sorted(held, key=lambda label: (-len(held[label]), label))
    return {label: sorted(held[label], key=lambda mention: mention.span) for label in order}


async def merged(
    library: Library, model: ChatModel, video_id: str, found: Sequence[Mention]
) -> dict[str, str]:
    """Groups of labels by a model, batch by batch; each batch sees the names of the groups before it.

    Raises ModelError.
    """
    described: dict[str, str] = {}
    for mention in found:
        described.setdefault(plain(mention.label), mention.description)
    groups: dict[str, str] = {}
    waiting = list(described)
    leaders: list[str] = []
    while waiting:
        room = max(1, BATCH - len(leaders))
        batch, waiting = leaders[-BATCH // 2 :] + waiting[:room], waiting[room:]
        groups |= await _same(library, model, video_id, batch, described)
        leaders = list(dict.fromkeys(groups.get(label, label) for label in (*leaders, *batch)))[: BATCH // 2]
    return {label: _leader(label, groups) for label in groups}


async def _same(
    library: Library, model: ChatModel, video_id: str, labels: Sequence[str], described: Mapping[str, str]
) -> dict[str, str]:
    rows = [f"{i}. {label}: {described.get(label, '')}" for i, label in enumerate(labels, 1)]
    query = Query("entities", render("same_entities", lines="\n".join(rows)), SCHEMA, video_id)
    data = await cached_replies.ask(library, model, query)
    found: dict[str, str] = {}
    for group in data["groups"]:
        members = [labels[number - 1] for number in group["labels"] if 1 <= number <= len(labels)]
        if len(members) > 1:
            lead = plain(str(group["name"]))
            lead = lead if lead in members else members[0]
            found |= {member: lead for member in members if member != lead}
    return found


def _leader(label: str, groups: Groups) -> str:
    """The end of the chain of merges; a circle ends where it began."""
    seen = {label}
    while (following := groups.get(label)) is not None and following not in seen:
        seen.add(following)
        label = following
    return label


def matching(entities: Mapping[str, Sequence[Mention]], name: str) -> list[str]:
    """Entities called `name`: as it is, else by all its words in one label."""
    wanted = plain(name)
    exact = [key for key, found in entities.items() if wanted == key or _called(found, wanted)]
    if exact or not wanted:
        return exact
    words = set(wanted.split())
    return [
        key for key, found in entities.items() if any(words <= set(plain(m.label).split()) for m in found)
    ]


def _called(found: Sequence[Mention], wanted: str) -> bool:
    return any(plain(mention.label) == wanted for mention in found)
