"""A submission server for tests and demonstrations: real sockets, real TLS, and answers to order.

    with Upstream(users={"rep@example.com": "secret"}) as upstream:
        upstream.answer("rcpt", "550 5.1.1 No such user", address="gone@example.com")
        ...  # send something to ("127.0.0.1", upstream.port)
        upstream.mails[0].raw

It speaks just enough SMTP for one honest client and keeps what it took, byte for byte. The stages, in their
order: connect, ehlo, starttls, auth, mail, rcpt, data (the command), content (its first line has come), dot
(the content is complete), rset, quit. No pytest in here: scripts use it too.
"""

import math
import socket
import ssl
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self, TypeAlias

Stage: TypeAlias = Literal[
    "connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "content", "dot", "rset", "quit"
]
Security: TypeAlias = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as it was taken: envelope, parameters of MAIL, and the content without its doubled dots."""

    mail_from: str
    rcpt_tos: tuple[str, ...]
    options: tuple[str, ...]
    raw: bytes = field(repr=False)
    user: str
    encrypted: bool


@dataclass(slots=True, kw_only=True)
class _Order:
    """What to do at a stage instead of saying yes; `times` counts down, None is for ever."""

    stage: Stage
    act: Literal["answer", "drop", "stall"]
    text: str = ""
    address: str = ""
    times: int | None = None
    keep: bool = False
    arrived: threading.Event | None = None


class _HangUpError(Exception):
    """This conversation is over."""


class Upstream:
    """Listens on a free loopback port from `with` (or `start()`) on. One thread a connection."""

    def __init__(
        self,
        *,
        security: Security = "none",
        tls_context: ssl.SSLContext | None = None,
        users: Mapping[str, str] | None = None,
        extensions: tuple[str, ...] = ("8BITMIME", "SMTPUTF8", "SIZE 36700160", "PIPELINING"),
        mechanisms: tuple[str, ...] = ("PLAIN", "LOGIN"),
        takes_token: Callable[[str, str], bool] = lambda _user, _token: False,
        port: int = 0,
        mails_a_line: float = math.inf,
    ) -> None:
        self.security, self.tls_context = security, tls_context
        self.users, self.extensions, self.mechanisms = dict(users or {}), extensions, mechanisms
        self.takes_token, self.mails_a_line = takes_token, mails_a_line
        self.port = port
        self.mails: list[Mail] = []
        self.commands: list[str] = []
        """Every command of every client, in the order of arrival; what follows AUTH is left out."""
        self._orders: list[_Order] = []
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []

    def answer(self, stage: Stage, text: str, *, address: str = "", times: int | None = None) -> None:
        """Say `text` at this stage (a 4xx or 5xx refuses), at "rcpt" for one address only, if given."""
        self._order(_Order(stage=stage, act="answer", text=text, address=address, times=times))

    def drop(self, stage: Stage, *, keep: bool = False, times: int | None = None) -> None:
        """Hang up without a word at this stage; with `keep`, at "dot", after having taken the mail."""
        self._order(_Order(stage=stage, act="drop", times=times, keep=keep))

    def stall(
        self, stage: Stage, *, times: int | None = None, arrived: threading.Event | None = None
    ) -> None:
        """Say nothing more from this stage on, and keep the line open; `arrived` is set when it begins."""
        self._order(_Order(stage=stage, act="stall", times=times, arrived=arrived))

    def behave(self) -> None:
        """Forget all orders."""
        with self._changed:
            self._orders.clear()

    def wait_for(self, count: int, seconds: float = 10) -> list[Mail]:
        """The mails, as soon as there are `count`; TimeoutError where they do not come."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.mails) >= count, seconds):
                raise TimeoutError(f"{len(self.mails)} of {count} mails came")
            return list(self.mails)

    def start(self) -> Self:
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self._sockets.add(listener)
        self._spawn(self._listen, listener)
        return self

    def stop(self) -> None:
        self._closing.set()
        with self._changed:
            for open_socket in self._sockets:
                # shutdown wakes a thread that waits in accept or recv; close alone does not.
                with suppress(OSError):
                    open_socket.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)

    __enter__ = start

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _order(self, order: _Order) -> None:
        with self._changed:
            self._orders.append(order)

    def _spawn(self, work: Callable[[socket.socket], None], sock: socket.socket) -> None:
        thread = threading.Thread(target=work, args=(sock,), name="upstream", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self, listener: socket.socket) -> None:
        with listener:
            while not self._closing.is_set():
                try:
                    client, _ = listener.accept()
                except OSError:
                    break
                self._spawn(self._converse, client)

    def _converse(self, client: socket.socket) -> None:
        conversation = _Conversation(self, client)
        # ValueError: what the client sent as its login is no base64.
        with suppress(OSError, ValueError, _HangUpError):
            # Or each greeting after a TLS handshake waits 40 ms for the client's late ACK.
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            conversation.run()
        conversation.close()
        with self._changed:
            self._sockets = {sock for sock in self._sockets if sock.fileno() >= 0}

    def _remember(self, client: socket.socket, former: socket.socket | None = None) -> None:
        """So that `stop` reaches it; under TLS it is another socket than before."""
        with self._changed:
            self._sockets = {*self._sockets, client} - {former}
        if self._closing.is_set():
            raise _HangUpError

    def _take_order(self, stage: Stage, address: str) -> _Order | None:
        with self._changed:
            for order in self._orders:
                if order.stage == stage and order.address in ("", address) and order.times != 0:
                    order.times = None if order.times is None else order.times - 1
                    return order
        return None

    def _file(self, mail: Mail) -> None:
        with self._changed:
            self.mails.append(mail)
            self._changed.notify_all()


