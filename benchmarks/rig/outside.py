"""What the daemon talks to, and the line between: an upstream that records, and a proxy that breaks.

Everything runs on one event loop in a thread of its own; the methods may be called from any thread.
"""

import asyncio
import logging
import random
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Literal, Self, TypeVar

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

T = TypeVar("T")
Mood = Literal["open", "refuse", "stall", "slow"]


class Loop:
    """An event loop in a thread, from `with` on."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="outside", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run it on the loop; its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    @staticmethod
    async def _end() -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)


class Wire:
    """A port of its own that leads to another one, and breaks when told to."""

    def __init__(self, loop: Loop, target: int) -> None:
        self._loop, self._target = loop, target
        self.mood: Mood = "open"
        self._writers: set[asyncio.StreamWriter] = set()
        self._cut_after = 0
        self._server = loop.do(self._listen())
        self.port: int = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Every connection ends now, without a word."""
        self._loop.do(self._cut())

    def cut_after(self, size: int) -> None:
        """Every connection ends once so many more bytes have gone through: in the middle of something."""
        self._cut_after = size

    def close(self) -> None:
        """No more connections."""
        self._server.close()
        self.cut()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._connected, "127.0.0.1", 0)

    async def _cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mood == "refuse":
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        try:
            await asyncio.gather(self._pour(reader, far_writer), self._pour(far_reader, writer))
        finally:
            self._writers -= {writer, far_writer}
            writer.transport.abort()
            far_writer.transport.abort()

    async def _pour(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                while self.mood == "stall":
                    await asyncio.sleep(0.05)
                if self._cut_after:
                    self._cut_after -= min(self._cut_after, len(data))
                    if not self._cut_after:
                        writer.write(data[: len(data) // 2])
                        await writer.drain()
                        await self._cut()
                        return
                await self._pass_on(data, writer)
            if writer.can_write_eof():
                writer.write_eof()

    async def _pass_on(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        sent = 0
        while sent < len(data):
            piece = data[sent : sent + 1] if self.mood == "slow" else data[sent:]
            sent += len(piece)
            writer.write(piece)
            await writer.drain()
            if self.mood == "slow":
                await asyncio.sleep(0.001)


class Sink:
    """A submission server on aiosmtpd: tells `arrived` of each delivery, then answers, or does not.

    `shares` says how often (0 to 1) each of its whims comes: "451" and "550" instead of the 250, and "drop":
    taken, but the line is cut instead of an answer.
    """

    def __init__(self, loop: Loop, arrived: Callable[[bytes, float], object], chance: random.Random) -> None:
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self._loop, self._arrived, self._chance = loop, arrived, chance
        self.shares: dict[str, float] = {}
        self.dropped: list[float] = []
        """When a mail was taken and its answer was not given."""
        self._lines: set[SMTP] = set()
        self.port = 0
        self.start()

    def start(self) -> None:
        """Listen, on the same port as before."""
        self._server = self._loop.do(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Listen no more and hang up on everybody."""
        self._loop.do(self._close())

    async def _listen(self) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(self._line, "127.0.0.1", self.port)

    def _line(self) -> SMTP:
        line = SMTP(
            self,
            hostname="upstream.test",
            enable_SMTPUTF8=True,
            authenticator=_anybody,
            auth_require_tls=False,  # on loopback
        )
        self._lines = {one for one in self._lines if one.transport is not None} | {line}
        return line

    async def _close(self) -> None:
        self._server.close()
        for line in self._lines:
            _hang_up(line)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """aiosmtpd's hook: the final dot has come."""
        whim = self._whim()
        if whim in ("451", "550"):
            return f"{whim} 4.0.0 Not today" if whim == "451" else "550 5.0.0 Never"
        raw = envelope.original_content
        assert isinstance(raw, bytes)
        now = time.time()
        self._arrived(raw, now)
        if whim == "drop":
            self.dropped.append(now)
            _hang_up(server)
        return "250 2.0.0 Ok: queued"

    def _whim(self) -> str:
        throw = self._chance.random()
        for whim, share in self.shares.items():
            throw -= share
            if throw < 0:
                return whim
        return ""


def _hang_up(line: SMTP) -> None:
    if isinstance(line.transport, asyncio.WriteTransport):
        line.transport.abort()


def _anybody(*_: object) -> AuthResult:
    return AuthResult(success=True)
