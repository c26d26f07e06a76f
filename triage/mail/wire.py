"""The bytes between the gate and one client: lines in, a mail's content in, answers out (RFC 5321, 4.1.1.4).

What is said leaves when there is nothing more to read, so that commands sent in one go are answered in one
go (RFC 2920). A client that leaves, or says nothing for too long, is an OSError.
"""

import socket
import ssl
from contextlib import suppress

LONGEST_LINE = 12_288
"""Bytes of a command with its CRLF: as many as a login may take (RFC 4954, 4)."""
_END, _PIECE = b"\r\n.\r\n", 64 * 1024


class Wire:
    """One client's connection. Only `hang_up` may be called from another thread."""

    def __init__(self, sock: socket.socket, idle_seconds: float) -> None:
        sock.settimeout(idle_seconds)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = sock
        self._came, self._said = bytearray(), bytearray()
        self.encrypted = False

    def line(self) -> bytes:
        """The next line with its end; without one where it is longer than any command."""
        looked = 0
        while (end := self._came.find(b"\n", looked)) < 0 and len(self._came) < LONGEST_LINE:
            looked = len(self._came)
            self._came += self._receive()
        return self._taken(end + 1 or LONGEST_LINE)

    def content(self, limit: int) -> bytes | None:
        """A mail up to its final dot, which is not part of it; None where it is larger than the limit."""
        self._came[:0] = b"\r\n"  # a first line of one dot ends it, too
        looked, fits = 0, True
        while (end := self._came.find(_END, looked)) < 0:
            if len(self._came) > limit + len(_END):
                fits = False
                del self._came[: -len(_END)]
            looked = max(0, len(self._came) - len(_END))
            self._came += self._receive()
        content = self._taken(end + len(_END))[:-3].replace(b"\r\n.", b"\r\n")[2:]
        return content if fits and len(content) <= limit else None

    def say(self, answer: str) -> None:
        """Answer; it leaves no later than when the next bytes are waited for."""
        self._said += answer.encode() + b"\r\n"

    def flush(self) -> None:
        """Let everything leave that was said."""
        said, self._said = self._said, bytearray()
        if said:
            self._sock.sendall(said)

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Speak TLS from here on; what came before it in plain text counts for nothing (CVE-2011-0411)."""
        self.flush()
        self._came.clear()
        self._sock = context.wrap_socket(self._sock, server_side=True, do_handshake_on_connect=False)
        self._sock.do_handshake()
        self.encrypted = True

    def hang_up(self) -> None:
        """End it at once: whoever reads or writes here finds the client gone."""
        with suppress(OSError):
            # Not SSLSocket's own: it takes the encryption away first, under the feet of the other thread.
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Say what is still to be said, and let go."""
        with suppress(OSError):
            self.flush()
        self._sock.close()

    def _receive(self) -> bytes:
        self.flush()
        data = self._sock.recv(_PIECE)
        if not data:
            raise ConnectionResetError
        return data

    def _taken(self, count: int) -> bytes:
        taken = bytes(self._came[:count])
        del self._came[:count]
        return taken
