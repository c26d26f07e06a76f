"""What the desk needs of the mail: a mailbox to look into and to file in, and the way out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from triage.folders import Role


class Place(Protocol):
    """A folder as SELECT found it."""

    @property
    def uidvalidity(self) -> int:
        """UIDs mean the same only while this does not change (RFC 9051, 2.3.1.1)."""
        ...

    @property
    def uidnext(self) -> int:
        """The UID that the next message will have, or a higher one."""
        ...

    @property
    def keywords(self) -> bool:
        """Whether new keywords can be kept here."""
        ...


class Letter(Protocol):
    """A message as it lies in a folder."""

    @property
    def uid(self) -> int:
        """Its number within the folder."""
        ...

    @property
    def flags(self) -> frozenset[str]:
        r"""As the server spells them: `\Seen`, `$Heated`."""
        ...

    @property
    def internal_date(self) -> datetime:
        """In UTC."""
        ...

    @property
    def raw(self) -> bytes:
        """The whole message, or its header block where only headers were asked for."""
        ...


class Mailbox(Protocol):
    """One account's mailbox, over one connection, used by one thread.

    Raises Unreachable where the line is gone (reconnect), MailboxRefused where one command was refused.
    Folder arguments are names as the server spells them. Messages flagged `\\Deleted` are never shown.
    """

    def folder(self, role: Role) -> str:
        """The name of a folder, found by SPECIAL-USE or name; created and subscribed where missing."""
        ...

    def select(self, folder: str) -> Place:
        """Select anew, read-write, and say what stands there."""
        ...

    def examine(self, folder: str) -> Place:
        """Select anew, read-only."""
        ...

    def uids(self, folder: str, *, above: int = 0, since: datetime | None = None) -> list[int]:
        """UIDs greater than `above`, ascending; `since` by INTERNALDATE (to the day, as IMAP has it)."""
        ...

    def headers(self, folder: str, uids: Sequence[int]) -> Iterator[Letter]:
        """The header blocks of those messages that still exist."""
        ...

    def letters(self, folder: str, uids: Sequence[int]) -> Iterator[Letter]:
        r"""Those messages that still exist, whole, without setting `\Seen`."""
        ...

    def excerpts(self, folder: str, uids: Sequence[int]) -> Iterator[Letter]:
        """As `letters`, but without the bodies of attachments: `parse` reads them as it reads the whole."""
        ...

    def find(self, folder: str, message_id: str) -> list[int]:
        """UIDs of the messages with exactly this Message-ID."""
        ...

    def append(
        self, folder: str, raw: bytes, *, flags: Iterable[str] = (), at: datetime | None = None
    ) -> int | None:
        """File a message; its UID where the server or a look by Message-ID tells."""
        ...

    def move(self, folder: str, uid: int, target: str) -> None:
        """Move one message. Without MOVE: copy, look that it is there, then remove the source."""
        ...

    def flag(self, folder: str, uid: int, *flags: str) -> None:
        """Add flags or keywords."""
        ...

    def unflag(self, folder: str, uid: int, *flags: str) -> None:
        """Remove flags or keywords."""
        ...

    def expunge(self, folder: str, uid: int) -> None:
        r"""Remove one message of our own by UID EXPUNGE; left flagged `\Deleted` where that is missing."""
        ...


class Relay(Protocol):
    """The only way out."""

    def send(
        self,
        *,
        mail_from: str,
        rcpt_tos: Sequence[str],
        options: Sequence[str],
        raw: bytes,
        before_data: Callable[[], None] = ...,
    ) -> str:
        """Send the bytes as they are; the upstream's last answer, as "250 2.0.0 Ok".

        `before_data` is called once all recipients are taken, just before the first byte of the message.
        Raises MailRefused, UpstreamUnavailable or OutcomeUnknown.
        """
        ...
