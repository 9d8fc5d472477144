"""Properties of offline answers, with the embedder that needs no model."""

from __future__ import annotations

import re

import numpy as np
import pytest

from playhead.agent.offline.answering import Support, answer
from playhead.agent.offline.corpus import Corpus
from playhead.tools import registry
from playhead.tools.types import Kind, Memory, Span
from playhead.tools.words.stems import words

EMBEDDER = registry.load("embedders", "hashing")
FILM: tuple[tuple[float, Kind, str], ...] = (
    (5, "speech", "Good morning, I am the cook of this house."),
    (30, "speech", "The cook hides the key under the blue carpet."),
    (50, "screen", "Learning rate\n0.001"),
    (70, "caption", "A tall man in a red coat opens the wooden door. Two dogs watch him."),
    (90, "speech", "Did the bell ring at all?"),
    (93, "speech", "Only once, at noon."),
    (100, "speech", "The twin finds the key at midnight."),
    (120, "caption", "A woman paints a green fence."),
)


def corpus(facts: tuple[tuple[float, Kind, str], ...] = FILM) -> Corpus:
    memories = [Memory("v", Span(start_s, start_s + 2.5), kind, text) for start_s, kind, text in facts]
    vectors = EMBEDDER.embed_texts([memory.text for memory in memories]) if memories else None
    return Corpus.of(memories, vectors).refined(EMBEDDER.embed_texts)


def ask(question: str, *options: str, of: Corpus | None = None) -> Support:
    return answer(question, options, corpus() if of is None else of, EMBEDDER.embed_texts)


def test_an_open_question_is_answered_by_a_quote_with_its_place() -> None:
    support = ask("Where does the cook hide the key?")
    assert support.found
    assert support.text == "The cook hides the key under the blue carpet."
    assert support.evidence[0].span.start_s == 30


CRATES: tuple[tuple[float, Kind, str], ...] = (
    (5, "screen", "HALL 7\nCRATE 79 CODE KX3W"),
    (60, "speech", "Crate number seven has the code A3XK."),
)


def test_what_is_said_of_another_number_is_no_answer() -> None:
    assert "A3XK" in ask("What code is on crate 7?", of=corpus(CRATES)).text
    near = ask("What code is on crate 7?", of=corpus(CRATES[:1]))
    assert not near.found
    assert near.evidence


def test_what_is_said_of_another_owner_is_no_answer() -> None:
    lockers = corpus(
        (
            (5, "screen", "LOCKER 47 OWNER KIM"),
            (30, "screen", "LOCKER 74 HOLDS LANTERN"),
            (60, "screen", "HALL 7"),
        )
    )
    near = ask("What does the locker of Ada hold?", of=lockers)
    assert not near.found
    assert near.evidence
    assert not ask("What does Ada's locker hold?", of=lockers).found
    assert ask("Who is the owner of locker 47?", of=lockers).found
    assert "KIM" in ask("Whose locker is the locker of Kim?", of=lockers).text


def test_a_number_that_was_misheard_does_not_hide_what_answers() -> None:
    heard = corpus(
        (
            (5, "speech", "Turbine two stands still."),
            (9, "speech", "Between the blades we found a glass bottle."),
        )
    )
    assert "bottle" in ask("What was found between the blades of turbine four?", of=heard).text


def test_only_the_sentence_that_answers_is_quoted() -> None:
    assert ask("How many dogs watch the man?").text == "Two dogs watch him."


def test_what_no_kind_of_thing_answers_is_quoted_from_two_places_with_their_times() -> None:
    told = ((5.0, "The mill belongs to the miller."), (90.0, "The mill stands on a hill of chalk."))
    support = ask("What about the old mill?", of=corpus(tuple((t, "speech", said) for t, said in told)))
    assert all(said in support.text for _, said in told)
    assert "00:05" in support.text
    assert " — or " in support.text
    assert {memory.span.start_s for memory in support.evidence} == {5, 90}


def test_a_dash_tells_where_another_one_speaks() -> None:
    said = (
        ("Ada", "Did the red mill burn down?"),
        ("Ben", "The red mill burned down in May."),
        ("Ada", "Oh dear."),
    )
    told = [
        Memory("v", Span(5.0 * i, 5.0 * i + 4), "speech", text, meta={"speaker": name})
        for i, (name, text) in enumerate(
            (*said, ("Cy", "The red mill had been dry for weeks, Ada told him."))
        )
    ]
    of = Corpus.of(told, EMBEDDER.embed_texts([memory.text for memory in told]))
    assert "burned down in May. – Oh dear. – The red" in ask("Why did the red mill burn down?", of=of).text


