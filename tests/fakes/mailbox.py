r"""A small honest mailbox in memory. It passes the same contract suite as the real one.

    server = FakeServer(clock)
    box = server.connect()                     # what the desk is given: a FakeMailbox
    server.deliver("INBOX", raw)               # what another client, or the world, does
    server.refuse("append")                    # the next APPEND is answered NO
    server.cut(before="move")                  # the line drops before the next MOVE; `after=` it, when done

Time is the clock's: INTERNALDATE is its `now()`. `box.asked` counts what was called, by name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from threading import Event, RLock
from typing import Literal, Protocol, TypeAlias

from triage.errors import MailboxRefused, Unreachable
from triage.folders import Role, same_bytes
from triage.mail.mailbox import Letter, Place
from triage.mail.mailbox import letters as of
from triage.mail.mailbox.folders import Listed, Namespace, find
from triage.mail.mailbox.letters import DELETED

Verb: TypeAlias = Literal["select", "search", "fetch", "append", "move", "flag", "expunge", "create"]


class Clock(Protocol):
    """Whatever tells the time in a test."""

    def now(self) -> datetime: ...


@dataclass(slots=True)
class _Folder:
    uidvalidity: int
    uidnext: int = 1
    changes: int = 0
    letters: dict[int, Letter] = field(default_factory=dict)

    def add(self, raw: bytes, flags: Iterable[str], at: datetime) -> int:
        uid, self.uidnext = self.uidnext, self.uidnext + 1
        # IMAP keeps whole seconds.
        stored = Letter(
            uid=uid,
            flags=frozenset(flags),
            internal_date=at.astimezone(UTC).replace(microsecond=0),
            size=len(raw),
            raw=raw,
        )
        self.letters[uid] = stored
        self.changes += 1
        return uid


class FakeServer:
    """The mailbox of one account, which several clients share. Its own methods are another client's hand."""

    def __init__(self, clock: Clock, *, folders: Iterable[str] = (), keywords: bool = True) -> None:
        self.clock = clock
        self.keywords = keywords
        self.subscribed: set[str] = set()
        self.lock = RLock()
        self._epochs = count(1)
        self._folders: dict[str, _Folder] = {}
        self._refusals: dict[Verb, str] = {}
        self._cuts: dict[tuple[str, Verb], None] = {}
        self._boxes: list[FakeMailbox] = []
        for name in ("INBOX", *folders):
            self.create(name)

    def connect(self) -> "FakeMailbox":
        """A new connection."""
        box = FakeMailbox(self)
        self._boxes.append(box)
        return box

    # Another client's hand

    def folders(self) -> list[str]:
        """The names of all folders."""
        return list(self._folders)

    def create(self, folder: str) -> None:
        """Make an empty folder; its UIDVALIDITY is a new one."""
        with self.lock:
            if folder in self._folders:
                raise MailboxRefused(f"{folder}: exists already")
            self._folders[folder] = _Folder(next(self._epochs))

    def delete(self, folder: str) -> None:
        """Remove a folder and what lies in it."""
        with self.lock:
            del self._folders[folder]

    def deliver(
        self, folder: str, raw: bytes, *, flags: Iterable[str] = (), at: datetime | None = None
    ) -> int:
        """Put a message there; its UID."""
        with self.lock:
            return self._folder(folder).add(raw, flags, at or self.clock.now())

    def move(self, folder: str, uid: int, target: str) -> int:
        """Move a message by another client; its UID in the target."""
        with self.lock:
            moved = self._folder(folder).letters[uid]
            new = self.deliver(target, moved.raw, flags=moved.flags, at=moved.internal_date)
            self.expunge(folder, uid)
            return new

    def flag(self, folder: str, uid: int, *flags: str) -> None:
        """Add flags; without `keywords` the server drops all but its own, in silence."""
        with self.lock:
            letters = self._folder(folder).letters
            if uid in letters:
                kept = {flag for flag in flags if self.keywords or flag.startswith("\\")}
                letters[uid] = replace(letters[uid], flags=letters[uid].flags | kept)

    def unflag(self, folder: str, uid: int, *flags: str) -> None:
        """Remove flags."""
        with self.lock:
            letters = self._folder(folder).letters
            if uid in letters:
                letters[uid] = replace(letters[uid], flags=letters[uid].flags - set(flags))

    def expunge(self, folder: str, uid: int) -> None:
        """Remove a message for good."""
        with self.lock:
            found = self._folder(folder)
            found.changes += 1
            found.letters.pop(uid, None)

    def inside(self, folder: str) -> list[Letter]:
        r"""What lies in a folder, by UID, the `\Deleted` included."""
        with self.lock:
            return list(self._folder(folder).letters.values())

    # Trouble to order

    def refuse(self, verb: Verb, text: str = "not today") -> None:
        """Say NO to the next command of this kind."""
        self._refusals[verb] = text

    def cut(self, *, before: Verb | None = None, after: Verb | None = None) -> None:
        """Drop every line: at once, or around the next command of a kind."""
        if before:
            self._cuts["before", before] = None
        if after:
            self._cuts["after", after] = None
        if not before and not after:
            for box in self._boxes:
                box.gone = True

    def heal(self) -> None:
        """All is well again: what was ordered and has not happened yet will not."""
        self._refusals.clear()
        self._cuts.clear()

    @contextmanager
    def answering(self, verb: Verb) -> Iterator[None]:
        """One command, with the trouble that was ordered."""
        with self.lock:
            self._maybe_cut("before", verb)
            if verb in self._refusals:
                raise MailboxRefused(f"{verb}: {self._refusals.pop(verb)}")
            yield
            self._maybe_cut("after", verb)

    def place(self, folder: str, *, read_only: bool) -> Place:
        """What SELECT says."""
        found = self._folder(folder)
        return Place(
            uidvalidity=found.uidvalidity, uidnext=found.uidnext, keywords=self.keywords, read_only=read_only
        )

    def news(self, folder: str) -> tuple[int, int]:
        """Another value after each coming and going."""
        found = self._folder(folder)
        return found.uidvalidity, found.changes

    def _folder(self, name: str) -> _Folder:
        try:
            return self._folders[name]
        except KeyError:
            raise MailboxRefused(f"{name}: no such folder") from None

    def _maybe_cut(self, when: str, verb: Verb) -> None:
        if (when, verb) in self._cuts:
            del self._cuts[when, verb]
            self.cut()
            raise Unreachable("the line dropped")


