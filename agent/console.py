"""Events to the terminal: answers go to stdout; progress, thinking and warnings to stderr.

Whatever comes out of a video or a model may hold control characters; none of it reaches the terminal.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import AsyncIterator, Sequence

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from playhead.agent.agent import Answer
from playhead.agent.events import Answered, Answering, Event, Indexing, Observed, Planned, Reflected, Warned
from playhead.agent.state import ToolCall
from playhead.tools.timecode import clock_range
from playhead.tools.types import Evidence, Usage

SUREST = 0.99
"""No answer is shown as certain."""

QUOTE_CHARACTERS = 240
"""Evidence longer than this is cut in the terminal; `--json` and `show` give all of it."""


def printable(text: str) -> str:
    """`text` on one line, without control, escape or direction-override characters."""
    kept = (" " if char.isspace() else char for char in text if char.isspace() or _safe(char))
    return " ".join("".join(kept).split())


OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _safe(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn") and char not in OVERRIDES


def letter(option: int) -> str:
    """A, B… for the first 26 options, then their number from 1."""
    return chr(ord("A") + option) if option < 26 else str(option + 1)


class Terminal:
    """Prints one run, or the turns of a conversation, as they happen."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        self.out = Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=False)
        self.err = Console(file=sys.stderr, highlight=False, markup=False, emoji=False, soft_wrap=False)
        self.quiet = quiet
        self.verbose = verbose
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._live: Live | None = None
        self._said: set[str] = set()

    async def follow(self, events: AsyncIterator[Event]) -> Answer:
        """Print every event; return the answer of the run."""
        answer: Answer | None = None
        try:
            async for event in events:
                self.show(event)
                if isinstance(event, Answered):
                    answer = event.answer
        finally:
            self.close()
        if answer is None:
            raise RuntimeError("the run ended without an answer")
        return answer

    def show(self, event: Event) -> None:
        """Print one event to stderr; the answer itself is printed by `answer`."""
        if isinstance(event, Indexing):
            self.progress(event)
            return
        if isinstance(event, Answering):
            self.writing(event.text)
            return
        self.close()
        if isinstance(event, Warned):
            self.note(event.message)
        elif self.verbose and not self.quiet:
            self._think(event)

    def note(self, message: str) -> None:
        """One line to stderr, once."""
        if message not in self._said:
            self._said.add(message)
            self.err.print(Text(f"note: {printable(message)}", style="yellow"))

    def progress(self, event: Indexing) -> None:
        """Draw the state of indexing as a bar, on a terminal only; messages are printed anywhere."""
        step = event.progress
        if step.warning:
            self.note(step.message)
        if self.quiet or not self.err.is_terminal:
            return
        if self._bar is None:
            columns = (TextColumn("{task.description}"), BarColumn(20), TextColumn("{task.fields[clips]}"))
            self._bar = Progress(*columns, TimeRemainingColumn(), console=self.err, transient=True)
            self._task = self._bar.add_task("", clips="")
            self._bar.start()
        assert self._task is not None
        name = printable(step.video.rsplit("/", 1)[-1])
        described = f"{name[:28]} {step.stage:<8}"
        self._bar.update(
            self._task,
            description=described,
            completed=step.done,
            total=max(step.total, 1),
            clips=f"{step.clips} clips" if step.clips else "",
        )

    @property
    def is_live(self) -> bool:
        """Whether somebody watches, so that words are worth showing before they are final."""
        return self.err.is_terminal and not self.quiet

    def writing(self, text: str) -> None:
        """Show the answer as far as it is written, on a terminal only; it goes when the answer is there."""
        if not self.is_live:
            return
        if self._live is None:
            self.close()
            self._live = Live(console=self.err, transient=True, auto_refresh=False)
            self._live.start()
        self._live.update(Text(printable(text), style="dim"), refresh=True)

    def close(self) -> None:
        """Take the progress bar and the unfinished answer off the screen."""
        if self._live is not None:
            self._live.stop()
            self._live = None
        if self._bar is not None:
            self._bar.stop()
            self._bar = self._task = None

    def answer(self, answer: Answer) -> None:
        """Print an answer and its evidence to stdout."""
        text = printable(answer.text)
        if answer.option is not None:
            text = f"{letter(answer.option)}. {text}"
        self.out.print(Text(text, style="bold"))
        self.evidence(answer.evidence)
        sure = f"confidence {min(answer.confidence, SUREST):.0%}"
        words = [sure if answer.found else "no clear answer" if answer.evidence else "not found"]
        if answer.run:
            words.append(f"playhead show {answer.run}")
        self.out.print(Text(" · ".join(words), style="dim"))

    def evidence(self, evidence: tuple[Evidence, ...]) -> None:
        """Print a numbered list of evidence to stdout."""
        several = len({item.video for item in evidence}) > 1
        for number, item in enumerate(evidence, start=1):
            head = f"[{number}] {clock_range(item.span)} {item.kind}"
            if several:
                head += f" · {printable(item.video.rsplit('/', 1)[-1])}"
            self.out.print(Text(head, style="cyan"))
            quote = " / ".join(filter(None, map(printable, item.text.splitlines())))
            if len(quote) > QUOTE_CHARACTERS:
                quote = quote[: QUOTE_CHARACTERS - 1] + "…"
            for line in Text(quote).wrap(self.out, max(20, self.out.width - 4)):
                line.rstrip()
                self.out.print(Text("    ").append_text(line))

    def cost(self, answers: Sequence[Answer]) -> None:
        """Print what answers have cost, by role, to stdout."""
        roles: dict[str, Usage] = {}
        for answer in answers:
            for role, usage in answer.by_role.items():
                roles[role] = roles.get(role, Usage()) + usage
        money = {role: sum(answer.cost_by_role.get(role, 0.0) for answer in answers) for role in roles}
        total = sum((answer.usage for answer in answers), Usage())
        for name, usage in roles.items():
            self.out.print(spent(name, usage, money[name]))
        costs = [answer.cost for answer in answers]
        known = [cost for cost in costs if cost is not None]
        self.out.print(spent("in all", total, sum(known)))
        if known and len(known) < len(costs):
            self.out.print(f"  {len(costs) - len(known)} answers used a model without a price")

    def _think(self, event: Event) -> None:
        if isinstance(event, Planned):
            calls = ", ".join(_call(call) for call in event.plan.calls) or "nothing more to look at"
            indent, line = "", f"round {event.round}: {calls}"
        elif isinstance(event, Observed):
            first = printable(event.record.text)[:160]
            indent, line = "  ", f"{event.record.call.name} → {first}"
        elif isinstance(event, Reflected):
            missing = f"; missing: {event.reflection.missing}" if event.reflection.missing else ""
            indent, line = "  ", f"confidence {event.reflection.confidence:.2f}{missing}"
        else:
            return
        self.err.print(Text(indent + printable(line), style="dim"))


def spent(name: str, usage: Usage, money: float) -> str:
    """One line of costs; where a server counted no tokens, they are estimates and marked so."""
    about = "about " if usage.unknown_calls else ""
    line = (
        f"  {name:<10} {usage.model_calls} calls, {about}{usage.input_tokens} tokens in, "
        f"{about}{usage.output_tokens} out, {usage.frames} frames, {usage.wall_s:.1f} s"
    )
    return f"{line}, price {money:.4f}" if money else line


def _call(call: ToolCall) -> str:
    arguments = ", ".join(f"{name}={value!r}" for name, value in call.arguments.items())
    return f"{call.name}({arguments})"
