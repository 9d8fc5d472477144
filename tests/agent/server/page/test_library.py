"""Recordings added by path and by drop, watched while they are indexed, searched, renamed and forgotten."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path

from tests.agent.server.page.conftest import Page
from tests.browser import Tab, needs_browser
from tests.cut_connection import CutConnection
from tests.running_server import RunningServer

pytestmark = needs_browser
TITLES = "[...document.querySelectorAll('.films:not(.hits) .title')].map((e) => e.textContent)"


def test_a_film_is_added_by_path_and_found(page: Page, tab: Tab, films: Path, clean: None) -> None:
    for suffix in (".mp4", ".srt"):
        shutil.copy(films / f"train{suffix}", films / f"late{suffix}")
    with (films / "late.mp4").open("ab") as file:
        file.write(b"\0")
    page.go("#/library")
    page.click(".library > header .primary")
    page.write("Path of a file or folder", "late.mp4")
    page.click(".adding form button")
    tab.until("document.querySelector('.job')")
    tab.until(f"{TITLES}.includes('late')")
    page.write("Search everything", "last train")
    tab.until("document.querySelector('.hit')")
    assert "The last train leaves at nine." in page.text(".hit")
    tab.run("document.querySelector('.hit a').focus()")
    tab.press("Enter")
    tab.until("document.querySelector('video')?.currentTime >= 1 && !document.querySelector('video').paused")


def test_a_hit_in_a_recording_without_pictures_has_a_sign(
    page: Page, tab: Tab, films: Path, clean: None
) -> None:
    words = "WEBVTT\n\n00:01.000 --> 00:03.000\nThe gardener whistles.\n"
    (films / "garden.vtt").write_text(words, "utf-8")
    page.go("#/library")
    page.click(".library > header .primary")
    page.write("Path of a file or folder", "garden.vtt")
    page.click(".adding form button")
    tab.until(f"{TITLES}.includes('garden')")
    page.write("Search everything", "gardener whistles")
    tab.until("document.querySelector('.hit .nopicture svg')")


def test_a_dropped_file_comes_in_pieces(page: Page, tab: Tab, films: Path, clean: None) -> None:
    page.go("#/library")
    data = base64.b64encode((films / "train.mp4").read_bytes() + b"\0\0").decode()
    tab.run(
        f"(() => {{ const bytes = Uint8Array.from(atob('{data}'), (c) => c.charCodeAt(0));"
        "const dropped = new DataTransfer();"
        "dropped.items.add(new File([bytes], 'dropped.mp4', {type: 'video/mp4'}));"
        "dispatchEvent(new DragEvent('drop', {dataTransfer: dropped, bubbles: true, cancelable: true})); })()"
    )
    tab.until(f"{TITLES}.includes('dropped')")
    assert any("/api/uploads/" in address for address in tab.requests())


def test_an_upload_that_breaks_goes_on_where_it_stopped(tab: Tab, server: RunningServer, films: Path) -> None:
    data = base64.b64encode((films / "train.mp4").read_bytes()).decode()
    size = 3 << 20
    with CutConnection(server.port) as door:
        page = Page(tab, door)
        page.go("#/library")
        door.cut_after(size // 2)
        tab.run(
            f"(() => {{ const film = Uint8Array.from(atob('{data}'), (c) => c.charCodeAt(0));"
            f"const free = new Uint8Array({size}); new DataView(free.buffer).setUint32(0, {size});"
            "free.set([102, 114, 101, 101], 4); const dropped = new DataTransfer();"
            "dropped.items.add(new File([film, free], 'torn.mp4', {type: 'video/mp4'}));"
            "dispatchEvent(new DragEvent('drop', {dataTransfer: dropped, cancelable: true})); })()"
        )
        tab.until(f"{TITLES}.includes('torn')")
        assert door.cuts == 1
    sent = (event["params"].get("request", {}).get("headers", {}) for event in tab.events)
    offsets = [int(headers["Upload-Offset"]) for headers in sent if "Upload-Offset" in headers]
    assert 0 < offsets[-1] < size


def test_what_is_no_recording_is_refused_in_words(page: Page, tab: Tab) -> None:
    page.go("#/library")
    page.click(".library > header .primary")
    page.write("Path of a file or folder", "/etc/passwd")
    page.click(".adding form button")
    tab.until("!document.querySelector('.adding .refusal').hidden")
    assert "allowed:" in page.text(".adding .refusal")


def test_adding_fits_a_phone(page: Page, tab: Tab, clean: None) -> None:
    tab.resize(390, 844)
    page.go("#/library")
    page.click(".library > header .primary")
    edges = "[...document.querySelectorAll('.adding *')].map((e) => e.getBoundingClientRect().right)"
    inside = "document.querySelector('.adding').getBoundingClientRect().right"
    assert tab.run(f"Math.max(...{edges}) <= {inside}")
    tab.resize(1440, 900)


def test_a_film_is_renamed_and_nothing_is_markup(page: Page, tab: Tab, clean: None) -> None:
    page.go("#/library")
    page.click("[aria-label='Rename: The house']")
    page.write("Title", "<b>The old house</b>")
    page.click(".foot form button")
    tab.until(f"{TITLES}.includes('<b>The old house</b>')")
    page.click("[aria-label='Rename: <b>The old house</b>']")
    page.write("Title", "The house")
    page.click(".foot form button")
    tab.until(f"{TITLES}.includes('The house')")
