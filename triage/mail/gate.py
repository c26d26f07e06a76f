"""The local submission door (RFC 6409): the rep's own mail client hands its mail in here.

It knows who may come in. What becomes of a mail it never learns: one function is given to it, and that
function's answer goes back to the client word for word. It adds nothing to a mail, not even a Received line.
What a client says is `session`'s to understand; the way out is `relay`.
"""

import errno
import hmac
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Literal, TypeAlias

from triage.errors import BadInput
from triage.mail.lines import BARE_LINE_END, has_bare_line_end, one_reply
from triage.mail.session import BROKEN, CLOSING, FULL, Session, Submission, log, log_broken
from triage.mail.tls import is_loopback
from triage.mail.wire import Wire

__all__ = ["BROKEN", "Answer", "Gate", "Submission"]

_LONGEST_PENALTY = 4.0
_HOUR = 3600.0
_BREATH = 0.1

Answer: TypeAlias = Callable[[str, Submission, bytes], str]
"""Account, envelope, content as the client sent it -> the reply line. Called from the client's own thread."""


class Gate:
    """Listens from `start()` to `stop()`; each client has a thread of its own.

    `accounts` maps each account's address to the further addresses it may send as. `answer` may take its
    time and may raise: the client is then told to try again, and keeps its mail. `seconds` is a clock that
    only runs forward.
    """

    def __init__(
        self,
        host: str,
        port: int,
        accounts: Mapping[str, frozenset[str]],
        password: Callable[[], str],
        answer: Answer,
        *,
        seconds: Callable[[], float],
        security: Literal["none", "starttls"] = "none",
        tls_context: ssl.SSLContext | None = None,
        size_limit: int = 35 * 2**20,
        connections: int = 20,
        mails_an_hour: int = 10_000,
        idle_seconds: float = 300.0,
        penalty_seconds: float = 0.5,
    ) -> None:
        if not is_loopback(host):
            raise BadInput(f"{host}: the gate listens on this machine only; use 127.0.0.1")
        if security == "starttls" and tls_context is None:
            raise BadInput("the gate cannot do STARTTLS without a certificate")
        self._host, self._port = host, port
        self._accounts = {
            address.lower(): frozenset(alias.lower() for alias in aliases)
            for address, aliases in accounts.items()
        }
        self._password, self._answer, self._seconds = password, answer, seconds
        self.tls_context = tls_context if security == "starttls" else None
        self.size_limit, self._idle_seconds = size_limit, idle_seconds
        self._connections, self._penalty = connections, penalty_seconds
        self._failures = 0
        self._mails_an_hour, self._mails, self._hour_began = mails_an_hour, 0, -_HOUR
        self._listeners: list[socket.socket] = []
        self._sessions: set[Session] = set()
        self._changed = threading.Condition()
        self._closing = threading.Event()

    @property
    def port(self) -> int:
        """Where it listens; once started, never 0."""
        return self._port

    def start(self) -> None:
        """Listen. Returns when clients can connect; raises BadInput where the port cannot be had."""
        try:
            for family, address in _addresses(self._host):
                listener = socket.create_server((address, self._port), family=family)
                self._listeners.append(listener)
                self._port = listener.getsockname()[1]
        except OSError as error:
            self._stop_listening()
            reason = "another program does" if error.errno == errno.EADDRINUSE else error.strerror
            raise BadInput(
                f"the gate cannot listen on {self._host} port {self._port}: {reason}; choose another port"
            ) from None
        for listener in self._listeners:
            threading.Thread(target=self._let_in, args=(listener,), name="gate", daemon=True).start()

    def stop(self, *, patience: float = 5.0) -> None:
        """Close the door. Idle clients are cut off; an answer under way has `patience` seconds to end."""
        self._closing.set()
        self._stop_listening()
        with self._changed:
            for session in self._sessions:
                if not session.answering:
                    session.hang_up()
            self._changed.wait_for(lambda: not self._sessions, patience)
            for session in self._sessions:
                session.hang_up()

    def _stop_listening(self) -> None:
        while self._listeners:
            listener = self._listeners.pop()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # on Linux, closing wakes nobody who waits in accept
            listener.close()

    def _let_in(self, listener: socket.socket) -> None:
        while not self._closing.is_set():
            try:
                client, _ = listener.accept()
                self._seat(Wire(client, self._idle_seconds))
            except (OSError, RuntimeError):
                # The client has gone, we close, or there are no more files or threads: then not in a spin.
                self._closing.wait(_BREATH)

    def _seat(self, wire: Wire) -> None:
        """A thread for the client, where there is room."""
        session = Session(self, wire)
        with self._changed:
            # Who has just said goodbye may still be on the way out.
            room = self._changed.wait_for(lambda: len(self._sessions) < self._connections, _BREATH)
            if room and not self._closing.is_set():
                threading.Thread(
                    target=self._converse, args=(session,), name="gate-client", daemon=True
                ).start()
                self._sessions.add(session)
                return
        wire.say(FULL)
        wire.close()

    def _converse(self, session: Session) -> None:
        try:
            session.run()
        finally:
            with self._changed:
                self._sessions.discard(session)
                self._changed.notify_all()

    def is_closing(self) -> bool:
        """Whether `stop` was called."""
        return self._closing.is_set()

    def ask(self, account: str, submission: Submission, raw: bytes) -> str:
        """The reply line; never raises. It is found to its end even if the client goes."""
        if self._closing.is_set():
            return CLOSING
        if has_bare_line_end(raw):
            return BARE_LINE_END
        try:
            reply = one_reply(self._answer(account, submission, raw))
        except Exception as error:
            log_broken(error)
            return BROKEN
        if reply is None:
            log.error("the gate was given something else than an SMTP reply")
        return reply or BROKEN

    def account_of(self, user: bytes, password: bytes) -> str | None:
        """The account that logs in, or None; after wrong guesses it takes longer."""
        self._closing.wait(self.penalty())
        known = self._password().encode()
        right = bool(known) and hmac.compare_digest(password, known)
        account = user.decode("utf-8", "replace").strip().lower()
        if not right or account not in self._accounts:
            self._failures += 1
            return None
        self._failures = 0
        return account

    def is_flooded(self) -> bool:
        """Count one mail; whether it is one too many for this hour."""
        now = self._seconds()
        with self._changed:
            if now - self._hour_began >= _HOUR:
                self._mails, self._hour_began = 0, now
            self._mails += 1
            return self._mails > self._mails_an_hour

    def penalty(self) -> float:
        """Seconds that a login waits: more after each wrong one, whichever connection it came by."""
        return min(self._failures * self._penalty, _LONGEST_PENALTY)

    def may_send_as(self, account: str, sender: str) -> bool:
        """Whether this sender is the account's address, an alias, a plus-form of these, or nobody."""
        sender = sender.lower()
        local, _, domain = sender.rpartition("@")
        plain = f"{local.partition('+')[0]}@{domain}"
        own = {account, *self._accounts[account]}
        return not sender or sender in own or plain in own


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    """What `localhost` may mean on this machine: clients try one after the other."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [*dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found)]
