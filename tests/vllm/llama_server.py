"""`python llama_server.py MODEL.gguf`: llama.cpp's OpenAI-compatible server for one GGUF file on 127.0.0.1.

Prints its address and ends when its input is closed. Runs where xllamacpp is installed.
"""

from __future__ import annotations

import sys

import xllamacpp

CONTEXT_TOKENS = 8192
THREADS = 1
"""Threads of one step wait for each other, spinning: on a busy machine two are a hundred times slower."""


def main(path: str) -> None:
    settings = xllamacpp.CommonParams()
    settings.model.path = path
    settings.n_ctx = CONTEXT_TOKENS
    settings.verbosity = 0
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = THREADS
    server = xllamacpp.Server(settings)
    print(f"{server.listening_address}/v1", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
