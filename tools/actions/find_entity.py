"""Where a person, a thing or a name occurs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from playhead.tools.arguments import Reference, Text
from playhead.tools.context import Observation, ToolContext, observe
from playhead.tools.errors import ModelError
from playhead.tools.pipeline.entities import Mention, matching, mentions, merged, plain, registry_of
from playhead.tools.pipeline.parallel import in_thread
from playhead.tools.types import Evidence, Memory, Video

COST = 0

MOST = 24
KNOWN = 20


async def find_entity(
    context: ToolContext,
    name: Annotated[Text, "a name, or how somebody or something looks, in a few words"],
    video: Annotated[
        Reference | None, "number, id or title; all videos of the question when left out"
    ] = None,
) -> Observation:
    """Every time somebody or something is named, speaks or is described, in the order of time."""
    evidence: list[Evidence] = []
    known: list[str] = []
    for one in context.select(video):
        memories = await in_thread(context.memories, one, ("speech", "screen", "caption"))
        found = await in_thread(_mentions, memories)
        entities = registry_of(found, await _groups(context, one, found))
        known += [entities[key][0].label for key in list(entities)[:KNOWN]]
        hits = [mention.memory for key in matching(entities, name) for mention in entities[key]]
        evidence += _lines(context, [*hits, *_containing(memories, name)])
    if not evidence:
        listed = f"; known: {', '.join(known[:KNOWN])}" if known else ""
        return Observation(f"{name!r} is not named or described{listed}")
    shown = evidence if len(evidence) <= MOST else [*evidence[: MOST - 4], *evidence[-4:]]
    head = f"{name!r} occurs {len(evidence)} times"
    if len(shown) < len(evidence):
        head += f"; the first {MOST - 4} and the last 4 are shown"
    return observe(head, shown, context.videos)


def _mentions(memories: Sequence[Memory]) -> list[Mention]:
    return list(mentions(memories))


async def _groups(context: ToolContext, video: Video, found: Sequence[Mention]) -> dict[str, str]:
    """Labels that mean the same, by the model that described them; equal labels alone without one."""
    model = context.models.get("captioner")
    described = [mention for mention in found if mention.memory.kind == "caption"]
    if model is None or len({plain(mention.label) for mention in described}) < 2:
        return {}
    try:
        return await merged(context.library, model, video.id, described)
    except ModelError:
        return {}


def _containing(memories: Sequence[Memory], name: str) -> list[Memory]:
    """Memories whose text holds all the words of the name."""
    words = plain(name).split()
    return [memory for memory in memories if all(word in plain(memory.text).split() for word in words)]


def _lines(context: ToolContext, memories: Sequence[Memory]) -> list[Evidence]:
    unique = {memory.id: memory for memory in sorted(memories, key=lambda memory: memory.span)}
    return [line for memory in unique.values() if (line := context.recall(memory, tool="find_entity"))]