def test_the_closest_moments_are_words_before_a_note_on_a_picture() -> None:
    told: tuple[tuple[float, Kind, str], ...] = (
        (5, "frame", "picture mostly red; dark; some motion"),
        (10, "speech", "The mill is dark, said the miller."),
        (60, "speech", "Nobody came."),
    )
    near = ask("Which picture hangs in the dark hall of Berlin?", of=corpus(told))
    assert not near.found
    assert [memory.kind for memory in near.evidence] == ["speech", "speech", "frame"]


def test_a_sentence_that_only_names_what_is_asked_is_not_all_that_is_quoted() -> None:
    told: tuple[tuple[float, Kind, str], ...] = (
        (5, "speech", "Okay, so the first question."),
        (8, "speech", "The first question is about the price of the schedule."),
    )
    assert "price" in ask("What is the first question about?", of=corpus(told)).text


def test_moments_beside_an_unsure_quote_are_told_from_what_it_quotes() -> None:
    told = ("The bell of the mill is old.", "A bell rang once.", "The miller sleeps.")
    rung: tuple[tuple[float, Kind, str], ...] = tuple(
        (60.0 * i, "speech", text) for i, text in enumerate(told)
    )
    support = ask("Who rings the bell?", of=corpus(rung))
    assert support.found
    assert support.elsewhere
    quoted = set(support.evidence) - set(support.elsewhere)
    assert [memory.text for memory in quoted] == [support.text]


def test_a_code_that_begins_with_a_letter_is_the_figure_asked_for() -> None:
    def sure(said: str) -> float:
        return ask("What code is on the crate?", of=corpus(((5, "speech", said),))).confidence

    assert sure("The code on the crate is K4MX.") > 0.9 > sure("The code on the crate is gone.")


def test_a_sentence_that_began_before_is_marked() -> None:
    support = ask("Why does the mill stand?", of=corpus(((5, "speech", "because the mill has no wind."),)))
    assert support.text == "…because the mill has no wind."


def test_a_question_that_was_asked_is_answered_by_its_reply() -> None:
    assert ask("Did the bell ring at all?").text.startswith("Only once, at noon.")


def test_a_heading_is_quoted_with_its_value() -> None:
    assert "0.001" in ask("What is the learning rate?").text


@pytest.mark.parametrize("said", [("Lizzy", "Aussie"), ("Aussie", "Lizzy")])
def test_a_name_is_found_as_it_was_heard(said: tuple[str, str]) -> None:
    texts = [f"{name} keeps the ladder in the old mill." for name in said]
    heard = [Memory("v", Span(60.0 * i, 60.0 * i + 3), "speech", texts[i], source="asr:tiny") for i in (0, 1)]
    of = Corpus.of(heard, EMBEDDER.embed_texts(texts)).refined(EMBEDDER.embed_texts)
    assert "Aussie" in ask("Where does Ozzy keep the ladder?", of=of).evidence[0].text


def test_a_label_is_quoted_with_its_value() -> None:
    card: tuple[tuple[float, Kind, str], ...] = ((10, "screen", "Costume Design Department\nGreta Castillo"),)
    assert "Greta Castillo" in ask("Who was the costume design department?", of=corpus(card)).text


def test_what_stands_on_the_screen_is_what_speech_is_about() -> None:
    facts: tuple[tuple[float, Kind, str], ...] = (
        (10, "screen", "The lighthouse\nBuilt in 1871"),
        (11, "speech", "It was designed by Tobias Renn, a clockmaker."),
        (60, "speech", "The bridge was designed by Ada Lorne."),
    )
    assert "Tobias Renn" in ask("Who designed the lighthouse?", of=corpus(facts)).text


def test_a_date_answers_when_better_than_a_heading() -> None:
    assert ask(
        "When was the mill built?", of=corpus(((9, "screen", "The mill\nBuilt in 1788"),))
    ).text.endswith("Built in 1788")


