"""The agent as an answerer: real library, fake model, every subtitle policy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.eval import materials
from playhead.eval.answerers import AgentAnswerer, agent_answerer, needs
from playhead.eval.bench import rescore, run_all
from playhead.eval.bench_settings import run_config, with_library
from playhead.eval.benchmarks import captions
from playhead.eval.scheduling import attempt
from playhead.eval.types import Prediction, Sample, Source, SubtitlePolicy
from playhead.tools.embedders.hashing import create
from playhead.tools.errors import MediaError
from playhead.tools.memory.kept_vectors import KeptVectors
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.pipeline.progress import IndexingConfig
from playhead.tools.protocols import Filter
from playhead.tools.synthesis import Scene, Script, encode, write_srt
from playhead.tools.types import Cue, Span, Vectors


class Counted:
    """The hashing embedder, with what it was asked."""

    def __init__(self) -> None:
        self._inner = create()
        self.fingerprint, self.dimension = "counted", self._inner.dimension
        self.asked: list[str] = []

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return self._inner.embed_texts(texts)


CUES = tuple(Cue(Span(n, n + 0.9), f"word{n} is said") for n in range(8))


def texts() -> list[tuple[float, float, str]]:
    return [(0.0, 5.0, "a man opens a red door"), (5.0, 12.0, "a cat eats a fish")]


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[VideoAgent]:
    indexing = IndexingConfig(ocr=None, segmenter="fixed:4", sidecars=False, visual=False)
    config = Config(
        library=str(tmp_path / "library"), embedder="hashing", store="in_memory", indexing=indexing
    )
    with VideoAgent(config=config, model=ScriptedModel({"*": {}})) as made:
        yield made


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "videos/film.mp4"
    path.parent.mkdir()
    encode(Script((Scene(0, 8, (200, 30, 30)),), 160, 90, fps=5), path)
    write_srt(CUES, path.with_suffix(".srt"))
    return path


def spoken(agent: VideoAgent) -> list[str]:
    return [memory.text for memory in agent.library.memories(Filter(kinds=("speech",)))]


async def test_memories_are_imported_once(agent: VideoAgent) -> None:
    sample = Sample("1", "v", "?", source=Source(memories=texts), duration_s=12.0)
    brought = materials.Materials(agent, "full")
    first, second = await brought.indexed(sample), await materials.Materials(agent, "full").indexed(sample)
    assert first == second
    assert len(agent.library.memories()) == 2
    (video,) = agent.library.videos()
    assert (video.source, video.duration_s, video.complete) == ("memories", 12.0, True)


async def test_what_a_question_needs_is_embedded_before_it_is_asked(tmp_path: Path) -> None:
    hidden = [
        (0.0, 5.0, "A hamster opens a hatch. It looks out of the burrow."),
        (5.0, 9.0, "It rains hard."),
    ]
    sample = Sample(
        "1", "v", "What does it open?", ("an old hatch", "a red lid"), source=Source(memories=lambda: hidden)
    )
    made = Counted()
    config = Config(library=str(tmp_path / "library"), store="in_memory")
    with VideoAgent(config=config, embedder=KeptVectors(made, tmp_path)) as agent:
        brought = materials.Materials(agent, "full")
        await brought.prepare([sample])
        assert {"It looks out of the burrow.", "What does it open? a red lid"} <= set(made.asked)
        made.asked.clear()
        await AgentAnswerer(agent, brought, "observe", "offline").answer(sample)
    assert [
        text for text in made.asked if "opens a" in text or "What does" in text or "burrow." in text
    ] == []


@pytest.mark.parametrize(("policy", "count"), [("none", 0), ("sampled", 2), ("full", 8)])
async def test_subtitle_policies(agent: VideoAgent, film: Path, policy: SubtitlePolicy, count: int) -> None:
    sample = Sample("1", "film", "?", source=Source((film,), (film.with_suffix(".srt"),)))
    await materials.Materials(agent, policy, frames=2).indexed(sample)
    heard = " ".join(spoken(agent))
    assert sum(cue.text in heard for cue in CUES) == count


async def test_cues_of_other_forms_become_subtitles(agent: VideoAgent, film: Path) -> None:
    sample = Sample("1", "film", "?", source=Source((film,), cues=lambda: list(CUES)))
    await materials.Materials(agent, "full").indexed(sample)
    assert "word3 is said" in " ".join(spoken(agent))


async def test_missing_material_fails_the_sample(agent: VideoAgent, tmp_path: Path) -> None:
    brought = materials.Materials(agent, "none")
    with pytest.raises(MediaError, match="missing"):
        await brought.indexed(Sample("1", "x", "?", source=Source((tmp_path / "x.mp4",))))
    with pytest.raises(MediaError, match="subtitles may not be read"):
        await brought.indexed(Sample("2", "y", "?", source=Source(subtitles=(tmp_path / "y.srt",))))


async def test_a_failed_import_can_be_tried_again(agent: VideoAgent, film: Path) -> None:
    brought = materials.Materials(agent, "none")
    hidden = film.rename(film.with_name("hidden"))
    sample = Sample("1", "film", "?", source=Source((film,)))
    with pytest.raises(MediaError):
        await brought.indexed(sample)
    hidden.rename(film)
    assert len(await brought.indexed(sample)) == 1


def test_cues_at_sampled_frames() -> None:
    assert [cue.text for cue in materials.at_sampled_frames(CUES, 8.0, 2)] == [
        "word2 is said",
        "word6 is said",
    ]


def test_strategies_say_what_they_need() -> None:
    assert [needs(name) for name in ("observe", "topk", "blind", "direct:8")] == [
        "memories",
        "memories",
        "nothing",
        "files",
    ]


async def test_pictures_as_options_are_refused_honestly(agent: VideoAgent, tmp_path: Path) -> None:
    answerer = AgentAnswerer(agent, materials.Materials(agent, "full"), "blind", "m")
    outcome = await attempt(answerer, Sample("1", "v", "?", source=Source(images=(tmp_path / "1.png",))))
    assert "pictures" in outcome.error


QUESTION = {
    "id": "q",
    "video": "v",
    "question": "what does the man open",
    "options": ["a lid", "a red door"],
    "answer_index": 1,
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    rows = [QUESTION, {**QUESTION, "id": "open", "options": [], "answer": "a red door"}]
    (folder / "x_questions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / "x_memories.jsonl").write_text(json.dumps({"video": "v", "duration": 12, "memories": texts()}))
    return folder


Runs = Callable[..., dict[Path, object]]


async def test_the_offline_agent_runs_a_set_end_to_end(data: Path, tmp_path: Path) -> None:
    given: dict[str, str | None] = {"model": "offline", "strategy": "observe"}
    config = run_config("captions", data, given=given, settings=("embedder=hashing", "store=in_memory"))
    out = tmp_path / "run"
    (summary,) = await run_all({out: with_library(config, out / "library")})
    assert (summary["strategy"], summary["model"], summary["failed"]) == ("observe", "offline", 0)
    assert list(summary["by"]) == ["length"]
    rows = {row["id"]: row for row in map(json.loads, (out / "predictions.jsonl").read_text().splitlines())}
    assert rows["q"]["option"] == 1
    assert rows["q"]["evidence"]
    trajectory = json.loads(next((out / "trajectories").glob("q-*")).read_text())
    assert (trajectory["question"], trajectory["status"]) == (QUESTION["question"], "answered")
    assert trajectory["answer"]["evidence"]


async def test_a_judge_grades_what_was_open(data: Path, tmp_path: Path) -> None:
    config = run_config("captions", data, given={"strategy": "random", "model": None})
    out = tmp_path / "run"
    await run_all({out: with_library(config, out)})
    script = tmp_path / "judge.json"
    script.write_text(json.dumps({"judge": {"reason": "no", "correct": False, "score": 0}}))
    summary = await rescore(out, judge=f"scripted:{script}")
    assert summary["official"]["judge"] == f"scripted:{script}"


async def test_settings_of_a_run_are_written_in_full_and_rebuild_the_agent(
    data: Path, tmp_path: Path
) -> None:
    given: dict[str, str | None] = {"model": "offline", "strategy": "topk"}
    config = run_config("captions", data, given=given, settings=("budget.rounds=2",), subtitles="none")
    again = with_library(config, tmp_path / "library")
    answerer = agent_answerer(again)
    try:
        settings = answerer._agent.config
        assert (settings.strategy, settings.budget.rounds, settings.indexing.sidecars) == ("topk", 2, False)
        assert settings.library_path == tmp_path / "library" / "none"
    finally:
        await answerer.aclose()
    assert json.loads(json.dumps(dict(config.settings))) == dict(config.settings)


async def test_blind_sees_no_video(tmp_path: Path) -> None:
    reply = {"found": True, "option": "B", "answer": "a red door", "cites": []}
    model = ScriptedModel({"*": reply})
    config = Config(library=str(tmp_path / "l"), embedder="hashing", store="in_memory", strategy="blind")
    with VideoAgent(config=config, model=model) as made:
        answerer = AgentAnswerer(made, materials.Materials(made, "full"), "blind", "scripted")
        sample = Sample(
            "1", "v", "what opens", ("a lid", "a red door"), source=Source(memories=partial(list, ()))
        )
        prediction = await answerer.answer(sample)
        assert isinstance(prediction, Prediction)
        assert made.library.videos() == []
        assert "red door opens" not in "".join(model.asked("answer"))


async def test_two_undisturbed_runs_retrieve_the_same_with_any_number_of_workers(
    data: Path, tmp_path: Path
) -> None:
    plain = ("a door", "a lid", "a red mat", "a man")
    stores = []
    for n in range(6):
        # Later videos are full of one word, so its weight depends on whether they are there yet.
        said = plain if n == 0 else ("a lid", "a lid", "a lid", plain[n % 4])
        texts_ = [[s, s + 1, f"{said[s % 4]} {s}"] for s in range(60)]
        stores.append({"video": f"v{n}", "duration": 60, "memories": texts_})
    rows = [{**QUESTION, "id": f"q{n}", "video": f"v{n}"} for n in range(6)]
    (data / "x_memories.jsonl").write_text("\n".join(map(json.dumps, stores)))
    (data / "x_questions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    captions._videos.cache_clear()
    given: dict[str, str | None] = {"model": "offline", "strategy": "observe"}
    found = []
    for number, workers in enumerate((1, 4, 4)):
        config = run_config("captions", data, given=given, settings=("embedder=hashing",), workers=workers)
        out = tmp_path / str(number)
        await run_all({out: with_library(config, out / "library")})
        lines = map(json.loads, (out / "predictions.jsonl").read_text().splitlines())
        found.append({row["id"]: (row["retrieved"], row["evidence"], row["option"]) for row in lines})
    assert found[0] == found[1] == found[2]
    assert all(retrieved for retrieved, _, _ in found[0].values())
    captions._videos.cache_clear()


@pytest.mark.parametrize(
    ("given", "named"),
    [({}, "quotes"), ({"model": "openai:x"}, "observe"), ({"strategy": "observe"}, "observe")],
)
def test_a_run_is_named_after_what_answers(tmp_path: Path, given: dict[str, str], named: str) -> None:
    assert run_config("captions", tmp_path, given=given).strategy == named
