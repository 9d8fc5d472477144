"""The chat in the terminal: a prompt, questions, and commands that begin with a slash."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path

from playhead.agent.agent import VideoAgent
from playhead.agent.chat.session import Session
from playhead.agent.overview import Overview
from playhead.agent.terminal.console import Terminal, printable
from playhead.agent.terminal.overview_console import DEEPER, chapter_lines, overview_lines
from playhead.agent.terminal.wrapping import hanging
from playhead.tools.errors import PlayheadError, UsageError
from playhead.tools.timecode import clock
from playhead.tools.types import Evidence
from playhead.tools.words.cues import TRANSCRIPT_SUFFIXES

PROMPT = "? "
PLAYERS = {"mpv": "--start={}", "vlc": "--start-time={}"}
"""Players that can begin at a time, best first, and how each is told."""

Command = Callable[[VideoAgent, Session, Terminal, str], None]


def converse(agent: VideoAgent, session: Session, terminal: Terminal) -> None:
    """Read questions and commands from stdin until it ends; one failing question does not end the chat."""
    _greet(session, terminal)
    with asyncio.Runner() as runner:
        while (line := _read(terminal)) is not None:
            try:
                if line.startswith("/"):
                    if not _obey(agent, session, terminal, line):
                        return
                elif line:
                    answer = runner.run(terminal.follow(session.stream(line)))
                    terminal.answer(answer, session.numbers(answer))
            except KeyboardInterrupt:
                terminal.close()
                terminal.err.print("cancelled; the conversation goes on")
            except PlayheadError as error:
                terminal.close()
                hanging(terminal.err, f"playhead: {printable(str(error))}", 0)


def _read(terminal: Terminal) -> str | None:
    """One line, stripped; None when the conversation is over. Ctrl-C drops the line that was begun."""
    while True:
        try:
            if sys.stdin.isatty():
                import readline  # noqa: F401 - gives input() history and editing

                return input(PROMPT).strip()
            line = sys.stdin.readline()
            return line.strip() if line else None
        except KeyboardInterrupt:
            terminal.err.print()
        except EOFError:
            terminal.err.print()
            return None


def _greet(session: Session, terminal: Terminal) -> None:
    if session.history:
        terminal.err.print(f"Going on with {session.id}; last asked:")
        terminal.err.print(f"  {printable(session.history[-1].question)}")
    if sys.stdin.isatty():
        terminal.err.print("Ask about the video; /help lists the commands, Ctrl-D ends.")


def _obey(agent: VideoAgent, session: Session, terminal: Terminal, line: str) -> bool:
    """Run one command; False when it ends the conversation."""
    name, _, argument = line[1:].partition(" ")
    if name in ("quit", "exit", "q"):
        return False
    if name not in COMMANDS:
        raise UsageError(f"there is no command {'/' + name!r}", "/help lists them")
    COMMANDS[name][0](agent, session, terminal, argument.strip())
    return True


def _help(_agent: VideoAgent, _session: Session, terminal: Terminal, _argument: str) -> None:
    for name, (_, words) in COMMANDS.items():
        hanging(terminal.out, f"  /{name:<10}{words}", len("  /") + 10)


def _evidence(_agent: VideoAgent, session: Session, terminal: Terminal, _argument: str) -> None:
    if not session.evidence:
        terminal.out.print("no answer has cited anything yet")
    terminal.evidence(session.evidence, [line.number for line in session.evidence])


def _open(_agent: VideoAgent, session: Session, terminal: Terminal, argument: str) -> None:
    """Play the film at a line of evidence in mpv, VLC or the browser; a transcript has nothing to play."""
    item = _numbered(session.evidence, argument)
    path, start_s = Path(item.video), max(0, int(item.span.start_s))
    if not path.is_file():
        raise UsageError(f"{item.video!r} is not a file any more", "playhead index its new place")
    if path.suffix.lower() in TRANSCRIPT_SUFFIXES:
        cause = f"{path.name!r} is a transcript, there is nothing to play"
        raise UsageError(cause, f"its words are at {clock(start_s)}; index the recording itself to open it")
    for player, option in PLAYERS.items():
        if program := shutil.which(player):
            quiet = subprocess.DEVNULL
            arguments = [program, option.format(start_s), str(path)]
            subprocess.Popen(arguments, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
            terminal.out.print(f"{player} at {clock(start_s)}")
            return
    link = f"{path.resolve().as_uri()}#t={start_s}"
    if webbrowser.open(link):
        terminal.out.print(f"the browser at {clock(start_s)}")
    else:
        terminal.out.print("no player was found here; install mpv, or open this yourself:")
        terminal.out.print(link, soft_wrap=True)


def _overview(agent: VideoAgent, session: Session, terminal: Terminal, argument: str) -> None:
    for found in _overviews(agent, session, argument):
        for line in overview_lines(found):
            hanging(terminal.out, line, DEEPER)


def _chapters(agent: VideoAgent, session: Session, terminal: Terminal, argument: str) -> None:
    several = len(wanted := _overviews(agent, session, argument)) > 1
    for found in wanted:
        if several:
            hanging(terminal.out, printable(found.title))
        for line in chapter_lines(found):
            hanging(terminal.out, line, DEEPER)


def _overviews(agent: VideoAgent, session: Session, argument: str) -> list[Overview]:
    """Of the video that is named, else of those of the conversation, else of the only one there is."""
    names = [argument] if argument else list(session.videos)
    if not names:
        held = agent.library.videos()
        if len(held) != 1:
            raise UsageError(
                f"the library holds {len(held)} videos", "/overview VIDEO names one; see /videos"
            )
        names = [held[0].id]
    return [agent.overview(name, subtitles=session.subtitles if len(names) == 1 else ()) for name in names]


def _numbered(evidence: tuple[Evidence, ...], argument: str) -> Evidence:
    if not argument.isdecimal() or not 1 <= int(argument) <= len(evidence):
        cure = f"/open takes a number from 1 to {len(evidence)}" if evidence else "ask something first"
        raise UsageError(f"there is no evidence {argument!r}", cure)
    return evidence[int(argument) - 1]


def _videos(agent: VideoAgent, session: Session, terminal: Terminal, _argument: str) -> None:
    if session.videos:
        for name in session.videos:
            terminal.out.print(f"  {printable(name)}")
        return
    for video in agent.library.videos():
        terminal.out.print(f"  {video.id[:12]}  {clock(video.duration_s)}  {printable(video.title)}")


def _wait(_agent: VideoAgent, session: Session, _terminal: Terminal, argument: str) -> None:
    """Without a number, all that is not indexed yet is waited for."""
    if argument and not argument.isdecimal():
        raise UsageError(f"{argument!r} is no number", "/wait takes seconds, 0 or more")
    session.wait(float(argument) if argument else None)


def _cost(_agent: VideoAgent, session: Session, terminal: Terminal, _argument: str) -> None:
    terminal.cost(session.answers)


def _save(_agent: VideoAgent, session: Session, terminal: Terminal, argument: str) -> None:
    target = Path(argument or f"{session.id}.json").expanduser()
    turns = [{"question": turn.question, "answer": turn.answer} for turn in session.history]
    data = {"session": session.id, "turns": turns, "evidence": [item.to_dict() for item in session.evidence]}
    try:
        target.write_text(json.dumps(data, ensure_ascii=False, indent=1), "utf-8")
    except OSError as error:
        raise UsageError(
            f"cannot write {str(target)!r}: {error.strerror}", "/save FILE names another"
        ) from error
    terminal.out.print(f"saved {target}")


COMMANDS: dict[str, tuple[Command, str]] = {
    "evidence": (_evidence, "what the answers cited, numbered"),
    "open": (_open, "N: play the video at evidence N"),
    "overview": (_overview, "what the video is about, with its chapters, topics and speakers"),
    "chapters": (_chapters, "the chapters with their starts"),
    "wait": (_wait, "N: index N seconds at most before an answer; 0: answer from what is there"),
    "videos": (_videos, "what this conversation is about"),
    "cost": (_cost, "what has been spent, by role"),
    "save": (_save, "FILE: write the conversation as JSON"),
    "help": (_help, "this list"),
    "quit": (_help, "end the conversation (as Ctrl-D does)"),
}
