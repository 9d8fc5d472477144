"""What single actions find and say, over a film whose facts are known."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playhead.tools.context import Limits, Observation, ToolContext
from playhead.tools.embedders.hashing import create as hashing
from playhead.tools.errors import BudgetExceededError, ToolError
from playhead.tools.library import Library
from playhead.tools.metering import Budget, Meter, Metered
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.protocols import ChatReply, ChatRequest, Filter, ImagePart, TokenProbability
from playhead.tools.stores.in_memory import InMemoryStore
from playhead.tools.synthesis import Scene, Script
from playhead.tools.toolbox import Toolbox
from playhead.tools.types import Clip, Kind, Memory, Span, Video

YES = {"can_tell": True, "answer": "A red wall.", "moments": [[3, 4]]}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", hashing(), InMemoryStore()) as opened:
        yield opened


@pytest.fixture
def context(tmp_path: Path, library: Library) -> ToolContext:
    """A film of 60 s: red, then blue; Ada and Bob speak; a transcript as second video."""
    path = tmp_path / "film.synthetic.json"
    scenes = (Scene(0, 30, (200, 0, 0)), Scene(30, 60, (0, 0, 200)))
    path.write_text(Script(scenes, width_px=64, height_px=48, fps=4).to_json())
    film = Video("f1" * 12, str(path), "film", 60.0)
    talk = Video("e2" * 12, "", "talk", 100.0, "transcript")
    for video in (film, talk):
        library.put_video(video)
    library.put_clips(film.id, [Clip(i, Span(i * 10, i * 10 + 10)) for i in range(6)])
    lines = [
        "Ada opens the gate.",
        "Nobody answers.",
        "Bob finds the silver key.",
        "Then Ada closes the gate.",
    ]
    library.add(film.id, [said(film, 10 * i, text, speaker="Bob" * (i == 1)) for i, text in enumerate(lines)])
    library.add(talk.id, [said(talk, 5 * i, f"Point {i} of the talk.") for i in range(20)])
    return ToolContext(library, (film, talk), ocr="scripted:EXIT")


def said(video: Video, start_s: float, text: str, kind: Kind = "speech", **meta: Any) -> Memory:
    return Memory(video.id, Span(start_s, start_s + 3), kind, text, source="test", meta=meta)


def sees(*replies: Any, purpose: str = "inspect") -> dict[str, ScriptedModel]:
    return {"inspector": ScriptedModel({purpose: list(replies) if len(replies) > 1 else replies[0]})}


async def call(context: ToolContext, name: str, /, **arguments: Any) -> Observation:
    return await Toolbox([name]).call(name, arguments, context)


async def test_search_finds_the_line_and_its_neighbours(context: ToolContext) -> None:
    found = await call(context, "search_memory", query="silver key", limit=1, neighbours=True)
    assert [item.text for item in found.evidence] == [
        "Bob finds the silver key.", "Nobody answers.", "Then Ada closes the gate.",
    ]  # fmt: skip
    assert found.evidence[0].score > found.evidence[1].score
    assert found.text.splitlines()[1] == "[video 1 20.0-23.0 s] speech: Bob finds the silver key."


async def test_search_keeps_to_kinds_times_videos_and_limits(context: ToolContext) -> None:
    for arguments, expected in (
        ({"video": 2}, 16), ({"video": "film"}, 4), ({"start_s": 12, "video": 1}, 3),
        ({"kinds": "screen"}, 0), ({"limit": -5}, 1), ({"end_s": 4, "video": 1}, 1),
    ):  # fmt: skip
        asked: dict[str, Any] = {"query": "gate point talk", "limit": 999} | arguments
        assert len((await call(context, "search_memory", **asked)).evidence) <= expected
    assert "remembered here: speech" in (await call(context, "search_memory", query="x", kinds="screen")).text


async def test_a_transcript_is_read_on_in_parts(context: ToolContext) -> None:
    short = replace(context, limits=Limits(lines=3))
    first = await call(short, "read_transcript", video="talk")
    assert first.text.splitlines()[0].endswith("the first 3 are shown, go on at 13.0 s")
    assert "nothing is said" in (await call(context, "read_transcript", start_s=40, video=1)).text


async def test_overview_without_a_digest_is_made_of_the_words(context: ToolContext) -> None:
    found = await call(context, "overview", video=1)
    assert found.text.startswith("Video 1: film: 60 s")
    assert found.evidence[0].kind == "digest"
    assert not found.evidence[0].perceived
    early = await call(replace(context, before_s=15.0), "overview", video=1)
    assert "Known until [0.0-15.0 s]" in early.text
    assert "silver" not in early.text


async def test_segments_are_clips_scenes_or_seconds(context: ToolContext) -> None:
    assert "6 medium units" in (await call(context, "segment_video")).text
    assert "2 medium units" in (await call(context, "segment_video", start_s=5, end_s=15)).text
    assert "4 fine units" in (await call(context, "segment_video", end_s=4, granularity="fine")).text


async def test_the_screen_is_read_now_when_indexing_did_not(context: ToolContext, tmp_path: Path) -> None:
    found = await call(context, "read_screen", start_s=5, end_s=20)
    assert [(item.text, item.span) for item in found.evidence] == [("EXIT", Span(5, 20))]
    Path(context.videos[0].path).rename(tmp_path / "away")
    assert await call(context, "read_screen", start_s=5, end_s=20) == found
    (tmp_path / "away").rename(context.videos[0].path)
    with pytest.raises(ToolError, match="no reader of text"):
        await call(replace(context, ocr=None), "read_screen")
    long = await call(replace(context, limits=Limits(screen_s=10)), "read_screen")
    assert long.text.startswith("1 texts on the screen between 0.0 and 10.0 s; go on at 10.0 s")


async def test_a_screen_that_indexing_has_only_begun_to_read_is_read_now(
    context: ToolContext, library: Library
) -> None:
    film = context.videos[0]
    library.mark_done(film.id, "screen", "plan", {"key": "k", "run": 1})
    library.add(film.id, [said(film, 5, "EARLIER", "screen")], work=("screen#1", "0"))
    assert "EXIT" in (await call(context, "read_screen", end_s=20)).text
    library.mark_done(film.id, "screen#1", "read")
    assert "EARLIER" in (await call(context, "read_screen", end_s=20)).text


async def test_replies_are_forgotten_with_their_video(context: ToolContext, library: Library) -> None:
    seeing = replace(context, models=sees(YES), ocr="scripted:EXIT")
    for _ in range(2):
        await call(seeing, "read_screen", end_s=10)
        await call(seeing, "inspect_frames", spans=[[0, 1]], question="what is seen?")
    model = seeing.models["inspector"]
    assert isinstance(model, ScriptedModel)
    assert len(model.requests) == 1
    assert _replies(library) == 2
    library.remove(context.videos[0].id)
    assert _replies(library) == 0
    await call(seeing, "inspect_frames", spans=[[0, 1]], question="what is seen?")
    assert _replies(library) == 0


def _replies(library: Library) -> int:
    with contextlib.closing(sqlite3.connect(library.path / "library.db")) as database:
        return int(database.execute("SELECT count(*) FROM replies").fetchone()[0])


async def test_pictures_answer_with_their_moments(context: ToolContext) -> None:
    looking = replace(context, models=sees(YES))
    found = await call(looking, "inspect_frames", spans=[[0, 8]], question="what is seen?", fps=2)
    assert found.frames == 16
    assert [(item.span, item.kind, item.perceived) for item in found.evidence] == [
        (Span(3, 4), "frame", True)
    ]
    assert found.text.splitlines()[0] == "16 pictures looked at: A red wall."


async def test_pictures_that_cannot_tell_are_no_evidence(context: ToolContext) -> None:
    looking = replace(context, models=sees(YES | {"can_tell": False, "answer": "too dark"}))
    found = await call(looking, "inspect_frames", spans=[[0, 8]], question="who?")
    assert (found.text, found.evidence) == ("16 pictures looked at; cannot tell: too dark", ())


async def test_moments_that_were_not_shown_are_left_out(context: ToolContext) -> None:
    looking = replace(context, models=sees(YES | {"moments": [[50, 55], [-1, 2], [7, 90]]}))
    found = await call(looking, "inspect_frames", spans=[[2, 8]], question="what?")
    assert [item.span for item in found.evidence] == [Span(7, 8)]


async def test_token_probabilities_become_confidence(context: ToolContext) -> None:
    text = '{"can_tell": true, "answer": "red", "moments": []}'
    tokens = (TokenProbability('{"can_tell": true, "answer": "', -3.0), TokenProbability("red", -0.1))
    looking = replace(
        context, models=sees(ChatReply(text, YES | {"answer": "red", "moments": []}, tokens=tokens))
    )
    found = await call(looking, "inspect_frames", spans=[[2, 8]], question="colour?")
    assert found.evidence[0].score == pytest.approx(0.9048)
    assert "(probability 0.90)" in found.text


async def test_an_inspection_shows_at_most_fifty_pictures_cut_to_the_crop(context: ToolContext) -> None:
    looking = replace(context, models=sees(YES))
    await call(
        looking, "inspect_frames", spans=[[0, 60], [10, 12]], question="q", fps=9, crop=[0, 0, 0.5, 0.5]
    )
    model = looking.models["inspector"]
    assert isinstance(model, ScriptedModel)
    images = [part.image for part in model.requests[0].messages[0].parts if isinstance(part, ImagePart)]
    assert len(images) <= 50
    assert {image.shape for image in images} == {(24, 32, 3)}


async def test_the_same_inspection_costs_nothing_again(context: ToolContext) -> None:
    looking = replace(context, models=sees(YES))
    for _ in range(2):
        await call(looking, "inspect_frames", spans=[[0, 8]], question="what is seen?")
    assert len(looking.models["inspector"].requests) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["inspect_frames", "caption_clips"])
async def test_a_transcript_has_no_pictures(name: str, context: ToolContext) -> None:
    extra = {"question": "q"} if name == "inspect_frames" else {}
    with pytest.raises(ToolError, match="has no pictures"):
        await call(replace(context, models=sees(YES)), name, spans=[[0, 1]], video="talk", **extra)


async def test_a_model_that_is_blind_is_not_shown_pictures(context: ToolContext) -> None:
    blind = {"inspector": ScriptedModel({}, sees_images=False)}
    with pytest.raises(ToolError, match="cannot see pictures"):
        await call(replace(context, models=blind), "inspect_frames", spans=[[0, 1]], question="q")


async def test_a_file_that_is_gone_is_said(context: ToolContext, tmp_path: Path) -> None:
    (tmp_path / "film.synthetic.json").unlink()
    with pytest.raises(ToolError, match="any more"):
        await call(replace(context, models=sees(YES)), "inspect_frames", spans=[[0, 1]], question="q")


def note(start_s: float, end_s: float, clear: bool = True, count: int = 0) -> dict[str, Any]:
    return {"start_s": start_s, "end_s": end_s, "answer": f"Ada {count}", "count": count, "clear": clear}


def shown(request: ChatRequest) -> list[ImagePart]:
    return [part for message in request.messages for part in message.parts if isinstance(part, ImagePart)]


async def test_a_whole_film_is_asked_in_few_calls(context: ToolContext) -> None:
    script: dict[str, Any] = {
        "clip": lambda request: {"notes": [note(shown(request)[0].time_s or 0, 0, count=2), note(5000, 5001)]}
    }
    model = ScriptedModel(script)
    few = replace(context, models={"inspector": model}, limits=Limits(frames=6))
    found = await call(few, "ask_every_clip", question="Who comes?")
    assert (
        found.text.splitlines()[0]
        == "2 stretches and 12 pictures asked: 2 moments contribute, count 4 in all"
    )
    assert found.data["notes"][0]["answer"] == "Ada 2"
    assert [len(shown(request)) for request in model.requests] == [6, 6]
    assert all(line.perceived for line in found.evidence)


async def test_what_is_unclear_is_seen_again_larger_and_closer(context: ToolContext) -> None:
    replies = [{"notes": [note(20, 21, clear=False), note(40, 42)]}, {"notes": [note(20.5, 21.5)]}]
    model = ScriptedModel({"clip": replies})
    found = await call(replace(context, models={"inspector": model}), "ask_every_clip", question="q")
    assert [line.span for line in found.evidence] == [Span(20.5, 21.5), Span(40, 42)]
    closer = [part.time_s or 0.0 for part in shown(model.requests[1])]
    assert (min(closer) > 16, max(closer) < 25, len(closer)) == (True, True, 7)


async def test_it_takes_no_more_than_its_share_of_the_pictures(context: ToolContext) -> None:
    meter = Meter(Budget(frames=10))
    model = Metered(ScriptedModel({"clip": {"notes": []}}), "inspector", meter)
    found = await call(
        replace(context, models={"inspector": model}, meter=meter), "ask_every_clip", question="q"
    )
    assert found.frames == 7


async def test_a_transcript_is_asked_by_its_words(context: ToolContext) -> None:
    model = ScriptedModel({"clip": {"notes": [note(0, 3)]}}, sees_images=False)
    found = await call(replace(context, models={"inspector": model}), "ask_every_clip", question="q", video=2)
    assert "Point 0 of the talk" in "".join(model.asked("clip"))
    assert not any(line.perceived for line in found.evidence)


@pytest.mark.parametrize("sees_images", [True, False])
async def test_only_answers_from_pictures_are_perceived(context: ToolContext, sees_images: bool) -> None:
    model = ScriptedModel({"clip": {"notes": [note(3, 4)]}}, sees_images=sees_images)
    found = await call(replace(context, models={"inspector": model}), "ask_every_clip", question="q")
    assert {line.perceived for line in found.evidence} == {sees_images}


async def test_a_budget_that_ends_half_way_keeps_what_was_found(context: ToolContext) -> None:
    meter = Meter(Budget(model_calls=1))
    script = {"clip": lambda request: {"notes": [note(shown(request)[0].time_s or 0, 60)]}}
    models = {"inspector": Metered(ScriptedModel(script), "inspector", meter)}
    frugal = replace(context, models=models, limits=Limits(parallel=1, frames=6))
    found = await call(frugal, "ask_every_clip", question="q")
    assert len(found.evidence) == 1
    assert "1 gave no answer" in found.text
    with pytest.raises(BudgetExceededError):
        await call(frugal, "ask_every_clip", question="another")


async def test_more_moments_than_are_listed_are_put_together(context: ToolContext) -> None:
    rows = {"notes": [note(at_s, at_s) for at_s in range(40)]}
    model = ScriptedModel({"clip": rows, "merge": {"answer": "Ada, always."}})
    crowded = replace(context, models={"inspector": model}, limits=Limits(frames=6))
    assert "Together: Ada, always." in (await call(crowded, "ask_every_clip", question="q")).text


async def test_of_more_moments_than_are_listed_those_with_the_words_of_the_question_are(
    context: ToolContext,
) -> None:
    rows = [{**note(at_s, at_s), "answer": "a red wall"} for at_s in range(20, 59)]
    rows += [{**note(59, 59), "answer": "a silver key"}]
    model = ScriptedModel({"clip": {"notes": rows}, "merge": {"answer": "-"}})
    crowded = replace(context, models={"inspector": model}, limits=Limits(frames=6))
    found = await call(crowded, "ask_every_clip", question="Where is the silver key?")
    assert "a silver key" in [item.text for item in found.evidence]
    assert len(found.evidence) == 40


async def test_captions_are_written_back_to_memory(context: ToolContext, library: Library) -> None:
    caption = {"caption": "Two doors.", "actions": [], "entities": [], "screen_text": [], "place": ""}
    model = ScriptedModel({"caption": caption})
    seeing = replace(context, models={"captioner": model})
    found = await call(seeing, "caption_clips", spans=[[0, 25]], focus="doors")
    assert found.text.splitlines()[0] == "2 of 2 clips described"
    assert "doors" in model.asked("caption")[0]
    again = await call(context, "search_memory", query="doors", kinds="caption")
    assert {item.text for item in again.evidence} == {"Two doors."}


async def test_as_many_clips_are_described_as_the_limit_of_clips_says(context: ToolContext) -> None:
    caption = {"caption": "Two doors.", "actions": [], "entities": [], "screen_text": [], "place": ""}
    seeing = replace(context, models={"captioner": ScriptedModel({"caption": caption})})
    few = replace(seeing, limits=Limits(frames=1, clips=3))
    found = await call(few, "caption_clips", spans=[[0, 60]])
    assert found.text.splitlines()[0] == "3 of 3 clips described"


@pytest.mark.parametrize(("focus", "kept"), [(None, 1), ("doors", 0)])
async def test_descriptions_for_one_question_can_be_kept_from_the_next(
    context: ToolContext, library: Library, focus: str | None, kept: int
) -> None:
    caption = {"caption": "Two doors.", "actions": [], "entities": [], "screen_text": [], "place": ""}
    seeing = replace(context, models={"captioner": ScriptedModel({"caption": caption})}, keep_focused=False)
    found = await call(seeing, "caption_clips", spans=[[0, 10]], **({"focus": focus} if focus else {}))
    assert [line.text for line in found.evidence] == ["Two doors."]
    assert len(library.memories(Filter(kinds=("caption",)))) == kept


async def test_an_entity_is_found_by_name_and_as_a_speaker(context: ToolContext) -> None:
    ada = await call(context, "find_entity", name="Ada")
    assert [item.span.start_s for item in ada.evidence] == [0, 30]
    bob = await call(context, "find_entity", name="bob")
    assert [item.text for item in bob.evidence] == ["Nobody answers.", "Bob finds the silver key."]
    nobody = await call(context, "find_entity", name="Zoe")
    assert nobody.evidence == ()
    assert "known: Ada, Bob" in nobody.text


async def test_labels_that_mean_one_person_are_merged_reversibly(
    context: ToolContext, library: Library
) -> None:
    film = context.videos[0]
    rows = [("woman in red", 0), ("the lady with the red coat", 20), ("a dog", 40)]
    library.add(
        film.id,
        [
            said(film, at, f"{label} walks.", "caption", entities=[{"name": label, "description": "d"}])
            for label, at in rows
        ],
    )
    same = {"groups": [{"name": "woman in red", "labels": [1, 2, 77]}]}
    merging = replace(context, models={"captioner": ScriptedModel({"entities": same})})
    found = await call(merging, "find_entity", name="woman in red", video=1)
    assert [item.span.start_s for item in found.evidence] == [0, 20]
    assert found.evidence[1].text == "the lady with the red coat walks."
    alone = await call(context, "find_entity", name="woman in red", video=1)
    assert [item.span.start_s for item in alone.evidence] == [0]
