"""A real browser for pages: headless Chromium, no profile, no background traffic."""

from __future__ import annotations

import shutil
import subprocess
import tempfile

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--enable-logging=stderr"),
)

needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine to open the page with"
)


def chromium(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Chromium with these arguments in a profile of its own; raises when it fails."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory() as profile:
        command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=110, check=True)
