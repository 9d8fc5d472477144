"""What strategies take after the colon, and what they then show to the model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from playhead.agent import strategy
from playhead.agent.agent import VideoAgent
from playhead.agent.config_layers import load
from playhead.agent.events import Warned
from playhead.tools.errors import UsageError
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.protocols import ImagePart
from playhead.tools.synthesis import Scene, Script, encode
from playhead.tools.types import Memory, Span

Make = Callable[..., VideoAgent]
ANSWER = {"found": True, "answer": "Red.", "cites": [2]}


def pictures(model: ScriptedModel) -> list[float | None]:
    parts = (part for message in model.requests[-1].messages for part in message.parts)
    return [part.time_s for part in parts if isinstance(part, ImagePart)]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    script = Script((Scene(0.0, 6.0, (200, 30, 30)),), width_px=160, height_px=96, fps=10.0)
    return encode(script, tmp_path_factory.mktemp("film") / "film.mp4")


def test_direct_shows_as_many_frames_as_asked_without_indexing(
    make: Make, film: Path, library: Library
) -> None:
    model = ScriptedModel({"answer": ANSWER})
    answer = make(model, strategy="direct:3").ask("Which colour?", film)
    assert pictures(model) == pytest.approx([1.0, 3.0, 5.0], abs=0.11)
    assert answer.evidence[0].span.start_s == pytest.approx(3.0, abs=0.11)
    assert answer.usage.frames == 3
    assert len(library.videos()) == 1


def test_direct_shows_nothing_after_the_cut_off(make: Make, film: Path) -> None:
    model = ScriptedModel({"answer": ANSWER})
    make(model, strategy="direct:4").ask("Which colour?", film, before_s=2.0)
    assert all(time_s is not None and time_s <= 2.0 for time_s in pictures(model))


def test_direct_without_pictures_says_so(make: Make) -> None:
    answer = make(ScriptedModel({}), strategy="direct").ask("Which colour?", "film.mkv")
    assert (answer.found, answer.stopped_because) == (False, "no_frames")
    assert "has no pictures" in answer.text


def test_blind_is_shown_neither_titles_nor_evidence(make: Make) -> None:
    model = ScriptedModel({"answer": ANSWER})
    make(model, strategy="blind").ask("Which colour?")
    assert "film" not in model.asked("answer")[0].partition("Videos")[2]


@pytest.mark.parametrize(("strategy", "hits"), [("topk:3", 3), ("topk:30", 30), ("topk", 16)])
def test_topk_retrieves_as_many_as_asked(make: Make, library: Library, strategy: str, hits: int) -> None:
    library.add(
        "f" * 24, [Memory("f" * 24, Span(n, n + 1), "speech", f"a key numbered {n}") for n in range(60)]
    )
    model = ScriptedModel({"answer": ANSWER})
    make(model, strategy=strategy).ask("Which key?")
    assert model.asked("answer")[0].count(" s, speech: <data>") == hits


@pytest.mark.parametrize("strategy", ["topk:x", "topk:0", "direct:-3", "direct:999999"])
def test_only_whole_numbers_are_taken(make: Make, strategy: str) -> None:
    with pytest.raises(UsageError, match="whole number"):
        make(ScriptedModel({}), strategy=strategy).ask("Which key?")


@pytest.mark.parametrize(
    ("name", "said"),
    [("observe", []), ("llovi", ["the strategy llovi needs a model: quotes answers instead"])],
)
def test_a_strategy_that_needs_a_model_says_who_answers_instead(
    make: Make, name: str, said: list[str]
) -> None:
    events = make(None, strategy=name).stream("Who hides the key?")
    told = [event.message for event in events if isinstance(event, Warned)]
    assert [message for message in told if "instead" in message] == said


def test_settings_of_a_strategy_are_read_from_everywhere(tmp_path: Path) -> None:
    file = tmp_path / "playhead.toml"
    file.write_text("[strategies.topk]\nhits = 3\n", "utf-8")
    assert load({}, file, {}).config.strategies == {"topk": {"hits": 3}}
    loaded = load({"strategies.topk.hits": "5"}, file, {"PLAYHEAD_STRATEGIES__TOPK__HITS": "4"}).config
    assert strategy.load("topk", loaded.strategies).settings.hits == 5
    assert strategy.load("topk:7", loaded.strategies).settings.hits == 7
    with pytest.raises(UsageError, match=r"has no setting 'hit'.*hits"):
        load({"strategies.topk.hit": "5"}, file, {})


def test_topk_answers_from_its_hits_alone_without_a_model(make: Make, library: Library) -> None:
    answer = make(None, strategy="topk:1").ask("Where does the cook hide the key?")
    assert answer.route == "quotes"
    assert "blue carpet" in answer.text
    assert len(answer.evidence) == 1
