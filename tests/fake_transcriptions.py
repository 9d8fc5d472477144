"""A fake `/v1/audio/transcriptions` on a real socket: answers by the length of the sound it was sent."""

from __future__ import annotations

import asyncio
import io
import threading
from dataclasses import dataclass, field
from typing import Any

import av
from aiohttp import web


@dataclass
class FakeTranscriptions:
    """`forms` lists the accepted response formats; `fault` is a status sent instead of an answer."""

    forms: tuple[str, ...] = ("verbose_json", "json")
    segments: list[dict[str, Any]] | None = None
    fault: int = 0
    body: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> FakeTranscriptions:
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        runner = self._loop.run_until_complete(self._serve())
        started.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())

    async def _serve(self) -> web.AppRunner:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/audio/transcriptions", self._answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        return runner

    async def _answer(self, request: web.Request) -> web.Response:
        form = await request.post()
        sound = form["file"]
        assert isinstance(sound, web.FileField)
        length_s, rate_hz = _length(sound.file.read())
        fields = {name: value for name, value in form.items() if name != "file"}
        self.seen.append({**fields, "length_s": length_s, "rate_hz": rate_hz})
        if self.fault:
            return web.json_response({"error": {"message": f"no {request.headers}"}}, status=self.fault)
        if self.body:
            return web.Response(text=self.body, content_type="text/html")
        if form["response_format"] not in self.forms:
            error = {"message": "response_format 'verbose_json' is not supported", "param": "response_format"}
            return web.json_response({"error": error}, status=400)
        return web.json_response(self._reply(str(form["response_format"]), length_s))

    def _reply(self, form: str, length_s: float) -> dict[str, Any]:
        words = f"heard {length_s:.0f} seconds"
        if form == "json":
            return {"text": words}
        own = [{"id": 0, "start": 0.0, "end": length_s, "text": f" {words}"}]
        return {
            "text": words,
            "language": "english",
            "segments": own if self.segments is None else self.segments,
        }


def _length(data: bytes) -> tuple[float, int]:
    """Seconds and rate of a mono sound file."""
    with av.open(io.BytesIO(data), "r") as container:
        frames = list(container.decode(audio=0))
    assert frames[0].layout.name == "mono"
    return sum(frame.samples for frame in frames) / frames[0].sample_rate, frames[0].sample_rate
