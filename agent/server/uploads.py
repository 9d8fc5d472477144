"""Files that come over the network: streamed to disk, gone on with after a break, looked at before use.

`uploads/ID/` in the library holds the bytes so far under `part`; how many there are is where to go on. When
all have come the file gets its name and is indexed.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playhead.agent.server.refusals import ConflictError, NotFoundError, TooLargeError
from playhead.agent.server.signatures import HEAD_BYTES, clean_name, looks_right
from playhead.agent.server.store import Store
from playhead.tools.errors import MediaError, UsageError
from playhead.tools.media import probe
from playhead.tools.words.cues import TRANSCRIPT_SUFFIXES

FOLDER, PART = "uploads", "part"
MOST_BYTES = 20 << 30
MOST_TRANSCRIPT_BYTES = 20 << 20
MOST_OPEN = 100
SPARE_BYTES = 256 << 20
"""Disk space that uploads leave alone."""
STALE_S = 7 * 86_400.0
SILENCE_S = 20.0
"""After which a connection counts as broken, also one whose other end has vanished without a word."""
_ID = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of `size` bytes that is on its way. `name` is safe to use as the name of a file."""

    id: str
    name: str
    size: int


class Uploads:
    """For one event loop, in the library's folder."""

    def __init__(
        self, library: Path, store: Store, most_bytes: int = MOST_BYTES, silence_s: float = SILENCE_S
    ) -> None:
        self._folder, self._store = library / FOLDER, store
        self._most_bytes, self._silence_s = most_bytes, silence_s
        self._busy: set[str] = set()

    def begin(self, name: str, size: int) -> Upload:
        """Expect a file. Raises UsageError for what is no recording, TooLargeError."""
        clean = clean_name(name)
        if not clean:
            cause = f"{name[:100]!r} has not the ending of a recording or transcript"
            raise UsageError(cause, "upload .mp4 .mkv .webm .mov .avi .mp3 .m4a .wav .srt .vtt …")
        is_text = Path(clean).suffix.lower() in TRANSCRIPT_SUFFIXES
        most = min(self._most_bytes, MOST_TRANSCRIPT_BYTES) if is_text else self._most_bytes
        if not 0 < size <= most:
            raise TooLargeError(f"a file of {size} bytes cannot be uploaded", f"give 1 to {most} bytes")
        if len(self._store.open_rows("upload")) >= MOST_OPEN:
            raise ConflictError(f"{MOST_OPEN} uploads are not finished", "finish or give up some of them")
        self._folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self._folder).free < size + SPARE_BYTES:
            raise TooLargeError("there is no room for it on the disk", "free some space")
        upload = Upload(uuid.uuid4().hex[:16], clean, size)
        self._of(upload.id).mkdir()
        (self._of(upload.id) / PART).touch()
        self._store.add("upload", upload.id, asdict(upload))
        return upload

    def find(self, upload_id: str) -> tuple[Upload, int]:
        """An upload and how many of its bytes are here. Raises NotFoundError."""
        row = self._store.get("upload", upload_id) if set(upload_id) <= _ID else None
        part = self._of(upload_id) / PART if row else None
        if row is None or part is None or not part.is_file():
            raise NotFoundError(f"there is no upload {upload_id[:80]!r}", "begin one with POST /api/uploads")
        return Upload(**row), part.stat().st_size

    async def write(self, upload_id: str, offset: int, data: AsyncIterable[bytes]) -> int:
        """Add bytes at the end; how many there are then. What came before a break is kept.

        Raises ConflictError at a wrong offset, beside another writer or when nothing comes for long,
        TooLargeError past the end, and MediaError for a file that is no recording, which is thrown away.
        """
        upload, here = self.find(upload_id)
        if upload.id in self._busy:
            raise ConflictError("another request writes to this upload", "wait until it has ended")
        if offset != here:
            raise ConflictError(f"the upload stands at {here}, not at {offset}", "go on there")
        self._busy.add(upload.id)
        try:
            with (self._of(upload.id) / PART).open("ab", buffering=0) as part:
                async for chunk in _timely(data, self._silence_s):
                    if here + len(chunk) > upload.size:
                        raise TooLargeError(f"more than the {upload.size} bytes that were announced", "stop")
                    before, here = here, here + len(chunk)
                    await asyncio.to_thread(part.write, chunk)
                    if before < min(HEAD_BYTES, upload.size) <= here:
                        await asyncio.to_thread(self._check_head, upload)
        finally:
            self._busy.discard(upload.id)
        return here

    async def finish(self, upload_id: str) -> Path:
        """The file under its own name, whole and opened once. Raises MediaError and throws it away."""
        upload = Upload(**(self._store.get("upload", upload_id) or {}))
        part, whole = self._of(upload.id) / PART, self._of(upload.id) / upload.name
        if part.is_file():
            part.rename(whole)
        try:
            if whole.suffix.lower() not in TRANSCRIPT_SUFFIXES:
                await asyncio.to_thread(probe, whole)
        except MediaError:
            self.forget(upload.id)
            raise
        return whole

    def close(self, upload_id: str) -> None:
        """Note that somebody took the file over."""
        if row := self._store.get("upload", upload_id):
            self._store.put("upload", upload_id, row, "over")

    def forget(self, upload_id: str) -> None:
        """Throw it away, finished or not."""
        shutil.rmtree(self._of(upload_id), ignore_errors=True)
        self._store.forget("upload", upload_id)

    def drop_file(self, path: Path) -> None:
        """Throw away a file if it was uploaded; any other stays."""
        if path.parent.parent == self._folder.resolve():
            self.forget(path.parent.name)

    def resume(self) -> list[Upload]:
        """Those that came whole and nobody took over; what nobody went on with is thrown away."""
        whole = []
        for upload in (Upload(**row) for row in self._store.open_rows("upload")):
            part = self._of(upload.id) / PART
            if (self._of(upload.id) / upload.name).is_file():
                whole.append(upload)
            elif not part.is_file() or time.time() - part.stat().st_mtime > STALE_S:
                self.forget(upload.id)
            elif part.stat().st_size == upload.size:
                whole.append(upload)
        return whole

    def _of(self, upload_id: str) -> Path:
        return self._folder / upload_id

    def _check_head(self, upload: Upload) -> None:
        with (self._of(upload.id) / PART).open("rb") as part:
            head = part.read(HEAD_BYTES)
        if not looks_right(upload.name, head):
            self.forget(upload.id)
            raise MediaError(f"{upload.name!r} is no recording, by its first bytes", "upload the recording")


async def _timely(data: AsyncIterable[bytes], silence_s: float) -> AsyncGenerator[bytes, None]:
    """The chunks as they come. Raises ConflictError when none comes for long."""
    chunks = aiter(data)
    with contextlib.suppress(StopAsyncIteration):
        while True:
            try:
                async with asyncio.timeout(silence_s):
                    chunk = await anext(chunks)
            except TimeoutError as error:
                raise ConflictError("nothing came for long; what came is kept", "go on there") from error
            yield chunk


def progress(upload: Upload, offset: int) -> dict[str, Any]:
    return {**asdict(upload), "offset": offset}
