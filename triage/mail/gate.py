"""The local submission door (RFC 6409): the rep's own mail client hands its mail in here.

It knows who may come in and what a well-formed submission is. What becomes of a mail it never learns: one
function is given to it, and that function's answer goes back to the client word for word. It adds nothing
to a mail, not even a Received line. The way out is `relay`.
"""

import asyncio
import errno
import hmac
import logging
import ssl
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Literal, TypeAlias

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, Session, TLSSetupException

from triage.errors import BadInput, fault_of
from triage.mail.lines import BARE_LINE_END, has_bare_line_end, is_address, one_reply, split_path
from triage.mail.tls import is_loopback

log = logging.getLogger(__name__)

NO_LOGIN = "530 5.7.0 Log in first: the user is the account's address, the password the gate's own"
GUESSING = "421 4.7.0 Too many wrong passwords; look at the gate's password in the mail client"
FULL = "421 4.3.2 Too many connections to the gate at once; try again in a minute"
NOT_YOURS = "550 5.7.1 This account may not send as {}; name it under `aliases` of the account"
BAD_ADDRESS = "553 5.1.3 This is not an address that mail can be sent to"
FLOOD = "451 4.7.1 More mails in an hour than people write; if that is right, try again in an hour"
BROKEN = "451 4.3.0 Something went wrong inside the gate; keep the mail and try again in a minute"

_GUESSES_A_CONNECTION = 5
_LONGEST_PENALTY = 4.0
_LONGEST_ANSWER = _HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The envelope of a mail: all its recipients, Bcc included, in the client's order.

    `mail_from` is empty for the null sender. `options` are the ESMTP parameters of MAIL without SIZE,
    which the bytes themselves tell.
    """

    mail_from: str
    rcpt_tos: tuple[str, ...]
    options: tuple[str, ...] = ()


Answer: TypeAlias = Callable[[str, Submission, bytes], str]
"""Account, envelope, content as the client sent it -> the reply line. Called from worker threads."""


class Gate:
    """Listens from `start()` to `stop()`, on an event loop in a thread of its own.

    `accounts` maps each account's address to the further addresses it may send as. `answer` may take its
    time and may raise: the client is then told to try again, and keeps its mail.
    """

    def __init__(
        self,
        host: str,
        port: int,
        accounts: Mapping[str, frozenset[str]],
        password: Callable[[], str],
        answer: Answer,
        *,
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
        self.password, self._answer = password, answer
        self.tls_context = tls_context if security == "starttls" else None
        self.size_limit, self.idle_seconds = size_limit, idle_seconds
        self._connections, self._penalty = connections, penalty_seconds
        self._failures = 0
        self._mails_an_hour, self._mails, self._hour_began = mails_an_hour, 0, -_HOUR
        self.lines: set[_Line] = set()
        self.answers: set[asyncio.Task[str]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def port(self) -> int:
        """Where it listens; once started, never 0."""
        return self._port

    def start(self) -> None:
        """Listen. Returns when clients can connect; raises BadInput where the port cannot be had."""
        # Below ERROR aiosmtpd writes commands, addresses and, line by line, the mail itself.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        loop = asyncio.new_event_loop()
        # A thread for each line that may be open, and as many for answers whose client is gone: a slow
        # answer never makes another client wait.
        loop.set_default_executor(ThreadPoolExecutor(2 * self._connections, thread_name_prefix="gate-answer"))
        try:
            self._server = loop.run_until_complete(loop.create_server(self._new_line, self._host, self._port))
        except OSError as error:
            loop.close()
            reason = "another program does" if error.errno == errno.EADDRINUSE else error.strerror
            raise BadInput(
                f"the gate cannot listen on {self._host} port {self._port}: {reason}; choose another port"
            ) from None
        self._port = self._server.sockets[0].getsockname()[1]
        self._loop = loop
        self._thread = threading.Thread(target=loop.run_forever, name="gate", daemon=True)
        self._thread.start()

    def stop(self, *, patience: float = 5.0) -> None:
        """Close the door. Idle clients are cut off; an answer under way has `patience` seconds to end."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(patience), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join()
        loop.close()

    async def _close(self, patience: float) -> None:
        self._server.close()
        for line in list(self.lines):
            if not line.answering:
                line.abort()
        if self.answers:
            await asyncio.wait(self.answers, timeout=patience)
            await asyncio.sleep(0)  # the turn of the loop in which the last answers are written
        for line in list(self.lines):
            line.abort()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _new_line(self) -> asyncio.Protocol:
        if len(self.lines) >= self._connections:
            return _Full()
        line = _Line(self)
        self.lines.add(line)
        return line

    def ask(self, account: str, submission: Submission, raw: bytes) -> str:
        """The reply line; never raises. Runs in a worker thread, and to its end even if the client goes."""
        if has_bare_line_end(raw):
            return BARE_LINE_END
        try:
            reply = one_reply(self._answer(account, submission, raw))
        except Exception as error:
            _log_broken(error)
            return BROKEN
        if reply is None:
            log.error("the gate was given something else than an SMTP reply")
        return reply or BROKEN

    def account_of(self, login: LoginPassword, password: str) -> str | None:
        """The account that logs in, or None."""
        right = bool(password) and hmac.compare_digest(login.password, password.encode())
        account = login.login.decode("utf-8", "replace").strip().lower()
        if not right or account not in self._accounts:
            self._failures += 1
            return None
        self._failures = 0
        return account

    def is_flooded(self, now: float) -> bool:
        """Count one mail at `now`, the loop's seconds; whether it is one too many for this hour."""
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
        return sender == "<>" or sender in own or plain in own


