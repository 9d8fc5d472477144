"""`Run`: what a strategy may touch, one question with its tools and models and what published agents share.

What must never be forgotten lies behind it: the cut-off, the budget, the evidence ledger, events, and that
nothing is done or paid for twice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playhead.agent.blocks import (
    allotting,
    clustering,
    judging,
    looking,
    ordering,
    places,
    planning,
    quoting,
    searching,
    shapes,
    surveying,
    texts,
    watching,
)
from playhead.agent.loop.answer import worded
from playhead.agent.loop.calling import Calling
from playhead.agent.state import Draft

if TYPE_CHECKING:
    from playhead.agent.strategy import Strategy


class Run(Calling):
    """One question being answered. Each block is a function of its module, the run its first argument."""

    ask = shapes.ask
    put = shapes.put
    answer = worded

    whole = places.whole
    place = places.place
    pieces = places.pieces
    clips = places.clips
    equal = places.equal
    halve = places.halve
    around = places.around
    middle = places.middle
    slot = places.slot
    tree = places.tree
    window = places.window
    video_of = places.video_of
    unseen = places.unseen

    describe = texts.describe
    gather = texts.gather
    document = texts.document
    items_of = texts.items_of

    pick = judging.pick
    rate = judging.rate
    conclude = judging.conclude
    self_rating = judging.self_rating
    agree = judging.agree

    quote = quoting.quote

    plan = planning.plan
    guard = planning.guard

    survey = surveying.survey
    reduce = surveying.reduce

    order = ordering.order

    pictures = looking.pictures
    grid = looking.grid
    look = looking.look
    seen = watching.seen
    watch = watching.watch
    decouple = watching.decouple
    choose = looking.choose
    yes = looking.yes

    retrieve = searching.retrieve
    recall = searching.recall

    text_vectors = clustering.text_vectors
    picture_vectors = clustering.picture_vectors
    look_vectors = clustering.look_vectors
    visual_likeness = clustering.visual_likeness
    cluster = clustering.cluster
    split = clustering.split

    share = allotting.share
    spread = allotting.spread

    async def nested(self, strategy: Strategy) -> Draft:
        """The answer of another strategy over what is known by now, under the same budget.

        Its calls and its confidence are its own; what it finds stays in the ledger.
        """
        settings = self.settings
        self.state = replace(self.state, calls=(), reflection=None, round=0)
        self.settings = strategy.settings
        try:
            return await strategy.answer(self)
        finally:
            self.settings = settings
