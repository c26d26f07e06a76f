"""uvicorn in a loop of the calling thread's own, ended by another thread's `leave`."""

import asyncio
import socket
import threading

import uvicorn
from starlette.types import ASGIApp


class Server(uvicorn.Server):
    """Without uvicorn's ten wake-ups a second: it waits until it is told to leave."""

    def __init__(self, application: ASGIApp, *, grace: int) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                lifespan="off",
                access_log=False,
                server_header=False,
                date_header=False,
                log_config=None,
                ws="none",
                timeout_graceful_shutdown=grace,
                h11_max_incomplete_event_size=16_384,
                limit_concurrency=64,
            )
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._left = threading.Event()
        self._leaving: asyncio.Event | None = None

    def serve_on(self, listener: socket.socket) -> None:
        """Serve until `leave`."""
        asyncio.run(self.serve(sockets=[listener]))

    async def main_loop(self) -> None:
        """What uvicorn does between its first and its last request."""
        self._loop, self._leaving = asyncio.get_running_loop(), asyncio.Event()
        if not self._left.is_set():
            await self._leaving.wait()

    def leave(self) -> None:
        """From another thread."""
        self._left.set()
        self.should_exit = True
        if self._loop and self._leaving:
            self._loop.call_soon_threadsafe(self._leaving.set)
