"""Citation marks in a model's words: places in the evidence when shown, nothing where words count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from playhead.agent import marks
from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.context import LoopConfig
from playhead.agent.events import Answering
from playhead.agent.result import Answer
from playhead.agent.terminal.console import Terminal
from playhead.tools.models.scripted import ScriptedModel, text_of
from playhead.tools.types import Evidence, Span
from tests.full_calls import call, plan

LEDGER = tuple(
    Evidence("v", "film", Span(n, n + 1), "speech", text, number=n)
    for n, text in ((3, "the cook"), (4, "a key, see [9]"), (12, "midnight"))
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The cook [12] hides it [3].", "The cook [1] hides it [2]."),
        ("Both [3, 12] and [3][4].", "Both [2][1] and [2][3]."),
        ("It is gone [77].", "It is gone."),
        ("The slide says [9] [4].", "The slide says [9] [3]."),
        ("[77]", "[77]"),
        ("a[0] = [1.5]; [x]", "a[0] = [1.5]; [x]"),
    ],
)
def test_a_mark_is_a_place_in_the_evidence(text: str, shown: str) -> None:
    assert marks.placed(text, (12, 3, 4), LEDGER) == shown


def test_what_is_cited_and_what_is_left_without_marks() -> None:
    text = "At [12], then [4; 3] and [12, 99]."
    assert marks.cited(text, LEDGER) == (12, 4, 3)
    assert marks.plain(text) == "At, then and."
    assert marks.plain("No mark.") == "No mark."


@pytest.mark.parametrize("end", ["", " [", " [1", " [12, ", "  "])
def test_half_a_mark_is_held_back(end: str) -> None:
    assert marks.whole(f"The cook{end}") == "The cook"


async def test_an_answer_has_its_own_numbers_and_all_that_its_words_name(
    make: Callable[..., VideoAgent], play: Callable[..., Any]
) -> None:
    words = "The twin finds it [{twin}]; the cook hid it [{cook}], in the film [99]."
    live = Config(loop=LoopConfig(live_answer=True, first_plan="model"))

    def answer(request: Any) -> dict[str, Any]:
        told = text_of(request)
        found = {name: told.partition(f": <data>{text}")[0].rpartition("[")[2].partition("]")[0]
                 for name, text in (("cook", "The cook hides"), ("twin", "The twin finds"))}  # fmt: skip
        return {"found": True, "answer": words.format(**found), "cites": [int(found["cook"])]}

    weighed = {"missing": "", "candidate": "", "cites": [1], "sufficient": True, "confidence": 0.9}
    script: dict[str, Any] = {
        "plan": plan(call("search_memory", query="who hides and who finds the key")),
        "reflect": weighed,
        "answer": answer,
    }
    events, given = await play(make(ScriptedModel(script), config=live), "Who has the key?")
    assert given.text == "The twin finds it [1]; the cook hid it [2], in the film."
    assert given.words == "The twin finds it; the cook hid it, in the film."
    assert [line.text.split()[1] for line in given.evidence[:2]] == ["twin", "cook"]
    told = [event.text for event in events if isinstance(event, Answering)]
    assert told
    assert all(given.text.startswith(text) for text in told)


def test_a_conversation_has_numbers_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    lines = tuple(LEDGER[:2])
    Terminal().answer(Answer("The cook [1], the key [2].", evidence=lines), (7, 5))
    assert "The cook [7], the key [5]." in capsys.readouterr().out
