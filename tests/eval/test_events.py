"""E.T. Bench's rules on events in time, each on numbers that can be checked by hand."""

from __future__ import annotations

import pytest

from playhead.eval import events
from playhead.eval.benchmarks import etbench
from playhead.eval.types import Prediction, Sample, Scored
from playhead.tools.embedders.hashing import create as hashing
from playhead.tools.types import Span

GOLD = (Span(0, 10), Span(20, 30))
CAPTIONS = ("a man opens the door", "a dog runs away")


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("0.0 - 10.0 seconds, a man opens the door. 20 - 30 seconds, a dog runs away.", list(GOLD)),
        ("1) 10 to 0 s: a man opens the door\n2) 20–30: a dog runs away", list(GOLD)),
        ("A man opens the door.", []),
        ("3 - 4: no", []),
    ],
)
def test_stretches_and_captions_are_read_from_an_answer(text: str, spans: list[Span]) -> None:
    assert [span for span, _ in events.told_events(text)] == spans


def test_the_first_span_is_measured_at_four_thresholds() -> None:
    assert events.recall([Span(0, 4), Span(20, 30)], GOLD) == 0.5
    assert events.recall([], GOLD) == 0.0


def test_a_highlight_counts_by_its_middle() -> None:
    assert events.highlight([Span(8, 11)], GOLD) == 1.0
    assert events.highlight([Span(9, 15)], GOLD) == 0.0


def test_localisation_and_summaries_are_f1() -> None:
    assert events.localised([Span(0, 10)], GOLD) == pytest.approx(2 / 3)
    assert events.summarised([Span(0, 20)], GOLD) == pytest.approx(0.5)


def test_captions_are_measured_in_time_and_in_meaning() -> None:
    gold = [list(zip(GOLD, CAPTIONS, strict=True))]
    told = [[(Span(0, 10), CAPTIONS[0]), (Span(50, 60), CAPTIONS[1])]]
    assert events.captioned(told, gold) == pytest.approx(0.5)
    assert events.alike(told, gold, hashing().embed_texts) == pytest.approx(0.5)
    assert events.captioned([[]], gold) == events.alike([[]], gold, hashing().embed_texts) == 0.0


def test_a_task_is_the_mean_over_its_sources() -> None:
    def scored(source: str, text: str) -> Scored:
        tags = {"task": ("dvc",), "source": (source,)}
        sample = Sample("1", "v", "?", tags=tags, evidence=GOLD, official={"captions": list(CAPTIONS)})
        return Scored(sample, Prediction(text), 0.0)

    both = "0 - 10 seconds, a man opens the door. 20 - 30 seconds, a dog runs away."
    rows = [scored("a", both), scored("b", ""), scored("b", "nothing")]
    official = etbench.official(etbench.INFO, rows, hashing().embed_texts)
    assert official == {"score": 50.0, "dvc": 50.0, "dvc sim": pytest.approx(50.0)}
