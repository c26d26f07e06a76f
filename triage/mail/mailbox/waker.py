"""An event that ends a wait on a socket, too: another thread sets it, and whoever listens is awake."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock


class Waker(Event):
    """Waited for like any event; a selector waits for what `heard` lends it."""

    def __init__(self) -> None:
        super().__init__()
        self._mouth: socket.socket | None = None
        self._speaking = Lock()

    def set(self) -> None:
        """Wake up whoever waits, and whoever listens."""
        with self._speaking:
            if self._mouth and not self.is_set():
                self._mouth.send(b"!")
            super().set()

    @contextmanager
    def heard(self) -> Iterator[socket.socket]:
        """A socket that can be read as soon as this is set; for one thread, which clears it afterwards."""
        ear, mouth = socket.socketpair()
        with ear, mouth:
            with self._speaking:
                self._mouth = mouth
                if self.is_set():
                    mouth.send(b"!")
            try:
                yield ear
            finally:
                with self._speaking:
                    self._mouth = None
