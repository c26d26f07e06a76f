"""The states of a held reply and the only moves between them.

A held reply is a row in an outbox: what came in by the gate, the hand-off folder or Drafts. The daemon's own
mail (an acknowledgement, the day's summary) is one too, due at once: so there is one sender path.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from triage.errors import NotAllowed


class Door(StrEnum):
    """Where a reply came in."""

    GATE = "gate"
    HAND_OFF = "hand_off"
    DRAFTS = "drafts"
    ACKNOWLEDGEMENT = "acknowledgement"
    SUMMARY = "summary"


class State(StrEnum):
    """Where a held reply stands; see the picture in `docs/how-it-works.md`."""

    HELD = "HELD"
    """Waits for its time, or for the next try."""
    ASKED = "ASKED"
    """May not go by itself: the rep looks first."""
    RELEASING = "RELEASING"
    """Claimed by the sender."""
    SENT = "SENT"
    FAILED = "FAILED"
    """Refused for good by the upstream."""
    UNKNOWN = "UNKNOWN"
    """The line dropped after DATA: never sent again by itself."""
    WITHDRAWN = "WITHDRAWN"
    """Left without being sent: taken back, handed back, discarded or superseded."""


class Event(StrEnum):
    """What can happen to a held reply."""

    CLAIM = "claim"
    ACCEPTED = "accepted"
    TRY_AGAIN = "try again"
    REFUSED = "refused"
    LOST = "lost"
    ASK = "ask"
    RELEASE = "release"
    WITHDRAW = "withdraw"
    ARRIVED = "arrived"
    NOT_ARRIVED = "not arrived"


MOVES: dict[tuple[State, Event], State] = {
    (State.HELD, Event.CLAIM): State.RELEASING,
    (State.HELD, Event.ASK): State.ASKED,
    (State.HELD, Event.RELEASE): State.HELD,
    (State.HELD, Event.WITHDRAW): State.WITHDRAWN,
    (State.ASKED, Event.ASK): State.ASKED,
    (State.ASKED, Event.RELEASE): State.HELD,
    (State.ASKED, Event.WITHDRAW): State.WITHDRAWN,
    (State.RELEASING, Event.ACCEPTED): State.SENT,
    (State.RELEASING, Event.TRY_AGAIN): State.HELD,
    (State.RELEASING, Event.REFUSED): State.FAILED,
    (State.RELEASING, Event.LOST): State.UNKNOWN,
    (State.FAILED, Event.RELEASE): State.HELD,
    (State.FAILED, Event.WITHDRAW): State.WITHDRAWN,
    (State.UNKNOWN, Event.ARRIVED): State.SENT,
    (State.UNKNOWN, Event.NOT_ARRIVED): State.HELD,
}
"""Every move there is. What is not here is refused."""

OPEN = frozenset({State.HELD, State.ASKED, State.RELEASING, State.FAILED, State.UNKNOWN})
WAITING = frozenset({State.HELD, State.ASKED})


def move(state: State, event: Event) -> State:
    """The state after `event`, or NotAllowed."""
    try:
        return MOVES[state, event]
    except KeyError:
        raise NotAllowed(REFUSALS[state]) from None


REFUSALS = {
    State.HELD: "It is held and waits for its time.",
    State.ASKED: "It waits for you.",
    State.RELEASING: "It is being sent at this moment.",
    State.SENT: "It was already sent.",
    State.FAILED: "It was refused by the server; release it to try again, or withdraw it.",
    State.UNKNOWN: "It may have been sent; look in Sent, then `triage settle` it.",
    State.WITHDRAWN: "It was already taken back.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What RFC 5321 says of a mail: who sends, who receives, and the ESMTP parameters of MAIL."""

    mail_from: str
    rcpt_tos: tuple[str, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldReply:
    """One row of the outbox. The bytes themselves stay in the store; `sha256` is theirs."""

    id: str = ""
    """Given by the store: "r12"."""
    account: str
    team: str
    door: Door
    state: State = State.HELD
    cooldown: str = ""
    """The id of the cool-down that holds it; empty where nothing does."""
    envelope: Envelope
    message_ids: tuple[str, ...] = ()
    """Its Message-ID first, then those of the same reply sent again."""
    references: tuple[str, ...] = ()
    subject: str = ""
    sha256: str
    content_key: str
    """The same for the same sender, recipients, subject and body, whatever the Message-ID."""
    blanks: tuple[str, ...] = ()
    """Blanks of a suggestion that were left in it."""
    submitted_at: datetime
    due_at: datetime
    next_attempt_at: datetime
    tries: int = 0
    claimed_at: datetime | None = None
    handed_over_at: datetime | None = None
    sent_uidnext: int = 0
    """UIDNEXT of Sent at the claim: only a copy at or above it speaks for arrival."""
    finished_at: datetime | None = None
    reasons: tuple[str, ...] = ()
    """Why it is held."""
    asked_because: str = ""
    released_at: datetime | None = None
    release_reason: str = ""
    because: str = ""
    """Why it ended: handed back, withdrawn, superseded, discarded ..."""
    last_answer: str = ""
    """The upstream's last answer."""
    copy: "Copy" = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The part of a team's rules that decides what a due reply does."""

    after: str = "ask_if_pointed"
    late: timedelta = timedelta(minutes=60)


class Due(StrEnum):
    """What the tick does with a reply."""

    WAIT = "wait"
    SEND = "send"
    ASK = "ask"
    HAND_BACK = "hand back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A decision about one reply, with the reason where it is not simply waiting or sent."""

    due: Due
    reason: str = ""


def when_due(reply: HeldReply, policy: Policy, now: datetime, *, burst: bool = False) -> Verdict:
    """What to do with a reply at `now`."""
    raise NotImplementedError


def is_burst(recent: int, due: int, limit: int) -> bool:
    """True where more would go out in one minute than a person writes (LESSONS: 800 mails re-sent)."""
    return recent + due > limit


def retry_at(tries: int, now: datetime) -> datetime:
    """When to try again after `tries` attempts: half a minute, doubling, a quarter of an hour at most."""
    return now + min(timedelta(seconds=30) * 2 ** min(tries, 10), timedelta(minutes=15))
