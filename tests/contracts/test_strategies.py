"""Every strategy: with a model and without one, it ends in one honest answer whose citations exist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.events import Answered, Event
from playhead.agent.strategy import find, load
from playhead.tools import registry
from playhead.tools.errors import ModelUnreachableError
from playhead.tools.library import Library
from playhead.tools.metering import Budget
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.synthesis import Scene, Script, encode
from playhead.tools.types import Memory, Span, Video

SEARCH = {"tool": "search_memory", "arguments": {"query": "the key", "limit": None}}
SCRIPT: dict[str, Any] = {
    "plan": {"thought": "", "calls": [SEARCH]},
    "reflect": {
        "missing": "", "candidate": "", "option": "A", "cites": [1], "sufficient": True, "confidence": 0.9,
    },
    "answer": {"found": True, "option": "A", "answer": "The cook.", "cites": [1, 77]},
    "*": "nothing that any shape fits",
}  # fmt: skip
OPTIONS = ("the cook", "the twin")
OUTSIDE = "outside.skim"
"""The strategy that docs/extending.md shows, as a file outside the package."""
STRATEGIES = (*registry.names("strategies"), OUTSIDE)


@pytest.fixture(autouse=True)
def _outside(tmp_path_factory: pytest.TempPathFactory, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (root / "docs/extending.md").read_text("utf-8").partition("## Writing a strategy")[2]
    folder = tmp_path_factory.mktemp("elsewhere") / "outside"
    folder.mkdir()
    (folder / "skim.py").write_text(guide.partition("```python\n")[2].partition("```")[0], "utf-8")
    monkeypatch.syspath_prepend(str(folder.parent))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of two colours."""
    scenes = (Scene(0.0, 3.0, (200, 30, 30)), Scene(3.0, 6.0, (30, 30, 200)))
    return encode(
        Script(scenes, width_px=160, height_px=96, fps=5.0), tmp_path_factory.mktemp("film") / "film.mp4"
    )


@pytest.fixture
def library(tmp_path: Path, film: Path) -> Iterator[Library]:
    store = registry.load("stores", "in_memory")
    with Library(tmp_path, registry.load("embedders", "hashing"), store) as opened:
        opened.put_video(Video("f" * 24, str(film), "film", 6.0, complete=True))
        opened.add("f" * 24, [Memory("f" * 24, Span(1, 2), "speech", "The cook hides the key.")])
        opened.add("f" * 24, [Memory("f" * 24, Span(4, 5), "speech", "The twin finds the key.")])
        yield opened


async def play(library: Library, model: ScriptedModel | None, strategy: str, **asked: Any) -> list[Event]:
    settings = {name: asked.pop(name) for name in ("budget",) if name in asked}
    agent = VideoAgent(model, library, strategy=strategy, **settings)
    try:
        return [event async for event in agent.stream("Who hides the key?", ["film.mp4"], **asked)]
    finally:
        agent.close()


def without_options(script: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {key: row[key] for key in row if key != "option"} if isinstance(row, dict) else row
        for name, row in script.items()
    }


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("options", [(), OPTIONS])
async def test_with_a_model(library: Library, strategy: str, options: tuple[str, ...]) -> None:
    script = SCRIPT if options else without_options(SCRIPT)
    events = await play(library, ScriptedModel(script), strategy, options=options)
    last = events[-1]
    assert isinstance(last, Answered)
    assert sum(isinstance(event, Answered) for event in events) == 1
    assert last.answer.text.casefold().startswith("the cook")
    assert last.answer.option == (0 if options else None)
    assert 0 <= last.answer.confidence <= 1
    assert all(line.number != 77 and line.span.end_s <= 6 for line in last.answer.evidence)
    assert last.answer.confidence <= 0.6 or last.answer.evidence
    assert library.run(last.answer.run)["strategy"] == strategy  # type: ignore[index]


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_without_a_model(library: Library, strategy: str) -> None:
    last = (await play(library, None, strategy))[-1]
    assert isinstance(last, Answered)
    assert last.answer.text
    assert last.answer.found == bool(last.answer.evidence)
    assert last.answer.found or last.answer.stopped_because in ("no_model", "not_found")


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_nothing_after_the_cut_off_is_shown(library: Library, strategy: str) -> None:
    model = ScriptedModel(SCRIPT)
    last = (await play(library, model, strategy, options=OPTIONS, before_s=3.0))[-1]
    assert isinstance(last, Answered)
    assert all(line.span.end_s <= 3 for line in last.answer.evidence)
    assert all("finds the key" not in text for text in model.asked("answer"))


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_a_server_that_was_never_there_is_said(library: Library, strategy: str) -> None:
    gone = ScriptedModel({"*": ModelUnreachableError("gone", "start it")})
    if strategy == "quotes":
        assert isinstance((await play(library, gone, strategy))[-1], Answered)
    else:
        with pytest.raises(ModelUnreachableError, match="gone — start it"):
            await play(library, gone, strategy)


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_a_spent_budget_ends_in_an_answer(library: Library, strategy: str) -> None:
    last = (
        await play(library, ScriptedModel(SCRIPT), strategy, options=OPTIONS, budget=Budget(model_calls=0))
    )[-1]
    assert isinstance(last, Answered)
    if strategy != "quotes":
        assert last.answer.stopped_because == "budget:model_calls"
    assert last.answer.text


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_it_says_what_it_is(strategy: str) -> None:
    info = find(strategy)[1]
    assert info.idea
    assert info.calls
    assert set(info.instead) <= set(info.uses)
    assert load(strategy).settings is not None


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_forty_options(library: Library, strategy: str) -> None:
    options = tuple(f"the person number {number}" for number in range(40))
    script = SCRIPT | {"answer": {"found": True, "option": "7", "answer": "Seven.", "cites": [1]}}
    last = (await play(library, ScriptedModel(script), strategy, options=options))[-1]
    assert isinstance(last, Answered)
    assert last.answer.option in (*range(40), None)


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_replies_that_fit_nothing_choose_nothing(library: Library, strategy: str) -> None:
    model = ScriptedModel({"*": "A A A A"})
    last = (await play(library, model, strategy, options=("the horse", "the moon")))[-1]
    assert isinstance(last, Answered)
    assert last.answer.option is None or last.answer.route == "quotes"
