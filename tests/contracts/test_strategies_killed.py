"""Every strategy: a process killed in the middle of a run loses nothing, and nothing is paid for twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.conftest import STRATEGIES

GROUPS = 4


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("group", range(GROUPS))
def test_a_killed_run_is_gone_on_with_to_the_same_answer(
    group: int, tmp_path: Path, film: Path, root: Path
) -> None:
    command = [sys.executable, "-m", "tests.contracts.killed", str(tmp_path), str(film)]
    done = subprocess.run(
        [*command, *STRATEGIES[group::GROUPS]], cwd=root, capture_output=True, text=True, check=True
    )
    rows = json.loads(done.stdout)
    assert set(rows) == set(STRATEGIES[group::GROUPS])
    for strategy, row in rows.items():
        assert row["whole"], f"{strategy}: {done.stderr}"
        if row["whole"]["requests"]:
            assert row["signal"] == signal.SIGKILL, f"{strategy}: {done.stderr}"
            left = row["whole"]["requests"] - (row["at"] - 1)
            assert row["rest"] == {**row["whole"], "requests": left}, f"{strategy}: {done.stderr}"
