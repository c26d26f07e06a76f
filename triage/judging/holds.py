"""The states of a held reply, the only moves between them, and what a tick does with one that is due.

A held reply is a row of the outbox: what came in by the gate, the hand-off folder or Drafts. The daemon's own
mail (an acknowledgement, the day's summary) stands in the same outbox, due at once: there is one sender path.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from triage.errors import NotAllowed

SAME_REPLY = timedelta(minutes=10)
"""The same mail submitted again within this time is the same reply (a client that got no answer)."""
KEEP_BYTES = timedelta(days=7)
"""How long the bytes of a reply that has ended are kept."""


class Door(StrEnum):
    """Where a mail of the outbox came in."""

    GATE = "gate"
    HAND_OFF = "hand_off"
    DRAFTS = "drafts"
    ACKNOWLEDGEMENT = "acknowledgement"
    SUMMARY = "summary"


REPS_DOORS = frozenset({Door.GATE, Door.HAND_OFF, Door.DRAFTS})
"""The doors through which the rep's own words come."""


class State(StrEnum):
    """Where a held reply stands."""

    HELD = "HELD"
    """Waits for its time, or for the next try."""
    ASKED = "ASKED"
    """May not go by itself: the rep looks first."""
    RELEASING = "RELEASING"
    """Claimed by the sender."""
    SENT = "SENT"
    """Taken by the upstream."""
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

REFUSALS = {
    State.HELD: "it is held and waits for its time",
    State.ASKED: "it waits for you: release or withdraw it",
    State.RELEASING: "it is being sent at this moment",
    State.SENT: "it was already sent",
    State.FAILED: "the server refused it: release it to try again, or withdraw it",
    State.UNKNOWN: "it may have been sent: look in Sent, then settle it",
    State.WITHDRAWN: "it was already taken back",
}

OPEN = frozenset({State.HELD, State.ASKED, State.RELEASING, State.FAILED, State.UNKNOWN})
"""What a person still has to see."""
WAITING = frozenset({State.HELD, State.ASKED})
"""What has not been touched by the sender."""
SAME_REPLY_STATES = frozenset({State.HELD, State.ASKED, State.RELEASING, State.UNKNOWN, State.SENT})


def move(state: State, event: Event) -> State:
    """The state after `event`; NotAllowed where there is no such move."""
    try:
        return MOVES[state, event]
    except KeyError:
        raise NotAllowed(REFUSALS[state]) from None


def can_move(state: State, event: Event) -> bool:
    """Whether there is such a move."""
    return (state, event) in MOVES


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What RFC 5321 says of a mail: who sends, who receives, and the ESMTP parameters of MAIL."""

    mail_from: str
    rcpt_tos: tuple[str, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Where the rep sees a reply in the mailbox; the mailbox follows the store, one look later."""

    at: str = ""
    """The role of the folder where it was last seen; empty where none was seen yet."""
    uidvalidity: int = 0
    uid: int = 0
    """Its number there; without meaning once the folder has another UIDVALIDITY (RFC 9051, 2.3.1.1)."""
    ours: bool = False
    """We filed it; only such a copy may ever be expunged."""
    settled: bool = False
    """It lies where it belongs for good."""

    def lies(self, at: str, uidvalidity: int, uid: int) -> bool:
        """Whether this is the message with that number there."""
        return (self.at, self.uidvalidity, self.uid) == (at, uidvalidity, uid)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldReply:
    """One mail of the outbox. Its bytes stay in the store; `sha256` is theirs."""

    id: str = ""
    """Given by the store: "r12"."""
    account: str
    team: str
    door: Door
    state: State = State.HELD
    cooldown: str = ""
    """The id of the cool-down that holds it; empty where none does."""
    envelope: Envelope
    message_ids: tuple[str, ...] = ()
    """Its own Message-ID first, then those of the same reply sent again."""
    subject: str = ""
    sha256: str
    content_key: str = ""
    """The same for the same subject and body, whatever the Message-ID."""
    blanks: tuple[str, ...] = ()
    """Blanks of a suggestion that were left in it."""
    source_uidvalidity: int = 0
    source_uid: int = 0
    """The UID in Drafts or Send that it came from, and the UIDVALIDITY under which it means something."""
    submitted_at: datetime
    due_at: datetime
    next_attempt_at: datetime
    tries: int = 0
    claimed_at: datetime | None = None
    handed_over_at: datetime | None = None
    """Committed just before the first byte of DATA."""
    sent_uidvalidity: int = 0
    sent_uidnext: int = 0
    """UIDNEXT of Sent at the claim: only a copy at or above it speaks for arrival; 0: none can."""
    finished_at: datetime | None = None
    reasons: tuple[str, ...] = ()
    """Why it is held."""
    confirmed_at: datetime | None = None
    """The rep said beforehand: send it when its time is over."""
    asked_because: str = ""
    asked_at: datetime | None = None
    released_at: datetime | None = None
    release_reason: str = ""
    because: str = ""
    """Why it was withdrawn."""
    last_answer: str = ""
    """The upstream's last answer."""
    copy: Copy = Copy()
    noted: bool = True
    """What it promises was taken down since it left; that is done when nothing else is due."""

    @property
    def to(self) -> tuple[str, ...]:
        """All recipients, Bcc included."""
        return self.envelope.rcpt_tos


