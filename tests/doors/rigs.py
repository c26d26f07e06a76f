"""The servers that the contract of a mailbox is kept by: the fake, Dovecot in three disguises, and pymap.

A rig's own methods are another client's hand.
"""

import imaplib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

from tests.dovecot import Dovecot, Flavour
from tests.fakes.mailbox import FakeServer
from triage.desk.ports import Mailbox
from triage.folders import Role
from triage.mail.mailbox import ImapMailbox, Place, Waker

USER, PASSWORD = "rep@example.com", "correct horse"


class Box(Mailbox, Protocol):
    """What the desk needs, and what the daemon needs beside it."""

    def examine(self, folder: str) -> Place: ...
    def existing(self, role: Role) -> str | None: ...
    def wait(self, folder: str, seconds: float, wake: Waker) -> None: ...
    def close(self) -> None: ...


class Rig(Protocol):
    """A server, as another client of the same account sees it."""

    prefix: str
    separator: str
    idles: bool
    keeps_keywords: bool
    expunges_one: bool

    def connect(self) -> Box: ...
    def deliver(
        self, folder: str, raw: bytes, *, flags: Iterable[str] = (), at: datetime | None = None
    ) -> object: ...
    def flag(self, folder: str, uid: int, *flags: str) -> None: ...
    def expunge(self, folder: str, uid: int) -> None: ...
    def create(self, folder: str) -> None: ...
    def delete(self, folder: str) -> None: ...
    def flags(self, folder: str) -> list[set[str]]: ...
    def subscriptions(self) -> str: ...
    def cut(self) -> None: ...


class MovedClock:
    """Stands still unless it is moved."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def now(self) -> datetime:
        return self.time


class FakeRig(FakeServer):
    """The fake is its own other client."""

    prefix, separator, idles, keeps_keywords, expunges_one = "", "/", True, True, True

    def flags(self, folder: str) -> list[set[str]]:
        return [set(letter.flags) for letter in self.inside(folder)]

    def subscriptions(self) -> str:
        return "\n".join(self.subscribed)


class ImapRig:
    """A real server, with imaplib as the other client."""

    def __init__(
        self,
        host: str,
        port: int,
        cut: Callable[[], None],
        *,
        user: str = USER,
        prefix: str = "",
        separator: str = "/",
        idles: bool = True,
        keeps_keywords: bool = True,
        expunges_one: bool = True,
    ) -> None:
        self.host, self.port, self.cut, self.user = host, port, cut, user
        self.prefix, self.separator, self.idles = prefix, separator, idles
        self.keeps_keywords, self.expunges_one = keeps_keywords, expunges_one

    def connect(self) -> ImapMailbox:
        return ImapMailbox.connect(
            host=self.host,
            port=self.port,
            security="none",
            user=self.user,
            password=lambda: PASSWORD,
            timeout=10,
        )

    @contextmanager
    def other(self, folder: str = "") -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(self.host, self.port, timeout=10) as client:
            client.login(f'"{self.user}"', PASSWORD)
            if folder:
                _ok(client.select(_wire(folder)))
            yield client

    def deliver(
        self, folder: str, raw: bytes, *, flags: Iterable[str] = (), at: datetime | None = None
    ) -> object:
        when = imaplib.Time2Internaldate(at) if at else ""
        with self.other() as client:
            return _ok(client.append(_wire(folder), f"({' '.join(flags)})", when, raw))

    def flag(self, folder: str, uid: int, *flags: str) -> None:
        with self.other(folder) as client:
            _ok(client.uid("STORE", str(uid), "+FLAGS", f"({' '.join(flags)})"))

    def expunge(self, folder: str, uid: int) -> None:
        with self.other(folder) as client:
            _ok(client.uid("STORE", str(uid), "+FLAGS", r"(\Deleted)"))
            _ok(client.expunge())

    def create(self, folder: str) -> None:
        with self.other() as client:
            _ok(client.create(_wire(folder)))

    def delete(self, folder: str) -> None:
        with self.other() as client:
            _ok(client.delete(_wire(folder)))

    def flags(self, folder: str) -> list[set[str]]:
        with self.other(folder) as client:
            answers = _ok(client.fetch("1:*", "(FLAGS)"))
        return [
            {flag.decode() for flag in imaplib.ParseFlags(answer)}
            for answer in answers
            if isinstance(answer, bytes)
        ]

    def subscriptions(self) -> str:
        with self.other() as client:
            return "\n".join(str(line) for line in _ok(client.lsub()))


def _ok(answer: tuple[str, Sequence[object]]) -> list[object]:
    kind, said = answer
    assert kind == "OK", said
    return list(said)


def _wire(folder: str) -> str:
    """Modified UTF-7 (RFC 3501, 5.1.3), near enough for the names in here."""
    return '"' + folder.encode("utf-7").decode("ascii").replace("+", "&") + '"'


def dovecot_rig(flavour: Flavour, server: Dovecot, user: str) -> ImapRig:
    inner, bare = flavour == "inbox_prefix", flavour == "bare"
    return ImapRig(
        server.host,
        server.port,
        lambda: server.kick(user),
        user=user,
        prefix="INBOX." if inner else "",
        separator="." if inner else "/",
        idles=not bare,
        expunges_one=not bare,
    )
