"""Times against gold times, and moment retrieval as its sets score it."""

from __future__ import annotations

import numpy as np
import pytest

from playhead.eval import grounding, moments
from playhead.tools.types import Span


def spans(*pairs: tuple[float, float]) -> list[Span]:
    return [Span(*pair) for pair in pairs]


def test_interval_sets() -> None:
    assert grounding.merged(spans((5, 8), (0, 2), (1, 3))) == spans((0, 3), (5, 8))
    assert grounding.set_iou(spans((0, 10)), spans((5, 15))) == pytest.approx(1 / 3)
    assert grounding.set_iou(spans((0, 4), (2, 6)), spans((0, 6))) == 1.0
    assert grounding.set_iou([], spans((0, 6))) == 0.0


def test_touching_at_a_boundary_is_not_a_hit() -> None:
    assert not grounding.touches(Span(0, 5), spans((5, 9)))
    assert grounding.touches(Span(5, 5), spans((5, 9)))


def test_recall_and_precision() -> None:
    gold = spans((10, 20), (50, 60))
    retrieved = spans((0, 5), (12, 14), (55, 70))
    assert [grounding.recall_at(retrieved, gold, k) for k in (1, 2, 3)] == [0.0, 0.5, 1.0]
    assert grounding.cited_precision(retrieved, gold) == pytest.approx(2 / 3)
    assert grounding.cited_precision([], gold) == 0.0


def test_nextgqa_and_falcon_measures() -> None:
    assert grounding.best_iop(Span(0, 10), spans((5, 20))) == 0.5
    assert grounding.best_iop(Span(7, 7), spans((5, 20))) == 1.0
    assert grounding.gtou(Span(0, 10), Span(5, 15)) == pytest.approx(10 / 15)
    assert grounding.gtou(Span(0, 5), Span(6, 10)) == 0.0
    assert grounding.gtou(Span(7, 7), Span(6, 10)) == 1.0


def test_recall_at_one_reads_the_first_window_only() -> None:
    windows = spans((0, 10), (20, 30))
    assert moments.recall_at_one(windows, spans((20, 30)), 0.5) == 0.0
    assert moments.recall_at_one(windows, spans((50, 60), (0, 8)), 0.7) == 1.0
    assert moments.recall_at_one([], spans((0, 8)), 0.5) == 0.0


def test_average_precision_by_hand() -> None:
    gold = spans((0, 10), (20, 30))
    # hits: yes, no, yes → precision 1 and 2/3 at recall 1/2 and 1
    windows = spans((0, 10), (50, 60), (20, 30))
    assert moments.average_precision(windows, gold, 0.5) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    # a second window on a matched gold is a miss
    assert moments.average_precision(spans((0, 10), (0, 10)), gold, 0.5) == pytest.approx(0.5)


def test_mean_ap_averages_ten_thresholds() -> None:
    # IoU 0.72: counts at 0.5, 0.55, 0.6, 0.65, 0.7
    assert moments.mean_ap(spans((0, 7.2)), spans((0, 10))) == pytest.approx(0.5)


def test_highlights_by_hand() -> None:
    gold = moments.saliency_table(8, [1, 2], [[4, 1, 0], [2, 2, 2]])
    assert gold.shape == (4, 3)
    assert moments.hit_at_one([0, 1, 0, 0], gold, least=4) == 1.0
    assert moments.hit_at_one([0, 0, 1, 0], gold, least=4) == 0.0
    # annotators at "very good": first has clip 1 only, the others none
    assert moments.highlight_ap([0.1, 0.9, 0.5, 0], gold, least=4) == pytest.approx(1 / 3)
    assert moments.highlight_ap([0.9, 0.5, 0.1, 0], gold, least=4) == pytest.approx(0.5 / 3)


def test_short_saliency_is_padded_and_ties_share_a_step() -> None:
    gold = np.array([[4], [0], [4], [0]])
    assert moments.highlight_ap([1.0], gold, least=4) == pytest.approx((1 + 0.5) / 2)


def test_saliency_from_ranked_windows() -> None:
    assert moments.saliency_of(spans((4, 6), (0, 2)), 8) == pytest.approx([2 / 3, 0, 1, 0])
