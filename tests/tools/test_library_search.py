"""Hybrid search: both routes, their fusion, every filter, and queries that nobody should type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playhead.tools.embedders.hashing import HashingEmbedder
from playhead.tools.library import Library
from playhead.tools.memory.fusion import reciprocal_rank
from playhead.tools.memory.lexical import match_expression, words
from playhead.tools.protocols import Filter
from playhead.tools.stores.in_memory import InMemoryStore
from playhead.tools.types import KINDS, LEVELS, Hit, Memory, Span, Vectors, Video

LINES = [
    "The red car stops at the traffic light",
    "She hides the silver key under the lamp",
    "A learning rate of 0.001 works; 0.01 does not",
    "Café Müller serves crème brûlée",
    "今天天气很好，我们去公园",
    "東京タワーに行きました",
    "السَّلامُ عليكم يا أحمد",
    "मैं हिन्दी बोलता हूँ",
    "วันนี้อากาศดีมาก",
    "The twins argue about x-ray pictures and GPT-4",
    "Привет, мир: ёлка горит",
    "running runners ran to the running track",
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    path = tmp_path_factory.mktemp("library")
    with Library(path, HashingEmbedder(), InMemoryStore()) as made:
        for name in ("one", "two"):
            made.put_video(Video(name, f"/{name}.mkv", name, 120.0))
        made.add(
            "one", [Memory("one", Span(i * 10, i * 10 + 9), "speech", line) for i, line in enumerate(LINES)]
        )
        made.add("two", [
            Memory("two", Span(i * 10, i * 10 + 5 * (i % 3)), KINDS[i % 5], f"{line} again", LEVELS[i % 4])
            for i, line in enumerate(LINES)
        ])  # fmt: skip
        yield made


def best(hits: list[Hit]) -> str:
    return hits[0].memory.text if hits else ""


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("which CAR stopped?", 0),
        ("where are the keys hidden", 1),
        ("0.001", 2),
        ("learning-rate", 2),
        ("cafe muller creme brulee", 3),
        ("天气", 4),
        ("公", 4),
        ("園公园", 4),
        ("タワー", 5),
        ("السلام", 6),
        ("احمد", 6),
        ("हिन्दी", 7),
        ("อากาศ", 8),
        ("xray x-ray", 9),
        ("gpt 4", 9),
        ("МИР", 10),
        ("елка", 10),
        ("run", 11),
    ],
)
def test_words_are_found_in_any_script(library: Library, query: str, line: int) -> None:
    assert best(library.lexical(query, Filter(("one",)))) == LINES[line]


def test_rare_words_weigh_more_than_common_ones(library: Library) -> None:
    assert best(library.lexical("the the the lamp", Filter(("one",)))) == LINES[1]


def test_the_fusion_is_reciprocal_rank_with_60() -> None:
    fused = reciprocal_rank([["a", "b"], ["b", "c"]])
    assert list(fused) == ["b", "a", "c"]
    assert fused == pytest.approx({"b": 1 / 61 + 1 / 62, "a": 1 / 61, "c": 1 / 62})


def test_a_hit_tells_its_ranks_and_its_cosine(library: Library) -> None:
    hit = library.search("silver key under the lamp", Filter(("one",)))[0]
    assert (hit.memory.text, hit.dense_rank, hit.lexical_rank) == (LINES[1], 1, 1)
    assert hit.score == pytest.approx(2 / 61)
    assert hit.similarity is not None
    assert 0.5 < hit.similarity <= 1.001


def test_scores_fall_and_the_limit_holds(library: Library) -> None:
    hits = library.search("the car and the key", limit=5)
    assert len(hits) == 5
    assert sorted((hit.score for hit in hits), reverse=True) == [hit.score for hit in hits]
    assert library.search("car", limit=0) == []


FILTERS = [
    Filter(("two",)),
    Filter(kinds=("screen", "caption")),
    Filter(levels=("scene",)),
    Filter(start_s=55),
    Filter(end_s=30),
    Filter(start_s=20, end_s=40),
    Filter(before_s=45),
    Filter(("two",), ("speech", "frame"), ("clip", "video"), 10, 100, 90),
    Filter(before_s=0),
    Filter(("nobody",)),
]


@pytest.mark.parametrize("where", FILTERS)
@pytest.mark.parametrize("route", ["search", "dense", "lexical"])
def test_every_route_honours_every_filter(library: Library, route: str, where: Filter) -> None:
    query = " ".join(max(words(line), key=len) for line in LINES)
    found = {hit.memory.id for hit in getattr(library, route)(query, where, 100)}
    assert found == {memory.id for memory in library.memories() if fits(memory, where)}
    assert found == {memory.id for memory in library.memories(where)}


def fits(memory: Memory, where: Filter) -> bool:
    """The filter's definition, written a second time."""
    span = memory.span
    if where.video_ids and memory.video_id not in where.video_ids:
        return False
    if (where.kinds and memory.kind not in where.kinds) or (
        where.levels and memory.level not in where.levels
    ):
        return False
    window = Span(where.start_s or 0, 1e9 if where.end_s is None else where.end_s)
    return span.overlaps(window) and (where.before_s is None or span.end_s <= where.before_s)


