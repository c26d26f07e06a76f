"""The thread that serves the page: uvicorn in a loop of its own, ended by `stop`."""

import asyncio
import socket
import threading

import uvicorn
from starlette.types import ASGIApp

from triage.errors import Unreachable

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
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """As a browser writes it, without a path."""
        return f"http://{self.host}:{self.port}"

    def start(self, application: ASGIApp) -> None:
        """Serve from now on."""
        config = uvicorn.Config(
            application,
            lifespan="off",
            access_log=False,
            server_header=False,
            date_header=False,
            log_config=None,
            ws="none",
            timeout_graceful_shutdown=GRACE,
            h11_max_incomplete_event_size=16_384,
            limit_concurrency=64,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._serve, name="page", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        if self._server:
            asyncio.run(self._server.serve(sockets=[self._socket]))

    def stop(self) -> None:
        """Stop serving; open event streams see `stopping` and end."""
        self.stopping.set()
        if self._server and self._thread:
            self._server.leave()
            self._thread.join(timeout=GRACE + 3)
            self._server = None
        self._socket.close()


class _Server(uvicorn.Server):
    """Without uvicorn's ten wake-ups a second: it waits until it is told to leave."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._left = threading.Event()
        self._leaving: asyncio.Event | None = None

    async def main_loop(self) -> None:
        self._loop, self._leaving = asyncio.get_running_loop(), asyncio.Event()
        if not self._left.is_set():
            await self._leaving.wait()

    def leave(self) -> None:
        """From another thread."""
        self._left.set()
        self.should_exit = True
        if self._loop and self._leaving:
            self._loop.call_soon_threadsafe(self._leaving.set)
