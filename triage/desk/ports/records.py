"""What the desk needs of its memory: the verbs of one transaction, by what they are about."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from triage.desk.ports.outbox import Outbox
from triage.desk.ports.relations import Relations
from triage.judging.cooldown import Cooldown
from triage.judging.corrections import Correction
from triage.judging.facts import (
    Bookmark,
    Intention,
    MessageFacts,
    Notice,
    OutgoingFacts,
    SummaryRun,
)
from triage.judging.promises import GivenPromise
from triage.judging.tones import Tone


class Facts(Protocol):
    """What was seen in the mailboxes, and what it means."""

    def bookmark(self, account: str, folder: str) -> Bookmark | None:
        """How far that folder was read."""
        ...

    def bookmarks(self) -> list[Bookmark]:
        """Every folder's bookmark."""
        ...

    def set_bookmark(self, bookmark: Bookmark) -> None:
        """Remember how far a folder was read."""
        ...

    def thread_of(self, team: str, message_ids: Sequence[str]) -> str:
        """The thread of the newest of these ids (oldest first) that is known; empty where none is."""
        ...

    def link(self, team: str, message_ids: Iterable[str], thread: str) -> None:
        """Let these ids belong to a thread; an id that belongs to one already stays there."""
        ...

    def add_message(self, facts: MessageFacts) -> MessageFacts:
        """Remember a message; its id comes back with it."""
        ...

    def save_message(self, facts: MessageFacts) -> None:
        """Change what is remembered of a message."""
        ...

    def message(self, id_: str) -> MessageFacts:
        """A message by its id."""
        ...

    def knows(self, account: str, message_id: str) -> bool:
        """Whether a message of that account with this Message-ID was seen, or sent by whatever way."""
        ...

    def messages_called(self, message_id: str, *, account: str = "") -> list[MessageFacts]:
        """All messages with this Message-ID, of one account or of all."""
        ...

    def messages_between(self, team: str, since: datetime, until: datetime) -> list[MessageFacts]:
        """The team's messages first seen in that time."""
        ...

    def messages_of(self, cooldown: str) -> list[MessageFacts]:
        """The messages that opened or joined a cool-down."""
        ...

    def messages_since(self, since: datetime) -> list[MessageFacts]:
        """Every message first seen since then."""
        ...

    def add_cooldown(self, cooldown: Cooldown) -> Cooldown:
        """Open a cool-down; its id comes back with it."""
        ...

    def save_cooldown(self, cooldown: Cooldown) -> None:
        """Change a cool-down."""
        ...

    def start_clock(self, cooldown: Cooldown) -> None:
        """Let the clock of this one run from where it says, unless it runs already."""
        ...

    def cooldown(self, id_: str) -> Cooldown:
        """A cool-down by its id."""
        ...

    def open_cooldowns(self, team: str = "") -> list[Cooldown]:
        """The open cool-downs, of one team or of all."""
        ...

    def open_cooldowns_about(self, team: str, thread: str, subject_key: str) -> list[Cooldown]:
        """Those of that thread, or of that subject where it is not known; and those of a whole customer."""
        ...

    def next_expiry(self) -> datetime | None:
        """When the first of the open cool-downs expires."""
        ...

    def cooldowns_of(self, team: str, thread: str) -> list[Cooldown]:
        """The cool-downs of a thread, open or closed."""
        ...

    def cooldowns_between(self, team: str, since: datetime, until: datetime) -> list[Cooldown]:
        """The team's cool-downs opened in that time."""
        ...

    def cooldowns_closed_because(self, account: str, because: str) -> list[Cooldown]:
        """Closed cool-downs of an account whose message still bears the keyword."""
        ...

    def unfinished_suggestions(self, account: str) -> list[Cooldown]:
        """Cool-downs whose suggestion is still to be put into Drafts, or to be taken away again."""
        ...

    def add_outgoing(self, facts: OutgoingFacts) -> OutgoingFacts:
        """Remember a mail that did not go through the outbox."""
        ...

    def take_down(self, facts: OutgoingFacts) -> bool:
        """What that mail promises is noted in this transaction; False where it was before."""
        ...

    def outgoing_of(
        self, account: str, message_id: str = "", *, content_key: str = ""
    ) -> list[OutgoingFacts]:
        """Such mails of an account; one without a Message-ID is known by its content."""
        ...

    def outgoing_called(self, message_id: str) -> list[OutgoingFacts]:
        """The mails with this Message-ID that did not go through the outbox."""
        ...

    def is_answered(self, team: str, message_id: str) -> bool:
        """Whether a mail that answers this message is known."""
        ...

    def outgoing_between(self, team: str, since: datetime, until: datetime) -> list[OutgoingFacts]:
        """The team's mails that went out on another way in that time."""
        ...

    def correct(
        self, team: str, customer: str, words: Iterable[str], now: datetime, *, heated: bool = False
    ) -> None:
        """These words do, or do not, speak for heat where this customer writes them: the last word counts."""
        ...

    def corrections(self, team: str, customer: str = "") -> list[Correction]:
        """What was corrected, for this customer or for all of a team."""
        ...


