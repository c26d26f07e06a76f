"""One account's mailbox over IMAP: find the folders, look, file, move.

What a single command does on the wire stands in `line`; which folder is which, in `folders`.
Moving is the delicate part: nothing leaves its folder before its copy has been seen in the other.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from triage.errors import LoginRefused, MailboxRefused
from triage.folders import Role, same_bytes
from triage.mail.logins import never
from triage.mail.mailbox import fetching
from triage.mail.mailbox import letters as of
from triage.mail.mailbox.answers import Fetched
from triage.mail.mailbox.folders import Listed, Namespace, find
from triage.mail.mailbox.letters import DELETED, Letter, Place
from triage.mail.mailbox.line import Line, Secret
from triage.mail.mailbox.waker import Waker
from triage.mail.tls import Security

IDLE_CYCLE = 300.0
"""Seconds: routers forget a quiet connection long before the 29 minutes that RFC 2177 allows."""


class ImapMailbox:
    """One connection to one account, used by one thread. `triage.desk.ports.Mailbox`, and `wait`."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._selected = ""
        self._places: dict[str, Place] = {}
        self._names: dict[Role, str] = {}

    @classmethod
    def connect(
        cls,
        *,
        host: str,
        port: int,
        security: Security,
        user: str,
        password: Secret,
        ca_file: Path | None = None,
        token: bool = False,
        refused: Callable[[], bool] = never,
        timeout: float = 60.0,
    ) -> "ImapMailbox":
        """Connect and log in; with `token`, `password` gives an OAuth2 access token (XOAUTH2).

        Where the server refuses the login, `refused` says whether to try once more, with another word.
        Raises Unreachable, LoginRefused, or BadInput for `security="none"` to another machine.
        """
        of.speakable(host, user)

        def logged_in() -> Line:
            line = Line.open(host=host, port=port, security=security, ca_file=ca_file, timeout=timeout)
            line.login(user, password, token=token)
            return line

        try:
            return cls(logged_in())
        except LoginRefused:
            if not refused():
                raise
        return cls(logged_in())

    @property
    def capabilities(self) -> frozenset[str]:
        """What the server said it can do, in capitals."""
        return self._line.capabilities

    def close(self) -> None:
        """Log out. Never raises, never hangs."""
        self._line.close()

    # Folders

    def folder(self, role: Role) -> str:
        """The name of a folder, found by SPECIAL-USE or name; created and subscribed where missing."""
        if role == "inbox":
            return "INBOX"
        if role not in self._names:
            self._names[role] = self._found_or_created(role)
        return self._names[role]

    def existing(self, role: Role) -> str | None:
        """The name of a folder where there is one; nothing is created."""
        return "INBOX" if role == "inbox" else self._names.get(role) or self._found(role, *self._listed())

    def select(self, folder: str) -> Place:
        """Select anew, read-write, and say what stands there."""
        return self._enter(folder, read_only=False)

    def examine(self, folder: str) -> Place:
        """Select anew, read-only; whether keywords can be kept is not to be learnt this way."""
        return self._enter(folder, read_only=True)

    # Looking

    def uids(self, folder: str, *, above: int = 0, since: datetime | None = None) -> list[int]:
        r"""UIDs greater than `above`, ascending, without the `\Deleted`.

        `since` is by the day, and generous: the server takes the day from the zone each message was
        stored in, so the one before belongs to it.
        """
        self._look_into(folder)
        criteria: list[str | datetime] = []
        if above:
            criteria += ["UID", f"{above + 1}:*"]
        if since:
            criteria += ["SINCE", since - timedelta(days=1)]
        # n:* past the end names the last message (RFC 3501, 6.4.8).
        return [uid for uid in self._line.search(*criteria) if uid > above]

    def headers(self, folder: str, uids: Sequence[int]) -> Iterator[Letter]:
        """The header blocks of those messages that still exist."""
        return fetching.headers(partial(self._fetch, folder), uids)

    def letters(self, folder: str, uids: Sequence[int]) -> Iterator[Letter]:
        r"""Those messages that still exist, whole, without setting `\Seen`; few at a time."""
        return fetching.letters(partial(self._fetch, folder), uids)

    def excerpts(self, folder: str, uids: Sequence[int]) -> Iterator[Letter]:
        r"""Those messages that still exist, without the bodies of attachments; `\Seen` is not set."""
        return fetching.excerpts(partial(self._fetch, folder), uids)

    def find(self, folder: str, message_id: str) -> list[int]:
        """UIDs of the messages with exactly this Message-ID."""
        of.speakable(message_id)
        self._look_into(folder)
        term = of.searchable(message_id)
        if not term:
            return []
        maybe = self._line.search("HEADER", "Message-ID", term)
        found = self._fetch(folder, maybe, "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]") if maybe else {}
        wanted = of.bare(message_id)
        return [uid for uid in maybe if uid in found and of.bare(_message_id(found[uid])) == wanted]

    # Acting

    def append(
        self, folder: str, raw: bytes, *, flags: Iterable[str] = (), at: datetime | None = None
    ) -> int | None:
        """File a message; its UID where the server or a look by Message-ID tells.

        After Unreachable the message may have landed: look by `find` before appending it again.
        """
        of.speakable(folder)
        with self._forgetting():
            uid = self._line.append(folder, raw, of.keywords(flags), at)
        if uid is None:
            uid = max(self.find(folder, of.message_id(raw)), default=None)
        return uid

    def move(self, folder: str, uid: int, target: str) -> None:
        r"""Move one message, so that it is in one of the two folders at every moment, and never twice.

        Where the same bytes already lie in `target` (another client, or an interrupted move of ours) only
        the source goes: expunged where the server has no MOVE, else left flagged `\Deleted`.
        Raises MailboxRefused where the message is gone, or no copy of it came to be.
        """
        of.speakable(target)
        if of.same_folder(folder, target):
            return
        message_id = self._message_id(folder, uid)
        twin = self._twin(folder, uid, self.find(target, message_id), target)
        self._return_to(folder, write=True)
        if not twin and self._line.has("MOVE"):
            with self._forgetting():
                self._line.move(uid, target)
            return
        if not twin:
            self._copy(folder, uid, target, message_id)
        if self._line.has("MOVE"):
            self.flag(folder, uid, DELETED)
        else:
            self.expunge(folder, uid)

    def flag(self, folder: str, uid: int, *flags: str) -> None:
        """Add flags or keywords."""
        added = of.keywords(flags)
        self._return_to(folder, write=True)
        self._line.store(uid, added)

    def unflag(self, folder: str, uid: int, *flags: str) -> None:
        """Remove flags or keywords."""
        removed = of.keywords(flags)
        self._return_to(folder, write=True)
        self._line.unstore(uid, removed)

    def expunge(self, folder: str, uid: int) -> None:
        r"""Remove one message of our own by UID EXPUNGE; left flagged `\Deleted` where that is missing."""
        self._return_to(folder, write=True)
        self._line.expunge(uid)

    # Listening

    def wait(self, folder: str, seconds: float, wake: Waker) -> None:
        """The doorbell: return when something comes to or goes from `folder`, on `wake`, or after `seconds`.

        It may ring for nothing, and rings late where the server has no IDLE: look in any case.
        """
        if self._rang_meanwhile(folder):
            return
        if not self._line.has("IDLE"):
            wake.wait(seconds)
            return
        cycles = math.ceil(seconds / IDLE_CYCLE)
        for _ in range(cycles):
            # What came between two cycles is told by NOOP: some servers do not repeat it in IDLE.
            if wake.is_set() or self._line.noop() or self._line.idle(seconds / cycles, wake):
                return

    # Within

    def _found_or_created(self, role: Role) -> str:
        folders, spaces = self._listed()
        return self._found(role, folders, spaces) or self._create(role, spaces)

    def _listed(self) -> tuple[list[Listed], list[Namespace]]:
        """All folders, and where ours may be made."""
        folders = self._line.folders()
        delimiter = next((folder.delimiter for folder in folders if folder.delimiter), "/")
        told = self._line.namespace()
        guessed = [Namespace(prefix=p, delimiter=delimiter) for p in ("", f"INBOX{delimiter}")]
        return folders, [told] if told else guessed

    def _found(self, role: Role, folders: Sequence[Listed], spaces: Sequence[Namespace]) -> str | None:
        return next((name for space in spaces if (name := find(role, folders, space))), None)

    def _create(self, role: Role, spaces: Sequence[Namespace]) -> str:
        """In the first place where the server allows it."""
        for space in spaces[:-1]:
            with suppress(MailboxRefused):
                return self._create_in(space, role)
        return self._create_in(spaces[-1], role)

    def _create_in(self, space: Namespace, role: Role) -> str:
        name = space.name(role)
        try:
            self._line.create(name)
        except MailboxRefused:
            # RFC 3501 wants missing parents made by the server; not all do.
            for parent in space.parents(name):
                with suppress(MailboxRefused):
                    self._line.create(parent)
            self._line.create(name)
        with suppress(MailboxRefused):
            self._line.subscribe(name)
        return name

    def _enter(self, folder: str, *, read_only: bool) -> Place:
        of.speakable(folder)
        self._selected = ""  # a refused SELECT leaves none selected
        with self._forgetting():
            place = self._line.select(folder, read_only=read_only)
        self._selected = folder
        self._places[folder] = place
        return place

    def _look_into(self, folder: str) -> None:
        """Make a search see the newest: some servers tell a selected folder's news only when asked."""
        if self._selected == folder:
            self._line.noop()
        else:
            known = self._places.get(folder)
            self._enter(folder, read_only=bool(known and known.read_only))

    def _return_to(self, folder: str, *, write: bool = False) -> None:
        """Be in `folder` as the caller knows it: the UIDs in their hand mean nothing in another one."""
        known = self._places.get(folder)
        if self._selected == folder and not (write and known and known.read_only):
            return
        place = self._enter(folder, read_only=bool(known and known.read_only and not write))
        if known and place.uidvalidity != known.uidvalidity:
            raise MailboxRefused(f"{folder}: the folder was made anew meanwhile; look again")

    def _rang_meanwhile(self, folder: str) -> bool:
        """Be in `folder`; whether something came to it since we last selected it."""
        if self._selected == folder:
            return False
        known = self._places.get(folder)
        place = self._enter(folder, read_only=bool(known and known.read_only))
        return known is not None and (place.uidvalidity, place.uidnext) != (known.uidvalidity, known.uidnext)

    @contextmanager
    def _forgetting(self) -> Iterator[None]:
        """A refusal may mean that a folder is gone: let `folder` look for it again."""
        try:
            yield
        except MailboxRefused:
            self._names.clear()
            raise

    def _fetch(self, folder: str, uids: Sequence[int], *items: str) -> dict[int, Fetched]:
        self._return_to(folder)
        return self._line.fetch(uids, *items)

    def _message_id(self, folder: str, uid: int) -> str:
        letter = next(self.headers(folder, [uid]), None)
        if letter is None:
            raise MailboxRefused(f"{folder}: message {uid} is gone")
        return of.message_id(letter.raw)

    def _twin(self, folder: str, uid: int, candidates: Sequence[int], target: str) -> bool:
        """Whether one of the candidates in `target` is the same message, byte by byte."""
        if not candidates:
            return False
        ours = next(self.letters(folder, [uid]), None)
        return ours is not None and any(
            same_bytes(ours.raw, other.raw) for other in self.letters(target, candidates)
        )

    def _copy(self, folder: str, uid: int, target: str, message_id: str) -> None:
        """Copy, and see the copy before anybody touches the source."""
        before = self.select(target).uidnext
        self._return_to(folder, write=True)
        with self._forgetting():
            confirmed = self._line.copy(uid, target)
        if confirmed:
            return
        copies = self.find(target, message_id) if message_id else self.uids(target, above=before - 1)
        if not self._twin(folder, uid, copies, target):
            raise MailboxRefused(f"{target}: the copy of message {uid} did not arrive; it stays in {folder}")


def _message_id(found: Fetched) -> str:
    return of.message_id(found.body or b"")
