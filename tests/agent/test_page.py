"""The page of one run: everything shown as text, nothing loaded, gone videos no failure."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.page import find_run, render_run, style
from playhead.tools.errors import UsageError
from playhead.tools.library import Library
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


def test_hostile_text_is_shown_as_text(library: Library) -> None:
    page = render_run(trajectory(), library)
    assert "<script>" not in page
    assert "<img src=https" not in page
    assert page.count("&lt;script&gt;") >= 8


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
