"""The made-up captions set that is timed: in the layout that the runner reads, the same every time."""

from __future__ import annotations

from pathlib import Path

from playhead.eval.captions_speed import SECONDS, write
from playhead.tools import registry


def test_the_made_up_set_is_read_as_captions(tmp_path: Path) -> None:
    different = write(tmp_path, videos=3)
    samples = list(registry.module("benchmarks", "captions").create(data=tmp_path).samples())
    told = {text for sample in samples for _, _, text in sample.source.memories()}
    assert [len(sample.options) for sample in samples] == [5, 5, 5]
    assert [len(list(sample.source.memories())) for sample in samples] == [SECONDS] * 3
    assert different == len(told)
    assert different > SECONDS


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, videos=2)
    files = [(tmp_path / name / "made_memories.jsonl").read_bytes() for name in ("one", "other")]
    assert files[0] == files[1]