HOSTILE = [
    '"',
    "a AND",
    "NEAR(a b, 3",
    "text:key",
    "key* ^ - + ( ) { } [ ]",
    "'; DROP TABLE words; --",
    "🎉🎉",
    "\x00",
    "\ud800",
]


@pytest.mark.parametrize(
    "query", [*HOSTILE, "", "   ", "x" * 100_000, "word " * 20_000, "the of and", "a" * 5 + "́" * 9999]
)
def test_no_query_raises(library: Library, query: str) -> None:
    assert len(library.search(query)) <= 16
    assert len(library.lexical(query)) <= 16


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_no_text_at_all_raises(library: Library, query: str) -> None:
    library.lexical(query)
    assert all('"' not in word and " " not in word for word in words(query))


def test_a_query_without_words_finds_nothing(library: Library) -> None:
    assert library.search("") == []
    assert library.dense(" \n ") == []
    assert match_expression("?! …") == ""


class Counting(HashingEmbedder):
    """Notes how many texts come at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[int] = []

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(len(texts))
        return super().embed_texts(texts)


def test_many_queries_are_embedded_at_once_and_answered_in_order(tmp_path: Path) -> None:
    with Library(tmp_path, embedder := Counting(), InMemoryStore()) as library:
        library.put_video(Video("one", "", "one", 9.0))
        library.add("one", [Memory("one", Span(i, i), "speech", line) for i, line in enumerate(LINES)])
        results = library.search_many(["red car", "", "silver key", "red car"], limit=3)
    assert [best(hits) for hits in results] == [LINES[0], "", LINES[1], LINES[0]]
    assert embedder.calls == [len(LINES), 3]


def test_dense_takes_a_vector(library: Library) -> None:
    vector = library.embedder.embed_texts(["silver key"])
    assert library.dense(vector, limit=3) == library.dense("silver key", limit=3)
    assert best(library.dense(vector, Filter(("one",)))) == LINES[1]


def test_what_was_deleted_elsewhere_is_not_found(tmp_path: Path) -> None:
    """Another process removes the video; the store of this one has not heard of it."""
    with (
        Library(tmp_path, HashingEmbedder(), InMemoryStore()) as here,
        Library(tmp_path, HashingEmbedder(), InMemoryStore()) as there,
    ):
        here.put_video(Video("v", "", "v", 10.0))
        here.add("v", [Memory("v", Span(0, 1), "speech", "a red car")])
        assert len(here.search("red car")) == len(there.search("red car")) == 1
        there.remove("v")
        assert here.search("red car") == here.dense("red car") == []
