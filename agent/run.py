"""`Run`: one question, as a strategy sees it, with the building blocks that published agents share."""

from __future__ import annotations

from playhead.agent.blocks import allotting, judging, looking, places, searching, texts
from playhead.agent.core import Core


class Run(Core):
    """All that a strategy may touch. Each block is a function of its module, the run its first argument."""

    whole = places.whole
    place = places.place
    pieces = places.pieces
    equal = places.equal
    halve = places.halve
    around = places.around
    tree = places.tree
    video_of = places.video_of
    unseen = places.unseen

    describe = texts.describe
    gather = texts.gather
    document = texts.document
    items_of = texts.items_of

    pick = judging.pick
    rate = judging.rate
    agree = judging.agree

    pictures = looking.pictures
    look = looking.look
    choose = looking.choose
    yes = looking.yes

    retrieve = searching.retrieve

    share = allotting.share
    spread = allotting.spread
