"""The simulated viewer reads what pictures show, says nothing else, and fills any schema."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import numpy as np
import pytest

from playhead.eval.viewer.asked import read
from playhead.eval.viewer.films import film
from playhead.eval.viewer.glyphs import stamp
from playhead.eval.viewer.grading import cited, right
from playhead.eval.viewer.server import Viewer, ViewerServer
from playhead.eval.viewer.sight import COLOURS, ROOMS, see
from playhead.tools.pictures.mosaic import mosaic as tiled
from playhead.tools.pictures.painting import Label, Thing
from playhead.tools.pipeline.cached_replies import shape
from playhead.tools.serving.mosaic import data_url, mosaic, shrink
from playhead.tools.synthesis import Scene, Script, render
from playhead.tools.types import Frame, Image, Span

INSPECT = shape(
    can_tell={"type": "boolean"},
    answer={"type": "string"},
    moments={"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
)
CAPTION = shape(caption={"type": "string"}, screen_text={"type": "array", "items": {"type": "string"}})


def picture(text: str = "", *things: Thing, room: str = "navy") -> Image:
    labels = (Label(text, 0.1, 0.2, 0.05),) if text else ()
    return render(Script((Scene(0, 4, ROOMS[room], things=things, labels=labels),), 768, 432, 2.0), 1.0)


def body(words: str, schema: dict[str, Any] | None, *shown: tuple[float, Image]) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"type": "text", "text": words}]
    for time_s, image in shown:
        parts.append({"type": "text", "text": f"<{time_s:.1f} s>"})
        parts.append({"type": "image_url", "image_url": {"url": data_url(image)}})
    form = {"response_format": {"type": "json_schema", "json_schema": {"schema": schema}}} if schema else {}
    return {"model": "viewer", "messages": [{"role": "user", "content": parts}], **form}


def said(viewer: Viewer, words: str, schema: dict[str, Any], *shown: tuple[float, Image]) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(viewer.say(body(words, schema, *shown), "inspect")[0])
    return value


@pytest.mark.parametrize("side_px", [768, 512, 384])
def test_it_reads_labels_and_things_at_every_size_that_is_sent(side_px: int) -> None:
    things = (Thing("disc", COLOURS["pink"], 0.1, 0.5), Thing("triangle", COLOURS["yellow"], 0.9, 0.5))
    sight = see(shrink(picture("CRATE 79 CODE KX3W", *things, room="cream"), side_px), 7)
    assert [writing.text for writing in sight.writings] == ["CRATE 79 CODE KX3W"]
    assert [(one.shape, one.colour) for one in sight.things] == [("disc", "pink"), ("triangle", "yellow")]
    assert sight.room == "cream"


def test_a_near_miss_is_no_answer() -> None:
    shown = (12.0, picture("CRATE 79 CODE KX3W"))
    reply = said(Viewer(), "Question: What code is on crate 7?", INSPECT, shown)
    assert not reply["can_tell"]
    assert "KX3W" not in reply["answer"]


def test_the_moment_is_that_of_the_picture() -> None:
    shown = [(10.0, picture()), (14.0, picture("CRATE 7 CODE A3XK")), (18.0, picture())]
    reply = said(Viewer(), "Question: What code is on crate 7?", INSPECT, *shown)
    assert reply["can_tell"]
    assert "A3XK" in reply["answer"]
    assert reply["moments"] == [[14.0, 14.0]]


def test_who_is_near_sighted_reads_small_print_only_in_a_large_picture() -> None:
    near, question = Viewer(near_sighted=True), "Question: What code is on crate 7?"
    image = picture("CRATE 7 CODE A3XK")
    assert not said(near, question, INSPECT, (1.0, shrink(image, 512)))["can_tell"]
    assert said(near, question, INSPECT, (1.0, image))["can_tell"]


def test_a_terse_caption_leaves_the_code_out() -> None:
    shown = (1.0, picture("CRATE 7 CODE A3XK"))
    terse, plain = (said(Viewer(terse=t), "Describe.", CAPTION, shown)["caption"] for t in (True, False))
    assert "crate" in terse
    assert "A3XK" not in terse
    assert "A3XK" in plain


def test_a_grid_of_pictures_is_read_tile_by_tile() -> None:
    frames = [Frame(0.0, picture()), Frame(5.0, picture("CRATE 7 CODE A3XK"))]
    request = body("Question: What code is on crate 7?", INSPECT, (0.0, mosaic(frames, 1536)))
    request["messages"][0]["content"][1]["text"] = "2 frames in one picture, row by row: <0.0 s> <5.0 s>"
    assert json.loads(Viewer().say(request, "inspect")[0])["moments"] == [[5.0, 5.0]]


def test_lines_are_cited_by_their_numbers_and_options_by_their_letters() -> None:
    words = (
        "Question: What does the locker of Kim hold?\nA. lantern\nB. compass\n\nEvidence\n"
        '[3] 5.0-9.0 s, frame: <data>A label reads "LOCKER 47 OWNER KIM".</data>\n'
        '[4] 50.0-58.0 s, frame: <data>A label reads "LOCKER 74 HOLDS LANTERN".</data>\n'
        '[7] 90.0-94.0 s, frame: <data>A label reads "LOCKER 47 HOLDS COMPASS".</data>\n'
    )
    cites = {"type": "array", "items": {"type": "integer"}}
    schema = shape(
        found={"type": "boolean"}, option={"type": "string", "enum": ["A", "B", "none"]}, cites=cites
    )
    assert said(Viewer(), words, schema) == {"found": True, "option": "B", "cites": [7, 3]}


DOCUMENT = (
    "Videos\n1. film 600.0 s\n\nQuestion: What code is on crate 7?\n\n"
    "[1] 0.0-200.0 s: <data>caption: A room with navy walls.</data>\n"
    '[2] 200.0-400.0 s: <data>caption: A label reads "CRATE 79 CODE KX3W".</data>\n'
    '[3] 400.0-600.0 s: <data>caption: A label reads "CRATE 7 CODE A3XK".</data>\n'
)
ROW = {"type": "object", "properties": {"number": {"type": "integer"}, "score": {"type": "number"}}}
ROWS = shape(ratings={"type": "array", "items": ROW})


def test_lines_are_rated_on_the_scale_that_the_request_names() -> None:
    words = DOCUMENT + "- ratings: one row a place with its number and a score from 1 (no) to 5 (yes)"
    scores = {row["number"]: row["score"] for row in said(Viewer(), words, ROWS)["ratings"]}
    assert scores[3] == 5
    assert 1 <= scores[1] < scores[2] < 3


def test_pictures_without_numbers_are_rated_in_their_order() -> None:
    shown = [(10.0, picture()), (14.0, picture("CRATE 7 CODE A3XK"))]
    rows = said(Viewer(), "Question: What code is on crate 7?", ROWS, *shown)["ratings"]
    assert [(row["number"], row["score"]) for row in rows] == [(1, 0), (2, 1)]


@pytest.mark.parametrize(
    ("words", "chosen"),
    [(DOCUMENT, "finish"), (DOCUMENT.replace("CRATE 7 ", "CRATE 5 "), "browse")],
)
def test_a_step_is_chosen_by_what_is_known_and_what_is_said_of_it(words: str, chosen: str) -> None:
    told = "- move: browse to get a rough idea, peek to put a question to pictures, finish with an answer"
    schema = shape(move={"type": "string", "enum": ["browse", "peek", "finish"]})
    assert said(Viewer(), words + told, schema)["move"] == chosen


def test_places_that_prove_it_are_fewer_than_places_that_may_help() -> None:
    numbers = shape(numbers={"type": "array", "items": {"type": "integer"}})
    proof = said(Viewer(), f"{DOCUMENT}- numbers: the places that prove it", numbers)
    assert proof["numbers"] == [3]
    help_ = said(Viewer(), f"{DOCUMENT}- numbers: at most 4 places, the most promising first", numbers)
    assert help_["numbers"] == [3, 2]


@pytest.mark.parametrize(("crate", "yes"), [("7", True), ("8", False)])
def test_yes_or_no_is_whether_the_notes_answer(crate: str, yes: bool) -> None:
    words = (
        'What is known:\n<data>A3XK: "CRATE 7 CODE A3XK" at 410 s</data>\n\n'
        f"Question: <data>Does what is known answer this: What code is on crate {crate}?</data>\n"
        "A. yes\nB. no\n\n- option: the label"
    )
    schema = shape(option={"type": "string", "enum": ["A", "B", "none"]})
    assert said(Viewer(), words, schema)["option"] == ("A" if yes else "B")


def test_what_is_asked_states_nothing() -> None:
    words = 'Question: When does a pink disc appear?\n\n<data>asked "When does a pink disc appear?"</data>'
    assert not said(Viewer(), words, INSPECT)["can_tell"]


def test_videos_are_no_lines_and_segments_without_words_are_blank() -> None:
    words = "Videos\n1. film 600.0 s\n\nQuestion: what?\n\n1. video 1, 0.0-59.5 s\n2. video 1, 60.0-90.0 s"
    lines = read(body(words, None)).lines
    assert [(line.number, line.start_s, line.blank) for line in lines] == [(1, 0.0, True), (2, 60.0, True)]


def test_a_tree_is_as_wide_as_its_top_whatever_the_overview_numbers() -> None:
    nodes = "\n".join(f"Node [{n}], {50 * n}.0-{50 * n + 50}.0 s: a room" for n in (1, 2))
    lower = "\n".join(f"Node [1, {n}], {25 + 25 * n}.0-{50 + 25 * n}.0 s: a room" for n in (1, 2))
    words = (
        f"Overview: A film.\n1. [0.0-100.0 s] rooms\n\nQuestion: What code is on crate 7?\n\n{nodes}\n{lower}"
    )
    path = {"type": "array", "items": {"type": "integer"}, "maxItems": 2}
    assert said(Viewer(), words, shape(path=path))["path"] == [2, 1]


def test_what_is_to_be_searched_for_is_the_words_of_the_question() -> None:
    words = "Question: What code is on crate 7?\n\n- content: for search, what the clip would show"
    assert said(Viewer(), words, shape(content={"type": "string"}))["content"] == "7 code crate"


def test_times_that_are_burned_into_a_grid_are_read() -> None:
    frames = [Frame(time_s, picture()) for time_s in (1.5, 27.0, 148.9)]
    frames.append(Frame(350.5, picture("CRATE 7 CODE A3XK")))
    times = shape(times_s={"type": "array", "items": {"type": "number"}})
    reply = said(Viewer(), "Question: What code is on crate 7?", times, (0.0, tiled(frames, 2, 2, 512)))
    assert reply["times_s"] == [350.5]


def test_what_only_looks_like_a_burned_in_time_is_none() -> None:
    tile = np.full((400, 600, 3), 200, np.uint8)
    tile[4:40, 4:300] = 0
    tile[20:24, 20:190] = 60
    tile[10:34, 20:30] = tile[10:34, 180:190] = 255
    assert stamp(tile) is None


def test_windows_leave_room_where_nothing_was_seen_between() -> None:
    shown = [(100.0, picture()), (120.0, picture("CRATE 7 CODE A3XK")), (140.0, picture())]
    windows = shape(windows=INSPECT["properties"]["moments"])
    reply = said(Viewer(), "Question: What code is on crate 7?", windows, *shown)
    assert reply["windows"] == [[100.0, 140.0]]


def test_it_answers_over_http_whole_and_streamed() -> None:
    with ViewerServer() as server:
        for more in ({}, {"stream": True, "stream_options": {"include_usage": True}}):
            request = urllib.request.Request(
                f"{server.url}/chat/completions",
                json.dumps({**body("Describe.", CAPTION, (1.0, picture("GATE OPEN"))), **more}).encode(),
                {"Content-Type": "application/json", "x-playhead-purpose": "caption"},
            )
            with urllib.request.urlopen(request, timeout=300) as reply:
                assert "GATE OPEN" in reply.read().decode()
    assert server.purposes == {"caption": 2}
    assert server.pictures == 2


def test_broken_replies_are_drawn_from_the_seed() -> None:
    asked = [body(f"Question: What is on crate {n}?", INSPECT) for n in range(40)]
    broken = [
        [not Viewer(broken_rate=0.3, seed=seed).say(one, "")[0].endswith("}") for one in asked]
        for seed in (1, 1, 2)
    ]
    assert broken[0] == broken[1] != broken[2]
    assert 4 < sum(broken[0]) < 20


def test_a_film_shows_each_fact_where_it_says_and_nothing_else_of_it() -> None:
    shown = film(10, needles=3)
    for asking in shown.questions:
        for place in asking.places:
            sight = see(render(shown.script, place.middle_s), 7)
            assert len(sight.writings) == 2 or {"pink", "yellow"} & {thing.colour for thing in sight.things}
        assert asking.options == () or asking.option is not None
    needle = shown.questions[0]
    code, place = needle.words[0], needle.places[0]
    texts = [w.text for t in range(600) for w in see(render(shown.script, t), 7).writings if code in w.text]
    assert len(texts) == round(place.end_s) - round(place.start_s)


def test_an_answer_is_graded_by_its_words_and_by_the_second_it_cites() -> None:
    needle, absent = film(10, needles=3).questions[0], film(10, needles=3).questions[-1]
    place = needle.places[0]
    assert right(needle, True, f"It is {needle.words[0]}.")
    assert not right(needle, True, "It is 3333.")
    assert not right(needle, False, needle.words[0])
    assert right(absent, False, "Not to be seen.")
    assert cited(needle, [place])
    assert not cited(needle, [Span(0.0, 600.0), Span(place.end_s + 5, place.end_s + 9)])


def test_lines_with_times_and_lines_with_numbers_are_told_apart() -> None:
    words = "Question: q\n32.0-40.0 s, caption: one\n3. two\n[4] 5.0-6.5 s, screen: three\n- `count`: four"
    found = [(line.number, line.start_s, line.end_s) for line in read(body(words, None)).lines]
    assert found == [(None, 32.0, 40.0), (3, None, None), (4, 5.0, 6.5)]
