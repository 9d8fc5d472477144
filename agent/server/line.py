"""The line in front of the model: a few at once, and who waits is served in turn, client by client.

So one client with forty questions holds up another one's single question by one place, not by forty.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator

from playhead.tools.errors import PlayheadError

Moved = Callable[[int], None]
"""Told the place in the line, from 1, whenever it changes."""


class CrowdedError(PlayheadError):
    """Too many wait already."""


class Ticket:
    """A place in the line; `turn` is done when it is one's turn."""

    def __init__(self, client: str, moved: Moved) -> None:
        self.client = client
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.place = 0
        self.moved = moved


class Line:
    """For one event loop. `slots` are served at once; of one client at most `most_each` wait."""

    def __init__(self, slots: int, most_each: int = 100, most: int = 1000) -> None:
        self._free = slots
        self._most_each, self._most = most_each, most
        self._waiting: OrderedDict[str, deque[Ticket]] = OrderedDict()

    def join(self, client: str, moved: Moved) -> Ticket:
        """A place at the end of the client's own row. Raises CrowdedError."""
        if len(self._waiting.get(client, ())) >= self._most_each or self._length >= self._most:
            raise CrowdedError("too many questions wait already", "ask again when some are answered")
        ticket = Ticket(client, moved)
        self._waiting.setdefault(client, deque()).append(ticket)
        self._advance()
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Give the place or the slot to the next; has to be called once for every ticket."""
        if ticket.turn.done() and not ticket.turn.cancelled():
            self._free += 1
        else:
            ticket.turn.cancel()
            row = self._waiting[ticket.client]
            row.remove(ticket)
            if not row:
                del self._waiting[ticket.client]
        self._advance()

    @property
    def _length(self) -> int:
        return sum(map(len, self._waiting.values()))

    def _advance(self) -> None:
        while self._free and self._waiting:
            client, row = self._waiting.popitem(last=False)
            ticket = row.popleft()
            if row:
                self._waiting[client] = row
            self._free -= 1
            ticket.turn.set_result(None)
        for place, ticket in enumerate(self._in_order(), 1):
            if ticket.place != place:
                ticket.place = place
                ticket.moved(place)

    def _in_order(self) -> Iterator[Ticket]:
        """Who waits, in the order in which their turns will come."""
        rows = [deque(row) for row in self._waiting.values()]
        while rows:
            for row in rows:
                yield row.popleft()
            rows = [row for row in rows if row]
