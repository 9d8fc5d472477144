"""Indexing: what is remembered, what is redone when something changes, and what bad input gets."""

from __future__ import annotations

import asyncio
import sys
import types
import wave
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from playhead.tools.embedders.hashing import create as hashing
from playhead.tools.errors import MediaError, UsageError
from playhead.tools.indexing import IndexingConfig, Progress, index, resolve
from playhead.tools.library import Library
from playhead.tools.protocols import Filter
from playhead.tools.stores.in_memory import InMemoryStore
from playhead.tools.synthesis import Scene, Script, encode, write_srt
from playhead.tools.types import Cue, Memory, Span, Video

CONFIG = IndexingConfig(segmenter="fixed:5", ocr="scripted:CHANNEL ONE", chunk_s=8.0)
CUES = tuple(Cue(Span(i * 4 + 0.5, i * 4 + 3.0), f"This is remark {i}.") for i in range(5))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", hashing(), InMemoryStore()) as opened:
        yield opened


def film(path: Path, colour: int = 200, cues: Sequence[Cue] = ()) -> Path:
    """Twenty seconds: two still scenes."""
    scenes = (Scene(0, 10, (colour, 20, 20)), Scene(10, 20, (20, 20, colour)))
    path.write_text(Script(scenes, width_px=64, height_px=48, fps=4, cues=tuple(cues)).to_json())
    return path


async def run(path: Path, library: Library, config: IndexingConfig = CONFIG, **others: Any) -> list[Progress]:
    return [step async for step in index(path, library, config, **others)]


def kept(library: Library, kind: str, video: Video | None = None) -> list[Memory]:
    chosen = video or library.videos()[-1]
    return library.memories(Filter((chosen.id,), (kind,)))  # type: ignore[arg-type]


def warnings(steps: Sequence[Progress]) -> list[str]:
    return [step.message for step in steps if step.warning]


async def test_a_film_is_cut_heard_read_and_told(tmp_path: Path, library: Library) -> None:
    steps = await run(film(tmp_path / "film.synthetic.json", cues=CUES), library)
    video = library.videos()[0]
    assert video.complete
    assert warnings(steps) == []
    assert [step.clips for step in steps if step.stage == "done"] == [4]
    assert [memory.span for memory in kept(library, "speech")] == [cue.span for cue in CUES]
    screen = kept(library, "screen")
    assert [(memory.text, memory.span) for memory in screen] == [("CHANNEL ONE", Span(0, 20))]
    assert [memory.text.split(";")[0] for memory in kept(library, "frame")] == [
        "picture mostly red", "picture mostly red", "picture mostly blue", "picture mostly blue",
    ]  # fmt: skip
    assert {memory.level for memory in kept(library, "digest")} == {"chapter", "video"}


async def test_every_step_names_the_video_and_ends_with_its_total(tmp_path: Path, library: Library) -> None:
    steps = await run(film(tmp_path / "film.synthetic.json"), library)
    last = {step.stage: step for step in steps}
    assert set(last) == {"probe", "segment", "speech", "screen", "digest", "done"}
    assert all(step.done == step.total for step in last.values() if step.stage != "probe")
    assert {step.video_id for step in steps} - {""} == {library.videos()[0].id}


async def test_chapters_hold_scenes_and_scenes_hold_clips(tmp_path: Path, library: Library) -> None:
    await run(film(tmp_path / "film.synthetic.json", cues=CUES), library)
    video = library.videos()[0]
    for low, high in (("clip", "scene"), ("scene", "chapter")):
        above = {unit.index: unit.span for unit in library.clips(video.id, high)}  # type: ignore[arg-type]
        for unit in library.clips(video.id, low):  # type: ignore[arg-type]
            assert unit.parent is not None
            assert (
                above[unit.parent].start_s <= unit.span.start_s <= unit.span.end_s <= above[unit.parent].end_s
            )


async def test_a_second_run_does_nothing(tmp_path: Path, library: Library) -> None:
    path = film(tmp_path / "film.synthetic.json", cues=CUES)
    await run(path, library)
    before = library.memories()
    steps = await run(path, library)
    assert {step.stage for step in steps} == {"probe", "done"}
    assert library.memories() == before


async def test_a_moved_film_is_known_by_content(tmp_path: Path, library: Library) -> None:
    old = film(tmp_path / "old.synthetic.json")
    await run(old, library)
    new = old.rename(tmp_path / "new.synthetic.json")
    steps = await run(new, library)
    assert "segment" not in {step.stage for step in steps}
    assert [(video.path, video.title) for video in library.videos()] == [(str(new), "new.synthetic")]


async def test_other_content_at_the_same_path_is_another_video(tmp_path: Path, library: Library) -> None:
    path = film(tmp_path / "film.synthetic.json")
    await run(path, library)
    steps = await run(film(path, colour=120), library)
    first, second = library.videos()
    assert first.id != second.id
    assert warnings(steps) == [
        f"{str(path)!r} has new content; what it was stays in the library as {first.id[:12]}"
    ]


