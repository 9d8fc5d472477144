"""Your own questions: mistakes in the file are told where they are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from playhead.eval.benchmarks import own
from playhead.tools.errors import MediaError

DOCS = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text("utf-8")


def test_what_is_no_json_is_told_with_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "qa.json").write_text('[\n {"id": "a",\n  "question" "b"}\n]')
    with pytest.raises(MediaError, match=r"qa\.json', line 3, column 14: Expecting ':'"):
        own.create(data=tmp_path)


def test_missing_recordings_are_named_at_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [{"id": "a", "video": "gone.mp4", "question": "?"}, {"id": "b", "transcript": "talk"}]
    (tmp_path / "qa.json").write_text(json.dumps(rows))
    own.create(data=tmp_path)
    assert "2 recordings" in caplog.text
    assert "subtitles/talk, videos/gone.mp4" in caplog.text


def test_the_documented_form_is_understood(tmp_path: Path) -> None:
    shown = re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL)[0]
    (tmp_path / "qa.json").write_text(shown)
    first, second = own.create(data=tmp_path).samples()
    assert (first.answer_index, first.options[0], first.evidence[0].start_s) == (0, "the brake", 268.0)
    assert (second.answer_text, second.before_s, second.problem) == ("Agnes Lorne", 600, "")