class FakeMailbox:
    """One connection to a FakeServer; made by `FakeServer.connect`."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self.gone = False
        self.asked: Counter[str] = Counter()
        self._selected = ""
        self._places: dict[str, Place] = {}
        self._heard: dict[str, tuple[int, int]] = {}

    def close(self) -> None:
        """Log out."""
        self.gone = True

    def folder(self, role: Role) -> str:
        """By well-known name; created and subscribed where missing."""
        return self.existing(role) or self._create(Namespace().name(role))

    def existing(self, role: Role) -> str | None:
        """By well-known name; nothing is created."""
        self._ask("folder")
        if role == "inbox":
            return "INBOX"
        listed = [Listed(name=n, delimiter="/", attributes=frozenset()) for n in self._server.folders()]
        return find(role, listed, Namespace())

    def select(self, folder: str) -> Place:
        """Select anew, read-write."""
        self._ask("select")
        return self._enter(folder, read_only=False)

    def examine(self, folder: str) -> Place:
        """Select anew, read-only."""
        self._ask("examine")
        return self._enter(folder, read_only=True)

    def uids(self, folder: str, *, above: int = 0, since: datetime | None = None) -> list[int]:
        r"""By UID, without the `\Deleted`; `since` generous by a day, as on the wire."""
        self._ask("uids")
        self._look_into(folder)
        first = (since - timedelta(days=1)).date() if since else date.min
        with self._server.answering("search"):
            return [
                letter.uid
                for letter in self._shown(folder)
                if letter.uid > above and letter.internal_date.date() >= first
            ]

    def headers(self, folder: str, uids: Sequence[int]) -> Iterator[Letter]:
        """The header blocks of those that still exist."""
        for letter in self._fetch("headers", folder, uids):
            yield replace(letter, raw=of.header_block(letter.raw))

    def letters(self, folder: str, uids: Sequence[int]) -> Iterator[Letter]:
        """Those that still exist, whole."""
        yield from self._fetch("letters", folder, uids)

    def excerpts(self, folder: str, uids: Sequence[int]) -> Iterator[Letter]:
        """Whole as well: whatever is read of an excerpt is read of the whole."""
        yield from self._fetch("letters", folder, uids)

    def find(self, folder: str, message_id: str) -> list[int]:
        """UIDs of the messages with exactly this Message-ID."""
        self._ask("find")
        of.speakable(message_id)
        self._look_into(folder)
        wanted = of.bare(message_id)
        with self._server.answering("search"):
            shown = self._shown(folder)
        return [letter.uid for letter in shown if wanted and of.bare(of.message_id(letter.raw)) == wanted]

    def append(
        self, folder: str, raw: bytes, *, flags: Iterable[str] = (), at: datetime | None = None
    ) -> int | None:
        """File a message; its UID."""
        self._ask("append")
        of.speakable(folder)
        chosen = of.keywords(flags)
        with self._server.answering("append"):
            return self._server.deliver(folder, raw, flags=chosen, at=at)

    def move(self, folder: str, uid: int, target: str) -> None:
        r"""Move one; where the same bytes lie in the target already, only flag the source `\Deleted`."""
        self._ask("move")
        of.speakable(target)
        if of.same_folder(folder, target):
            return
        self._return_to(folder)
        with self._server.answering("move"):
            ours = next((letter for letter in self._shown(folder) if letter.uid == uid), None)
            if ours is None:
                raise MailboxRefused(f"{folder}: message {uid} is gone")
            twins = [other for other in self._shown(target) if same_bytes(other.raw, ours.raw)]
            if of.message_id(ours.raw) and twins:
                self._server.flag(folder, uid, DELETED)
            else:
                self._server.move(folder, uid, target)

    def flag(self, folder: str, uid: int, *flags: str) -> None:
        """Add flags or keywords."""
        self._ask("flag")
        added = of.keywords(flags)
        self._return_to(folder)
        with self._server.answering("flag"):
            self._server.flag(folder, uid, *added)

    def unflag(self, folder: str, uid: int, *flags: str) -> None:
        """Remove flags or keywords."""
        self._ask("flag")
        removed = of.keywords(flags)
        self._return_to(folder)
        with self._server.answering("flag"):
            self._server.unflag(folder, uid, *removed)

    def expunge(self, folder: str, uid: int) -> None:
        """Remove one message."""
        self._ask("expunge")
        self._return_to(folder)
        with self._server.answering("expunge"):
            self._server.expunge(folder, uid)

    def wait(self, folder: str, seconds: float, wake: Event) -> None:
        """Until something changed since the last look, or `wake`, or the (real) seconds are over."""
        heard = self._heard.get(folder)
        self._return_to(folder)
        heard = heard or self._server.news(folder)
        for _ in range(max(1, round(seconds / 0.02))):
            if self._server.news(folder) != heard or wake.wait(0.02):
                break
            if self.gone:
                raise Unreachable("the connection is gone")
        self._heard[folder] = self._server.news(folder)

    def _ask(self, verb: str) -> None:
        self.asked[verb] += 1
        if self.gone:
            raise Unreachable("the connection is gone")

    def _create(self, name: str) -> str:
        with self._server.answering("create"):
            self._server.create(name)
            self._server.subscribed.add(name)
        return name

    def _enter(self, folder: str, *, read_only: bool) -> Place:
        of.speakable(folder)
        with self._server.answering("select"):
            place = self._server.place(folder, read_only=read_only)
        self._selected, self._places[folder] = folder, place
        self._heard[folder] = self._server.news(folder)
        return place

    def _look_into(self, folder: str) -> None:
        if self._selected != folder or folder not in self._server.folders():
            self._enter(folder, read_only=False)
        self._heard[folder] = self._server.news(folder)

    def _return_to(self, folder: str) -> None:
        """UIDs mean nothing in a folder that was made anew."""
        if self._selected == folder:
            return
        known = self._places.get(folder)
        place = self._enter(folder, read_only=False)
        if known and place.uidvalidity != known.uidvalidity:
            raise MailboxRefused(f"{folder}: the folder was made anew meanwhile; look again")

    def _shown(self, folder: str) -> list[Letter]:
        return [letter for letter in self._server.inside(folder) if DELETED not in letter.flags]

    def _fetch(self, verb: str, folder: str, uids: Sequence[int]) -> Iterator[Letter]:
        for uid in uids:
            self._ask(verb)
            self._return_to(folder)
            with self._server.answering("fetch"):
                found = next((letter for letter in self._shown(folder) if letter.uid == uid), None)
            if found:
                yield found
