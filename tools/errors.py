"""Everything that can go wrong, drawn once.

    PlayheadError                stops the run; one line: cause, then cure
    ├── UsageError               the command or call was wrong               exit 2
    │   └── UnknownPluginError   no such reader, model, benchmark…
    ├── PrerequisiteError        something must be installed or configured
    │   └── MissingExtraError    a package of an optional extra
    ├── MediaError               a video, subtitle or transcript cannot be used
    ├── LibraryError             the library on disk cannot be used as asked
    │   ├── LibraryLockedError   another process holds it
    │   ├── LibraryVersionError  written by a newer playhead
    │   └── EmbedderChangedError made with another embedder
    ├── ModelError               a model or its server failed
    │   ├── ModelUnreachableError   no connection
    │   │   └── ModelTimeoutError      it listens, and did not answer in time
    │   ├── ModelRejectedError      401, 403, 404: retrying cannot help
    │   ├── ContextOverflowError    the request is larger than the server takes
    │   └── ModelReplyError         a reply that cannot be used
    └── BudgetExceededError      a hard budget would be passed by this call

    ToolError                    an observation for the planner; never ends a run

`PlayheadError` is for people, `ToolError` is for the planner: they share no base on purpose, so that
code that feeds one audience cannot swallow what is meant for the other.
"""

from __future__ import annotations


class PlayheadError(Exception):
    """One line for a person: `cause` says what happened, `cure` what to do about it."""

    exit_code = 1

    def __init__(self, cause: str, cure: str = "") -> None:
        self.cause = " ".join(cause.split())
        self.cure = " ".join(cure.split())
        super().__init__(f"{self.cause} — {self.cure}" if self.cure else self.cause)

    def __reduce__(self) -> tuple[type[PlayheadError], tuple[str, str]]:
        return type(self), (self.cause, self.cure)


class UsageError(PlayheadError):
    """The command line or the call was wrong."""

    exit_code = 2


class UnknownPluginError(UsageError):
    """A name that no file in the plug-in folder carries."""


class PrerequisiteError(PlayheadError):
    """Something outside playhead must be installed, started or configured first."""


class MissingExtraError(PrerequisiteError):
    """A package that belongs to an optional extra is not installed."""


class MediaError(PlayheadError):
    """A video, subtitle or transcript file cannot be read."""


class LibraryError(PlayheadError):
    """The library on disk cannot be used as asked; nothing stored was changed."""


class LibraryLockedError(LibraryError):
    """Another process holds the lock for longer than the timeout."""


class LibraryVersionError(LibraryError):
    """The library was written by a newer playhead."""


class EmbedderChangedError(LibraryError):
    """The library was made by another embedder; its vectors cannot be compared."""


class ModelError(PlayheadError):
    """A model or its server failed."""


class ModelUnreachableError(ModelError):
    """No connection could be made, or the server failed."""


class ModelTimeoutError(ModelUnreachableError):
    """The server listens and did not answer before the deadline: slow, not absent."""


class ModelRejectedError(ModelError):
    """The server refuses for good: wrong key, unknown model, forbidden."""


class ContextOverflowError(ModelError):
    """The request is larger than the server accepts; a smaller one may pass."""


class ModelReplyError(ModelError):
    """The reply came but cannot be used: empty, refused, not of the asked shape."""


class BudgetExceededError(PlayheadError):
    """This call would pass a hard budget; the run answers with what it has."""

    limit = ""
    """The field of `Budget` that would be passed."""


class ToolError(Exception):
    """A failure the planner should read and work around; its text becomes the observation."""
