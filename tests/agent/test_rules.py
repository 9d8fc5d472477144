"""What rules decide without a model, alone and in a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.events import Event, Observed, Planned, Reflected
from playhead.agent.offline import recollection, rules
from playhead.agent.offline.recollection import EmbeddingCache, recollect
from playhead.agent.offline.rules import CLOSEST, FOREIGN, NOTHING, UNSAID, UNSEEN
from playhead.agent.run import Run
from playhead.tools.context import ToolContext
from playhead.tools.library import Library
from playhead.tools.types import Evidence, Memory, Span, Stream, Video, VideoInfo

Make = Callable[..., VideoAgent]
Play = Callable[..., Any]


def planned(events: list[Event]) -> list[list[str]]:
    return [[call.name for call in event.plan.calls] for event in events if isinstance(event, Planned)]


async def test_an_open_question_is_looked_up_and_quoted(make: Make, play: Play) -> None:
    events, answer = await play(make(), "Where does the cook hide the key?")
    assert planned(events)[0] == ["search_memory"]
    assert answer.found
    assert answer.text == "The cook hides the key under the blue carpet."
    assert answer.evidence[0].span.start_s == 30
    assert answer.usage.model_calls == 0


async def test_the_likeliest_options_are_searched_too(make: Make, play: Play) -> None:
    options = ("under a stone", "under the blue carpet", "in the well")
    events, answer = await play(make(), "Where is the key?", options=options)
    queries = [c.arguments.get("query") for e in events if isinstance(e, Planned) for c in e.plan.calls]
    assert "Where is the key? under the blue carpet" in queries
    assert (answer.option, answer.evidence[0].span.start_s) == (1, 30)


async def test_what_the_film_does_not_show_is_said_so(make: Make, play: Play) -> None:
    _, answer = await play(make(), "How many submarines sink in the harbour?")
    assert (answer.found, answer.text, answer.option) == (False, f"{UNSAID} {NOTHING}", None)
    assert answer.stopped_because == "not_found"


async def test_nothing_after_the_cut_off_is_known(make: Make, play: Play) -> None:
    _, late = await play(make(), "Who finds the key at midnight?")
    _, early = await play(make(), "Who finds the key at midnight?", before_s=60.0)
    assert late.evidence[0].span.start_s == 100
    assert all(line.span.end_s <= 60 for line in early.evidence)
    assert "midnight" not in early.text


async def test_evidence_that_no_search_found_is_read_before_the_answer(
    make: Make, play: Play, library: Library, film: Video
) -> None:
    crowd = [
        Memory(film.id, Span(i / 2, i / 2 + 0.4), "speech", f"What comes after the bell {i}?")
        for i in range(40)
    ]
    library.add(
        film.id, [*crowd, Memory(film.id, Span(108, 109), "speech", "The bell tolls in the old tower.")]
    )
    library.add(film.id, [Memory(film.id, Span(110, 112), "speech", "Rain falls on Naples.")])
    events, answer = await play(make(), "What happens right after the bell tolls in the old tower?")
    assert any("read_transcript" in names for names in planned(events))
    assert answer.evidence[0].text == "Rain falls on Naples."


async def test_no_call_is_made_twice(make: Make, play: Play) -> None:
    events, _ = await play(make(), "Who hides the key?", options=("the cook", "the twin"))
    assert not any(event.record.repeated for event in events if isinstance(event, Observed))


async def test_reflection_shows_what_it_was_made_of(make: Make, play: Play) -> None:
    events, answer = await play(make(), "Who hides the key?", options=("the cook", "a sailor"))
    last = [event for event in events if isinstance(event, Reflected)][-1].reflection
    assert set(last.signals) == {"support", "margin"}
    assert last.option == answer.option == 0
    assert last.confidence == pytest.approx(answer.confidence, abs=1e-3)


async def test_forty_options_and_a_very_long_question(make: Make, play: Play) -> None:
    options = (*(f"in drawer {index}" for index in range(39)), "under the blue carpet")
    _, answer = await play(make(), "Where is the key? " + "Please tell me. " * 400, options=options)
    assert answer.option == 39


@pytest.fixture
def film(library: Library) -> Video:
    return library.videos()[0]


@pytest.fixture
def context(library: Library, film: Video) -> ToolContext:
    return ToolContext(library, (film,))


def test_the_corpus_is_all_that_is_remembered_with_its_stored_vectors(context: ToolContext) -> None:
    corpus = recollect("Who?", (), (), context)
    stored = context.library.vectors([memory.id for memory in corpus.memories])
    assert len(corpus) == 5
    assert np.allclose(corpus.vectors[0], stored[corpus.memories[0].id])


def test_what_a_tool_has_seen_joins_the_corpus_once(context: ToolContext, film: Video) -> None:
    seen = Evidence(film.id, film.path, Span(60, 62), "frame", "A parrot sits on the lamp.", "inspect_frames")
    told = Evidence(film.id, film.path, Span(60, 62), "digest", "A summary.", "overview", perceived=False)
    corpus = recollect("Where is the parrot?", (), (seen, told), context)
    assert [memory.text for memory in corpus.memories if memory.kind == "frame"] == [
        "A parrot sits on the lamp."
    ]
    assert len(corpus) == 6


def test_evidence_that_replaces_other_evidence_is_weighed_anew(trial: Play, film: Video) -> None:
    async def work(run: Run) -> list[str]:
        candidates = []
        for place in ("lamp", "roof"):
            text = f"The parrot sits on the {place}."
            line = Evidence(film.id, film.path, Span(60, 62), "frame", text, "inspect_frames")
            run.state = replace(run.state, question="Where is the parrot?", ledger=(line,))
            candidates.append((await rules.weigh(run)).candidate)
        return candidates

    lamp, roof = trial(work)[0]
    assert "lamp" in lamp
    assert "roof" in roof


def test_of_a_large_scope_only_what_searches_find_is_compared(
    context: ToolContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recollection, "MOST_MEMORIES", 3)
    monkeypatch.setattr(recollection, "HITS", 2)
    corpus = recollect("Where is the key?", ("under the blue carpet",), (), context)
    assert 0 < len(corpus) < 5
    assert any("carpet" in memory.text for memory in corpus.memories)


def test_a_text_is_embedded_once_and_the_least_used_is_forgotten() -> None:
    class Counting:
        fingerprint, dimension, seen = "counting", 2, 0

        def embed_texts(self, texts: list[str]) -> Any:
            self.seen += len(texts)
            return np.ones((len(texts), 2), np.float32)

    cache, embedder = EmbeddingCache(most=2), Counting()
    cache.embed(embedder, ["a", "b", "a"])  # type: ignore[arg-type]
    cache.embed(embedder, ["b", "c"])  # type: ignore[arg-type]
    assert embedder.seen == 3
    assert cache.embed(embedder, ["a"]).shape == (1, 2)  # type: ignore[arg-type]
    assert embedder.seen == 4


async def test_without_evidence_it_does_not_pretend_to_be_sure(make: Make, play: Play) -> None:
    events, answer = await play(make(), "Who hides the key?", options=("the cook", "the twin"), before_s=5.0)
    verdicts = [event.reflection.confidence for event in events if isinstance(event, Reflected)]
    assert max([answer.confidence, *verdicts]) < 0.7


async def test_asked_twice_it_says_the_same(make: Make, play: Play) -> None:
    one, other = [(await play(make(), "Who hides the key?"))[1].to_dict() for _ in range(2)]
    assert all(one[name] == other[name] for name in ("answer", "confidence", "evidence", "stopped_because"))


def test_sound_alone_has_no_pictures_to_look_at(make: Make, library: Library) -> None:
    sound = VideoInfo("talk.mp3", 60.0, 0.0, 0, 0, streams=(Stream(0, "audio", "mp3"),))
    library.put_video(Video("t" * 24, "talk.mp3", "talk", 60.0, info=sound, complete=True))
    film = VideoInfo("silent.mp4", 60.0, 25.0, 64, 48)
    library.put_video(Video("s" * 24, "silent.mp4", "silent", 60.0, info=film, complete=True))
    assert make().ask("Who taught the cook?", "t" * 24).text == f"{UNSAID} {NOTHING}"
    assert make().ask("Who taught the cook?", "s" * 24).text == f"{UNSEEN} {NOTHING}"


async def test_without_a_clear_answer_the_closest_moments_are_shown(make: Make, play: Play) -> None:
    _, answer = await play(make(), "How many keys does the twin own?")
    assert (answer.found, answer.outcome, answer.text) == (False, "closest", f"{UNSAID} {CLOSEST}")
    assert 1 <= len(answer.evidence) <= 3


def test_a_question_in_another_language_that_is_not_answered_says_so(make: Make) -> None:
    answer = make().ask("Wer hat den Koch und die Köchin nicht gelobt?", "film.mkv")
    assert not answer.found
    assert answer.text.endswith(FOREIGN)