async def test_a_sidecar_that_appears_changes_and_vanishes(tmp_path: Path, library: Library) -> None:
    path, sidecar = film(tmp_path / "film.synthetic.json"), tmp_path / "film.synthetic.en.srt"
    await run(path, library)
    assert kept(library, "speech") == []
    write_srt(CUES, sidecar)
    steps = await run(path, library)
    assert not {"segment", "screen"} & {step.stage for step in steps}
    assert len(kept(library, "speech")) == 5
    assert kept(library, "speech")[0].meta["language"] == "en"
    write_srt((*CUES[:2], Cue(Span(9, 11), "Something else.")), sidecar)
    await run(path, library)
    assert [memory.text for memory in kept(library, "speech")][-1] == "Something else."
    sidecar.unlink()
    await run(path, library)
    assert len(kept(library, "speech")) == 3


async def test_given_subtitles_are_remembered(tmp_path: Path, library: Library) -> None:
    path, given = film(tmp_path / "film.synthetic.json"), tmp_path / "words.vtt"
    write_srt(CUES, given)
    await run(path, library, subtitles=[given])
    await run(path, library)
    assert len(kept(library, "speech")) == 5
    assert kept(library, "speech")[0].source == "words.vtt"


async def test_the_same_words_from_two_sources_are_kept_once(tmp_path: Path, library: Library) -> None:
    path = film(tmp_path / "film.synthetic.json", cues=CUES)
    write_srt((*CUES, Cue(Span(18, 19), "And more.")), tmp_path / "film.synthetic.srt")
    await run(path, library)
    assert [memory.text for memory in kept(library, "speech")] == [*(cue.text for cue in CUES), "And more."]


async def test_lines_after_the_end_are_left_out_and_said(tmp_path: Path, library: Library) -> None:
    path, given = film(tmp_path / "film.synthetic.json"), tmp_path / "words.srt"
    write_srt((Cue(Span(19, 25), "Late."), Cue(Span(30, 31), "Too late.")), given)
    steps = await run(path, library, subtitles=[given])
    assert [memory.span for memory in kept(library, "speech")] == [Span(19, 20)]
    assert warnings(steps) == ["1 of 2 lines of 'words.srt' lie after the end of the video and were left out"]


async def test_changed_settings_redo_only_what_they_touch(tmp_path: Path, library: Library) -> None:
    path = film(tmp_path / "film.synthetic.json", cues=CUES)
    await run(path, library)
    steps = await run(path, library, IndexingConfig(segmenter="fixed:5", ocr="scripted:CHANNEL TWO"))
    assert {step.stage for step in steps} == {"probe", "screen", "digest", "done"}
    assert [memory.text for memory in kept(library, "screen")] == ["CHANNEL TWO"]
    await run(path, library)
    assert [memory.text for memory in kept(library, "screen")] == ["CHANNEL ONE"]
    steps = await run(
        path, library, IndexingConfig(segmenter="fixed:10", ocr="scripted:CHANNEL ONE", chunk_s=8)
    )
    assert {step.stage for step in steps} == {"probe", "segment", "digest", "done"}
    assert len(kept(library, "frame")) == 2


async def test_a_transcript_alone_is_a_recording(tmp_path: Path, library: Library) -> None:
    path, more = tmp_path / "talk.srt", tmp_path / "notes.srt"
    topics = ("bread yeast flour oven", "planets orbit moons gravity", "violins cello music score")
    words = [f"Now {topic} part {i}." for topic in topics for i in range(10)]
    write_srt([Cue(Span(i * 10, i * 10 + 8), text) for i, text in enumerate(words)], path)
    write_srt([Cue(Span(310, 320), "The end.")], more)
    await run(path, library, subtitles=[more])
    video = library.videos()[0]
    assert (video.source, video.duration_s, video.complete) == ("transcript", 320, True)
    starts = [unit.span.start_s for unit in library.clips(video.id, "chapter")]
    assert {100.0, 200.0} <= set(starts)
    assert library.clips(video.id, "clip")[-1].span.end_s == 320


async def test_a_bad_sidecar_is_a_warning_and_a_bad_given_file_an_error(
    tmp_path: Path, library: Library
) -> None:
    path, sidecar = film(tmp_path / "film.synthetic.json"), tmp_path / "film.synthetic.srt"
    sidecar.write_bytes(b"\x00\x01\x02 no subtitles")
    assert len(warnings(await run(path, library))) == 1
    assert library.videos()[0].complete
    with pytest.raises(MediaError):
        await run(path, library, subtitles=[sidecar])


