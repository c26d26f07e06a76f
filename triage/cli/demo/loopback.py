"""A server of the demo's own: it listens on a free loopback port, on an event loop in a thread of its own."""

import asyncio
import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class LoopbackServer(ABC):
    """Started by `with`, or by `start()` and `stop()`; once started, it listens on (host, port)."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.port = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    @abstractmethod
    async def listen(self) -> asyncio.Server:
        """Listen on `host`, on any free port."""

    def start(self) -> None:
        """Return when clients can connect."""
        loop = asyncio.new_event_loop()
        try:
            self._server = loop.run_until_complete(self.listen())
        except BaseException:
            loop.close()
            raise
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=loop.run_forever, name=type(self).__name__, daemon=True)
        self._thread.start()
        self._loop = loop

    def stop(self) -> None:
        """End it, cutting every connection. Safe to call twice."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join()
        loop.close()

    async def _close(self) -> None:
        # Not `wait_closed()`: from Python 3.12 on it waits until every client has left by itself.
        self._server.close()
        conversations = asyncio.all_tasks() - {asyncio.current_task()}
        for conversation in conversations:
            conversation.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)
        await asyncio.get_running_loop().shutdown_default_executor()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
