"""The building blocks of strategies, each alone, over a run whose model plays a script."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from playhead.agent.blocks.blackboard import Blackboard
from playhead.agent.blocks.frontier import Frontier
from playhead.agent.blocks.looking import Shot
from playhead.agent.blocks.places import Place
from playhead.agent.blocks.texts import Item
from playhead.agent.run import Run
from playhead.agent.state import ToolCall
from playhead.tools.library import Library
from playhead.tools.models.scripted import text_of
from playhead.tools.protocols import ImagePart
from playhead.tools.types import Memory, Span

Try = Callable[..., Any]
"""`value, answer, model = trial(work, script, …)`: what `await work(run)` gave inside a strategy."""


def at(start_s: float, end_s: float) -> Place:
    return Place(1, Span(start_s, end_s))


def test_pieces_keep_the_short_rest(trial: Try) -> None:
    cut, *_ = trial(lambda run: run.pieces(at(0, 25), 10))
    assert [(p.start_s, p.end_s) for p in cut] == [(0, 10), (10, 20), (20, 25)]


def test_whole_ends_at_the_cut_off(trial: Try) -> None:
    assert trial(lambda run: run.whole(), before_s=50.0)[0] == (at(0, 50),)


def test_the_middle_and_the_slot_of_a_place(trial: Try) -> None:
    assert trial(lambda run: run.middle(at(10, 20)))[0] == at(14.5, 15.5)
    assert trial(lambda run: run.slot(at(95, 99), 30))[0] == at(90, 120)


def test_a_tree_has_paths_from_one(trial: Try) -> None:
    top, *_ = trial(lambda run: run.tree(at(0, 120), width=2, depth=2))
    found = {node.path: (node.place.start_s, node.place.end_s) for node in top.all()}
    assert found[()] == (0, 120)
    assert found[(2, 1)] == (60, 90)
    assert len(found) == 7


def test_a_place_that_a_model_named_lies_inside_its_video(trial: Try) -> None:
    assert trial(lambda run: run.place(110, 999))[0] == at(110, 120)
    assert trial(lambda run: run.place(200, 300))[0] is None
    assert trial(lambda run: run.place(0, 5, video=7))[0] is None


def test_without_eyes_places_are_described_by_what_was_said(trial: Try) -> None:
    (item,), *_ = trial(lambda run: run.describe([at(30, 36)]))
    assert "blue carpet" in item.text
    assert not item.seen


def test_the_digest_of_the_whole_says_nothing_of_a_part(trial: Try, library: Library) -> None:
    texts = {Span(0, 120): "All of it.", Span(0, 40): "They meet.", Span(40, 120): "They part."}
    library.add(library.videos()[0].id, [Memory("f" * 24, span, "digest", texts[span]) for span in texts])
    places = [at(0, 120), at(0, 40), at(40, 80)]
    items, *_ = trial(lambda run: run.gather(places, ("digest",)))
    assert [item.text.count("digest: ") for item in items] == [3, 1, 1]
    assert items[1].text == "digest: They meet."


def test_captions_that_are_there_cost_nothing(trial: Try) -> None:
    (item,), _, model = trial(lambda run: run.describe([at(70, 80)]))
    assert item.seen
    assert "red coat" in item.text
    assert [request.purpose for request in model.requests] == ["answer"]


def test_a_document_is_in_order_of_time_and_keeps_its_numbers(trial: Try) -> None:
    items = [Item(at(50, 60), "late"), Item(at(0, 10), "early")]
    text, *_ = trial(lambda run: run.document(items))
    assert text.splitlines() == [
        "[2] 0.0-10.0 s: <data>early</data>", "[1] 50.0-60.0 s: <data>late</data>",
    ]  # fmt: skip


def test_what_is_too_long_keeps_what_bears_on_the_question(trial: Try) -> None:
    around = " ".join(f"A man walks past house number {n}." for n in range(20))
    text = f"caption: {around} | speech: Good morning. The cook hides the key. {around}"
    document, *_ = trial(lambda run: run.document([Item(at(0, 10), text)], most_chars=100))
    assert "| speech: The cook hides the key.</data>" in document
    assert "caption: A man walks past house number 0. |" in document
    assert len(document) <= 150


ITEMS = tuple(Item(at(n * 10, n * 10 + 10), f"scene {n}") for n in range(3))


def test_pick_takes_numbers_of_what_was_shown_and_no_used_item(trial: Try) -> None:
    script = {"pick": {"reason": "there", "numbers": [2, 9, 2, 1]}}
    picked, _, model = trial(lambda run: run.pick(ITEMS, "where?", 1, used=ITEMS[:1]), script)
    assert picked.items == (ITEMS[2],)
    assert "scene 0" not in model.asked("pick")[0]


def test_pick_after_two_unusable_replies_is_nothing(trial: Try) -> None:
    picked, answer, _ = trial(lambda run: run.pick(ITEMS, "where?", 2), {"pick": "no idea"})
    assert picked.items == ()
    assert answer.text


def test_ratings_belong_to_their_items_and_gaps_are_lowest(trial: Try) -> None:
    rows = [{"number": 3, "score": 99}, {"number": 1, "score": 4}]
    scores, *_ = trial(lambda run: run.rate(ITEMS, "where?"), {"rate": {"ratings": rows}})
    assert scores == (4, 0, 10)


def test_rating_goes_in_batches(trial: Try) -> None:
    row = {"ratings": [{"number": 1, "score": 5}]}
    scores, _, model = trial(lambda run: run.rate(ITEMS, "where?", batch=2), {"rate": row})
    assert scores == (5, 0, 5)
    assert len(model.asked("rate")) == 2


def test_a_choice_takes_its_probability_from_the_tokens(trial: Try) -> None:
    reply = {"option": "B", "reason": "", "confidence": 0.1}
    tokens = [["{", 0.0], ['"option": "', 0.0], ["B", -0.2, {"A": -1.7}]]
    choice, *_ = trial(choose, {"choose": {"$reply": reply, "$tokens": tokens}})
    assert (choice.option, choice.by_tokens) == (1, True)
    assert choice.sure == pytest.approx(0.8176, abs=0.001)
    assert sum(choice.probabilities) == pytest.approx(1.0, abs=0.001)


def test_a_stated_choice_counts_four_fifths_at_most(trial: Try) -> None:
    choice, *_ = trial(choose, {"choose": {"option": "A", "reason": "", "confidence": 1.0}})
    assert (choice.option, choice.sure, choice.by_tokens) == (0, 0.8, False)


async def choose(run: Run) -> Any:
    return await run.choose("which?", ["red", "blue"], notes="it is blue")


@pytest.mark.parametrize(("stated", "sure"), [(0.9, 0.5), (0.1, 0.1)])
def test_an_open_answer_from_pictures_is_as_sure_as_its_tokens(
    trial: Try, stated: float, sure: float
) -> None:
    reply = {"answer": "red hat", "times_s": [], "confidence": stated}
    tokens = [['{"answer": "', 0.0], ["red", math.log(0.25)], [" ", -9.0], ["hat", 0.0], ['"', 0.0]]
    script = {"watch": {"$reply": json.dumps(reply), "$tokens": tokens}}
    picture = ImagePart(np.zeros((8, 8, 3), np.uint8), 1.0)
    seen, *_ = trial(lambda run: run.watch((), images=[picture]), script)
    assert (round(seen.sure, 3), seen.by_tokens) == (sure, stated > 0.5)


def test_yes_is_a_probability_and_open_is_half(trial: Try) -> None:
    no = {"yes": {"option": "B", "reason": "", "confidence": 0.7}}
    assert trial(lambda run: run.yes("is it?", notes="?"), no)[0] == pytest.approx(0.3)
    assert trial(lambda run: run.yes("is it?", notes="?"), {"yes": "hm"})[0] == 0.5


def test_a_look_without_eyes_is_not_perceived_and_not_sure(trial: Try) -> None:
    script = {"look": {"answer": "The cook.", "can_tell": True, "confidence": 0.99}}
    seen, *_ = trial(lambda run: run.look([at(30, 36)], "who?"), script)
    assert (seen.answer, seen.perceived, seen.sure, seen.lines) == ("The cook.", False, 0.6, ())


def test_retrieved_lines_are_cited_by_number_and_leave_out_what_was_seen(trial: Try) -> None:
    lines, *_ = trial(lambda run: run.retrieve(["the key", "midnight"], exclude=[at(30, 35)], most=2))
    assert len(lines) == 2
    assert all(line.number for line in lines)
    assert "carpet" not in " ".join(line.text for line in lines)


def test_agreement_is_by_own_words(trial: Try) -> None:
    def three(run: Run) -> list[str]:
        pairs = [("under the carpet", "the blue carpet"), ("the carpet", "a drawer"), ("", "a drawer")]
        return [run.agree(one, other) for one, other in pairs]

    assert trial(three)[0] == ["yes", "no", "open"]


def test_shares_lose_nothing(trial: Try) -> None:
    assert trial(lambda run: run.share(10, [1, 1, 1, 0]))[0] == (4, 3, 3, 0)
    assert trial(lambda run: run.share(3, [0, 0, 0]))[0] == (1, 1, 1)


def test_spread_takes_the_best_of_each_section_first(trial: Try) -> None:
    assert trial(lambda run: run.spread([9, 8, 7, 1, 2, 3], sections=2, most=3))[0] == (0, 1, 5)


def test_a_frontier_gives_the_best_first_each_once_and_no_more_than_it_may() -> None:
    frontier: Frontier[str] = Frontier(most=2)
    assert [frontier.add(*row) for row in (("b", 0.5), ("a", 0.9), ("a", 2.0))] == [True, True, False]
    frontier.add("c", 0.1)
    assert [frontier.take() for _ in range(3)] == ["a", "b", None]


def test_words_name_a_stretch_by_rules(trial: Try) -> None:
    def found(run: Run) -> list[Any]:
        asked = ("in the last 20 seconds?", "from 0:10 to 0:30?", "at the beginning?", "who is it?")
        return [run.window(text) for text in asked]

    assert trial(found)[0] == [at(100, 120), at(10, 30), at(0, 30), None]


SEARCH = {"tool": "search_memory", "arguments": {"query": "key"}}


def test_a_move_is_calls_of_the_tools_that_are_offered(trial: Try) -> None:
    other = {"tool": "find_entity", "arguments": {"name": "cook"}}
    script = {"plan": {"thought": "look", "calls": [other, SEARCH], "answer": ""}}
    move, _, model = trial(lambda run: run.plan("go on", ["search_memory"]), script)
    assert [call.name for call in move.calls] == ["search_memory"]
    assert "find_entity" not in model.asked("plan")[0]


def test_a_move_without_calls_is_an_answer(trial: Try) -> None:
    script = {"plan": {"thought": "", "calls": [], "answer": "The cook."}}
    move, *_ = trial(lambda run: run.plan("go on", ["search_memory"]), script)
    assert (move.calls, move.answer) == ((), "The cook.")


def test_the_guard_refuses_what_was_asked_and_a_fourth_call_in_a_row(trial: Try) -> None:
    async def circle(run: Run) -> Any:
        calls = [ToolCall.of("search_memory", query=word) for word in ("a", "b", "c", "d")]
        await run.call(*calls[:3])
        return run.guard([calls[0]]), run.guard([calls[3]]), run.guard([ToolCall.of("overview")])

    (again, fourth, fresh), *_ = trial(circle)
    assert "already asked" in again.refused[0]
    assert "3 times in a row" in fourth.refused[0]
    assert fresh.refused == ()


def test_a_survey_takes_notes_that_can_be_cited_and_reduce_counts(trial: Try) -> None:
    def clip(request: Any) -> Any:
        note = {"start_s": 30, "end_s": 35, "answer": "a key", "count": 1, "clear": True}
        return {"notes": [note] if "the key under the blue carpet" in text_of(request) else []}

    async def both(run: Run) -> Any:
        notes = await run.survey(at(0, 120), "where is a key?")
        return notes, await run.reduce(notes, "how many keys?"), run.ledger

    whole = {"clip": clip, "reduce": {"answer": "one key", "count": 1}}
    (notes, reduced, ledger), *_ = trial(both, whole)
    assert [(note.place.start_s, note.text, note.count) for note in notes] == [(30, "a key", 1)]
    assert reduced.count == 1
    assert "a key" in [line.text for line in ledger]


def test_clusters_are_what_is_alike_and_their_nearest(trial: Try) -> None:
    rows = np.asarray([[1, 0], [0.98, 0.2], [0, 1], [0.1, 0.99], [1, 0.05]], np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    groups, *_ = trial(lambda run: run.cluster(rows, 2))
    assert [group.members for group in groups] == [(0, 1, 4), (2, 3)]
    assert groups[0].centre == 4
    again, *_ = trial(lambda run: run.split(groups[0], rows, 3))
    assert sorted(index for group in again for index in group.members) == [0, 1, 4]


def test_an_order_holds_each_candidate_once(trial: Try) -> None:
    found, _, model = trial(
        lambda run: run.order(["[1] a", "[2] b", "[3] c"], 3), {"order": {"numbers": [3, 3, 9, 1]}}
    )
    assert found == (2, 0, 1)
    assert "[2] b" in model.asked("order")[0]
    assert trial(lambda run: run.order(["[1] a"], 1))[0] == (0,)


def test_a_blackboard_tells_its_lines_by_heading_as_data() -> None:
    board = Blackboard(("Scene", "Looked"))
    board.add("Looked", "a key")
    board.add("Scene", "a kitchen")
    assert board.told() == "Scene <data>a kitchen</data>\nLooked <data>a key</data>"
    with pytest.raises(ValueError, match="Heard"):
        board.add("Heard", "a bell")


def test_mosaics_hold_nine_pictures_each(trial: Try) -> None:
    shots = [Shot(1, float(n), ImagePart(np.full((48, 64, 3), 200, np.uint8), float(n))) for n in range(10)]
    grids, *_ = trial(lambda run: run.grid(shots, side_px=64))
    assert [part.image.shape for part in grids] == [(144, 192, 3), (144, 192, 3)]
    assert [part.time_s for part in grids] == [0.0, 9.0]
    assert grids[1].image[100, 100].tolist() == [0, 0, 0]


def test_the_same_look_with_sharper_pictures_is_another_call(trial: Try) -> None:
    search = ToolCall.of("search_memory", query="the key")

    async def twice(run: Run) -> list[int]:
        found = [await run.call(search, limits={"hits": hits}) for hits in (1, 3, 3)]
        return [len(seen.evidence) for (seen,) in found]

    assert trial(twice)[0][0] == 1
    assert trial(twice)[0][1] == trial(twice)[0][2] > 1