class Promises(Protocol):
    """What was promised to customers, and whether it was kept."""

    def add_promise(self, promise: GivenPromise) -> GivenPromise:
        """Remember a promise; its id comes back with it."""
        ...

    def save_promise(self, promise: GivenPromise) -> None:
        """Change what is remembered of a promise."""
        ...

    def drop_promise(self, promise: GivenPromise) -> None:
        """Forget it: it was none."""
        ...

    def promise(self, id_: str) -> GivenPromise:
        """A promise by its id."""
        ...

    def open_promises(self, team: str = "", *, thread: str = "") -> list[GivenPromise]:
        """What is not kept yet, broken or not: of one team or of all, of one thread where it is named."""
        ...

    def promises_since(self, since: datetime) -> list[GivenPromise]:
        """Every promise that was made since then."""
        ...

    def next_reminder(self) -> datetime | None:
        """When the rep is to be reminded next."""
        ...

    def reminders_due(self, now: datetime) -> list[GivenPromise]:
        """The promises that the rep is to be reminded of."""
        ...


class Tones(Protocol):
    """How mail read when it was held, and when it left."""

    def add_tone(self, tone: Tone) -> Tone:
        """Remember how a mail reads; its id comes back with it."""
        ...

    def tones_between(self, team: str, since: datetime, until: datetime) -> list[Tone]:
        """How a team's mail of that time reads, oldest first."""
        ...


class Notices(Protocol):
    """What is told, what is asked for, and what was noted."""

    def tell(self, notice: Notice) -> bool:
        """Remember a notice; False where the same condition is being told already."""
        ...

    def over(self, account: str, key_: str, now: datetime) -> bool:
        """A condition is over; whether it was being told."""
        ...

    def notices(self, now: datetime, *, unmailed_of: str = "") -> list[Notice]:
        """What is told at present; or what still wants its mail on one account, however long it took."""
        ...

    def mailed(self, notice: Notice) -> None:
        """A notice's mail lies in INBOX."""
        ...

    def intend(self, intention: Intention) -> Intention:
        """Ask the daemon to act; the id comes back with it."""
        ...

    def intention(self, id_: str) -> Intention:
        """An intention by its id."""
        ...

    def open_intentions(self) -> list[Intention]:
        """What the daemon still has to do."""
        ...

    def settle_intention(self, intention: Intention) -> None:
        """What became of it."""
        ...

    def claim_summary(self, run: SummaryRun) -> SummaryRun | None:
        """Claim a team's scheduled summary of a day; None where it was claimed before."""
        ...

    def last_summary(self, team: str, *, scheduled: bool = True) -> SummaryRun | None:
        """The newest summary of a team."""
        ...

    def summary_of(self, team: str, day: str) -> SummaryRun | None:
        """The newest summary of that day, scheduled or asked for."""
        ...

    def note(self, name: str) -> Any:
        """A small fact by its name; None where there is none."""
        ...

    def set_note(self, name: str, value: Any) -> None:
        """Remember a small fact."""
        ...


class Pruning(Protocol):
    """What is past its time: found by a look, forgotten in slices. Rows are named by their numbers."""

    def bytes_to_wipe(self, before: datetime, *, most: int) -> list[int]:
        """Replies that were sent or withdrawn before then, and still have their bytes."""
        ...

    def wipe_bytes(self, replies: Sequence[int]) -> None:
        """Wipe the bytes of these."""
        ...

    def outdated(self, kind: type, before: datetime, *, most: int) -> list[int]:
        """Records of that kind that are older, and that nothing needs."""
        ...

    def forget(self, kind: type, numbers: Sequence[int], before: datetime) -> None:
        """Forget these, but for what is needed again since they were found."""
        ...

    def unused_links(self) -> list[int]:
        """The links of threads that nothing remembered belongs to."""
        ...

    def newest_link(self) -> int:
        """The link that was made last."""
        ...

    def unlink(self, links: Sequence[int], newest: int) -> None:
        """Forget these, but for those of a thread that has got a link since the `newest` of then."""
        ...


class Records(Facts, Outbox, Relations, Promises, Tones, Notices, Pruning, Protocol):
    """One transaction of the store: what is read in it stays true until it is committed, whole or not at all.

    Verbs that look something up by an id raise BadInput where there is no such thing.
    """

    def afterwards(self, act: Callable[[], None]) -> None:
        """Do this as soon as all is committed; where it is not, never: no log says what was undone."""
        ...

    def forget_address(self, address: str) -> int:
        """Delete every row that names the address, or is about one that does; how many.

        Raises NotAllowed while a reply that would be deleted is still open.
        """
        ...

    def everything(self) -> Iterator[tuple[str, object]]:
        """Every record that is kept, with the name of its kind; a reply without its bytes."""
        ...