async def test_a_folder_goes_on_after_a_file_that_cannot_be_used(tmp_path: Path, library: Library) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    (folder / "broken.mp4").write_bytes(b"no film")
    film(folder / "good.synthetic.json")
    steps = await run(folder, library)
    assert [video.title for video in library.videos()] == ["good.synthetic"]
    assert len(warnings(steps)) == 1
    assert "broken.mp4" in warnings(steps)[0]


@pytest.mark.parametrize("name", ["missing.mp4", "empty.mp4", "picture.jpg", "nothing"])
async def test_what_cannot_be_indexed_is_one_line(name: str, tmp_path: Path, library: Library) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
    (tmp_path / "nothing").mkdir()
    with pytest.raises(MediaError) as caught:
        await run(tmp_path / name, library)
    assert "\n" not in str(caught.value)
    assert library.videos() == []


async def test_subtitles_for_several_videos_are_refused(tmp_path: Path, library: Library) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    for i in (1, 2):
        film(folder / f"{i}.synthetic.json", colour=100 + i)
    with pytest.raises(UsageError, match="2 videos but one set of subtitles"):
        await run(folder, library, subtitles=[tmp_path / "x.srt"])


async def test_sound_without_pictures_and_without_words(tmp_path: Path, library: Library) -> None:
    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x00\x01" * 8000 * 30)
    config = IndexingConfig(asr="faster_whisper:/nowhere/model")
    steps = await run(path, library, config)
    assert len(warnings(steps)) == 1
    assert "speech is not indexed" in warnings(steps)[0]
    assert library.videos()[0].complete
    assert kept(library, "screen") == []


async def test_damage_in_the_middle_is_skipped_and_said(tmp_path: Path, library: Library) -> None:
    scenes = tuple(Scene(i * 4, i * 4 + 4, (40 * i, 200 - 30 * i, 90), moving=True, seed=i) for i in range(5))
    path = encode(Script(scenes, width_px=160, height_px=120, fps=10), tmp_path / "film.mp4")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle - 400 : middle + 400] = bytes(800)
    path.write_bytes(data)
    steps = await run(path, library)
    assert library.videos()[0].complete
    assert len(kept(library, "frame")) >= 3
    assert all("damaged at" in line for line in warnings(steps))


async def test_leaving_early_stops_and_the_next_run_goes_on(tmp_path: Path, library: Library) -> None:
    path = film(tmp_path / "film.synthetic.json", cues=CUES)
    async with aclosing(index(path, library, CONFIG)) as steps:
        async for step in steps:
            if step.stage == "screen":
                break
    assert not library.videos()[0].complete
    await run(path, library)
    assert library.videos()[0].complete
    assert len(kept(library, "screen")) == 1


async def test_two_at_once_do_the_work_once(tmp_path: Path, library: Library) -> None:
    path = film(tmp_path / "film.synthetic.json", cues=CUES)
    with Library(tmp_path / "library", hashing(), InMemoryStore()) as other:
        both = await asyncio.gather(run(path, library), run(path, other))
    worked = [{"segment", "screen"} <= {step.stage for step in steps} for steps in both]
    assert sorted(worked) == [False, True]
    assert library.verify() == []
    assert len(kept(library, "speech")) == 5


def test_a_path_wins_over_a_name_in_the_library(tmp_path: Path, library: Library) -> None:
    video = Video("ab" * 12, str(tmp_path / "gone.mp4"), "gone", 5.0)
    library.put_video(video)
    (tmp_path / "here.mp4").touch()
    assert resolve(str(tmp_path / "here.mp4"), library) == tmp_path / "here.mp4"
    assert resolve("abababab", library) == video
    assert resolve("gone", library) == video
    with pytest.raises(MediaError, match="nowhere"):
        resolve("nowhere", library)
    with pytest.raises(MediaError):
        resolve("x\x00y", library)
    with pytest.raises(MediaError):
        resolve("x" * 100_000, library)


class Recogniser:
    """Hears one sentence a second, as a plug-in outside playhead would."""

    fingerprint = "every second"

    def transcribe(self, path: Path, info: object, span: object = None) -> Iterator[Cue]:
        yield from (Cue(Span(i, i + 1), f"Second {i}.") for i in range(3))


async def test_speech_is_recognised_where_nobody_wrote_it_down(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = types.ModuleType("outside.asr")
    plugin.create = lambda argument="", **settings: Recogniser()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "outside", types.ModuleType("outside"))
    monkeypatch.setitem(sys.modules, "outside.asr", plugin)
    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x00\x01" * 8000 * 5)
    config = IndexingConfig(asr="outside.asr")
    await run(path, library, config)
    assert [memory.text for memory in kept(library, "speech")] == ["Second 0.", "Second 1.", "Second 2."]
    write_srt(CUES[:1], tmp_path / "sound.srt")
    await run(path, library, config)
    assert {memory.source for memory in kept(library, "speech")} == {"sound.srt"}
