"""A real browser for pages: headless Chromium, no profile, no background traffic."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--enable-logging=stderr"),
)

LONGEST_WAIT_S = 300

needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine to open the page with"
)


def chromium(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Chromium with these arguments in a profile of its own; raises when it fails."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory() as profile:
        command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True)


class Tab:
    """One page of a running browser, used through the DevTools protocol over two pipes."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write = os.fdopen(read, "rb"), os.fdopen(write, "wb")
        self._number, self._session, self._rest, self._downloads = 0, "", b"", 0
        self.events: list[dict[str, Any]] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")

    def open(self, address: str) -> None:
        """Go there, never within the page that is open, and wait for the load event."""
        for each in ("about:blank", address):
            seen = len(self.events)
            self._call("Page.navigate", url=each)
            while not any(event["method"] == "Page.loadEventFired" for event in self.events[seen:]):
                self._receive()

    def run(self, script: str) -> Any:
        """The value of an expression; awaited when it is a promise. Raises AssertionError when it throws."""
        got = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in got, got
        return got["result"].get("value")

    def until(self, script: str) -> None:
        """Wait for an expression to become true. Raises AssertionError that shows the page."""
        end_s = time.monotonic() + LONGEST_WAIT_S
        while not self.run(f"Boolean({script})"):
            assert time.monotonic() < end_s, (script, self.run("document.body.innerText"), self.complaints())
            time.sleep(0.02)

    def press(self, key: str) -> None:
        """A key pressed as by a person, `/` as its character."""
        text = {"text": key} if len(key) == 1 else {"text": "\r"} if key == "Enter" else {}
        codes = {"Enter": 13, "Escape": 27, "ArrowDown": 40, "ArrowUp": 38, "ArrowRight": 39, "End": 35}
        where = {"key": key, "windowsVirtualKeyCode": codes.get(key, 0)}
        self._call("Input.dispatchKeyEvent", type="keyDown", **where, **text)
        self._call("Input.dispatchKeyEvent", type="keyUp", **where)

    def resize(self, width_px: int, height_px: int, dark: bool = False) -> None:
        size = {"width": width_px, "height": height_px, "deviceScaleFactor": 1, "mobile": False}
        self._call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", features=[scheme])

    def downloads_to(self, folder: Path) -> None:
        """Where the next download goes."""
        self._downloads = len(self._named("downloadProgress"))
        self._call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(folder))

    def wait_download(self) -> None:
        """Until a download that was begun since `downloads_to` is complete."""
        while not any(
            event["params"].get("state") == "completed"
            for event in self._named("downloadProgress")[self._downloads :]
        ):
            self._receive()

    def shot(self, path: Path) -> Path:
        path.write_bytes(base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"]))
        return path

    def complaints(self) -> list[str]:
        """What the console holds: errors, exceptions, refused contents."""
        told = [
            event["params"]
            for event in self.events
            if event["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")
        ]
        return [json.dumps(each) for each in told]

    def requests(self) -> list[str]:
        """The addresses that were asked for."""
        sent = (event["params"]["request"]["url"] for event in self._named("requestWillBeSent"))
        return [address for address in sent if not address.startswith(("data:", "blob:", "about:"))]

    def _named(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["method"].endswith(name)]

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        wanted = self._number
        message: dict[str, Any] = {"id": wanted, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._write.write(json.dumps(message).encode() + b"\0")
        self._write.flush()
        while (reply := self._receive()).get("id") != wanted:
            pass
        assert "error" not in reply, reply
        return dict(reply["result"])

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = os.read(self._read.fileno(), 1 << 20)
            assert more, "the browser has gone"
            self._rest += more
        line, self._rest = self._rest.split(b"\0", 1)
        message: dict[str, Any] = json.loads(line)
        if "method" in message:
            self.events.append(message)
        return message


@contextmanager
def browser() -> Iterator[Tab]:
    """A tab of a headless Chromium that lives as long as the block."""
    assert CHROMIUM is not None
    to_browser, ours_out = os.pipe()
    ours_in, from_browser = os.pipe()

    def take_pipes() -> None:
        given, taken = os.dup(to_browser), os.dup(from_browser)
        os.dup2(given, 3)
        os.dup2(taken, 4)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [CHROMIUM, *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(
            command,
            preexec_fn=take_pipes,
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        try:
            yield Tab(ours_in, ours_out)
        finally:
            process.terminate()
            process.wait(timeout=300)