class _Conversation:
    """One client's connection."""

    def __init__(self, upstream: Upstream, sock: socket.socket) -> None:
        self._upstream, self._sock = upstream, sock
        self._lines = sock.makefile("rb")
        self._encrypted = False
        self._user = ""
        self._taken = 0
        self._reset()

    def close(self) -> None:
        self._lines.close()
        self._sock.close()

    def run(self) -> None:
        self._upstream._remember(self._sock)
        if self._upstream.security == "tls":
            self._encrypt()
        self._say(self._at("connect", "220 upstream.test ESMTP"))
        while line := self._lines.readline():
            words = line.decode("utf-8", "replace").rstrip("\r\n")
            verb = words[:4].upper()
            self._upstream.commands.append(verb if verb == "AUTH" else words)
            getattr(self, f"_on_{verb.lower()}", self._on_unknown)(words)

    def _on_ehlo(self, words: str) -> None:
        self._reset()
        offers = list(self._upstream.extensions)
        if self._upstream.security == "starttls" and not self._encrypted:
            offers.append("STARTTLS")
        elif self._upstream.users:
            offers.append("AUTH " + " ".join(self._upstream.mechanisms))
        lines = ["upstream.test", *offers]
        good = "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])
        self._say(self._at("ehlo", good))

    def _on_star(self, words: str) -> None:
        answer = self._at("starttls", "220 2.0.0 Go ahead")
        self._say(answer)
        if answer.startswith("220"):
            self._encrypt()

    def _on_auth(self, words: str) -> None:
        mechanism, _, first = words[5:].partition(" ")
        if mechanism.upper() == "XOAUTH2":
            self._by_token(b64decode(first).decode())
            return
        if mechanism.upper() == "PLAIN":
            _, user, password = b64decode(first or self._ask("334 ")).decode().split("\0")
        else:
            user = b64decode(first or self._ask("334 VXNlcm5hbWU6")).decode()
            password = b64decode(self._ask("334 UGFzc3dvcmQ6")).decode()
        known = self._upstream.users.get(user) == password
        self._user = user if known else ""
        good = "235 2.7.0 Welcome" if known else "535 5.7.8 Wrong user or password"
        self._say(self._at("auth", good))

    def _by_token(self, payload: str) -> None:
        """As the great providers do: a challenge says why not, and the refusal waits for an empty line."""
        user, token = payload.removeprefix("user=").removesuffix("\1\1").split("\1auth=Bearer ")
        if self._upstream.takes_token(user, token):
            self._user = user
            self._say(self._at("auth", "235 2.7.0 Welcome"))
            return
        why = b64encode(b'{"status":"401","schemes":"bearer"}').decode()
        empty = self._ask(f"334 {why}") == b""
        self._say("535 5.7.3 Authentication unsuccessful" if empty else "500 5.5.2 An empty line was due")

    def _on_mail(self, words: str) -> None:
        if self._upstream.users and not self._user:
            self._say("530 5.7.0 Log in first")
            return
        if self._taken >= self._upstream.mails_a_line:
            self._say("421 4.7.0 No more mails on this line")
            raise _HangUpError
        answer = self._at("mail", "250 2.1.0 Ok")
        if answer.startswith("250"):
            self._reset()
            self._mail_from, self._options = _path(words)
        self._say(answer)

    def _on_rcpt(self, words: str) -> None:
        address, _ = _path(words)
        answer = self._at("rcpt", "250 2.1.5 Ok", address)
        if answer.startswith("25"):
            self._rcpt_tos.append(address)
        self._say(answer)

    def _on_data(self, words: str) -> None:
        answer = self._at("data", "354 End with a dot" if self._rcpt_tos else "503 5.5.1 No recipients")
        self._say(answer)
        if not answer.startswith("354"):
            return
        content = self._content()
        mail = Mail(
            mail_from=self._mail_from,
            rcpt_tos=tuple(self._rcpt_tos),
            options=self._options,
            raw=content,
            user=self._user,
            encrypted=self._encrypted,
        )
        order = self._upstream._take_order("dot", "")
        if order is None or order.keep or order.text.startswith("250"):
            self._upstream._file(mail)
        self._taken += 1
        self._say("250 2.0.0 Ok: queued" if order is None else self._obey(order))
        self._reset()

    def _on_rset(self, words: str) -> None:
        self._reset()
        self._say(self._at("rset", "250 2.0.0 Ok"))

    def _on_noop(self, words: str) -> None:
        self._say("250 2.0.0 Ok")

    def _on_quit(self, words: str) -> None:
        self._say(self._at("quit", "221 2.0.0 Bye"))
        raise _HangUpError

    def _on_unknown(self, words: str) -> None:
        self._say("502 5.5.1 Not known here")

    def _content(self) -> bytes:
        lines: list[bytes] = []
        while (line := self._lines.readline()) != b".\r\n":
            if not line:
                raise _HangUpError
            if not lines and (order := self._upstream._take_order("content", "")):
                self._say(self._obey(order))
                raise _HangUpError
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _at(self, stage: Stage, good: str, address: str = "") -> str:
        """The answer at this stage: the ordered one, if there is an order."""
        order = self._upstream._take_order(stage, address)
        return good if order is None else self._obey(order)

    def _obey(self, order: _Order) -> str:
        if order.arrived:
            order.arrived.set()
        if order.act == "stall":
            self._upstream._closing.wait()
        if order.act != "answer":
            raise _HangUpError
        return order.text

    def _ask(self, challenge: str) -> bytes:
        self._say(challenge)
        return self._lines.readline().strip()

    def _say(self, text: str) -> None:
        self._sock.sendall(text.encode() + b"\r\n")

    def _encrypt(self) -> None:
        context = self._upstream.tls_context
        assert context is not None, "an encrypted upstream needs a tls_context"
        self._lines.close()
        plain, self._sock = (
            self._sock,
            context.wrap_socket(self._sock, server_side=True, do_handshake_on_connect=False),
        )
        self._upstream._remember(self._sock, plain)
        self._sock.do_handshake()
        self._lines = self._sock.makefile("rb")
        self._encrypted = True

    def _reset(self) -> None:
        self._mail_from, self._options = "", tuple[str, ...]()
        self._rcpt_tos: list[str] = []


def _path(words: str) -> tuple[str, tuple[str, ...]]:
    """Address and parameters of `MAIL FROM:<a@b> SIZE=3` or `RCPT TO:<a@b>`."""
    address, _, rest = words.partition("<")[2].rpartition(">")
    return address, tuple(rest.split())
