"""Overviews without a model: every line said or shown, with its seconds, within the words allowed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.followups.nearby import UNNAMED
from playhead.agent.offline.corpus import Corpus
from playhead.agent.overviews.writing import KINDS, MOST_WORDS, ON_SCREEN, SILENT, respond
from playhead.tools import registry
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.types import Kind, Memory, Span
from playhead.tools.words.excerpts import quoted

TOPICS = ("bread yeast flour oven", "planets orbit moons gravity", "violins cello music score")
embed = registry.load("embedders", "hashing").embed_texts


def corpus(*memories: Memory) -> Corpus:
    return Corpus.of(memories, embed([memory.text for memory in memories]))


def talk(names: tuple[str, ...] = ("", "", ""), each: int = 10) -> Corpus:
    """A lecture of three parts, ten seconds a sentence."""
    said = [
        Memory(
            "v",
            Span(10 * i, 10 * i + 9),
            "speech",
            f"{name}: " * bool(name) + f"Now the {topic} are explained in example {i}.",
            meta={"speaker": name} if name else {},
        )
        for i, (topic, name) in enumerate(
            (topic, name) for topic, name in zip(TOPICS, names, strict=True) for _ in range(each)
        )
    ]
    return corpus(*said)


def shown(start_s: float, text: str, kind: Kind = "screen") -> Memory:
    return Memory("v", Span(start_s, start_s + 3), kind, text)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_cites_and_keeps_within_its_words(kind: str) -> None:
    found = respond(kind, "", talk(("Ada", "Ben", "Ada"), each=60), embed)
    assert found is not None
    assert found.found
    assert 0 < len(found.text.split()) <= MOST_WORDS
    assert found.evidence


def test_chapters_begin_where_the_subject_changes() -> None:
    found = respond("chapters", "Chapters please", talk(), embed)
    assert found is not None
    assert [line[:5] for line in found.text.splitlines()] == ["00:00", "01:40", "03:20"]
    assert "yeast" in found.text.splitlines()[0].casefold()


def test_a_screen_recording_is_told_in_its_order() -> None:
    found = respond("about", "", corpus(shown(5, "pytest -q"), shown(12, "3 passed\nin 2 s")), embed)
    assert found is not None
    assert found.text.splitlines() == [ON_SCREEN, "00:05 pytest -q", "00:12 3 passed / in 2 s"]


def test_what_happened_after_something_leaves_out_what_was_before() -> None:
    found = respond("summary", "Summarise what came after the planets", talk(), embed)
    assert found is not None
    assert min(memory.span.start_s for memory in found.evidence) >= 100


def test_who_speaks_is_measured_and_never_guessed() -> None:
    found = respond("speakers", "", talk(("Ada", "Ben", "Ada")), embed)
    assert found is not None
    assert [line.split(" of")[0] for line in found.text.splitlines()] == ["Ada: 65%", "Ben: 35%"]
    nobody = respond("speakers", "", talk(), embed)
    assert nobody is not None
    assert (nobody.text, nobody.found) == (UNNAMED, False)
    silent = respond("speakers", "", corpus(shown(5, "pytest -q")), embed)
    assert silent is not None
    assert (silent.text, silent.found, silent.evidence) == (SILENT, False, ())


def test_a_few_names_are_no_shares_of_all_that_is_said() -> None:
    found = respond("speakers", "", talk(("", "", "Ada"), each=2), embed)
    assert found is not None
    assert found.text.splitlines() == ["Only 2 of 6 utterances carry the name of who speaks.", "Ada"]


def test_a_key_moment_is_what_is_said_with_words_that_mark_it() -> None:
    said = [f"The {topic} are explained in example {i}." for topic in TOPICS for i in range(8)]
    said[13] = "To sum up, the planets orbit moons gravity are explained here."
    told = [Memory("v", Span(10 * i, 10 * i + 9), "speech", text) for i, text in enumerate(said)]
    found = respond("moments", "Key moments?", corpus(*told), embed)
    assert found is not None
    assert "To sum up, the planets" in found.text


def test_pictures_without_words_are_no_answer() -> None:
    found = respond("about", "", corpus(shown(0, "picture mostly red; dark", "frame")), embed)
    assert found is not None
    assert (found.found, found.text) == (False, "")


@pytest.mark.parametrize("count", [1, 2, 3000])
def test_any_length_is_looked_over(count: int) -> None:
    memories = [Memory("v", Span(i, i + 1), "speech", f"Word {i % 7} of many.") for i in range(count)]
    vectors = np.eye(8, dtype=np.float32)[[i % 7 for i in range(count)]]
    found = respond("summary", "", Corpus.of(memories, vectors), lambda texts: embed(texts)[:, :8])
    assert found is not None
    assert found.evidence


def test_a_quote_is_of_whole_sentences_without_fillers() -> None:
    text = "Ada: Um, and so, uh, the mill grinds the corn of the valley. Yes. It stands idle in winter."
    memory = Memory("v", Span(0, 9), "speech", text, meta={"speaker": "Ada"})
    assert quoted(memory, 12) == "The mill grinds the corn of the valley. Yes."
    assert quoted(memory, 5) == "It stands idle in winter."


def test_with_a_model_chapters_are_summarised_and_merged(make: Callable[..., VideoAgent]) -> None:
    model = ScriptedModel({"digest": {"title": "The key", "summary": "A cook hides a key."}})
    found = make(model).overview("film.mkv")
    assert found.about == ("The key",)
    assert found.summary == ("A cook hides a key.",)
    assert {(part.title, part.summary) for part in found.chapters} == {("The key", "A cook hides a key.")}
    assert len(model.asked("digest")) <= len(found.chapters) + 1


def test_without_a_model_an_overview_is_extracted(make: Callable[..., VideoAgent]) -> None:
    found = make().overview("film.mkv")
    assert found.chapters[0].start_s == 0
    assert found.chapters[-1].end_s == found.duration_s == 120
    assert any("key" in line for line in found.summary)


def test_what_announces_the_whole_is_said_first_and_greetings_are_not() -> None:
    said = (
        "My name is Ada, and I work for the harbour office of this town.",
        "Today we are going to talk about the tides of the northern harbour.",
        "The tides of the harbour rise twice a day and leave sand behind.",
    )
    lines = [Memory("v", Span(9 * i, 9 * i + 8), "speech", text) for i, text in enumerate(said)]
    found = respond("about", "", corpus(*lines), embed)
    assert found is not None
    assert (
        found.text.splitlines()[1]
        == "00:09 Today we are going to talk about the tides of the northern harbour."
    )
