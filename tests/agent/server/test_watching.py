"""Media, pictures and words of a recording over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import httpx
import pytest
from starlette.types import Message

from playhead.agent.agent import VideoAgent
from playhead.agent.server.streams import Streams
from playhead.tools.library import Library
from playhead.tools.synthesis import Scene, Script, encode, write_srt
from playhead.tools.types import Cue, Span
from tests.running_server import RunningServer

SCRIPT = Script(
    (Scene(0, 6, (200, 0, 0)), Scene(6, 12, (0, 0, 200))),
    fps=5.0,
    cues=(Cue(Span(1, 3), "The <b>mill</b> grinds --> corn."), Cue(Span(7, 9), "It stands idle.")),
)


@pytest.fixture
def watched(
    make: Callable[..., VideoAgent], serve: Callable[[VideoAgent], RunningServer], tmp_path: Path
) -> Callable[[str], tuple[httpx.Client, str]]:
    """`client, address = watched("film.mkv")`: a film with sound and subtitles, indexed and served."""

    def begin(name: str) -> tuple[httpx.Client, str]:
        path = encode(SCRIPT, tmp_path / name, audio=True, key_frame_s=2.0)
        write_srt(SCRIPT.cues, path.with_suffix(".srt"))
        agent = make()
        (video,) = agent.add([path])
        return serve(agent).client(), f"/api/videos/{video.id}"

    return begin


def test_a_browser_seeks_in_the_file_itself(watched: Callable[[str], tuple[httpx.Client, str]]) -> None:
    client, address = watched("film.mp4")
    how = client.get(f"{address}/playback").json()
    assert (how["native"], how["mime"], how["start_s"]) == (True, "video/mp4", 0.0)
    part = client.get(how["url"], headers={"Range": "bytes=100-199"})
    assert (part.status_code, len(part.content)) == (206, 100)
    assert part.headers["content-range"].startswith("bytes 100-199/")
    assert client.get(how["url"], headers={"Range": "bytes=999999999-"}).status_code == 416


def test_other_files_are_made_playable_from_any_second(
    watched: Callable[[str], tuple[httpx.Client, str]],
) -> None:
    client, address = watched("film.mkv")
    how = client.get(f"{address}/playback", params={"start_s": 7}).json()
    assert (how["native"], how["start_s"]) == (False, 6.0)
    made = client.get(how["url"])
    assert made.headers["content-type"] == "video/mp4"
    assert b"moof" in made.content


async def test_one_more_conversion_than_allowed_is_refused_in_words() -> None:
    streams, told = Streams(1), list[Message]()
    scope = {"type": "http", "method": "GET", "asgi": {"version": "3.0", "spec_version": "2.4"}}

    async def endless() -> AsyncGenerator[bytes, None]:
        while True:
            yield b"moof"
            await asyncio.sleep(0.001)

    async def send(message: Message) -> None:
        told.append(message)

    async def ask() -> None:
        await streams.response(endless(), "video/mp4")(scope, asyncio.Event().wait, send)  # type: ignore[arg-type]

    first = asyncio.create_task(ask())
    while not told:
        await asyncio.sleep(0.001)
    told.clear()
    await ask()
    refused = next(message for message in told if message["type"] == "http.response.start")
    assert (refused["status"], dict(refused["headers"])[b"retry-after"]) == (429, b"1")
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert streams.open == 0


def test_pictures_clips_and_a_waveform(watched: Callable[[str], tuple[httpx.Client, str]]) -> None:
    client, address = watched("film.mp4")
    small = client.get(f"{address}/thumbnail", params={"time_s": 7, "width_px": 64})
    large = client.get(f"{address}/frame", params={"time_s": 7})
    assert small.content[:3] == large.content[:3] == b"\xff\xd8\xff"
    assert len(small.content) < len(large.content)
    clip = client.get(f"{address}/clip", params={"start_s": 1, "end_s": 3})
    assert "film-1-3.mp4" in clip.headers["content-disposition"]
    assert b"moov" in clip.content
    wave = client.get(f"{address}/waveform", params={"points": 20}).json()
    assert (len(wave["points"]), wave) == (20, client.get(f"{address}/waveform?points=20").json())


def test_words_and_the_timeline(watched: Callable[[str], tuple[httpx.Client, str]]) -> None:
    client, address = watched("film.mp4")
    time = client.get(f"{address}/timeline").json()
    assert [line["start_s"] for line in time["speech"]] == [1.0, 7.0]
    cues = client.get(f"{address}/transcript.json").json()["cues"]
    assert [cue["start_s"] for cue in cues if cue["kind"] == "speech"] == [1.0, 7.0]
    vtt = client.get(f"{address}/transcript.vtt").text
    assert vtt.count("-->") == 2
    assert "<b>" not in vtt
    assert client.get(f"{address}/transcript.srt").text.startswith("1\n00:00:01,000 --> 00:00:03,000\n")
    hits = client.get("/api/search", params={"q": "mill"}).json()["hits"]
    assert hits[0]["start_s"] == 1.0


def test_another_file_at_its_place_is_not_served(
    watched: Callable[[str], tuple[httpx.Client, str]], library: Library
) -> None:
    client, address = watched("film.mp4")
    path = Path(library.videos()[-1].path)
    path.write_bytes(b"secret")
    refused = client.get(f"{address}/media")
    assert (refused.status_code, b"secret" in refused.content) == (422, False)
    path.unlink()
    path.symlink_to("/etc/hostname")
    assert client.get(f"{address}/media").status_code == 422
    assert client.get(f"/api/videos/{'0' * 24}/media").status_code == 404
