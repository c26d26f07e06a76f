"""One connection to one IMAP server. The only file that knows imapclient; typed values come out.

It knows commands, not what they are for: that is `imap`, next door. Every trap of the wire that
concerns a single command is met here. When the connection is gone it is dropped, and stays so.
"""

import imaplib
import logging
import math
import re
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Any, TypeAlias

from imapclient import IMAPClient, SocketTimeout, imap_utf7
from imapclient.exceptions import LoginError, ProtocolError

from triage.errors import LoginRefused, MailboxRefused, Unreachable
from triage.mail.mailbox.answers import Fetched, appended_uid, fetched, listed, reason, rings, text
from triage.mail.mailbox.folders import Listed, Namespace
from triage.mail.mailbox.letters import DELETED, Place, quoted, speakable
from triage.mail.mailbox.waker import Waker
from triage.mail.tls import Security, client_context, refuse_plain_text

Secret: TypeAlias = Callable[[], str]
"""Gives the password, or the access token, at the moment of the login and not before."""

PARTS, SHORTEST_PART = 5, 0.5
"""Into how many parts an IDLE is cut at most; the seconds that a part lasts at least."""

LINES = 1000
"""So many lines are read at once at most: no server has our ear for ever."""

_FAREWELL = 5.0
_PASSING = re.compile(r"\[(UNAVAILABLE|LIMIT|INUSE|SERVERBUG|CONTACTADMIN)\b", re.IGNORECASE)  # RFC 5530

# What imapclient raises, beside its ProtocolError, for answers that its authors did not foresee.
_BEYOND_IMAPCLIENT = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

# imaplib takes an answer of more than a million bytes for an attack. The UIDs of 150,000 messages,
# which SEARCH sends as one line, are more than that.
vars(imaplib)["_MAXLINE"] = 20_000_000

log = logging.getLogger(__name__)


