"""The surroundings of actions: which video is meant, and spans held inside it and the cut-off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playhead.tools.context import ToolContext, line, observe
from playhead.tools.errors import ToolError
from playhead.tools.types import Memory, Span, Video

VIDEOS = (
    Video("aaaa1111bbbb", "/films/First Film.mp4", "First Film", 100.0),
    Video("cccc2222dddd", "/films/second.mkv", "second", 50.0),
)
CONTEXT = ToolContext(library=None, videos=VIDEOS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reference", "index"),
    [
        ("1", 0), ("video 2", 1), ("#2", 1), ("cccc22", 1), ("AAAA1111BBBB", 0), ("first film", 0),
        ("/films/second.mkv", 1), ("second.mkv", 1), ("First", 0),
    ],
)  # fmt: skip
def test_a_video_by_number_id_or_name(reference: str, index: int) -> None:
    assert CONTEXT.one(reference) is VIDEOS[index]


@pytest.mark.parametrize("reference", ["3", "0", "", "i", "none of them", "-1"])
def test_an_unknown_video_lists_the_choices(reference: str) -> None:
    with pytest.raises(ToolError, match=r"argument 'video'.*1 \(First Film\), 2 \(second\)"):
        CONTEXT.select(reference)


def test_left_out_means_all_or_the_first() -> None:
    assert CONTEXT.select(None) == VIDEOS
    assert CONTEXT.one(None) is VIDEOS[0]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((None, None), (0, 100)), ((10, 20), (10, 20)), ((20, 10), (10, 20)), ((-5, 1e12), (0, 100)),
        ((90, None), (90, 100)), ((None, 30), (0, 30)), ((-9, -3), (0, 0)),
    ],
)  # fmt: skip
def test_times_are_clamped(given: tuple[float | None, float | None], expected: tuple[float, float]) -> None:
    assert CONTEXT.span(VIDEOS[0], *given) == Span(*expected)


def test_a_start_after_the_end_names_what_is_allowed() -> None:
    with pytest.raises(ToolError, match=r"'start_s': 101 is after the end of the video; allowed: 0 to 100"):
        CONTEXT.span(VIDEOS[0], 101, 200)


def test_the_cut_off_bounds_spans_and_memories() -> None:
    early = replace(CONTEXT, before_s=40.0)
    assert early.span(VIDEOS[0]) == Span(0, 40)
    with pytest.raises(ToolError, match="cut-off"):
        early.span(VIDEOS[0], 60, 70)
    known, late = (Memory("aaaa1111bbbb", Span(0, end), "speech", "words") for end in (40.0, 40.1))
    assert early.recall(known, tool="x") is not None
    assert early.recall(late, tool="x") is None


def test_evidence_is_held_inside_the_video() -> None:
    memory = Memory("cccc2222dddd", Span(45, 90), "digest", "the end")
    evidence = CONTEXT.recall(memory, tool="overview", score=0.5)
    assert evidence is not None
    assert (evidence.span, evidence.video, evidence.perceived) == (Span(45, 50), "/films/second.mkv", False)


def test_memories_of_other_videos_are_no_evidence() -> None:
    assert CONTEXT.recall(Memory("eeee", Span(0, 1), "speech", "words"), tool="x") is None


def test_a_missing_model_is_said() -> None:
    with pytest.raises(ToolError, match="needs a model as inspector"):
        CONTEXT.model("inspector", "captioner")


def test_lines_name_the_video_only_among_several() -> None:
    evidence = CONTEXT.evidence(VIDEOS[1], Span(1, 2.5), "speech", "two\nlines", tool="x")
    assert line(evidence, VIDEOS) == "[video 2 1.0-2.5 s] speech: two lines"
    assert line(evidence, VIDEOS[1:]) == "[1.0-2.5 s] speech: two lines"
    assert observe("one", [evidence]).text == "one\n[1.0-2.5 s] speech: two lines"
