"""The page of one run: everything shown as text, nothing loaded, gone videos no failure."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.terminal.console import verdict
from playhead.agent.terminal.page import render_run, style
from playhead.agent.terminal.waveform import BARS, waveform
from playhead.agent.trace import find_run
from playhead.tools.errors import UsageError
from playhead.tools.library import Library
from playhead.tools.synthesis import Scene, Script, encode, encode_audio
from playhead.tools.types import Span
from tests.browser import chromium, needs_browser

HOSTILE = "<script>document.title='owned'</script><img src=https://evil.invalid/x onerror=alert(1)>"


def trajectory(**changes: Any) -> dict[str, Any]:
    """A run whose every text is hostile."""
    line = {"video": HOSTILE, "start_s": 1.0, "end_s": 2.0, "kind": "speech", "text": HOSTILE}
    answer = {
        "answer": HOSTILE,
        "option": 1,
        "confidence": 0.5,
        "found": True,
        "stopped_because": "confident",
        "evidence": [line],
        "usage": {},
    }
    call = {"name": "search_memory", "arguments": {"query": HOSTILE}}
    steps = [
        {"event": "planned", "round": 1, "thought": HOSTILE, "calls": [call], "at_s": 0.1},
        {"event": "observed", "round": 1, "call": call, "text": HOSTILE, "evidence": [], "error": True}
        | {"repeated": False, "at_s": 0.2},
        {"event": "warned", "message": HOSTILE, "at_s": 0.3},
    ]
    whole = {
        "run": "r1",
        "created": "now",
        "question": HOSTILE,
        "asked": HOSTILE,
        "options": ["a", HOSTILE],
        "videos": [{"title": HOSTILE, "path": HOSTILE}],
        "steps": steps,
        "answer": answer,
        "status": "answered",
        "error": "",
    }
    return whole | changes


def test_numbers_in_the_words_lead_to_the_evidence(library: Library) -> None:
    run = trajectory()
    run["answer"] |= {"answer": "<b>It</b> is here [1], not there [2].", "route": "model"}
    shown = render_run(run, library)
    assert '&lt;b&gt;It&lt;/b&gt; is here <a href="#evidence-1">[1]</a>, not there [2].' in shown
    assert shown.count('id="evidence-1"') == 1
    run["answer"]["route"] = "quotes"
    assert "is here [1]," in render_run(run, library)


def test_hostile_text_is_shown_as_text(library: Library) -> None:
    page = render_run(trajectory(), library)
    assert "<script>" not in page
    assert "<img src=https" not in page
    assert page.count("&lt;script&gt;") >= 8


def test_closest_moments_are_called_so_and_lead_to_their_second(library: Library, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"x")
    line = {"video": str(film), "start_s": 61.5, "end_s": 63.0, "kind": "speech", "text": "Perhaps."}
    answer = trajectory()["answer"] | {"found": False, "outcome": "closest", "evidence": [line]}
    page = render_run(trajectory(answer=answer), library)
    assert "<h2>Closest moments</h2>" in page
    assert "no clear answer" in page
    assert f'href="{film.as_uri()}#t=61"' in page


def test_page_and_terminal_say_the_same_confidence(library: Library) -> None:
    answer = trajectory()["answer"] | {"confidence": 0.999}
    assert "confidence 99%" in render_run(trajectory(answer=answer), library)
    assert verdict("answered", 0.999) == "confidence 99%"


def test_the_page_has_the_look_of_all_pages(library: Library) -> None:
    assert style() in render_run(trajectory(), library)


def test_a_run_without_an_answer_says_how_it_ended(library: Library) -> None:
    page = render_run(trajectory(answer=None, status="failed", error="the disk is full"), library)
    assert "the run is failed: the disk is full" in page


@pytest.mark.parametrize(("asked", "found"), [("a", "a1"), ("b2", "b2"), ("b2c", "b2c")])
def test_runs_are_found_by_their_first_letters(library: Library, asked: str, found: str) -> None:
    for name in ("a1", "b2", "b2c"):
        library.put_run(name, trajectory(run=name))
    assert find_run(library, asked)["run"] == found


def test_the_last_run_is_no_conversation(library: Library) -> None:
    library.put_run("a1", trajectory(run="a1"))
    library.put_run("chat-a2", {"session": "chat-a2"})
    assert find_run(library, "last")["run"] == "a1"


def test_ambiguous_and_unknown_runs_are_named(library: Library) -> None:
    library.put_run("a1", trajectory())
    library.put_run("a2", trajectory())
    with pytest.raises(UsageError, match="2 runs begin with"):
        find_run(library, "a")
    with pytest.raises(UsageError, match="no run 'z'"):
        find_run(library, "z")


@needs_browser
def test_a_real_browser_runs_nothing_and_asks_for_nothing(library: Library, tmp_path: Path) -> None:
    page, log, shot = (tmp_path / name for name in ("run.html", "net.json", "shot.png"))
    page.write_text(render_run(trajectory(), library), "utf-8")
    done = chromium(f"--log-net-log={log}", f"--screenshot={shot}", page.as_uri())
    assert shot.stat().st_size > 5_000
    assert not [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    assert "evil.invalid" not in "".join(re.findall(r'"url":"(https?://[^"]+)', log.read_text()))
    assert "<title>owned" not in chromium("--dump-dom", page.as_uri()).stdout


def test_a_place_in_a_recording_without_pictures_is_drawn(tmp_path: Path) -> None:
    sound = encode_audio(tmp_path / "talk.m4a", 30)
    drawn = waveform(sound, Span(10, 12))
    head, data = drawn.split(",")
    assert head == "data:image/svg+xml;base64"
    picture = base64.b64decode(data).decode()
    assert picture.count("<rect") == BARS + 2
    assert picture.count("#2a7ae2") > 1
    assert waveform(tmp_path / "gone.m4a", Span(10, 12)) == ""
    film = encode(Script((Scene(0, 1, (9, 9, 9)),), 64, 48, 5.0), tmp_path / "film.mp4", audio=True)
    assert waveform(film, Span(0, 1)) == ""
