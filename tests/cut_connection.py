"""A door in front of a server that falls shut in the middle of what is sent through it, for tests."""

from __future__ import annotations

import contextlib
import socket
import threading


class CutConnection:
    """Passes everything on to a port of this machine while it is entered.

    `cut_after(n)`: the connection that next sends `n` bytes after its head is broken there, once.
    """

    def __init__(self, port: int) -> None:
        self._port, self._left = port, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.cuts = 0
        self._thread = threading.Thread(target=self._accept)

    def cut_after(self, count: int) -> None:
        self._left = count

    def __enter__(self) -> CutConnection:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                ours = self._listener.accept()[0]
                theirs = socket.create_connection(("127.0.0.1", self._port))
                for one, other, counts in ((ours, theirs, True), (theirs, ours, False)):
                    threading.Thread(target=self._pass, args=(one, other, counts), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, counts: bool) -> None:
        come = 0
        with contextlib.suppress(OSError):
            while data := one.recv(1 << 16):
                come += len(data)
                if counts and 0 < self._left < come:
                    self._left, self.cuts = 0, self.cuts + 1
                    break
                other.sendall(data)
        for each in (one, other):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
