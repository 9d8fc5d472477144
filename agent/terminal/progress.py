"""What is being done right now, on stderr: a line that moves on a terminal, plain lines anywhere else."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.status import Status
from rich.text import Text

from playhead.tools.indexing import Progress as Step

QUICK = frozenset({"probe", "lock", "done"})
"""Stages that tell nothing: a video that is indexed already passes through them alone."""

EVERY_S = 30.0
"""Seconds between two plain lines about one stage."""


class Watching:
    """Shows one thing at a time. `quiet` shows nothing."""

    def __init__(
        self, console: Console, *, quiet: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.console = console
        self.quiet = quiet
        self._clock = clock
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._live: Live | None = None
        self._status: Status | None = None
        self._told_at_s: dict[tuple[str, str], float] = {}

    @property
    def is_live(self) -> bool:
        """Whether somebody watches."""
        return self.console.is_terminal and not self.quiet

    def doing(self, words: str) -> None:
        """A spinner beside a few words."""
        if not self.is_live:
            return
        text = Text(words, style="dim", no_wrap=True, overflow="ellipsis")
        if self._status is None:
            self.close()
            self._status = self.console.status(text, spinner_style="dim")
            self._status.start()
        else:
            self._status.update(text)

    def writing(self, words: str) -> None:
        """Words that are not final yet; they go when something else is shown."""
        if not self.is_live:
            return
        if self._live is None:
            self.close()
            self._live = Live(console=self.console, transient=True, auto_refresh=False)
            self._live.start()
        self._live.update(Text(words, style="dim"), refresh=True)

    def indexing(self, step: Step, name: str) -> None:
        """How far a video is: a bar, or a plain line when a stage begins and now and then after."""
        if self.quiet or step.warning:
            return
        if not self.console.is_terminal:
            self._tell(step, name)
            return
        if self._bar is None:
            self.close()
            bar = BarColumn(None if self.console.width >= 60 else 8)
            words = TextColumn("{task.description}")
            left = TimeRemainingColumn(compact=True)
            self._bar = Progress(words, bar, left, console=self.console, transient=True)
            self._bar.start()
        self._advance(self._bar, step, name)

    def _advance(self, bars: Progress, step: Step, name: str) -> None:
        """One bar a stage while it runs: hearing and seeing go side by side."""
        if step.stage in QUICK and self._tasks:
            return
        room = max(12, self.console.width - 40)
        short = name if len(name) <= room else f"{name[: room - 1]}…"
        if step.stage not in self._tasks:
            for over in [stage for stage, task in self._tasks.items() if bars.tasks[task].finished]:
                bars.update(self._tasks.pop(over), visible=False)
            self._tasks[step.stage] = bars.add_task("")
        described = f"{place(step)}{short} {step.stage}"
        total = max(step.total, 1)
        bars.update(self._tasks[step.stage], description=described, completed=step.done, total=total)

    def _tell(self, step: Step, name: str) -> None:
        if step.stage in QUICK:
            return
        now_s, told = self._clock(), (step.video_id, step.stage)
        if now_s - self._told_at_s.get(told, -math.inf) < EVERY_S:
            return
        part = f" {step.done / step.total:.0%}" if told in self._told_at_s and step.total else ""
        if part and step.eta_s is not None and step.done < step.total:
            part += f", {_left(step.eta_s)} left"
        self._told_at_s[told] = now_s
        self.console.print(Text(f"{place(step)}{name}: {step.stage}{part}"), soft_wrap=True)

    def close(self) -> None:
        """Take everything that moves off the screen."""
        if self._status is not None:
            self._status.stop()
            self._status = None
        if self._live is not None:
            self._live.stop()
            self._live = None
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
            self._tasks.clear()


def _left(eta_s: float) -> str:
    return f"about {math.ceil(eta_s / 60)} min" if eta_s >= 60 else "less than a minute"


def place(step: Step) -> str:
    """`3 of 35  ` where there are several files."""
    return f"{step.number} of {step.files}  " if step.files > 1 else ""
