"""What one process knows about one server: what it taught, its load, whether it is alive."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakValueDictionary

from playhead.tools.serving.concurrency import Limiter
from playhead.tools.serving.retries import Breaker
from playhead.tools.serving.server_limits import Learned, recall, remember
from playhead.tools.serving.server_settings import ServerSettings


@dataclass(eq=False)
class Server:
    """One model on one server. Lives as long as some backend uses it; `memory` outlives the process."""

    url: str
    model: str
    learned: Learned = field(default_factory=Learned)
    limiter: Limiter = field(default_factory=Limiter)
    breaker: Breaker = field(default_factory=Breaker)
    memory: Path | None = None

    def save(self) -> None:
        """Write what was learned to the memory file, if there is one."""
        if self.memory is not None:
            remember(self.memory, f"{self.url} {self.model}", self.learned)


_SERVERS: WeakValueDictionary[tuple[str, str], Server] = WeakValueDictionary()


def server_for(url: str, model: str, settings: ServerSettings) -> Server:
    """The state of this server, shared with every role that talks to the same model there."""
    server = _SERVERS.get((url, model))
    if server is None:
        memory = Path(settings.memory) if settings.memory else None
        learned = recall(memory, f"{url} {model}") if memory else Learned()
        server = Server(url, model, learned, Limiter(ceiling=settings.concurrency), memory=memory)
        _SERVERS[url, model] = server
    learned = server.learned
    learned.images = 0 if not settings.sees_images else settings.images or learned.images
    learned.context_tokens = settings.context_tokens or learned.context_tokens
    return server
