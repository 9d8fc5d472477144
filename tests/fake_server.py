"""A fake OpenAI-compatible server on a real socket, with every way that real ones misbehave.

In a test:

    with FakeServer(script={"plan": {"calls": []}, "answer": Say("B", reasoning="It is blue.")}) as server:
        model = registry.load("models", "openai:fake", base_url=server.url)

By hand: `python -m tests.fake_server --port 8000 --latency 0.3 --slots 16 --fault-rate 0.3`.

A script maps purposes (`plan`, `reflect`, `answer`, `caption`…, or `*`) to one reply, a list of replies used
in order, or a function of the request body. Without a script the server writes nonsense of the asked shape.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fake_faults import CONNECTION_FAULTS, FAULTS, broken, refusal
from tests.fake_replies import Say, chunks, faulty, logprobs, sample
from tests.fake_requests import form_of, pictures, schema_of, size, tokens

Script = Mapping[str, Any]


@dataclass
class FakeServer:
    """Serves in a thread of its own between `__enter__` and `__exit__`. Times are in seconds."""

    script: Script | Callable[[dict[str, Any]], Any] = field(default_factory=dict)
    model: str = "fake"
    latency_s: float = 0.0
    slots: int = 10_000
    """Requests answered at once; more wait in a queue, as in vLLM."""
    reject_above: int = 10_000
    """Requests in flight beyond this get a 429."""
    forms: Sequence[str] = ("schema", "json", "tools")
    """Forms of structured reply that the server takes; others get a 400…"""
    ignores: Sequence[str] = ()
    """…unless they are silently ignored: the reply is then prose."""
    images: int | None = None
    context_tokens: int = 1_000_000
    max_side_px: int | None = None
    refuses: Sequence[str] = ()
    """Parameters that get a 400."""
    sees_images: bool = True
    has_logprobs: bool = True
    has_usage: bool = True
    tells_limits: bool = True
    key: str = ""
    retry_after_s: float = 0.02
    hangs: Sequence[str] = ()
    """Purposes that are never answered."""
    fault_rate: float = 0.0
    faults: Sequence[str] = FAULTS
    fault_list: list[str | None] = field(default_factory=list)
    """Faults of the first requests, in order, before the random ones."""
    seed: int = 7
    host: str = "127.0.0.1"
    port: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    injected: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    peak: int = 0

    def __post_init__(self) -> None:
        self._draw, self._served = random.Random(self.seed), 0
        self._used: Counter[str] = Counter()
        self._ready, self._stop = threading.Event(), asyncio.Event()
        self.disconnected = threading.Event()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}/v1"

    def __enter__(self) -> FakeServer:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(self.serve(),), daemon=True
        )
        self._thread.start()
        if not self._ready.wait(300):
            raise RuntimeError("the fake server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(300)
        self._loop.close()

    async def serve(self) -> None:
        """Serve until stopped; sets `port`."""
        self._slots = asyncio.Semaphore(self.slots)
        runner = web.AppRunner(self.app(), handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, self.host, self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 30)
        app.add_routes(
            [
                web.get("/health", self._health),
                web.get("/metrics", self._metrics),
                web.get("/v1/models", self._models),
                web.post("/v1/chat/completions", self._chat),
                web.post("/v1/embeddings", self._embeddings),
            ]
        )
        return app

    async def _health(self, _: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def _metrics(self, _: web.Request) -> web.Response:
        running, asked = self.in_flight, len(self.requests)
        return web.Response(text=f"vllm:num_requests_running {running}\nfake:requests_total {asked}\n")

    async def _models(self, request: web.Request) -> web.Response:
        if refused := self._unauthorised(request):
            return refused
        entry: dict[str, Any] = {"id": self.model, "object": "model"}
        if self.tells_limits:
            entry["max_model_len"] = self.context_tokens
        return web.json_response({"object": "list", "data": [entry]})

    async def _embeddings(self, request: web.Request) -> web.Response:
        texts = (await request.json())["input"]
        texts = [texts] if isinstance(texts, str) else texts
        rows = [
            {"index": i, "object": "embedding", "embedding": _vector(text)} for i, text in enumerate(texts)
        ]
        return web.json_response({"object": "list", "data": rows, "model": self.model})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        body["purpose"] = request.headers.get("x-playhead-purpose", "")
        self.requests.append(body)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        hung_up = False
        try:
            if refused := self._unauthorised(request) or self._refused(body):
                return refused
            return await self._serve_chat(request, body)
        except asyncio.CancelledError:
            hung_up = True
            raise
        finally:
            self.in_flight -= 1
            if hung_up:
                self.disconnected.set()

    async def _serve_chat(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        fault = self._fault()
        if self.in_flight > self.reject_above or fault == "429":
            headers = {"Retry-After": str(self.retry_after_s)}
            return refusal(429, "too many requests", headers=headers)
        if fault == "hang" or body["purpose"] in self.hangs:
            await asyncio.sleep(3600)
        async with self._slots:
            await asyncio.sleep(self.latency_s)
        if fault in CONNECTION_FAULTS:
            return await broken(request, fault)
        say = self._say(body)
        if body.get("stream"):
            return await self._streamed(request, faulty(say, fault) if fault else say, body)
        return web.json_response(self._completion(faulty(say, fault) if fault else say, body))

    def _fault(self) -> str | None:
        """Drawn by the number of the request alone, so that as many come as ever, whoever is first."""
        self._served += 1
        draw = random.Random(f"{self.seed} {self._served}")
        listed = self.fault_list.pop(0) if self.fault_list else None
        drawn = draw.choice(self.faults) if draw.random() < self.fault_rate else None
        if fault := listed or drawn:
            self.injected[fault] += 1
        return fault

    def _unauthorised(self, request: web.Request) -> web.Response | None:
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            return refusal(401, f"Incorrect API key provided: {request.headers.get('authorization')}")
        return None

    def _refused(self, body: Mapping[str, Any]) -> web.Response | None:
        """The 400s and the 404, in the words of vLLM."""
        if body.get("model") != self.model:
            return refusal(404, f"The model `{body.get('model')}` does not exist.")
        shown, read = pictures(body), tokens(body)
        if shown and not self.sees_images:
            return refusal(400, f"{self.model} is not a multimodal model")
        if self.images is not None and len(shown) > self.images:
            return refusal(400, f"At most {self.images} image(s) may be provided in one prompt.")
        if self.max_side_px and any(max(size(url)) > self.max_side_px for url in shown):
            return refusal(400, f"image dimensions exceed max allowed size: {self.max_side_px} pixels")
        for name in self.refuses:
            if name in body:
                return refusal(400, f"Unsupported parameter: '{name}' is not supported with this model.")
        asked = body.get("max_tokens") or body.get("max_completion_tokens") or 0
        if read + asked > self.context_tokens:
            most = f"This model's maximum context length is {self.context_tokens} tokens. However, you "
            wanted = f"requested {read + asked} tokens ({read} in the messages, {asked} in the completion)."
            return refusal(400, most + wanted)
        if (form := form_of(body)) not in ("text", *self.forms, *self.ignores):
            what = "tools" if form == "tools" else "response_format"
            return refusal(400, f"'{what}' of this type is not supported by this server")
        return None

    def _say(self, body: dict[str, Any]) -> Say:
        purpose = str(body["purpose"])
        found: Any = self.script
        if isinstance(found, Mapping):
            key = purpose if purpose in found else "*"
            found = found.get(key, self._nonsense)
            if isinstance(found, list | tuple):
                found = found[min(self._used[key], len(found) - 1)]
                self._used[key] += 1
        if callable(found):
            found = found(body)
        return found if isinstance(found, Say) else Say(found)

    def _nonsense(self, body: dict[str, Any]) -> Say:
        form = form_of(body)
        schema = None if form in self.ignores else schema_of(body)
        if schema is None:
            return Say("Well, it depends.")
        value = json.dumps(sample(schema, self._draw))
        return Say(f"<reply>{value}</reply>" if form == "text" else value)

    def _completion(self, say: Say, body: Mapping[str, Any]) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": say.content, "refusal": say.refusal}
        if say.reasoning:
            message["reasoning_content"] = say.reasoning
        if form_of(body) == "tools" and "tools" not in self.ignores:
            name = say.tool or body["tools"][0]["function"]["name"]
            function = {"name": name, "arguments": say.content}
            message |= {
                "content": None,
                "tool_calls": [{"id": "1", "type": "function", "function": function}],
            }
        choice: dict[str, Any] = {"index": 0, "message": message, "finish_reason": say.finish_reason}
        if body.get("logprobs") and self.has_logprobs:
            choice["logprobs"] = logprobs(say)
        usage = {"prompt_tokens": tokens(body), "completion_tokens": len(say.content) // 4 + 1}
        counted = {"usage": usage} if self.has_usage else {}
        return {"id": "1", "object": "chat.completion", "model": self.model, "choices": [choice], **counted}

    async def _streamed(self, request: web.Request, say: Say, body: Mapping[str, Any]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        whole = self._completion(say, body)
        base = {"id": "1", "object": "chat.completion.chunk", "model": self.model}
        for choice in chunks(whole):
            await asyncio.sleep(self.latency_s / 10)
            await response.write(f"data: {json.dumps({**base, 'choices': [choice]})}\n\n".encode())
        if body.get("stream_options") and "usage" in whole:
            counted = {**base, "choices": [], "usage": whole["usage"]}
            await response.write(f"data: {json.dumps(counted)}\n\n".encode())
        await response.write(b"data: [DONE]\n\n")
        return response


def _vector(text: str, dimension: int = 32) -> list[float]:
    draw = random.Random(hashlib.sha256(text.encode()).digest())
    return [draw.gauss(0, 1) for _ in range(dimension)]


def main() -> None:
    parser = argparse.ArgumentParser(description="A fake OpenAI-compatible server.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--model", default="fake")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds a reply takes")
    parser.add_argument("--slots", type=int, default=10_000, help="requests answered at once")
    parser.add_argument(
        "--fault-rate", type=float, default=0.0, help="share of replies that are faulty, 0..1"
    )
    given = parser.parse_args()
    server = FakeServer(
        model=given.model,
        latency_s=given.latency,
        slots=given.slots,
        fault_rate=given.fault_rate,
        host=given.host,
        port=given.port,
    )
    print(f"serving {given.model} on {server.url}", flush=True)
    asyncio.run(server.serve())


if __name__ == "__main__":
    main()
