"""`playhead demo`"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from playhead.agent.commands import _options as shared


def demo(
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where to make the film.", metavar="DIR")
    ] = None,
    model: shared.Model = None,
    base_url: shared.BaseUrl = None,
    library: shared.LibraryFolder = None,
    quiet: shared.Quiet = False,
    verbose: shared.Verbose = False,
) -> None:
    """Make a sample film and a voice memo, and ask about them.

    The film lasts ten minutes, and the answers are known. Both
    go into your library, so that they can be asked by name afterwards.
    """
    given = shared.flags(model=model, base_url=base_url, library=library)
    shared.starting(quiet=quiet)
    raise typer.Exit(asyncio.run(_run(folder, given, quiet, verbose)))


async def _run(folder: Path | None, given: dict[str, object], quiet: bool, verbose: bool) -> int:
    import platformdirs

    from playhead.agent import config_layers
    from playhead.agent.agent import VideoAgent
    from playhead.agent.demo.demo import build_demo
    from playhead.agent.terminal.console import Terminal, letter, printable
    from playhead.agent.terminal.invocation import command

    folder = folder or Path(platformdirs.user_cache_dir("playhead")) / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    terminal = Terminal(quiet=quiet, verbose=verbose)
    if not quiet:
        terminal.err.print(f"making a ten-minute film and a voice memo in {folder}", soft_wrap=True)
    film = await asyncio.to_thread(build_demo, folder)
    loaded = config_layers.load(given)
    agent = VideoAgent.from_config(loaded.config)
    right = 0
    try:
        for question in film.questions:
            terminal.out.print(f"\n? {question.text}")
            for number, option in enumerate(question.options):
                terminal.out.print(f"    {letter(number)}. {printable(option)}")
            events = agent.stream(question.text, videos=[film.video, film.memo], options=question.options)
            answer = await terminal.follow(events)
            terminal.answer(answer)
            right += question.accepts(answer)
    finally:
        await agent.aclose()
    name = film.video.name
    terminal.out.print(
        f"\n{right} of {len(film.questions)} as expected. Ask, forget, or watch it in the browser:\n"
    )
    for words in (
        ("ask", name, "Who built the mill, and when?"),
        ("chat", name),
        ("library", "remove", name, film.memo.name),
        ("serve", str(film.video)),
    ):
        typer.echo(f"  {command(*words)}")
    return 0 if right == len(film.questions) else 1
