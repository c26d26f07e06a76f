"""One client's conversation at the gate: what a well-formed submission is (RFC 6409, RFC 4954).

Whose mail it may be and what becomes of it is the door's to say; the bytes are `wire`'s.
"""

import logging
import ssl
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from triage.errors import fault_of
from triage.mail.lines import is_address, split_path
from triage.mail.wire import LONGEST_LINE, Wire

log = logging.getLogger(__name__)

NO_LOGIN = "530 5.7.0 Log in first: the user is the account's address, the password the gate's own"
GUESSING = "421 4.7.0 Too many wrong passwords; look at the gate's password in the mail client"
NOT_YOURS = "550 5.7.1 This account may not send as {}; name it under `aliases` of the account"
BAD_ADDRESS = "553 5.1.3 This is not an address that mail can be sent to"
FLOOD = "451 4.7.1 More mails in an hour than people write; if that is right, try again in an hour"
BROKEN = "451 4.3.0 Something went wrong inside the gate; keep the mail and try again in a minute"
FULL = "421 4.3.2 Too many connections to the gate at once; try again in a minute"
CLOSING = "421 4.3.2 The gate is closing; keep the mail and try again in a minute"

TOO_LARGE = "552 5.3.4 The mail is larger than the gate takes"
_WRONG_ORDER = "503 5.5.1 Not now: {} comes first"
_FINE = "250 2.0.0 Ok"
_PARAMETER = "555 5.5.4 The gate does not know this parameter"
_OPTIONS = frozenset({"BODY=7BIT", "BODY=8BITMIME", "SMTPUTF8"})
_WITHOUT_TLS = frozenset({"EHLO", "HELO", "STARTTLS", "NOOP", "QUIT"})
_GUESSES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The envelope of a mail: all its recipients, Bcc included, in the client's order.

    `mail_from` is empty for the null sender. `options` are the ESMTP parameters of MAIL without SIZE,
    which the bytes themselves tell.
    """

    mail_from: str
    rcpt_tos: tuple[str, ...]
    options: tuple[str, ...] = ()


class Door(Protocol):
    """What a conversation asks of the gate."""

    size_limit: int
    tls_context: ssl.SSLContext | None

    def account_of(self, user: bytes, password: bytes) -> str | None:
        """The account that logs in, or None; takes its time after wrong guesses."""

    def may_send_as(self, account: str, sender: str) -> bool:
        """Whether that account may name this sender, who is empty for a receipt."""

    def is_flooded(self) -> bool:
        """Count one mail; whether it is one too many."""

    def ask(self, account: str, submission: Submission, raw: bytes) -> str:
        """The answer to a mail; never raises."""

    def is_closing(self) -> bool:
        """Whether no more is to be said."""


class Session:
    """From the greeting to the farewell, in the thread that calls `run`."""

    def __init__(self, door: Door, wire: Wire) -> None:
        self._door, self._wire = door, wire
        self.answering = False
        """A mail is complete, and its answer has not left: to hang up now makes the client send it again."""
        self._over = self._greeted = False
        self._account, self._guesses = "", 0
        self._sender: str | None = None
        """The mail that has begun: who sends it, empty where nobody does."""
        self._options: tuple[str, ...] = ()
        self._rcpt_tos: list[str] = []
        self._verbs: Mapping[str, Callable[[str], str]] = {
            "EHLO": self._ehlo,
            "HELO": self._helo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._from,
            "RCPT": self._to,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": self._noop,
            "VRFY": self._vrfy,
            "QUIT": self._quit,
        }

    def run(self) -> None:
        """Never raises; the connection is closed at its end."""
        try:
            with suppress(OSError):
                self._wire.say("220 localhost cool-down gate")
                while not (self._over or self._door.is_closing()):
                    self._obey(self._wire.line())
        finally:
            self._wire.close()

    def hang_up(self) -> None:
        """End it at once, from any thread."""
        self._wire.hang_up()

    def _obey(self, line: bytes) -> None:
        try:
            answer = self._answer(line)
        except OSError:
            raise
        except Exception as error:
            log_broken(error)
            answer = BROKEN
        if answer:
            self._wire.say(answer)

    def _answer(self, line: bytes) -> str:
        if not line.endswith(b"\r\n"):
            self._over = len(line) >= LONGEST_LINE
            return "500 5.5.2 A command is one line that ends in CRLF, and no longer than a login"
        words = line[:-2].decode("utf-8", "surrogateescape")
        verb, _, argument = words.partition(" ")
        act = self._verbs.get(verb.upper())
        if act is None:
            return "500 5.5.1 The gate does not know this command"
        if self._lacks_tls and verb.upper() not in _WITHOUT_TLS:
            return "530 5.7.0 STARTTLS comes first"
        return act(argument.strip())

    @property
    def _lacks_tls(self) -> bool:
        return self._door.tls_context is not None and not self._wire.encrypted

    # -- who is there -------------------------------------------------------------------------------------

    def _ehlo(self, name: str) -> str:
        if not name:
            return "501 5.5.4 EHLO wants a name"
        self._greeted = True
        self._forget_mail()
        # No ENHANCEDSTATUSCODES: the upstream's own answers go back as they are, and may have none.
        offered = [f"SIZE {self._door.size_limit}", "8BITMIME", "SMTPUTF8", "PIPELINING"]
        login = "STARTTLS" if self._lacks_tls else "AUTH LOGIN PLAIN"
        return "\r\n".join(["250-localhost", *(f"250-{each}" for each in offered), f"250 {login}"])

    def _helo(self, name: str) -> str:
        answer = self._ehlo(name)
        return "250 localhost" if self._greeted else answer

    def _starttls(self, _argument: str) -> str:
        context = self._door.tls_context
        if context is None or self._wire.encrypted:
            return "503 5.5.1 There is no STARTTLS now"
        self._wire.say("220 2.0.0 Go ahead")
        try:
            self._wire.encrypt(context)
        except OSError:
            log.warning("a client did not take the gate's certificate, or speaks no TLS")
            raise
        self._greeted, self._account = False, ""
        self._forget_mail()
        return ""

    def _auth(self, argument: str) -> str:
        if not self._greeted or self._account:
            return _WRONG_ORDER.format("EHLO") if not self._account else "503 5.5.1 You are logged in"
        if self._guesses >= _GUESSES:
            self._over = True
            return GUESSING
        mechanism, _, first = argument.partition(" ")
        if mechanism.upper() not in ("PLAIN", "LOGIN"):
            return "504 5.5.4 The gate knows AUTH PLAIN and AUTH LOGIN"
        try:
            user, password = self._plain(first) if mechanism.upper() == "PLAIN" else self._login(first)
        except ValueError:
            return "501 5.5.2 This is no login"
        self._account = self._door.account_of(user, password) or ""
        if self._account:
            return "235 2.7.0 Welcome"
        self._guesses += 1
        return "535 5.7.8 Wrong: the user is the account's address, the password the gate's own"

    def _plain(self, first: str) -> tuple[bytes, bytes]:
        _, user, password = (_decoded(first) if first else self._challenge(b"")).split(b"\0")  # RFC 4616
        return user, password

    def _login(self, first: str) -> tuple[bytes, bytes]:
        user = _decoded(first) if first else self._challenge(b"Username:")
        return user, self._challenge(b"Password:")

    def _challenge(self, words: bytes) -> bytes:
        self._wire.say(f"334 {b64encode(words).decode()}")
        return _decoded(self._wire.line().strip().decode("ascii", "replace"))

    # -- one mail -----------------------------------------------------------------------------------------

    def _from(self, argument: str) -> str:
        if not self._greeted or self._sender is not None:
            return _WRONG_ORDER.format("EHLO" if self._sender is None else "RSET")
        sender, words = _path(argument, "FROM:")
        options = words.upper().split()
        refused = BAD_ADDRESS if sender is None else self._refused(sender, options)
        if not refused:
            self._sender = sender
            self._options = tuple(option for option in options if not option.startswith("SIZE="))
        return refused or "250 2.1.0 Ok"

    def _refused(self, sender: str, options: list[str]) -> str:
        """Why no mail of that sender may begin; empty where it may."""
        for option in options:
            name, _, size = option.partition("=")
            if name == "SIZE" and size.isascii() and size.isdigit():
                if int(size[:20]) > self._door.size_limit:
                    return TOO_LARGE
            elif option not in _OPTIONS:
                return _PARAMETER
        if not self._account:
            return NO_LOGIN
        if not self._door.may_send_as(self._account, sender):
            return NOT_YOURS.format(sender)
        return FLOOD if self._door.is_flooded() else ""

    def _to(self, argument: str) -> str:
        if self._sender is None:
            return _WRONG_ORDER.format("MAIL")
        address, options = _path(argument, "TO:")
        if not address or not is_address(address):
            return BAD_ADDRESS
        if options:
            return _PARAMETER
        self._rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    def _data(self, argument: str) -> str:
        if self._sender is None or not self._rcpt_tos or argument:
            return _WRONG_ORDER.format("RCPT")
        submission = Submission(mail_from=self._sender, rcpt_tos=tuple(self._rcpt_tos), options=self._options)
        self._forget_mail()
        self._wire.say("354 End with a dot on a line of its own")
        raw = self._wire.content(self._door.size_limit)
        if raw is None:
            return TOO_LARGE
        self.answering = True
        self._wire.say(self._door.ask(self._account, submission, raw))
        self._wire.flush()
        self.answering = False
        return ""

    def _forget_mail(self) -> None:
        self._sender, self._options, self._rcpt_tos = None, (), []

    def _rset(self, _argument: str) -> str:
        self._forget_mail()
        return _FINE

    def _noop(self, _argument: str) -> str:
        return _FINE

    def _vrfy(self, _argument: str) -> str:
        return "252 2.1.5 Send some mail, and see"

    def _quit(self, _argument: str) -> str:
        self._over = True
        return "221 2.0.0 Bye"


def _path(argument: str, keyword: str) -> tuple[str | None, str]:
    """The address that follows FROM: or TO:, and its parameters; None where none can be read."""
    known = argument[: len(keyword)].upper() == keyword
    path = split_path(argument[len(keyword) :]) if known and _is_text(argument) else None
    return path or (None, "")


def _is_text(words: str) -> bool:
    """Whether it came as UTF-8."""
    return not any("\ud800" <= char <= "\udfff" for char in words)


def _decoded(word: str) -> bytes:
    """What stands for nothing, or for a login that is given up (RFC 4954, 4), is not base64."""
    return b"" if word == "=" else b64decode(word, validate=True)


def log_broken(error: Exception) -> None:
    """Where it broke, and none of its words: they may quote mail."""
    log.error("something broke in the gate: %s", fault_of(error))
