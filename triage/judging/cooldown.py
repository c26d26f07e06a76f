"""Open, extend or close a cool-down; pass or hold a reply. Each decision carries its reasons.

A cool-down belongs to a team, one customer and one thread. Its clock starts at the daemon's first sight of a
reply and never restarts; a cool-down can stay open past its time, and then holds nothing more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from triage.judging.customers import Customer, belongs
from triage.judging.rules import CooldownRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooldown:
    """Half an hour for one customer's anger to be read before it is answered. All times are UTC."""

    id: str = ""
    """Given by the store: "c5"."""
    account: str
    team: str
    customer: Customer
    thread: str
    subject_key: str
    scope: Literal["thread", "customer"] = "thread"
    length: timedelta
    message: str
    """The id of the latest heated message's facts: "m34"."""
    opened_by: str = ""
    """The Message-ID of its first heated message: the same on every machine that watches the mailbox."""
    opened_at: datetime
    expires_at: datetime
    started_at: datetime | None = None
    closed_at: datetime | None = None
    closed_because: str = ""
    acknowledged_at: datetime | None = None
    answer_by: datetime | None = None
    """The time that the acknowledgement named: a promise."""
    taken_back: bool = False
    """The rep took a draft back: no draft of it is folded again."""
    flagged: bool = False
    """Its message bears the keyword $Heated."""
    suggestion: str = ""
    """The text of the suggested reply."""
    suggested: Literal["no", "drafted", "gone"] = "no"
    """Whether the suggestion was put into Drafts, and whether it was taken away again."""

    @property
    def due_at(self) -> datetime | None:
        """When its time is over; None while nothing has started the clock."""
        return self.started_at + self.length if self.started_at else None

    def due_if_started(self, now: datetime) -> datetime:
        """When its time is over, where the clock starts now at the latest."""
        return (self.started_at or now) + self.length

    def is_over(self, now: datetime) -> bool:
        """Whether its time has run out."""
        return self.due_at is not None and self.due_at <= now


NOT_HEATED = "marked as not heated"
"""Why a cool-down is closed where the rep corrected the verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What the decision about a customer's message needs to know of it."""

    message: str
    message_id: str = ""
    account: str
    team: str
    customer: Customer
    thread: str
    subject_key: str
    heated: bool
    internal_date: datetime
    ignore_because: str = ""
    """Why it opens nothing although it is heated: machine-made, our own, never held, answered already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """Nothing happens."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A new cool-down; `instead_of`, whose time is over, closes and hands its held replies over."""

    cooldown: Cooldown
    instead_of: Cooldown | None = None
    reason: str = "the message is heated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend:
    """A heated message joins an open cool-down: only its expiry moves, and held replies wait for the rep."""

    cooldown: Cooldown
    reason: str = "a further heated message on an open cool-down"


@dataclass(frozen=True, slots=True, kw_only=True)
class WroteAgain:
    """A message that is not heated: nothing opens or closes, but held replies wait for the rep."""

    cooldowns: tuple[Cooldown, ...]
    reason: str = "the customer wrote again"


Decision = Ignore | Open | Extend | WroteAgain


def on_message(
    incoming: Incoming, open_: Sequence[Cooldown], rules: CooldownRules, now: datetime
) -> Decision:
    """What a message does to the team's open cool-downs."""
    if incoming.ignore_because:
        return Ignore(reason=incoming.ignore_because)
    concerned = tuple(c for c in open_ if _concerns(incoming, c))
    if not incoming.heated:
        return WroteAgain(cooldowns=concerned) if concerned else Ignore(reason="not heated")
    expires_at = now + timedelta(days=rules.expires_days)
    for cooldown in concerned:
        if not cooldown.is_over(now):
            return Extend(cooldown=replace(cooldown, expires_at=expires_at, message=incoming.message))
    return Open(
        cooldown=Cooldown(
            account=incoming.account,
            team=incoming.team,
            customer=incoming.customer,
            thread=incoming.thread,
            subject_key=incoming.subject_key,
            scope=rules.scope,
            length=timedelta(minutes=rules.minutes),
            message=incoming.message,
            opened_by=incoming.message_id,
            opened_at=now,
            expires_at=expires_at,
            started_at=min(incoming.internal_date, now) if rules.starts == "message" else None,
        ),
        instead_of=concerned[0] if concerned else None,
    )


def _concerns(incoming: Incoming, cooldown: Cooldown) -> bool:
    if not cooldown.customer.overlaps(incoming.customer):
        return False
    return cooldown.scope == "customer" or incoming.thread == cooldown.thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What the decision about a reply needs to know of it.

    `thread` is empty where none of its references is known; then customer and subject decide.
    """

    recipients: tuple[str, ...]
    thread: str
    subject_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """It goes at once. `over` are cool-downs whose time is over: they close when it has gone out."""

    reason: str
    over: tuple[Cooldown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """It waits until `until`. `started` are the matching cool-downs, their clocks running."""

    until: datetime
    cooldown: Cooldown
    started: tuple[Cooldown, ...]
    reasons: tuple[str, ...]


def on_reply(
    reply: Outgoing, open_: Iterable[Cooldown], now: datetime, *, never_hold: Sequence[str] = ()
) -> Pass | Hold:
    """Whether a reply passes or is held; with several matches the latest due time counts."""
    matching = tuple(c for c in open_ if matches(reply, c, never_hold=never_hold))
    if not matching:
        return Pass(reason="no open cool-down for its recipients")
    running = tuple(c if c.started_at else replace(c, started_at=now) for c in matching if not c.is_over(now))
    if not running:
        return Pass(reason="the cool-down's time is over", over=matching)
    latest = max(running, key=lambda c: c.due_if_started(now))
    return Hold(
        until=latest.due_if_started(now),
        cooldown=latest,
        started=running,
        reasons=tuple(f"cool-down {c.id} of {c.customer.label}" for c in running),
    )


def matches(reply: Outgoing, cooldown: Cooldown, *, never_hold: Sequence[str] = ()) -> bool:
    """Whether a reply goes to that cool-down's customer, about that thread."""
    customers = (a for a in reply.recipients if cooldown.customer.includes(a))
    if all(belongs(address, never_hold) for address in customers):
        return False
    if cooldown.scope == "customer":
        return True
    if reply.thread:
        return reply.thread == cooldown.thread
    return bool(reply.subject_key) and reply.subject_key == cooldown.subject_key
