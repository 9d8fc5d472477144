"""A tool that asks the inspector with as many pictures as it is told to."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from playhead.tools.context import Observation, ToolContext
from playhead.tools.protocols import ChatRequest, ImagePart, Message


async def spend(context: ToolContext, pictures: Annotated[int, "how many"]) -> Observation:
    """Show pictures to the inspector."""
    parts = tuple(ImagePart(np.zeros((8, 8, 3), np.uint8), float(number)) for number in range(pictures))
    reply = await context.model("inspector").complete(
        ChatRequest((Message("user", parts),), purpose="inspect")
    )
    return Observation(reply.text, frames=pictures)