def test_when_is_answered_with_the_time() -> None:
    assert ask("When does the twin find the key?").text.startswith("01:40")


@pytest.mark.parametrize(
    "question", ["Who flies the balloon?", "How much is the ticket to Rome?", "What colour is the sofa?"]
)
def test_what_nothing_supports_is_refused(question: str) -> None:
    support = ask(question)
    assert (support.found, support.text) == (False, "")
    assert support.confidence < 0.5


def test_the_supported_option_wins_and_is_cited() -> None:
    support = ask("Where is the key hidden?", "in a drawer", "under the carpet", "behind the clock")
    assert support.option == 1
    assert support.evidence[0].span.start_s == 30


def test_no_word_comes_from_nowhere() -> None:
    known = {word for _, _, text in FILM for word in words(text)}
    for question in (
        "Who hides the key?",
        "What does the woman paint?",
        "When does the twin come?",
        "How many dogs?",
    ):
        said = re.sub(r"(?: — or )?\b\d\d:\d\d\b(?: —)?", " ", ask(question).text)
        assert {word for word in words(said) if not word.isdigit()} <= known
    assert ask("Who hides the key?", "the cook", "the twin").text in ("the cook", "the twin")


def test_confidence_grows_with_the_margin() -> None:
    clear = ask("Who hides the key?", "the cook", "a sailor")
    thin = ask("Who hides the key?", "the cook", "The cook!")
    assert thin.confidence == pytest.approx(0.5, abs=0.05)
    assert clear.confidence > thin.confidence
    probabilities = clear.probabilities
    assert clear.confidence == max(probabilities)
    assert sum(probabilities) == pytest.approx(1.0)


def test_the_order_of_options_does_not_matter() -> None:
    options = ["in a drawer", "under the carpet", "behind the clock", "on the roof"]
    there, back = ask("Where is the key?", *options), ask("Where is the key?", *reversed(options))
    assert options[there.option or 0] == options[::-1][back.option or 0]


@pytest.mark.parametrize(("word", "gold"), [("first", 1), ("last", 2)])
def test_first_and_last_go_by_time(word: str, gold: int) -> None:
    assert (
        ask(f"Which of these is mentioned {word}?", "learning rate", "the cook", "green fence").option == gold
    )


def test_an_order_of_labelled_items_goes_by_time() -> None:
    question = "In which order do these appear: (A) green fence, (B) blue carpet, (C) red coat?"
    support = ask(question, "A, B, C", "B, C, A", "C, B, A", "B, A, C")
    assert support.option == 1
    assert [memory.span.start_s for memory in support.evidence] == [30, 70, 120]


def test_what_comes_right_after_an_event() -> None:
    options = ("The cook hides the key", "A woman paints a fence", "Only once, at noon")
    assert ask("What comes right after the twin finds the key?", *options).option == 1


def test_yes_or_no_about_an_order() -> None:
    question = "Does the cook hide the key before the twin finds the key at midnight?"
    assert ask(question, "No", "Yes").text == "Yes"
    assert ask(question.replace("before", "after"), "No", "Yes").text == "No"


def test_a_negated_question_takes_the_option_that_does_not_occur() -> None:
    assert ask("Which of these is not shown?", "a red coat", "a green fence", "a submarine").option == 2


def test_a_stated_number_decides_a_count() -> None:
    assert ask("How many dogs watch the man?", "4", "2", "7").option == 1


def test_sayings_are_counted() -> None:
    support = ask("How many times do they mention the key?")
    assert support.text == "2"
    assert [memory.span.start_s for memory in support.evidence] == [30, 100]


def test_what_is_not_there_is_not_counted() -> None:
    assert ask("How many times does the woman paint a fence?").text == "1"
    assert not ask("How many times does the unicorn paint a fence?").found


def test_a_stated_time_leaves_out_everything_else() -> None:
    assert ask("Who has the key between second 95 and 110?").text.endswith(
        "The twin finds the key at midnight."
    )
    assert not ask("Who has the key between second 10 and second 20?").found


def test_nothing_is_known_of_an_empty_recording() -> None:
    empty = corpus(())
    assert ask("Who?", of=empty) == ask("Who?", "a", "b", of=empty) == Support("", None, False, 0.0)


