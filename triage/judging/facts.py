"""What is remembered of a message: facts and findings, never a body. All times are UTC."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from triage.judging.customers import Customer
from triage.reading.heat import Finding, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFacts:
    """A message that came in, and how it was judged."""

    id: str = ""
    """Given by the store: "m34"."""
    account: str
    team: str
    message_id: str
    folder: str
    uidvalidity: int
    uid: int
    customer: Customer
    subject: str
    subject_key: str
    thread: str
    references: tuple[str, ...] = ()
    internal_date: datetime
    seen_at: datetime
    score: float
    level: Level
    findings: tuple[Finding, ...] = ()
    main_issue: str = ""
    kind: str = ""
    issue_facts: tuple[str, ...] = ()
    wants: str = ""
    wants_by: str = ""
    asked: str = ""
    """What they ask for, until when and how often they have, in their own words."""
    language: str = ""
    problems: tuple[str, ...] = ()
    ignored_because: str = ""
    heated_at: float
    """The threshold that held when it was judged."""
    decision: str = ""
    """What the judgement was, in words."""
    cooldown: str = ""
    departed: str = ""
    """The address of a contact who is no longer there, by what this message says."""

    @property
    def words(self) -> tuple[str, ...]:
        """The customer's own words that spoke for heat."""
        return tuple(dict.fromkeys(f.words for f in self.findings if f.weight > 0))


Way = Literal["passed", "not judged", "bypass", "after the time", "held elsewhere", "acknowledged", "other"]
"""How a mail went out: through the gate; through the gate unjudged, IMAP being silent; on another way during
a cool-down; on any way after its time; by another machine on this mailbox, which held it or acknowledged with
it; with no cool-down at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingFacts:
    """A mail that went out on another way than the outbox."""

    id: str = ""
    """Given by the store: "o7"."""
    account: str
    team: str
    message_id: str
    content_key: str = ""
    """What one without a Message-ID is known by."""
    thread: str
    answers: str = ""
    """The Message-ID that it answers."""
    recipients: tuple[str, ...]
    at: datetime
    way: Way
    cooldown: str = ""
    noted: bool = True
    """What it promises was taken down since it passed; that is done when its client has the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardTraffic:
    """How much a customer wrote; `of_late` is among it."""

    customer: str
    """By the label."""
    mails: int
    of_late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTraffic:
    """How much was written to exactly these recipients; `of_late` is among it."""

    people: str
    """They, as the store names them."""
    recipients: tuple[str, ...]
    mails: int
    of_late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardOf:
    """Who wrote, and how it read."""

    customer: str
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """How far a folder was read: everything up to `uid` under this UIDVALIDITY is known."""

    account: str
    folder: str
    uidvalidity: int
    uid: int
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One condition that the rep is told of once, until it is over; an event is over by itself in a day."""

    id: str = ""
    """Given by the store: "n3"."""
    account: str
    key: str
    """The same condition has the same key."""
    text: str
    """Stands in the log, too: it names ids, and no address, subject or word of a mail."""
    about: str = ""
    """The id of what it is about; the mail says more of it."""
    told_at: datetime
    mail: bool = False
    """Whether a short mail in INBOX tells it too."""
    mailed: bool = False
    over_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intention:
    """What a command wants; only the daemon acts, within one tick."""

    id: str = ""
    """Given by the store: "i9"."""
    verb: str
    subject: str = ""
    """The id that it is about."""
    argument: str = ""
    made_at: datetime
    done_at: datetime | None = None
    exit_code: int = 0
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRun:
    """One summary of a team; a scheduled one is claimed once a day."""

    id: str = ""
    """Given by the store: "s2"."""
    team: str
    day: str
    """The local date that it is due on, ISO 8601."""
    since: datetime
    until: datetime
    scheduled: bool