class Line:
    """A logged-in connection."""

    def __init__(self, client: IMAPClient, server: str) -> None:
        self._client = client
        self._server = server
        self._gone = False
        self.capabilities: frozenset[str] = frozenset()

    @classmethod
    def open(
        cls, *, host: str, port: int, security: Security, ca_file: Path | None, timeout: float
    ) -> "Line":
        """Connect, with TLS as asked for; `timeout` in seconds bounds every read and write."""
        refuse_plain_text(host, security)
        context = None if security == "none" else client_context(ca_file)
        server = f"{host}:{port}"
        with _reaching(server):
            client = IMAPClient(
                host,
                port,
                ssl=security == "tls",
                ssl_context=context,
                timeout=SocketTimeout(connect=min(10.0, timeout), read=timeout),
            )
        line = cls(client, server)
        client.normalise_times = False  # INTERNALDATE with its zone, not in naive local time
        # imapclient sets level 5: imaplib would then format every literal, and mail would reach the logs.
        line._wire.debug = 0
        _tune(client.socket())
        if security == "starttls":
            line._start_tls(context)
        return line

    def login(self, user: str, secret: Secret, *, token: bool) -> None:
        """Log in with a password, or with an OAuth2 access token. Drops the connection if refused."""
        try:
            word = secret()
            speakable(word)
            with _reaching(self._server, secret=word):
                self._authenticate(user, word, token=token)
                self.capabilities = frozenset(text(name) for name in self._client.capabilities())
        except BaseException:
            self.drop()
            raise

    def has(self, capability: str) -> bool:
        """Whether the server offered it after the login."""
        return capability in self.capabilities

    def drop(self) -> None:
        """Let go of the connection without a word; never raises."""
        self._gone = True
        with suppress(Exception):
            self._client.shutdown()

    def close(self) -> None:
        """Log out; never raises, and waits for the server a few seconds at most."""
        if self._gone:
            return
        with suppress(Exception):
            self._client.socket().settimeout(_FAREWELL)
            self._client.logout()
        self.drop()

    def namespace(self) -> Namespace | None:
        """Where our own folders go (RFC 2342); None where the server does not say."""
        if not self.has("NAMESPACE"):
            return None
        with self._saying("NAMESPACE"):
            personal = self._client.namespace().personal
        if not personal:
            return None
        prefix, delimiter = personal[0]
        return Namespace(prefix=str(prefix), delimiter=str(delimiter or ""))

    def folders(self) -> list[Listed]:
        """All folders whose names can be read, with their special uses where the server tells them."""
        with self._saying("LIST"):
            ask = self._client.xlist_folders if self._tells_uses_by_xlist else self._client.list_folders
            # One "R&D" that is no modified UTF-7 would hide all the others.
            self._client.folder_encode = False
            try:
                answers = ask()
            finally:
                self._client.folder_encode = True
        return listed((attributes, delimiter, _folder_name(raw)) for attributes, delimiter, raw in answers)

    def create(self, folder: str) -> None:
        """Create a folder."""
        with self._saying(f"CREATE {folder}"):
            self._client.create_folder(folder)

    def subscribe(self, folder: str) -> None:
        """Let the rep's clients show a folder."""
        with self._saying(f"SUBSCRIBE {folder}"):
            self._client.subscribe_folder(folder)

    def select(self, folder: str, *, read_only: bool) -> Place:
        """SELECT or EXAMINE."""
        with self._saying(f"SELECT {folder}"):
            said = self._client.select_folder(folder, readonly=read_only)
            uidnext = said.get(b"UIDNEXT") or self._highest_uid(said.get(b"EXISTS", 0)) + 1
        return Place(
            uidvalidity=int(said.get(b"UIDVALIDITY", 0)),
            uidnext=int(uidnext),
            keywords=rb"\*" in said.get(b"PERMANENTFLAGS", ()),
            read_only=read_only,
        )

    def search(self, *criteria: str | date) -> list[int]:
        r"""UIDs, ascending, of the messages in the selected folder that are not `\Deleted`."""
        with self._saying("SEARCH"):
            return sorted(int(uid) for uid in self._client.search(["UNDELETED", *criteria]))

    def fetch(self, uids: Sequence[int], *items: str) -> dict[int, Fetched]:
        """What stands there of those messages that still exist."""
        with self._saying("FETCH"):
            try:
                answers = self._client.fetch(list(uids), list(items))
            except (ProtocolError, *_BEYOND_IMAPCLIENT):
                # FETCH is parsed after all of it was read. One bad answer must not hide the others.
                answers = None
        if answers is not None:
            return {int(uid): fetched(answer) for uid, answer in answers.items()}
        if len(uids) == 1:
            log.warning("%s: message %d cannot be read: its answer is malformed", self._server, uids[0])
            return {}
        return {uid: found for one in uids for uid, found in self.fetch([one], *items).items()}

    def append(self, folder: str, raw: bytes, flags: Sequence[str], at: datetime | None) -> int | None:
        """APPEND; the UID where the server tells it (UIDPLUS)."""
        with self._saying(f"APPEND to {folder}"):
            return appended_uid(self._client.append(folder, raw, flags, at))

    def copy(self, uid: int, target: str) -> bool:
        """COPY; whether the server confirmed by COPYUID that a message was copied."""
        with self._saying(f"COPY to {target}"):
            self._client.copy([uid], target)
            return self._wire.response("COPYUID")[1] != [None]

    def move(self, uid: int, target: str) -> None:
        """MOVE (RFC 6851)."""
        with self._saying(f"MOVE to {target}"):
            self._client.move([uid], target)

    def store(self, uid: int, flags: Iterable[str]) -> None:
        """Add flags."""
        with self._saying("STORE"):
            self._client.add_flags([uid], list(flags), silent=True)

    def unstore(self, uid: int, flags: Iterable[str]) -> None:
        """Remove flags."""
        with self._saying("STORE"):
            self._client.remove_flags([uid], list(flags), silent=True)

    def expunge(self, uid: int) -> None:
        r"""Flag one message `\Deleted` and, where the server can do it for one alone, remove it."""
        self.store(uid, [DELETED])
        if self.has("UIDPLUS"):
            with self._saying("UID EXPUNGE"):
                self._client.uid_expunge([uid])

    def noop(self) -> bool:
        """Prove the line; whether something came to, or went from, the selected folder."""
        with self._saying("NOOP"):
            _, answers = self._client.noop()
        return rings(answers)

    def idle(self, seconds: float, wake: Waker) -> bool:
        """IDLE for so many seconds at most, or until `wake`; whether something came or went.

        The time is cut into parts, and each time that there is something to read costs one: so nobody needs a
        clock. On a dead line the parts are soon used up, and idle_done finds out.
        """
        parts = min(PARTS, math.ceil(seconds / SHORTEST_PART))
        with self._idling(), wake.heard() as call, DefaultSelector() as bell:
            bell.register(self._client.socket(), EVENT_READ)
            bell.register(call, EVENT_READ)
            self._client.idle()
            came = False
            for _ in range(parts):
                came = any(map(_is_news, islice(iter(self._line_that_came, b""), LINES)))
                if came or wake.is_set():
                    break
                bell.select(seconds / parts)
            _, answers = self._client.idle_done()
        return came or rings(answers)

    @property
    def _wire(self) -> imaplib.IMAP4:
        wire: imaplib.IMAP4 = self._client._imap  # noqa: SLF001 - the only way to COPYUID and the debug level
        return wire

    @property
    def _tells_uses_by_xlist(self) -> bool:
        return self.has("XLIST") and not self.has("SPECIAL-USE")

    def _start_tls(self, context: ssl.SSLContext | None) -> None:
        try:
            with _reaching(self._server):
                self._client.starttls(context)
        except Unreachable:
            self.drop()
            raise

    def _authenticate(self, user: str, word: str, *, token: bool) -> None:
        if token:
            if "AUTH=XOAUTH2" not in self._wire.capabilities:
                raise Unreachable(f"{self._server}: the server takes no login by OAuth2 (XOAUTH2)")
            # A refusal begins with a challenge that wants an empty line; imapclient would repeat the token.
            answers = iter([f"user={user}\1auth=Bearer {word}\1\1"])
            self._client.sasl_login("XOAUTH2", lambda _challenge: next(answers, ""))
        elif "AUTH=PLAIN" in self._wire.capabilities:
            self._client.plain_login(user, word)
        elif "LOGINDISABLED" in self._wire.capabilities:
            raise Unreachable(f"{self._server}: the server takes no password on this connection; use TLS")
        else:
            self._client.login(quoted(user), word)  # imaplib quotes the password, but not the user

    def _highest_uid(self, exists: int) -> int:
        """Where SELECT says no UIDNEXT."""
        return max((int(uid) for uid in self._client.search(["UID", "*"])), default=0) if exists else 0

    def _line_that_came(self) -> bytes:
        """The next line, if it has begun to come; empty where there is none.

        It may stand in a buffer, of imaplib or of TLS, where no poll of the socket sees it. Only its first
        byte is read without waiting: imapclient's idle_check reads all so, and half a line is lost to it.
        """
        sock: Any = self._client.socket()
        patience = sock.gettimeout()
        sock.setblocking(False)
        try:
            begun: bytes | None = self._wire.read(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            begun = None
        finally:
            sock.settimeout(patience)
        return begun + self._wire.readline() if begun else b""

    @contextmanager
    def _saying(self, what: str) -> Iterator[None]:
        """Map what imaplib raises: the connection is gone, or one command was refused."""
        if self._gone:
            raise Unreachable(f"{self._server}: the connection is gone")
        try:
            yield
        except imaplib.IMAP4.readonly:  # an abort by its class only
            raise MailboxRefused(f"{self._server}: {what}: the folder is read-only") from None
        except (imaplib.IMAP4.abort, OSError) as error:
            self.drop()
            raise Unreachable(f"{self._server}: {reason(error)}") from None
        except (ProtocolError, *_BEYOND_IMAPCLIENT):
            # Nobody knows how much of the answer was read: the next one could be taken for another's.
            self.drop()
            raise Unreachable(f"{self._server}: {what}: the answer makes no sense") from None
        except imaplib.IMAP4.error as error:
            if "got more than" in str(error):  # the line was not read to its end: the rest is still to come
                self.drop()
                raise Unreachable(f"{self._server}: {what}: the answer has no end") from None
            raise MailboxRefused(f"{self._server}: {what}: {reason(error)}") from None

    @contextmanager
    def _idling(self) -> Iterator[None]:
        """After a refusal in the middle of IDLE nobody knows what the server listens for: connect anew."""
        try:
            with self._saying("IDLE"):
                yield
        except MailboxRefused as error:
            self.drop()
            raise Unreachable(str(error)) from None


@contextmanager
def _reaching(server: str, secret: str = "") -> Iterator[None]:
    """Map what goes wrong before there is a session: not reached, or not let in."""
    try:
        yield
    except UnicodeEncodeError:
        raise LoginRefused(f"{server}: the server takes no such characters in a name or password") from None
    except UnicodeError:  # a part of the host's name that is too long, or empty
        raise Unreachable(f"{server}: this is no name of a server") from None
    except (OSError, imaplib.IMAP4.error) as error:
        refused = isinstance(error, LoginError) and not _PASSING.search(str(error))
        why = reason(error)
        if secret and secret in why:  # some servers repeat the command that they refuse
            why = "refused"
        raise (LoginRefused if refused else Unreachable)(f"{server}: {why}") from None


def _tune(sock: socket.socket) -> None:
    """Send at once, as imaplib ends every literal in a packet of its own; and let routers remember us."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


def _is_news(line: bytes) -> bool:
    return line.rstrip().upper().endswith((b" EXISTS", b" EXPUNGE"))


def _folder_name(raw: bytes | str | int) -> str:
    """The name in modified UTF-7 (RFC 3501, 5.1.3) decoded; empty where it is none."""
    try:
        return str(imap_utf7.decode(raw))
    except UnicodeError:
        return ""
