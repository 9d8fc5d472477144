"""What runs are called beside each other, and what kinds of right and wrong there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playhead.eval import taxonomy
from playhead.eval.naming import names
from playhead.eval.types import Prediction, RunConfig, Sample, Scored
from playhead.tools.types import Span

SAMPLE = Sample("1", "v", "?", ("a", "b"), 0, evidence=(Span(10, 20),))
THERE, ELSEWHERE = Span(12, 13), Span(40, 50)


@pytest.mark.parametrize(
    ("configs", "called"),
    [
        ([RunConfig("own", "D")], ["observe · offline"]),
        ([RunConfig("own", "D"), RunConfig("own", "D", strategy="topk")], ["observe", "topk"]),
        (
            [RunConfig("own", "D", model="m"), RunConfig("own", "E", model="m", subtitles="none")],
            ["subtitles full", "subtitles none"],
        ),
        (
            [
                RunConfig("own", "D"),
                RunConfig("own", "D", settings={"budget": {"rounds": 2}}, reading="lmms"),
            ],
            ["reading – · budget.rounds –", "reading lmms · budget.rounds 2"],
        ),
        (
            [RunConfig("own", "D"), RunConfig("own", "D")],
            ["observe · offline · a", "observe · offline · b"],
        ),
        (
            [RunConfig("mlvu", "D", subset="dev"), RunConfig("own", "D", model="")],
            ["mlvu:dev · offline", "own · no model"],
        ),
    ],
)
def test_runs_are_named_by_all_that_differs(configs: list[RunConfig], called: list[str]) -> None:
    assert [name.full for name in names(configs, ["a", "b"][: len(configs)])] == called


def test_a_system_has_one_name_on_all_sets() -> None:
    own = RunConfig("own", "D", limit=4)
    runs = [
        own,
        replace(own, strategy="topk"),
        replace(own, set="mlvu", subset="dev", limit=9, subtitles="none"),
    ]
    called = names(runs, ["a", "b", "c"])
    assert [name.system for name in called] == ["observe", "topk", "observe"]
    assert [name.set for name in called] == ["own · limit 4 · subtitles full"] * 2 + [
        "mlvu:dev · limit 9 · subtitles none"
    ]


def test_runs_alike_in_everything_are_told_apart() -> None:
    called = [name.full for name in names([RunConfig("own", "D")] * 2, ["a", "a"])]
    assert called == ["observe · offline · a · run 1", "observe · offline · a · run 2"]


def said(
    option: int | None, *cited: Span, found: bool = True, retrieved: tuple[Span, ...] = ()
) -> Prediction:
    return Prediction("", option, found=found, evidence=cited, retrieved=retrieved)


@pytest.mark.parametrize(
    ("prediction", "kind"),
    [
        (None, "failed"),
        (said(0, THERE), "right, cited there"),
        (said(0, ELSEWHERE), "right, cited elsewhere"),
        (said(1), "wrong, nothing cited"),
        (said(1, THERE), "wrong, cited there"),
        (said(1, ELSEWHERE, retrieved=(THERE,)), "wrong, reached but not cited"),
        (said(None, found=False), "not found"),
        (said(None, THERE, found=False), "not found, cited there"),
        (said(None), "no answer"),
        (Prediction("it is b", None), "no option named"),
    ],
)
def test_kinds_say_what_happened_and_where_it_looked(prediction: Prediction | None, kind: str) -> None:
    right = float(prediction is not None and prediction.option == 0)
    assert taxonomy.kind(Scored(SAMPLE, prediction, right)) == kind


def test_who_never_cites_is_not_blamed_for_it() -> None:
    assert taxonomy.kinds([Scored(SAMPLE, said(0), 1.0), Scored(SAMPLE, said(1), 0.0)]) == ["right", "wrong"]


def test_without_gold_nothing_is_right_or_wrong() -> None:
    assert taxonomy.kind(Scored(Sample("1", "v", "?", ("a", "b")), said(0), 0.0)) == "no gold"


def test_causes_are_grouped_without_what_differs() -> None:
    errors = ["no file '/a/b.mp4' at 3 s", "no file '/c/d.mp4' at 4.5 s", "timed out"]
    found = taxonomy.causes([Scored(SAMPLE, None, 0.0, error=error) for error in errors])
    assert [(part["cause"], part["n"]) for part in found] == [("no file '…' at … s", 2), ("timed out", 1)]
    assert found[0]["example"] == errors[0]
