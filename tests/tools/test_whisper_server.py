"""Transcription by a server: what is sent, how replies become cues, how failures are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playhead.tools.errors import ModelError, ModelRejectedError, ModelReplyError, ModelUnreachableError
from playhead.tools.registry import load
from playhead.tools.synthesis import encode_audio
from playhead.tools.types import Cue, Span
from playhead.tools.words.audio import PIECE_S, SEARCH_S
from tests.fake_transcriptions import FakeTranscriptions


def heard(folder: Path, server: FakeTranscriptions, length_s: float = 5.0, **settings: str) -> list[Cue]:
    path = encode_audio(folder / "sound.m4a", length_s)
    return list(load("speech", "openai:tiny", base_url=server.url, **settings).transcribe(path, None))


def test_mono_sound_at_sixteen_kilohertz_is_sent(tmp_path: Path) -> None:
    with FakeTranscriptions() as server:
        heard(tmp_path, server, language="en")
    assert server.seen[0]["model"] == "tiny"
    assert server.seen[0]["language"] == "en"
    assert (round(server.seen[0]["length_s"]), server.seen[0]["rate_hz"]) == (5, 16000)


def test_a_long_recording_goes_in_pieces(tmp_path: Path) -> None:
    with FakeTranscriptions() as server:
        cues = heard(tmp_path, server, 400.0)
    assert len(server.seen) >= 2
    assert all(request["length_s"] <= PIECE_S + SEARCH_S for request in server.seen)
    assert sum(request["length_s"] for request in server.seen) == pytest.approx(400, abs=0.5)
    ends = [0.0, *(cue.span.end_s for cue in cues)]
    assert [cue.span.start_s for cue in cues] == pytest.approx(ends[:-1], abs=0.1)


def test_a_server_without_times_gets_short_pieces(tmp_path: Path) -> None:
    with FakeTranscriptions(forms=("json",)) as server:
        cues = heard(tmp_path, server, 70.0)
    assert [request["response_format"] for request in server.seen] == ["verbose_json", "json", "json", "json"]
    assert [round(cue.span.end_s) for cue in cues] == [30, 60, 70]


def test_impossible_segments_are_left_out(tmp_path: Path) -> None:
    segments: list[dict[str, Any]] = [
        {"start": 3.0, "end": 99.0, "text": "late"},
        {"start": 1.0, "end": 2.0, "text": " early "},
        {"start": 9.0, "end": 10.0, "text": "after the end"},
        {"start": "x", "text": None},
    ]
    with FakeTranscriptions(segments=segments) as server:
        cues = heard(tmp_path, server)
    assert [cue.text for cue in cues] == ["early", "late"]
    assert cues[0].span == Span(1, 2)
    assert cues[1].span.end_s == pytest.approx(5, abs=0.1)


@pytest.mark.parametrize(
    ("status", "kind"), [(401, ModelRejectedError), (404, ModelRejectedError), (422, ModelError)]
)
def test_refusals_are_one_line_without_the_key(tmp_path: Path, status: int, kind: type[ModelError]) -> None:
    with FakeTranscriptions(fault=status) as server, pytest.raises(kind) as caught:
        heard(tmp_path, server, api_key="sk-planted-secret")
    assert "planted" not in f"{caught.value} {caught.value!r}"


def test_a_web_page_is_no_transcription(tmp_path: Path) -> None:
    with FakeTranscriptions(body="<html>hello</html>") as server, pytest.raises(ModelReplyError):
        heard(tmp_path, server)


def test_nobody_listens(tmp_path: Path) -> None:
    path = encode_audio(tmp_path / "sound.m4a", 1)
    transcriber = load("speech", "openai", base_url="http://127.0.0.1:9/v1")
    with pytest.raises(ModelUnreachableError):
        list(transcriber.transcribe(path, None))


def test_the_key_is_not_in_the_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-secret")
    assert "planted" not in repr(vars(load("speech", "openai")))
