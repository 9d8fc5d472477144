"""A conversation in the terminal, whole."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


THREE_TURNS = """\
The copper key hangs behind the station clock.
[1] 00:05–00:09 speech
    The copper key hangs behind the station clock.
confidence 95% · playhead show RUN
The last train to Marlow leaves at half past nine. That key was cut by Amos Birch, the smith.
[2] 00:13–00:15 speech
    That key was cut by Amos Birch, the smith.
[3] 00:11–00:13 speech
    The last train to Marlow leaves at half past nine.
confidence 70% · playhead show RUN
Not said or shown in words; nobody looked at the pictures (one flag away: --model). No clear answer.
closest moments:
[2] 00:13–00:15 speech
    That key was cut by Amos Birch, the smith.
[4] 00:08–00:16 screen
    Timetable / Platform 7
[5] 00:00–00:08 screen
    Signal box / Frame 12
no clear answer · playhead show RUN
"""


@pytest.fixture
def chat(playhead: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `playhead chat WORDS…` with lines typed into it."""

    def run(*words: object, typed: str) -> Any:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        return playhead("chat", *words)

    return run


def shown(ran: Any) -> str:
    """What was printed, with the ids of runs replaced."""
    return re.sub(r"(show|chat-)\s?\d{6}-\d{6}-\w{6}", r"\1 RUN", ran.out)


def test_three_turns(chat: Run, film: Path) -> None:
    typed = "Where does the copper key hang?\nWho cut it?\nWhich opera did he sing?\n"
    ran = chat(film, typed=typed)
    assert ran.code == 0
    assert shown(ran) == THREE_TURNS


def test_commands_and_mistakes_do_not_end_it(chat: Run, film: Path, tmp_path: Path) -> None:
    asked = "Where does the copper key hang?"
    lines = ("/open 1", "/nonsense", "???", asked, f"/save {tmp_path / 'talk.json'}", "/cost", "/quit", "x")
    ran = chat(film, typed="\n".join(lines))
    assert ran.code == 0
    assert "ask something first" in ran.err
    assert "there is no command '/nonsense'" in ran.err
    assert "the question is empty" in ran.err
    assert "saved" in ran.out
    assert "in all" in ran.out
    assert "clock" in (tmp_path / "talk.json").read_text("utf-8")


def test_a_chat_need_not_wait_for_indexing(chat: Run, film: Path) -> None:
    asked = "Where does the copper key hang?"
    ran = chat(film, typed=f"/wait soon\n/wait 0\n{asked}\n/wait\n{asked}\n")
    assert "'soon' is no number" in ran.err
    early, later = ran.out.split("not found")
    assert "Only 00:00 of 00:16 has been heard so far." in " ".join(early.split())
    assert "behind the station clock" in later


def test_it_goes_on_after_a_restart(chat: Run, film: Path) -> None:
    chat(film, typed="Where does the copper key hang?\n")
    ran = chat("--resume", "last", typed="/evidence\nAnd when does the last train leave?\n")
    assert "last asked:\n  Where does the copper key hang?" in ran.err
    assert "behind the station clock" in ran.out
    assert "half past nine" in ran.out


def test_ctrl_c_cancels_the_question_only(chat: Run, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from playhead.agent.chat.session import Session

    whole = Session.stream

    async def interrupted(self: Session, question: str) -> Any:
        monkeypatch.setattr(Session, "stream", whole)
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(Session, "stream", interrupted)
    ran = chat(film, typed="Where does the copper key hang?\nWhere does the copper key hang?\n")
    assert ran.err.startswith("cancelled; the conversation goes on")
    assert ran.out.count("behind the station clock") >= 1


def test_a_number_means_the_same_in_answers_evidence_and_open(
    chat: Run, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def opens(link: str) -> bool:
        opened.append(link)
        return True

    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr("webbrowser.open", opens)
    ran = chat(film, typed="Where does the copper key hang?\nWho cut it?\n/evidence\n/open 2\n")
    assert ran.out.count("[2] 00:13–00:15") == 2
    assert opened == [f"{film.resolve().as_uri()}#t=13"]


def test_a_missing_file_is_told_at_once(chat: Run) -> None:
    ran = chat("nofile.mp4", typed="Where is the key?\n")
    assert (ran.code, ran.out) == (1, "")
    assert "nofile.mp4" in ran.err


def test_a_transcript_is_not_played(chat: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = tmp_path / "talk.vtt"
    talk.write_text("WEBVTT\n\n00:05.000 --> 00:09.000\nThe copper key hangs behind the clock.\n")
    monkeypatch.setattr("subprocess.Popen", lambda *_, **__: pytest.fail("a player was started"))
    ran = chat(talk, typed="Where does the copper key hang?\n/open 1\n")
    assert "is a transcript" in ran.err


def test_chapters_and_overview_can_be_asked_for(chat: Run, film: Path) -> None:
    ran = chat(film, typed="/chapters\n/overview\n")
    assert ran.out.startswith("00:00 ")
    assert "About\n  Mostly about" in ran.out
