"""The page's port and its thread. What serves there is `serving`, imported when the first browser comes.

A daemon whose page nobody opens needs no event loop, no HTTP and no page in its memory.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from typing import TYPE_CHECKING

from triage.desk import log
from triage.errors import Unreachable, fault_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from triage.web.serving import Server

GRACE = 2
"""Seconds that an open request gets when the daemon stops."""


class PageServer:
    """Serves one application on an address of this machine."""

    def __init__(self, host: str, port: int) -> None:
        """Take the port at once, so that whoever asks for any free one knows which it is."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
            self._socket.listen(64)
        except OSError as error:
            self._socket.close()
            raise Unreachable(
                f"The page cannot have port {port} of {host} ({error.strerror}): "
                "choose another one as `web.port`, or 0 for any free one."
            ) from error
        self.host, self.port = host, int(self._socket.getsockname()[1])
        self.stopping = threading.Event()
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """As a browser writes it, without a path."""
        return f"http://{self.host}:{self.port}"

    def start(self, make: Callable[[], "ASGIApp"]) -> None:
        """Serve from now on; what is served is made when the first browser comes."""
        self._thread = threading.Thread(target=self._serve, args=(make,), name="page", daemon=True)
        self._thread.start()

    def _serve(self, make: Callable[[], "ASGIApp"]) -> None:
        with DefaultSelector() as selector:
            selector.register(self._socket, EVENT_READ)
            selector.select()  # whoever comes first stays in the queue, and is served from there
        if self.stopping.is_set():
            return
        try:
            from triage.web.serving import Server

            self._server = Server(make(), grace=GRACE)
            if not self.stopping.is_set():
                self._server.serve_on(self._socket)
        except Exception as error:
            log.error("there is no page: %s; restart `triage run`", fault_of(error))
            self._socket.close()

    def stop(self) -> None:
        """Stop serving; open event streams see `stopping` and end."""
        self.stopping.set()
        if self._thread and self._thread.is_alive():
            self._leave()
            self._thread.join(timeout=GRACE + 3)
        self._socket.close()

    def _leave(self) -> None:
        if self._server:
            self._server.leave()
        else:  # nobody has come: it waits for the first, so that is us
            with suppress(OSError):
                socket.create_connection((self.host, self.port), timeout=1).close()