class _Full(asyncio.Protocol):
    """One client too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(FULL.encode() + b"\r\n")
        transport.close()


class _Line(SMTP):
    """One client's connection; aiosmtpd speaks SMTP, the hooks decide."""

    line_length_limit = 2**20
    """Longer than RFC 5321 asks for: whether such a line may go on is the upstream's to say."""

    def __init__(self, gate: Gate) -> None:
        hooks = SimpleNamespace(
            handle_AUTH=self._on_auth,
            handle_MAIL=self._on_mail,
            handle_RCPT=self._on_rcpt,
            handle_DATA=self._on_data,
        )
        super().__init__(
            hooks,
            data_size_limit=gate.size_limit,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="cool-down gate",
            tls_context=gate.tls_context,
            require_starttls=gate.tls_context is not None,
            auth_require_tls=gate.tls_context is not None,
            authenticator=self._log_in,
            timeout=gate.idle_seconds,
        )
        self.answering = False
        self._gate, self._guesses, self._secret = gate, 0, ""
        self._raw_transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Called a second time, with the encrypted transport, after STARTTLS.
        self._raw_transport = self._raw_transport or transport
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._gate.lines.discard(self)
        super().connection_lost(error)

    def abort(self) -> None:
        """Hang up at once."""
        if isinstance(self._raw_transport, asyncio.WriteTransport):
            self._raw_transport.abort()

    async def handle_exception(self, error: Exception) -> str:
        """For what breaks outside the answer; aiosmtpd would tell the client all about it."""
        if isinstance(error, TLSSetupException):
            log.warning("a client did not take the gate's certificate, or speaks no TLS")
        else:
            _log_broken(error)
        return BROKEN

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """aiosmtpd reads a path as if it stood in a header: it decodes, re-quotes and drops comments."""
        path = split_path(arg)
        # "<>", because aiosmtpd takes an empty address for a missing one.
        return (None, None) if path is None else (path[0] or "<>", path[1])

    async def _on_auth(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _words: list[str]
    ) -> object:
        if self._guesses >= _GUESSES_A_CONNECTION:
            await self.push(GUESSING)
            if self.transport is not None:
                self.transport.close()
            return None
        await asyncio.sleep(self._gate.penalty())
        self._secret = await asyncio.to_thread(self._gate.password)
        return MISSING

    def _log_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: LoginPassword
    ) -> AuthResult:
        account = self._gate.account_of(login, self._secret)
        self._secret = ""
        self._guesses += account is None
        # `handled=False`, or aiosmtpd believes that we have answered, and the client hangs.
        return AuthResult(success=account is not None, handled=False, auth_data=account)

    async def _on_mail(
        self, _server: SMTP, session: Session, _envelope: Envelope, address: str, _options: list[str]
    ) -> object:
        if not session.authenticated:
            return NO_LOGIN
        if not self._gate.may_send_as(str(session.auth_data), address):
            return NOT_YOURS.format(address)
        return FLOOD if self._gate.is_flooded(asyncio.get_running_loop().time()) else MISSING

    async def _on_rcpt(
        self, _server: SMTP, _session: Session, _envelope: Envelope, address: str, _options: list[str]
    ) -> object:
        return MISSING if is_address(address) else BAD_ADDRESS

    async def _on_data(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.original_content or b""
        sender = envelope.mail_from or ""
        submission = Submission(
            mail_from="" if sender == "<>" else sender,
            rcpt_tos=tuple(envelope.rcpt_tos),
            options=tuple(option for option in envelope.mail_options if not option.startswith("SIZE")),
        )
        self.answering = True
        self._reset_timeout(_LONGEST_ANSWER)
        work = asyncio.create_task(asyncio.to_thread(self._gate.ask, str(session.auth_data), submission, raw))
        self._gate.answers.add(work)
        work.add_done_callback(self._gate.answers.discard)
        try:
            return await asyncio.shield(work)
        finally:
            self.answering = False
            if self.transport is not None:
                self._reset_timeout()


def _log_broken(error: Exception) -> None:
    log.error("something broke in the gate: %s", fault_of(error))
