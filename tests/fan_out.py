"""How near the openai backend comes to a server's ideal: `python -m tests.fan_out` prints one line.

A fake server in a process of its own answers in 300 ms and has 16 slots; 320 requests with a picture each
should take little more than 320 / 16 x 0.3 s = 6 s.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import time

import numpy as np

from playhead.tools import registry
from playhead.tools.protocols import ChatModel, ChatRequest, ImagePart, Message


async def measure(url: str, requests: int) -> float:
    """Seconds until all requests are answered."""
    model: ChatModel = registry.load("models", "openai:fake", base_url=url)
    picture = ImagePart(np.full((360, 640, 3), 90, np.uint8), 1.0)
    request = ChatRequest((Message("user", (picture, "What happens?")),), max_tokens=64)
    await model.complete(request)
    started = time.perf_counter()
    await asyncio.gather(*(model.complete(request) for _ in range(requests)))
    seconds = time.perf_counter() - started
    await model.aclose()
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description="Fan-out against a slow fake server.")
    parser.add_argument("--requests", type=int, default=320)
    parser.add_argument("--slots", type=int, default=16)
    parser.add_argument("--latency", type=float, default=0.3, help="seconds a reply takes")
    parser.add_argument("--port", type=int, default=8765)
    given = parser.parse_args()
    command = [
        "-m",
        "tests.fake_server",
        "--port",
        given.port,
        "--latency",
        given.latency,
        "--slots",
        given.slots,
    ]
    server = subprocess.Popen([sys.executable, *map(str, command)], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        server.stdout.readline()
        time.sleep(1)
        seconds = asyncio.run(measure(f"http://127.0.0.1:{given.port}/v1", given.requests))
    finally:
        server.terminate()
        server.wait()
    ideal = given.requests / given.slots * given.latency
    print(f"{given.requests} requests in {seconds:.2f} s, ideal {ideal:.2f} s: {seconds / ideal:.2f} x")


if __name__ == "__main__":
    main()
