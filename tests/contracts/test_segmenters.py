"""One suite over every segmenter: cover, lengths, hierarchy, odd inputs; then cuts that are known."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from playhead.tools import registry
from playhead.tools.errors import UsageError
from playhead.tools.protocols import Segmenter
from playhead.tools.synthesis import Scene, Script, render
from playhead.tools.types import Clip, Frame, Span

SEGMENTERS = registry.names("segmenters")
SEEING = ("semantic", "scenes", "scenes:content")
COLOURS = ((230, 230, 230), (30, 60, 160), (200, 60, 30), (20, 20, 20), (60, 160, 60), (220, 200, 40))


@pytest.fixture(params=SEGMENTERS)
def segmenter(request: pytest.FixtureRequest) -> Segmenter:
    loaded: Segmenter = registry.load("segmenters", request.param)
    return loaded


def filmed(script: Script, fps: float) -> Iterator[Frame]:
    for time_s in np.arange(0, script.duration_s, 1 / fps).tolist():
        yield Frame(time_s, render(script, time_s))


def noisy(duration_s: float, fps: float, seed: int = 0) -> Iterator[Frame]:
    """A picture that stands still but for the noise of a camera."""
    random = np.random.default_rng(seed)
    still = random.integers(0, 255, (90, 160, 3)).astype(np.int16)
    for time_s in np.arange(0, duration_s, 1 / fps).tolist():
        moved = still + random.integers(-6, 7, still.shape)
        yield Frame(time_s, np.clip(moved, 0, 255).astype(np.uint8))


def flashing(duration_s: float, fps: float, seed: int = 0) -> Iterator[Frame]:
    """A strobe that is black or white by chance whenever it is sampled."""
    random = np.random.default_rng(seed)
    for time_s in np.arange(0, duration_s, 1 / fps).tolist():
        yield Frame(time_s, np.full((36, 64, 3), 255 * int(random.integers(2)), np.uint8))


def level(found: list[Clip], name: str) -> list[Clip]:
    return [unit for unit in found if unit.level == name]


def assert_sound(found: list[Clip], duration_s: float) -> None:
    clips, scenes = level(found, "clip"), level(found, "scene")
    assert found == [*clips, *scenes]
    for units in (clips, scenes):
        assert [unit.index for unit in units] == list(range(len(units)))
        assert units[0].span.start_s == 0
        assert units[-1].span.end_s == duration_s
        assert all(one.span.end_s == two.span.start_s for one, two in pairwise(units))
    for clip in clips:
        assert clip.parent is not None
        parent = scenes[clip.parent].span
        assert parent.start_s <= clip.span.start_s <= clip.span.end_s <= parent.end_s
        assert clip.span.duration_s <= 10 + 1e-6


CUTS = Script(
    tuple(
        Scene(start, end, COLOURS[at % len(COLOURS)], seed=at)
        for at, (start, end) in enumerate(pairwise([0, 12.3, 25, 31.7, 37.2, 60, 81.1, 85, 100]))
    ),
    160,
    90,
)


def test_cover_and_hierarchy(segmenter: Segmenter) -> None:
    found = segmenter.segment(filmed(CUTS, segmenter.sample_fps), CUTS.duration_s)
    assert_sound(found, CUTS.duration_s)
    assert 10 <= len(level(found, "clip")) <= 40


@pytest.mark.parametrize("count", [0, 1, 2, 3])
@pytest.mark.parametrize("duration_s", [0.0, 0.04, 1.0, 65.0])
def test_hardly_any_frames(segmenter: Segmenter, count: int, duration_s: float) -> None:
    frames = (Frame(at * duration_s / 3, np.full((9, 16, 3), 80 * at, np.uint8)) for at in range(count))
    assert_sound(segmenter.segment(frames, duration_s), duration_s)


def test_tiny_and_large_pictures(segmenter: Segmenter) -> None:
    for shape in ((1, 1, 3), (720, 1280, 3)):
        frames = (Frame(at / 2, np.full(shape, at * 20, np.uint8)) for at in range(10))
        assert_sound(segmenter.segment(frames, 5.0), 5.0)


def test_frames_far_apart_and_past_the_end(segmenter: Segmenter) -> None:
    frames = (
        Frame(time_s, np.full((9, 16, 3), at * 60, np.uint8)) for at, time_s in enumerate([0, 70, 71, 200])
    )
    assert_sound(segmenter.segment(frames, 100.0), 100.0)


@pytest.mark.parametrize("make", [noisy, flashing])
def test_a_still_shot_and_a_strobe_do_not_explode(segmenter: Segmenter, make: type) -> None:
    duration_s = 600.0
    found = segmenter.segment(make(duration_s, segmenter.sample_fps), duration_s)
    assert_sound(found, duration_s)
    assert len(level(found, "clip")) <= duration_s / 2
    assert len(level(found, "scene")) <= duration_s / 10


def test_a_still_shot_is_cut_by_the_clock_only() -> None:
    for name in SEEING:
        loaded = registry.load("segmenters", name)
        assert len(level(loaded.segment(noisy(600, 2), 600.0), "clip")) == 60


@pytest.mark.parametrize("name", SEEING)
def test_known_cuts_are_found_to_one_sample(name: str) -> None:
    loaded = registry.load("segmenters", name)
    found = loaded.segment(filmed(CUTS, loaded.sample_fps), CUTS.duration_s)
    starts = np.array([clip.span.start_s for clip in level(found, "clip")])
    for cut_s in CUTS.cuts_s:
        assert np.abs(starts - cut_s).min() <= 1 / loaded.sample_fps + 1e-6, cut_s


def test_slides_that_differ_only_in_their_words_are_told_apart() -> None:
    words = ("Learning rates", "Batch size and noise", "Results on the test set", "Thank you for coming")
    slides = tuple(
        Scene(at * 20.0, at * 20 + 20.0, (255, 255, 255), (word, f"{word} in detail, line {at}"), moving=True)
        for at, word in enumerate(words)
    )
    script = Script(slides, 320, 180)
    loaded = registry.load("segmenters", "semantic")
    found = loaded.segment(filmed(script, loaded.sample_fps), script.duration_s)
    starts = [scene.span.start_s for scene in level(found, "scene")]
    assert starts == pytest.approx([0, 20, 40, 60], abs=0.5)


def test_one_flash_is_no_cut() -> None:
    script = Script((Scene(0, 60, (40, 60, 90), seed=3),), 160, 90)
    flash = (
        Frame(frame.time_s, np.full_like(frame.image, 255) if frame.time_s == 33 else frame.image)
        for frame in filmed(script, 2)
    )
    found = registry.load("segmenters", "semantic").segment(flash, 60.0)
    assert len(level(found, "scene")) == 1


@pytest.mark.parametrize(
    ("spec", "clips"), [("fixed", 10), ("fixed:20", 5), ("fixed:7.5", 14), ("semantic:50", 8)]
)
def test_the_argument_is_the_clip_length(spec: str, clips: int) -> None:
    loaded = registry.load("segmenters", spec)
    found = loaded.segment(filmed(CUTS, 1), CUTS.duration_s)
    assert (
        len(level(found, "clip")) >= clips
        if spec.startswith("semantic")
        else len(level(found, "clip")) == clips
    )


@pytest.mark.parametrize(
    "spec", ["fixed:ten", "fixed:0", "fixed:-3", "fixed:nan", "semantic:x", "scenes:magic"]
)
def test_an_unusable_argument_is_named(spec: str) -> None:
    with pytest.raises(UsageError, match=spec.partition(":")[2]):
        registry.load("segmenters", spec)


def test_twelve_hours_need_little_memory_and_time() -> None:
    """The pictures come from two arrays, so what grows is what the segmenter keeps."""
    looks = [np.full((36, 64, 3), value, np.uint8) for value in (40, 200)]
    count, apart_s = 4320, 10.0
    frames = (Frame(at * apart_s, looks[at // 6 % 2]) for at in range(count))
    began = time.process_time()
    tracemalloc.start()
    found = registry.load("segmenters", "semantic").segment(frames, apart_s * count)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert_sound(found, apart_s * count)
    assert peak < 4 << 20
    assert time.process_time() - began < 20
    assert Span(0, 60) == level(found, "scene")[0].span
