"""What a client may name: recordings of the library, and files inside the folders that it was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playhead.tools.errors import MediaError


@dataclass(frozen=True, slots=True)
class Reach:
    """`places` are the files and folders that were named when the server was started, links followed."""

    places: tuple[Path, ...] = ()

    @classmethod
    def of(cls, paths: Sequence[str | Path]) -> Reach:
        """Raises MediaError for a path that is not there."""
        return cls(tuple(_there(Path(path).expanduser()) for path in paths))

    def path(self, reference: str) -> Path:
        """The file or folder that is meant, links followed; a relative one is looked for in each folder.

        Raises MediaError, in the same words whether a file elsewhere exists or not.
        """
        for candidate in self._candidates(reference):
            try:
                found = candidate.resolve(strict=True)
            except (OSError, ValueError, RuntimeError):
                continue
            if any(found == place or place in found.parents for place in self.places):
                return found
        cause = f"no video of the library, and nothing that may be opened, is called {reference[:200]!r}"
        allowed = ", ".join(map(str, self.places))
        raise MediaError(cause, f"allowed: {allowed}" if allowed else "no folder was named at the start")

    def _candidates(self, reference: str) -> Iterator[Path]:
        try:
            asked = Path(reference).expanduser()
        except RuntimeError:
            return
        yield from ([asked] if asked.is_absolute() else (place / asked for place in self.places))


def _there(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise MediaError(f"there is no file or folder {str(path)!r}", "name one that exists") from error


LIBRARY_ALONE = Reach()
