"""The embedders, the library they made, and the recogniser of speech."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from playhead.agent.config import Config
from playhead.agent.doctor.findings import Finding, Measured, failed
from playhead.agent.wiring import text_embedder, transcriber, visual_embedder
from playhead.tools.errors import MissingExtraError, PlayheadError
from playhead.tools.hearing.whisper import WhisperTranscriber
from playhead.tools.library import Library, exists
from playhead.tools.pipeline.hearing import BETTER, DEFAULT, OFF
from playhead.tools.protocols import Embedder, VisualEmbedder
from playhead.tools.synthesis import encode_audio


def memory(config: Config) -> Iterator[Finding]:
    """What remembering needs: embedders, library, transcriber. Raises nothing."""
    try:
        embedder = text_embedder(config)
        size, finding = _texts(embedder)
        yield finding
    except PlayheadError as error:
        yield failed("embedder", error)
    else:
        yield from _library(config, embedder, size)
    if config.visual_embedder:
        yield _visual(config)
    yield _hearing(config, config.indexing.asr or "")


def _texts(embedder: Embedder) -> tuple[int, Finding]:
    """How many numbers a text becomes, and the finding; the second batch is timed, so loading is not."""
    embedder.embed_texts(["a lighthouse at night"])
    started = time.perf_counter()
    size = int(embedder.embed_texts(["the cook hides the key"]).shape[1])
    took_ms = 1000 * (time.perf_counter() - started)
    measured: Measured = {
        "fingerprint": embedder.fingerprint,
        "dimension": size,
        "latency_ms": round(took_ms, 1),
    }
    words = f"{embedder.fingerprint}: {size} numbers a text, {took_ms:.0f} ms"
    return size, Finding("embedder", "ok", words, measured=measured)


def _library(config: Config, embedder: Embedder, size: int) -> Iterator[Finding]:
    folder = config.library_path
    if not exists(folder):
        yield Finding("library", "ok", f"none yet at {str(folder)!r}; the first index makes it")
        return
    try:
        with Library(folder, embedder, config.store) as library:
            yield _size(library)
            for fault in library.verify():
                yield Finding("library", "problem", fault, "playhead library repair")
            yield from _vectors(library, size)
    except PlayheadError as error:
        yield failed("library", error)


def _size(library: Library) -> Finding:
    videos, size_mb = len(library.videos()), library.size_bytes() / 1e6
    measured = {"videos": videos, "size_mb": round(size_mb, 1)}
    return Finding("library", "ok", f"{videos} videos, {size_mb:.1f} MB", measured=measured)


def _vectors(library: Library, size: int) -> Iterator[Finding]:
    """Whether the stored vectors and those made now can be compared."""
    stored = library.vectors([memory.id for memory in library.memories(limit=1)])
    for vector in stored.values():
        theirs = int(np.asarray(vector).shape[-1])
        measured = {"stored": theirs, "embedder": size}
        words = f"stored vectors have {theirs} numbers, the embedder makes {size}"
        if theirs != size:
            cure = "serve the embedding model that made them, or begin another library with --library"
            yield Finding("library vectors", "problem", words, cure, measured)
        else:
            yield Finding("library vectors", "ok", words, measured=measured)


def _visual(config: Config) -> Finding:
    check = "visual embedder"
    try:
        embedder = visual_embedder(config)
        if not isinstance(embedder, VisualEmbedder):
            cure = "name one that does, for instance siglip:google/siglip2-base-patch16-224"
            return Finding(check, "problem", f"{config.visual_embedder!r} embeds no pictures", cure)
        size = embedder.embed_images([np.zeros((64, 64, 3), np.uint8)]).shape[1]
    except PlayheadError as error:
        return failed(check, error)
    measured = {"fingerprint": embedder.fingerprint, "dimension": size}
    return Finding(check, "ok", f"{embedder.fingerprint}: {size} numbers a picture", measured=measured)


def _hearing(config: Config, spec: str) -> Finding:
    """Tried on a second of sound, with the model loaded."""
    check = "hearing"
    if spec in OFF:
        return Finding(check, "note", "off: what has no subtitles is not heard", "give --asr whisper")
    with tempfile.TemporaryDirectory() as folder:
        sound = encode_audio(Path(folder) / "sound.wav", 1.0)
        started = time.perf_counter()
        try:
            heard = transcriber(config, spec)
            if isinstance(heard, WhisperTranscriber):
                heard.load()
            list(heard.transcribe(sound, None))
        except PlayheadError as error:
            return failed(check, error, "note" if isinstance(error, MissingExtraError) else "problem")
    took_s = time.perf_counter() - started
    words = f"{spec} hears what has no subtitles; {took_s:.1f} s for a second of sound, loading included"
    if spec == DEFAULT:
        words += f"; English only, a larger model for any language is one flag away: {BETTER}"
    return Finding(check, "ok", words, measured={"latency_s": round(took_s, 2)})
