"""`Run`: one question, as a strategy sees it, with the building blocks that published agents share."""

from __future__ import annotations

from playhead.agent.blocks import (
    allotting,
    clustering,
    judging,
    looking,
    places,
    planning,
    quoting,
    searching,
    surveying,
    texts,
    watching,
)
from playhead.agent.core import Core


class Run(Core):
    """All that a strategy may touch. Each block is a function of its module, the run its first argument."""

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
    visual_likeness = clustering.visual_likeness
    cluster = clustering.cluster
    split = clustering.split

    share = allotting.share
    spread = allotting.spread
