"""Stands in for `python -m vllm.entrypoints.openai.api_server`: same flags, the fake server behind them.

The model's name chooses how it behaves: `oom…` and `bad-flag…` end early with the words of the real one,
`crash…` dies at the first request, anything else serves.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from typing import Any

from tests.fake_server import FakeServer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--max-model-len", type=int, default=4096)
    given = parser.parse_args()
    print("INFO loading weights", flush=True)
    if given.model.startswith("oom"):
        print("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.", flush=True)
        print("RuntimeError: Engine core initialization failed.", flush=True)
        sys.exit(1)

    def say(body: dict[str, Any]) -> str:
        if given.model.startswith("crash"):
            print("RuntimeError: the engine died", flush=True)
            os._exit(1)
        return f"served by {os.getpid()}"

    server = FakeServer(
        script={"plain": say},
        model=given.model,
        host=given.host,
        port=given.port,
        context_tokens=given.max_model_len,
    )
    asyncio.run(server.serve())


if __name__ == "__main__":
    main()
