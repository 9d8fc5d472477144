"""A simulated vision-language model behind a real OpenAI-compatible HTTP server.

    with ViewerServer(Viewer(terse=True)) as server:
        agent = VideoAgent("openai:viewer", base_url=server.url)

By hand: `python -m playhead.eval.viewer.server --port 8010 --terse`. It decodes the pictures of a request and
reads them, and knows nothing besides: every reply comes from the pictures and the words of its request.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playhead.eval.viewer.asked import read
from playhead.eval.viewer.mind import Manner, Mind
from playhead.eval.viewer.replies import Reply
from playhead.eval.viewer.statements import described

MODEL = "viewer"


@dataclass(frozen=True, slots=True)
class Viewer:
    """What is simulated. `broken_rate` is the share of replies cut off in the middle, drawn from `seed`."""

    terse: bool = False
    verbose: bool = False
    near_sighted: bool = False
    latency_s: float = 0.0
    broken_rate: float = 0.0
    seed: int = 1

    def say(self, body: dict[str, Any], purpose: str) -> tuple[str, Mind]:
        """The text of the reply and what was understood of the request."""
        asked = read(body, purpose)
        mind = Mind(asked, Manner(self.terse, self.verbose, 12 if self.near_sighted else 7))
        if asked.schema is None:
            return mind.finding.text or described(mind.sights, terse=self.terse, verbose=True), mind
        text = json.dumps(Reply(mind).value("", asked.schema))
        drawn = hashlib.sha256(f"{self.seed} {body.get('seed')} {asked.text}".encode()).digest()
        broken = random.Random(drawn).random() < self.broken_rate  # noqa: S311 - a fault, not a secret
        return (text[: len(text) // 2] if broken else text), mind


@dataclass
class ViewerServer:
    """Serves on 127.0.0.1 between `__enter__` and `__exit__`; counts requests by purpose and pictures."""

    viewer: Viewer = field(default_factory=Viewer)
    port: int = 0
    images: int | None = None
    """The most pictures that it takes in one request, if there is such a limit."""
    purposes: Counter[str] = field(default_factory=Counter)
    pictures: int = 0

    def __post_init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> ViewerServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def complete(self, body: dict[str, Any], purpose: str) -> tuple[int, dict[str, Any]]:
        """Status and body of one completion."""
        contents = [message["content"] for message in body["messages"]]
        parts = [part for content in contents if not isinstance(content, str) for part in content]
        shown = sum(part["type"] == "image_url" for part in parts)
        self.purposes[purpose] += 1
        self.pictures += shown
        if self.images is not None and shown > self.images:
            message = f"At most {self.images} image(s) may be provided in one prompt."
            return 400, {"error": {"message": message, "code": 400}}
        time.sleep(self.viewer.latency_s)
        text, mind = self.viewer.say(body, purpose)
        return 200, _completion(text, mind, body)


def _completion(text: str, mind: Mind, body: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if body.get("tools"):
        function = {"name": body["tools"][0]["function"]["name"], "arguments": text}
        message |= {"content": None, "tool_calls": [{"id": "1", "type": "function", "function": function}]}
    choice: dict[str, Any] = {"index": 0, "message": message, "finish_reason": "stop"}
    if body.get("logprobs"):
        labels = [label for label, _ in mind.asked.options]
        tokens = [_token(piece, mind.sure, labels) for piece in re.findall(r"\w+|\W", text)]
        choice["logprobs"] = {"content": tokens}
    seen = sum(shown.pixels // 784 + 2 for shown in mind.asked.pictures)
    usage = {"prompt_tokens": len(mind.asked.text) // 4 + seen, "completion_tokens": len(text) // 4 + 1}
    return {"id": "1", "object": "chat.completion", "model": MODEL, "choices": [choice], "usage": usage}


def _token(piece: str, sure: bool, labels: list[str]) -> dict[str, Any]:
    """What is known is said with a probability of 0.95, anything else with 0.55; the labels of the other
    options share the rest."""
    likely = 0.95 if sure else 0.55
    others = [label for label in labels if label != piece] if piece in labels else []
    told = {piece: likely} | {label: (1 - likely) / len(others) for label in others}
    rows = [{"token": token, "logprob": math.log(share)} for token, share in told.items()]
    return {**rows[0], "top_logprobs": rows}


def _handler(server: ViewerServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/v1/models":
                self._send(200, {"object": "list", "data": [{"id": MODEL, "object": "model"}]})
            else:
                self._send(404, {"error": {"message": "not found", "code": 404}})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != "/v1/chat/completions":
                self._send(404, {"error": {"message": "not found", "code": 404}})
                return
            status, reply = server.complete(body, self.headers.get("x-playhead-purpose", ""))
            if body.get("stream") and status == 200:
                self._stream(reply, body)
            else:
                self._send(status, reply)

        def _send(self, status: int, value: dict[str, Any]) -> None:
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _stream(self, reply: dict[str, Any], body: dict[str, Any]) -> None:
            choice, base = reply["choices"][0], {"id": "1", "object": "chat.completion.chunk", "model": MODEL}
            delta = {"index": 0, "delta": {"role": "assistant", "content": choice["message"]["content"]}}
            ended = {"index": 0, "delta": {}, "finish_reason": "stop"}
            rows: list[dict[str, Any]] = [{**base, "choices": [delta]}, {**base, "choices": [ended]}]
            if "logprobs" in choice:
                rows[0]["choices"][0]["logprobs"] = choice["logprobs"]
            rows += [{**base, "choices": [], "usage": reply["usage"]}] if body.get("stream_options") else []
            data = "".join(f"data: {json.dumps(row)}\n\n" for row in rows) + "data: [DONE]\n\n"
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Content-Length", str(len(data.encode())))
            self.end_headers()
            self.wfile.write(data.encode())

        def log_message(self, *_: Any) -> None:
            """Nothing is written to stderr."""

    return Handler


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument("--terse", action="store_true", help="captions leave out what labels say")
    parser.add_argument("--verbose", action="store_true", help="captions tell the obvious besides")
    parser.add_argument("--near-sighted", action="store_true", help="small writing is not read")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds a reply takes")
    parser.add_argument("--broken-rate", type=float, default=0.0, help="share of replies cut off, 0..1")
    given = parser.parse_args()
    viewer = Viewer(given.terse, given.verbose, given.near_sighted, given.latency, given.broken_rate)
    with ViewerServer(viewer, given.port) as server:
        print(f"{MODEL} reads pictures on {server.url}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
