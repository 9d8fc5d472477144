"""Speech recognition by any model of faster-whisper (CTranslate2): `faster_whisper:small` or a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import faster_whisper

from playhead.tools.errors import PrerequisiteError
from playhead.tools.hearing.doubts import Doubts
from playhead.tools.hearing.whisper import WhisperTranscriber

LEAST_LOGPROB = -1.0
"""For `Doubts`: models of many languages are less sure of right words than one that knows English alone."""


def _load(name: str, offline: bool, settings: dict[str, Any]) -> Any:
    folder = Path(name).expanduser()
    local = folder.is_dir()
    place = str(folder) if local else name
    try:
        return faster_whisper.WhisperModel(place, local_files_only=offline or local, **settings)
    except Exception as error:  # hub, disk and CTranslate2 errors share no base
        raise PrerequisiteError(_cause(name, offline and not local, error), _cure(name)) from error


def _check(name: str) -> None:
    """Raises PrerequisiteError for a folder that is not there."""
    folder = Path(name).expanduser()
    if not folder.is_dir() and (folder.is_absolute() or name.startswith((".", "~"))):
        raise PrerequisiteError(f"no folder {name!r} with a speech model", _cure("small"))


def _cause(name: str, offline: bool, error: Exception) -> str:
    if offline:
        return f"the speech model {name!r} is not on this machine and downloads are switched off"
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return f"the speech model {name!r} cannot be had: {reason[:200]}"


def _cure(name: str) -> str:
    folder = Path(name).name
    spec = f"faster_whisper:/path/{folder}"
    return f"check the name and the connection, or give a folder with a CTranslate2 Whisper model: {spec}"


def create(
    argument: str = "small",
    *,
    language: str = "",
    device: str = "auto",
    compute_type: str = "default",
    threads: int = 0,
    offline: bool | None = None,
    **doubts: Any,
) -> WhisperTranscriber:
    """`faster_whisper:NAME`, fetched at first use unless it is there, or `faster_whisper:FOLDER`.

    `language` '' detects it; `threads` 0 takes up to four; `offline` None follows HF_HUB_OFFLINE and never
    touches the network when that is set; `doubts` are fields of `Doubts`.
    """
    name = argument or "small"
    _check(name)
    switched_off = os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on")
    settings = {"device": device, "compute_type": compute_type}
    return WhisperTranscriber(
        lambda count: _load(
            name, switched_off if offline is None else offline, {**settings, "cpu_threads": count}
        ),
        f"faster_whisper:{name}@{device},{compute_type}",
        language=language,
        threads=threads,
        doubts=Doubts(**{"least_logprob": LEAST_LOGPROB, **doubts}),
    )
