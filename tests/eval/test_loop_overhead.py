"""What the loop costs, and that its prompts grow at their end."""

from __future__ import annotations

from pathlib import Path

from playhead.eval.loop_overhead import ROUNDS, agent, asked, shared


def test_a_prefix_cache_serves_four_fifths_of_a_question_of_four_rounds(tmp_path: Path) -> None:
    with agent(tmp_path, questions=2) as (made, model):
        before, run = (asked(made, model, number) for number in range(2))
    assert (run.steps, len(run.requests)) == (3 * ROUNDS + 1, ROUNDS + 1)
    assert shared(run.requests, before.requests) >= 0.8
    assert shared(run.requests[:1]) == 0
    assert shared(run.requests[:1], run.requests) == 1
    assert 0 < run.tools_s < run.wall_s