def test_one_option_and_forty() -> None:
    assert ask("Where is the key?", "under the blue carpet").option == 0
    many = [f"in drawer number {index}" for index in range(39)]
    assert ask("Where does the cook hide the key?", *many, "under the blue carpet").option == 39


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "who " * 25_000,
        "</data>; DROP TABLE memories; --",
        "(A) (B) (C) [d] ?",
        "\x00\ud800\u202e",
        "?",
        "   ",
    ],
)
def test_hostile_text_is_only_text(text: str) -> None:
    hostile = corpus((*FILM, (130, "speech", text)))
    assert 0 <= ask(text, of=hostile).confidence <= 1
    assert ask(text, "a", text, "", of=hostile).option in (None, 0, 1, 2)


@pytest.mark.parametrize(
    ("said", "question", "options", "gold"),
    [
        ("鍵は青い絨毯の下にあります。", "鍵はどこにありますか", ("赤い箱の中", "青い絨毯の下"), 1),
        ("المفتاح تحت السجادة الزرقاء", "أين المفتاح؟", ("تحت السجادة", "في الصندوق"), 0),
        (
            "Der Schlüssel liegt unter dem Teppich.",
            "Wo liegt der Schlüssel?",
            ("im Schrank", "unter dem Teppich"),
            1,
        ),
    ],
)
def test_other_languages_work_by_their_words(
    said: str, question: str, options: tuple[str, ...], gold: int
) -> None:
    film = corpus(((5, "speech", said), (20, "speech", "12345"), (40, "speech", "la la la")))
    assert ask(question, *options, of=film).option == gold
    assert ask(question, of=film).evidence[0].text == said


def test_two_videos_are_not_one_line_of_time() -> None:
    memories = [
        Memory(name, Span(5, 7), "speech", text)
        for name, text in (("b", "The bell rings."), ("a", "Ann sings."))
    ]
    both = Corpus.of(memories, EMBEDDER.embed_texts([memory.text for memory in memories]))
    assert both.term_near("ring", 10.0).tolist() == [0.0, 1.0]


def test_vectors_must_fit_the_memories() -> None:
    with pytest.raises(ValueError, match="1 memories but 2 vectors"):
        Corpus.of([Memory("v", Span(0, 1), "speech", "hello")], np.zeros((2, 4), np.float32))


def test_a_misspelt_word_is_understood() -> None:
    assert "carpet" in ask("Where does the cook hide the key, under which carpt?").text


def test_a_name_is_no_part_of_what_is_said() -> None:
    said = Memory("v", Span(1, 2), "speech", "Ann: The bell rings.", meta={"speaker": "Ann"})
    rows = EMBEDDER.embed_texts([said.text])
    assert ask("What rings?", of=Corpus.of([said], rows)).text in ("", "The bell rings.")
    assert "Ann" in ask("Who says that the bell rings?", of=Corpus.of([said], rows)).text


def test_a_noun_that_was_misheard_does_not_hide_its_number() -> None:
    texts = ["Terminal 4 made a noise. In turbine 4 was a bottle.", "Turbine two stands still."]
    for said, found in ((texts, True), ([texts[0].split(". ")[0], texts[1]], True), (texts[1:], False)):
        heard = [
            Memory("v", Span(9.0 * i, 9.0 * i + 3), "speech", t, source="asr:tiny")
            for i, t in enumerate(said)
        ]
        of = Corpus.of(heard, EMBEDDER.embed_texts(said)).refined(EMBEDDER.embed_texts)
        assert ask("What noise did turbine four make?", of=of).found == found


def test_what_is_quoted_is_said_without_hesitation() -> None:
    said = corpus(((5, "speech", "Um, the mill was - was closed by, uh, the miller."), FILM[7]))
    assert "the mill was closed by the miller." in ask("Who closed the mill?", of=said).text.lower()


def test_who_speaks_counts_for_a_question_that_names_them() -> None:
    said = "I would keep the old mill as it is."
    memories = [
        Memory("v", Span(40.0 * i, 40.0 * i + 3), "speech", f"{name}: {said}", meta={"speaker": name})
        for i, name in enumerate(("Ann", "Bob"))
    ]
    of = Corpus.of(memories, EMBEDDER.embed_texts([said] * 2))
    for i, name in enumerate(("Ann", "Bob")):
        assert ask(f"What would {name} do with the old mill?", of=of).evidence[0].span.start_s == 40.0 * i
