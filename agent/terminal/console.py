"""Events to the terminal: answers go to stdout; progress, thinking and warnings to stderr.

Whatever comes out of a video or a model may hold control characters; none of it reaches the terminal.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import AsyncIterator, Sequence

from rich.console import Console
from rich.style import Style
from rich.text import Text

from playhead.agent import marks
from playhead.agent.agent import Answer
from playhead.agent.events import (
    Answered,
    Answering,
    Event,
    Indexing,
    Observed,
    Planned,
    Reflected,
    ToolCalled,
    Warned,
)
from playhead.agent.result import Outcome
from playhead.agent.state import ToolCall
from playhead.agent.terminal import waiting
from playhead.agent.terminal.invocation import command, runnable
from playhead.agent.terminal.progress import Watching
from playhead.agent.terminal.wrapping import hanging
from playhead.tools.media import link
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


def verdict(outcome: Outcome, confidence: float) -> str:
    """How sure an answer is, or that it is none: the same words on the terminal and on the page."""
    if outcome == "answered":
        return f"confidence {min(confidence, SUREST):.0%}"
    return "no clear answer" if outcome == "closest" else "not found"


def heading(outcome: Outcome) -> str:
    """What stands above the evidence."""
    return "closest moments" if outcome == "closest" else ""


def names(files: Sequence[str]) -> list[str]:
    """What each file is called: its name, with folders before it where two of them share the name."""
    return [_told_apart(file, set(files) - {file}) for file in files]


def _told_apart(file: str, others: set[str]) -> str:
    parts = file.split("/")
    ends = ("/".join(parts[-count:]) for count in range(1, len(parts)))
    return next((end for end in ends if not any(f"/{other}".endswith(f"/{end}") for other in others)), file)


class Terminal:
    """Prints one run, or the turns of a conversation, as they happen."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False, err: Console | None = None) -> None:
        """`err` is where everything but answers goes; stderr when it is None."""
        waiting.end()
        self.out = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
        self.err = err or Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
        self.quiet = quiet
        self.verbose = verbose
        self._watching = Watching(self.err, quiet=quiet)
        self._said: set[str] = set()

    def __enter__(self) -> Terminal:
        self.doing("opening the library")
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def follow(self, events: AsyncIterator[Event]) -> Answer:
        """Print every event; return the answer of the run."""
        answer: Answer | None = None
        self.doing("opening the library")
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
        elif isinstance(event, Answering):
            self._watching.writing(printable(event.text))
        elif isinstance(event, Warned):
            self.note(event.message)
        elif self.verbose and not self.quiet:
            self.close()
            self._think(event)
        if words := _doing(event):
            self.doing(words)

    def note(self, message: str) -> None:
        """One line to stderr, once; not when told to be quiet."""
        if message not in self._said and not self.quiet:
            self._said.add(message)
            hanging(self.err, Text(f"note: {printable(runnable(message))}", style="yellow"), len("note: "))

    def doing(self, words: str) -> None:
        """Show what is being done, where somebody watches."""
        self._watching.doing(words)

    def progress(self, event: Indexing) -> None:
        """Show how far indexing is: moving on a terminal, a line now and then anywhere else."""
        step = event.progress
        if step.warning:
            self.note(step.message)
        self._watching.indexing(step, printable(step.video.rsplit("/", 1)[-1]))

    @property
    def is_live(self) -> bool:
        """Whether somebody watches, so that words are worth showing before they are final."""
        return self._watching.is_live

    def close(self) -> None:
        """Take everything that is not final off the screen."""
        self._watching.close()

    def answer(self, answer: Answer, numbers: Sequence[int] = ()) -> None:
        """Print an answer and its evidence to stdout; `numbers` are those of a conversation."""
        head = f"{letter(answer.option)}. " if answer.option is not None else ""
        text = answer.text
        if numbers and answer.route != "quotes":
            text = marks.renumbered(text, dict(enumerate(numbers, 1)))
        for line in text.splitlines() or [""]:
            hanging(self.out, Text(head + printable(line), style="bold"), 0)
            head = ""
        if (words := heading(answer.outcome)) and answer.evidence:
            self.out.print(f"{words}:")
        self.evidence(answer.evidence, numbers, named=answer.searched > 1)
        said = [verdict(answer.outcome, answer.confidence)]
        if answer.found and answer.coverage.shortfall:
            said.append(answer.coverage.shortfall)
        if answer.run:
            said.append(command("show", answer.run))
        self.out.print(Text(" · ".join(said), style="dim"), soft_wrap=True)

    def evidence(
        self, evidence: Sequence[Evidence], numbers: Sequence[int] = (), *, named: bool = False
    ) -> None:
        """Print a list of evidence to stdout, numbered from 1 unless it has `numbers` already.

        `named` tells the file of each line; on a terminal that follows links, the line leads to its second.
        """
        named = named or len({item.video for item in evidence}) > 1
        called = names([item.video for item in evidence])
        shown = zip(numbers or range(1, len(evidence) + 1), evidence, called, strict=True)
        for number, item, name in shown:
            told = f" · {printable(name)}" if named else ""
            place = Style(color="cyan", link=link(item.video, item.span.start_s) or None)
            head = Text.assemble(
                (f"[{number}] {clock_range(item.span)}", place), f" {item.kind}{item.heard}{told}"
            )
            head.stylize("cyan")
            hanging(self.out, head)
            quote = " / ".join(filter(None, map(printable, item.text.splitlines())))
            if len(quote) > QUOTE_CHARACTERS:
                quote = quote[: QUOTE_CHARACTERS - 1] + "…"
            hanging(self.out, f"    {quote}", 4)

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


def _doing(event: Event) -> str:
    """What goes on after an event, in a few words; empty where another event says it better."""
    if isinstance(event, ToolCalled):
        asked = next((str(value) for value in event.call.arguments.values()), "")
        return printable(f"{event.call.name.replace('_', ' ')}: {asked}")
    if isinstance(event, Indexing):
        return "looking for the answer" if event.progress.stage == "done" else ""
    return "thinking" if isinstance(event, Observed | Reflected) else ""


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
