"""Small parts of indexing: visual facts, utterances, subject changes, chunk edges, times to look at."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator

import numpy as np
import pytest

from playhead.tools.errors import ToolError
from playhead.tools.pictures.facts import COLOURS, Looks, colour_shares, facts
from playhead.tools.pictures.looking import crop, playable
from playhead.tools.pipeline.parallel import AHEAD, fan_out
from playhead.tools.pipeline.screen_stage import ahead, join, same_text
from playhead.tools.types import Clip, Cue, Frame, Span, Video
from playhead.tools.words.tiling import clips_of_speech, group
from playhead.tools.words.utterances import from_rows, remember, to_rows, utterances


def plain(red: int, green: int, blue: int) -> np.ndarray:
    return np.full((48, 64, 3), (red, green, blue), np.uint8)


@pytest.mark.parametrize(
    ("pixel", "name"),
    [
        ((0, 0, 0), "black"), ((128, 128, 128), "grey"), ((255, 255, 255), "white"), ((220, 20, 20), "red"),
        ((255, 140, 0), "orange"), ((120, 60, 10), "brown"), ((240, 230, 30), "yellow"),
        ((20, 180, 40), "green"), ((20, 200, 220), "cyan"), ((20, 40, 220), "blue"),
        ((130, 20, 220), "purple"), ((255, 100, 200), "pink"),
    ],
)  # fmt: skip
def test_colours_have_their_names(pixel: tuple[int, int, int], name: str) -> None:
    shares = colour_shares(plain(*pixel))
    assert COLOURS[int(shares.argmax())] == name
    assert shares.sum() == pytest.approx(1.0)


def test_facts_tell_motion_from_stillness_and_ignore_the_cut() -> None:
    flicker = [plain(0, 0, 255 * (i % 2)) for i in range(10)]
    frames = [Frame(i / 2, plain(200, 0, 0)) for i in range(10)]
    frames += [Frame(5 + i / 2, image) for i, image in enumerate(flicker)]
    looks = Looks()
    assert list(looks.watch(frames)) == frames
    clips = [Clip(0, Span(0, 5)), Clip(1, Span(5, 10)), Clip(2, Span(10, 20))]
    found = list(facts("v", clips, looks))
    assert [memory.text for memory in found] == [
        "picture mostly red; medium light; still",
        "picture mostly black and blue; dark; much motion",
    ]


def test_utterances_join_a_sentence_and_keep_its_times() -> None:
    cues = [
        Cue(Span(0, 2), "We begin with"), Cue(Span(2.2, 4), "the first slide."), Cue(Span(4, 5), "Then"),
        Cue(Span(9, 10), "comes a pause"), Cue(Span(10, 11), "I answer", speaker="Ada"),
    ]  # fmt: skip
    assert [(cue.text, cue.span) for cue in utterances(cues)] == [
        ("We begin with the first slide.", Span(0, 4)),
        ("Then", Span(4, 5)),
        ("comes a pause", Span(9, 10)),
        ("I answer", Span(10, 11)),
    ]
    assert [memory.text for memory in remember("v", cues, "s")][-1] == "Ada: I answer"
    assert from_rows(to_rows(cues)) == cues


def test_endless_speech_without_full_stops_is_cut() -> None:
    cues = [Cue(Span(i, i + 1), "and so on") for i in range(100)]
    assert max(cue.span.duration_s for cue in utterances(cues)) <= 15


def test_groups_begin_where_the_subject_changes() -> None:
    vectors = np.repeat(np.eye(3, dtype=np.float32), 4, axis=0)
    spans = [Span(i * 10, i * 10 + 10) for i in range(12)]
    assert group(spans, vectors, 20, 9) == [0, 4, 8]
    assert len(group(spans, vectors, 20, 2)) == 2
    assert group(spans, vectors, 70, 9) == [0]
    assert group(spans[:1], vectors[:1], 1, 2) == [0]
    assert group([], vectors[:0], 1, 2) == []


def test_one_subject_is_one_group_however_long() -> None:
    spans = [Span(i * 10, i * 10 + 10) for i in range(16)]
    assert group(spans, np.ones((16, 1), np.float32), 10, 9) == [0]


def test_thousands_of_units_are_joined_before_they_are_cut() -> None:
    vectors = np.repeat(np.eye(3, dtype=np.float32), 1000, axis=0)
    spans = [Span(i, i + 1) for i in range(3000)]
    assert [round(start, -2) for start in group(spans, vectors, 20, 9)] == [0, 1000, 2000]


def test_clips_of_speech_begin_at_utterances_and_cover_all() -> None:
    cues = [Cue(Span(i * 7 + 1, i * 7 + 5), "words") for i in range(10)] + [Cue(Span(500, 505), "late")]
    clips = clips_of_speech(cues, 600.0)
    edges = [clip.span.start_s for clip in clips]
    assert edges[:3] == [0, 15, 29]
    assert [clip.span.end_s for clip in clips] == [*edges[1:], 600]
    assert max(clip.span.duration_s for clip in clips) <= 60
    assert clips_of_speech([], 0.0) == [Clip(0, Span(0, 0))]


def test_a_slide_across_a_chunk_edge_is_one_text() -> None:
    ended, still = join(
        [], [Cue(Span(3, 9), "Title\nfirst point"), Cue(Span(1, 2), "Intro")], Span(0, 10), 1.5, False
    )
    assert ended == [Cue(Span(1, 2), "Intro")]
    assert still == [Cue(Span(3, 10), "Title"), Cue(Span(3, 10), "first point")]
    second = [Cue(Span(10, 14), "Tittle"), Cue(Span(14, 19), "Next")]
    ended, still = join(still, second, Span(10, 20), 1.5, True)
    assert ended == [Cue(Span(3, 10), "first point"), Cue(Span(3, 14), "Title"), Cue(Span(14, 20), "Next")]
    assert still == []


def test_texts_with_other_digits_are_other_texts() -> None:
    assert same_text("Learning rate 0.01", "Learning  rate O.01") is False
    assert same_text("Learning rate 0.01", "Leaming rate 0.01")
    assert not same_text("Slide 1: intro", "Slide 2: intro")


def test_decoding_ahead_keeps_order_bounds_and_errors() -> None:
    made: list[int] = []

    def numbers() -> Iterator[int]:
        for i in range(100):
            made.append(i)
            yield i
        raise ValueError("at the end")

    items = ahead(numbers(), 3)
    assert [next(items) for _ in range(5)] == [0, 1, 2, 3, 4]
    assert len(made) <= 10
    with pytest.raises(ValueError, match="at the end"):
        list(items)


def test_leaving_early_ends_the_thread_that_decodes_ahead() -> None:
    items = ahead(iter(range(1000)), 2)
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert not any(thread.name == "decode-ahead" for thread in threading.enumerate())


@pytest.mark.parametrize("box", [(0, 0, 1, 1), (0.9, 0.9, 0.1, 0.1), (1, 1, 1, 1), (0, 0, 0, 0)])
def test_a_crop_is_never_empty(box: tuple[float, float, float, float]) -> None:
    assert min(crop(plain(1, 2, 3), box).shape[:2]) >= 8


def test_what_has_no_pictures_is_not_played() -> None:
    with pytest.raises(ToolError, match="no pictures"):
        playable(Video("v", "talk.srt", "talk", 9.0, "transcript"))


async def test_fan_out_is_parallel_and_bounded() -> None:
    made = running = most = 0

    async def items() -> AsyncGenerator[int, None]:
        nonlocal made
        for i in range(20):
            made += 1
            yield i

    async def work(item: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        assert made - item <= 3 + AHEAD + 2
        for _ in range(3):
            await asyncio.sleep(0)
        running -= 1
        return item * 2

    found = [result async for result in fan_out(items(), work, 3)]
    assert sorted(found) == [i * 2 for i in range(20)]
    assert most == 3


async def test_the_first_failure_of_a_fan_out_is_raised_and_ends_the_rest() -> None:
    closed = False

    async def items() -> AsyncGenerator[int, None]:
        nonlocal closed
        try:
            for i in range(1000):
                yield i
        finally:
            closed = True

    async def work(item: int) -> int:
        await asyncio.sleep(0)
        if item == 3:
            raise KeyError(item)
        return item

    with pytest.raises(KeyError):
        _ = [result async for result in fan_out(items(), work, 2)]
    assert closed