HANDED_BACK = "handed back to Drafts"
TAKEN_BACK = "taken back to Drafts"
DISCARDED = "discarded"
SUPERSEDED = "superseded by a newer reply"
REPLACED = "replaced from the folder Send"

_HOMES = {DISCARDED: "trash", SUPERSEDED: "earlier", REPLACED: ""}


def home(reply: HeldReply) -> str:
    """The role of the folder where the rep should see this reply; empty where it has no place of its own."""
    if reply.door not in REPS_DOORS:
        return "sent" if reply.state is State.SENT and reply.door is Door.ACKNOWLEDGEMENT else ""
    if reply.state is State.SENT:
        return "sent"
    if reply.state is State.WITHDRAWN:
        return _HOMES.get(reply.because, "drafts")
    return "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The part of a team's rules that says what happens when the time is over."""

    after: str = "ask_if_pointed"
    late: timedelta = timedelta(minutes=60)
    expires: timedelta = timedelta(days=7)


class Due(StrEnum):
    """What the tick does with a reply."""

    WAIT = "wait"
    SEND = "send"
    ASK = "ask"
    HAND_BACK = "hand back"
    REVIEW = "review"
    """Send it, unless the reply check objects."""


Verdict = tuple[Due, str]
"""What to do, and the reason where the rep has to be told one."""

ASK_EACH = "your team's rule asks you before a held reply goes out"
ASK_LATE = "its time was over long ago (the machine slept, or the network was down)"
ASK_BLANK = "a blank of the suggestion is still in it"
ASK_BURST = "more replies are due at once than a person writes"
ASK_TWICE = "a mail with the same Message-ID has gone out already, or may have"
ASK_CHANGED = "its bytes in the store are not those that came in"
ASK_WROTE_AGAIN = "the customer wrote again"
ASK_VANISHED = "its copy in the folder Held is gone"
ASK_EDITED = "its copy in the folder Held was edited"
ASK_BYPASS = "another reply to this customer went out on another way"


def when_due(reply: HeldReply, policy: Policy, now: datetime) -> Verdict:
    """What to do with an open reply at `now`: nothing early, and nothing by itself that the rep must see."""
    at = waits_until(reply, policy)
    if at is None or now < at:
        return Due.WAIT, ""
    if reply.state is not State.HELD or reply.door is Door.DRAFTS:
        return Due.HAND_BACK, HANDED_BACK
    return _when_held(reply, policy, now)


def waits_until(reply: HeldReply, policy: Policy) -> datetime | None:
    """Up to when a tick leaves a reply alone, if nothing happens to it; None where it has no part in it."""
    if reply.state is State.HELD:
        released = reply.released_at is not None
        return reply.next_attempt_at if released else max(reply.due_at, reply.next_attempt_at)
    if reply.state not in (State.ASKED, State.FAILED):
        return None
    asked_at = reply.asked_at or reply.finished_at
    ends = [asked_at + policy.expires] if asked_at else []
    if reply.state is State.ASKED and reply.door is Door.DRAFTS:
        ends.append(reply.due_at)
    return min(ends, default=None)


def _when_held(reply: HeldReply, policy: Policy, now: datetime) -> Verdict:
    if reply.door is Door.SUMMARY:
        return Due.SEND, ""
    if now - max(reply.due_at, reply.released_at or reply.due_at) > policy.late:
        return Due.ASK, ASK_LATE
    if reply.released_at or reply.door is Door.ACKNOWLEDGEMENT:
        return Due.SEND, ""
    return _when_over(reply, policy)


def _when_over(reply: HeldReply, policy: Policy) -> Verdict:
    """The time is over: what the team's rule says."""
    if reply.blanks:
        return Due.ASK, ASK_BLANK
    if not reply.cooldown or reply.confirmed_at or policy.after == "send":
        return Due.SEND, ""
    if policy.after == "ask_if_pointed":
        return Due.REVIEW, ""
    return (Due.HAND_BACK, HANDED_BACK) if policy.after == "hand_back" else (Due.ASK, ASK_EACH)


def is_burst(recent: int, due: Sequence[HeldReply], limit: int) -> bool:
    """Whether more would go out in this minute than a person writes, or one Message-ID would go out twice."""
    ids = [reply.message_ids[0] for reply in due if reply.message_ids]
    return recent + len(due) > limit or len(ids) != len(set(ids))


def retry_at(tries: int, now: datetime) -> datetime:
    """When to try again after `tries` attempts: half a minute, doubling, a quarter of an hour at most."""
    return now + min(timedelta(seconds=30 << min(tries, 6)), timedelta(minutes=15))
