"""The library: what goes in comes out, once, from any thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from playhead.tools.embedders.hashing import HashingEmbedder
from playhead.tools.errors import LibraryError, UsageError
from playhead.tools.library import Library
from playhead.tools.protocols import Filter
from playhead.tools.stores.in_memory import InMemoryStore
from playhead.tools.types import Clip, Image, Memory, Span, Stream, Vectors, Video, VideoInfo

ID = "a1b2c3d4e5f6a7b8c9d0e1f2"
OTHER = "a1b2c3ffffffffffffffffff"


def video(video_id: str = ID, path: str = "/films/lecture.mkv") -> Video:
    info = VideoInfo(path, 60.0, 25.0, 640, 360, 90, "h264", (Stream(0, "video", "h264", "en", "t"),))
    return Video(video_id, path, "Lecture", 60.0, info=info)


def said(text: str, start_s: float = 0.0, end_s: float | None = None, video_id: str = ID) -> Memory:
    return Memory(video_id, Span(start_s, start_s + 2 if end_s is None else end_s), "speech", text)


def opened(path: Path) -> Library:
    return Library(path, HashingEmbedder(), InMemoryStore(), timeout_s=0.3)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with opened(tmp_path / "library") as made:
        made.put_video(video())
        yield made


def test_a_video_comes_back_as_it_was(library: Library) -> None:
    assert library.video(ID) == video()
    assert library.videos() == [video()]
    assert library.video("unknown") is None


def test_a_path_that_is_no_unicode_survives(library: Library) -> None:
    odd = video(OTHER, "/films/\udcff\udcfe.mkv")
    library.put_video(odd)
    assert library.video(OTHER) == odd


def test_a_moved_video_is_updated_and_stays_complete(library: Library) -> None:
    library.mark_complete(ID)
    library.put_video(video(path="/elsewhere/lecture.mkv"))
    found = library.video(ID)
    assert found is not None
    assert (found.path, found.complete) == ("/elsewhere/lecture.mkv", True)


@pytest.mark.parametrize(
    "reference", [ID, ID[:6], "/films/lecture.mkv", "/films/../films/lecture.mkv", "lecture.mkv", "Lecture"]
)
def test_find_takes_what_people_type(library: Library, reference: str) -> None:
    found = library.find(str(Path(reference).resolve()) if ".." in reference else reference)
    assert found is not None
    assert found.id == ID


@pytest.mark.parametrize("reference", ["", ID[:5], "nothing.mkv", "%", "é"])
def test_find_takes_nothing_else(library: Library, reference: str) -> None:
    assert library.find(reference) is None


def test_find_refuses_to_guess(library: Library) -> None:
    library.put_video(video(OTHER, "/other/lecture.mkv"))
    with pytest.raises(UsageError, match=r"fits 2 videos.*use an id"):
        library.find("lecture.mkv")
    with pytest.raises(UsageError, match="fits 2"):
        library.find("a1b2c3")


def test_clips_come_by_level_and_span(library: Library) -> None:
    clips = [Clip(i, Span(i * 10, i * 10 + 10), "clip", 0) for i in range(6)]
    scene = Clip(0, Span(0, 60), "scene")
    library.put_clips(ID, [*clips, scene])
    library.put_clips(ID, [*clips, scene])
    assert library.clips(ID, "clip") == clips
    assert library.clips(ID)[0] == scene
    assert library.clips(ID, "clip", Span(12, 18)) == clips[1:2]


def test_memories_are_stored_once_and_come_in_order_of_time(library: Library) -> None:
    late, early = (
        said("late", 9),
        Memory(ID, Span(1, 2), "screen", "early", "scene", "ocr", {"boxes": [1, 2]}),
    )
    assert library.add(ID, [late, early]) == 2
    assert library.add(ID, [early, late, said("new", 5)]) == 1
    assert [memory.text for memory in library.memories()] == ["early", "new", "late"]
    assert library.memories(limit=1) == [early]
    assert library.memories(limit=1)[0].meta == {"boxes": [1, 2]}
    assert library.count(ID) == {"screen": 1, "speech": 2}


def test_texts_that_databases_hate_are_kept(library: Library) -> None:
    texts = [
        "half \ud800 character",
        "nul \x00 inside",
        "'; DROP TABLE memories; --",
        "شكرا \u202e rtl",
        "",
        "🎉" * 5000,
    ]
    assert library.add(ID, [said(text, i) for i, text in enumerate(texts)]) == len(texts)
    assert library.add(ID, [said(text, i) for i, text in enumerate(texts)]) == 0
    assert library.memories()[2].text == texts[2]
    assert library.verify() == []


def test_known_memories_are_not_embedded_again(tmp_path: Path) -> None:
    class Counting(HashingEmbedder):
        seen = 0

        def embed_texts(self, texts: Sequence[str]) -> Vectors:
            self.seen += len(texts)
            return super().embed_texts(texts)

    embedder = Counting()
    with Library(tmp_path, embedder, InMemoryStore()) as library:
        library.put_video(video())
        library.add(ID, [said("same", i) for i in range(5)])
        library.add(ID, [said("same", i) for i in range(5)])
    assert embedder.seen == 1


def test_memories_and_their_mark_are_one_change(library: Library) -> None:
    library.add(ID, [said("words")], work=("speech", "part 1"))
    library.mark_done(ID, "speech", "part 2", {"cues": 3})
    assert library.done(ID, "speech") == {"part 1", "part 2"}
    assert library.detail(ID, "speech", "part 2") == {"cues": 3}
    assert library.detail(ID, "speech", "part 1") is None
    with pytest.raises(LibraryError, match="not, or no longer, in the library"):
        library.add(OTHER, [said("words", video_id=OTHER)], work=("speech", "1"))
    assert library.memories(Filter((OTHER,))) == []
    assert library.done(OTHER, "speech") == set()


def test_memories_of_another_video_are_refused(library: Library) -> None:
    with pytest.raises(ValueError, match="cannot be added"):
        library.add(ID, [said("words", video_id=OTHER)])


def test_delete_takes_what_the_filter_finds(library: Library) -> None:
    library.add(ID, [said("first", 0), said("second", 10)])
    assert library.delete_memories(Filter(start_s=9)) == 1
    assert [hit.memory.text for hit in library.search("first second")] == ["first"]


def test_remove_leaves_nothing(library: Library) -> None:
    library.put_video(video(OTHER))
    library.put_clips(ID, [Clip(0, Span(0, 1))])
    library.add(ID, [said("gone")], work=("speech", "1"))
    library.add(OTHER, [said("stays", video_id=OTHER)])
    assert library.remove(ID) is True
    assert library.remove(ID) is False
    assert (library.video(ID), library.clips(ID), library.done(ID, "speech")) == (None, [], set())
    assert [hit.memory.text for hit in library.search("gone stays")] == ["stays"]
    assert library.verify() == []


def test_replies_and_runs_come_back(library: Library) -> None:
    assert library.reply("key") is None
    library.put_reply("key", "said")
    assert library.reply("key") == "said"
    for number in range(3):
        library.put_run(f"run{number}", {"question": f"why {number}?", "steps": [number]})
    library.put_run("run0", {"question": "why 0?", "steps": [0, 1]})
    assert library.run("run0") == {"question": "why 0?", "steps": [0, 1]}
    assert [run["id"] for run in library.runs(2)] == ["run2", "run1"]
    assert library.run("unknown") is None


def test_all_of_it_survives_a_restart(tmp_path: Path) -> None:
    with opened(tmp_path) as first:
        first.put_video(video())
        first.add(ID, [said("the key is under the lamp", 3)])
    with opened(tmp_path) as second:
        assert second.search("lamp key")[0].memory == said("the key is under the lamp", 3)
        assert second.size_bytes() > 1000


def test_threads_share_a_library(library: Library) -> None:
    def work(number: int) -> int:
        library.add(ID, [said(f"line {number}", number)], work=("speech", str(number)))
        return len(library.search(f"line {number}", limit=3))

    with ThreadPoolExecutor(8) as pool:
        assert min(pool.map(work, range(40))) >= 1
    assert len(library.memories()) == len(library.done(ID, "speech")) == 40
    assert library.verify() == []


class Seeing(HashingEmbedder):
    """Sees how bright a picture is, and knows the words for it."""

    def __init__(self) -> None:
        super().__init__()
        self.dimension, self.fingerprint = 2, "seeing@1"

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        return np.array([[1, 0] if "dark" in text else [0, 1] for text in texts], np.float32)

    def embed_images(self, images: Sequence[Image]) -> Vectors:
        return np.array([[1, 0] if image.mean() < 128 else [0, 1] for image in images], np.float32)


def test_pictures_are_found_by_what_they_show(tmp_path: Path) -> None:
    frames = [
        (Memory(ID, Span(i, i), "frame", ""), np.full((4, 4, 3), 255 * (i % 2), np.uint8)) for i in range(6)
    ]
    with Library(
        tmp_path, HashingEmbedder(), InMemoryStore(), visual=Seeing(), visual_store=InMemoryStore()
    ) as library:
        library.put_video(video())
        assert library.add_frames(ID, frames, work=("frames", "0")) == 6
        assert library.add_frames(ID, frames) == 0
        found = library.search("a dark room", Filter(kinds=("frame",), before_s=3), limit=2)
        assert [hit.memory.span.start_s for hit in found] == [0, 2]
        assert library.done(ID, "frames") == {"0"}
        assert library.verify() == []


def test_pictures_need_a_visual_embedder(library: Library) -> None:
    with pytest.raises(UsageError, match="visual"):
        library.add_frames(ID, [])
