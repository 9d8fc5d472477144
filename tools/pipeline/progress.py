"""How indexing is set up and how it tells where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Granularity = Literal["coarse", "medium", "fine"]


@dataclass(frozen=True, slots=True)
class IndexingConfig:
    """What is perceived, and how finely. A changed field redoes only the stages it touches."""

    reader: str = "auto"
    """Decoder: `auto` (PyAV, the cheapest for walking through a film) or the name of a readers plug-in."""

    segmenter: str = "semantic"
    """How clips and scenes are cut: `semantic`, `scenes`, `fixed:SECONDS`."""

    asr: str | None = "whisper"
    """Speech recognition, for instance `faster_whisper:small`; None or `none`: nothing is heard. The
    default does not replace what another recogniser heard before."""

    hear: Literal["needed", "always"] = "needed"
    """`needed` hears what has no subtitles; `always` hears beside them too."""

    sidecars: bool = True
    """Use subtitle files beside a video and text tracks inside it; files that are named are always used."""

    ocr: str | None = "rapidocr"
    """Reader of on-screen text; None (`--set indexing.ocr=`) leaves the screen unread."""

    ocr_fps: float = 1.0
    """Pictures a second that are looked at for text; only those that changed are read."""

    ocr_side_px: int = 960
    """Longest side of the pictures that are read; smaller is faster and misses small print."""

    chunk_s: float = 120.0
    """Seconds of video in one resumable unit of reading the screen."""

    captions: Literal["needed", "all"] = "needed"
    """`all` describes every clip while indexing; `needed` leaves it to the questions. Needs a captioner."""

    granularity: Granularity = "medium"
    """Of eager captions: `coarse` 60 s at 1 fps, `medium` the clips at 2 fps, `fine` 1 s."""

    parallel: int = 16
    """Caption requests in flight; also bounds the clips whose pictures are in memory."""

    visual: bool = True
    """Keep vectors of one picture per clip, when the library has an embedder of pictures."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of indexing. A warning is something a person should know that did not stop it."""

    stage: str
    """probe, lock, segment, speech, screen, visual, captions, digest or done."""
    done: float
    """Of the stage, in the same unit as `total`: seconds of video, or clips."""
    total: float
    video: str
    """Title of the video."""
    message: str = ""
    clips: int = 0
    """Clips of this video known so far."""
    eta_s: float | None = None
    """Estimated seconds until the stage is done; None when nothing can be said yet."""
    warning: bool = False
    video_id: str = ""
    """Identity of the video, as soon as it is known."""
    number: int = 1
    """Of the file among `files`, from 1."""
    files: int = 1
    """How many files were found to be indexed."""
    failed: bool = False
    """This file cannot be used, and `message` says why; the others go on."""
