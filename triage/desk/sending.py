"""The one sender path: look, claim, send, settle. Whatever falls over between, nothing goes twice or early.

`release_due` is one tick of one account. What becomes of a mail once it was claimed is `outcomes`'.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Concatenate, ParamSpec

from triage.desk.office import SENT, Office, log
from triage.desk.outcomes import (
    accepted,
    failed_here,
    give_back,
    recover,
    refused,
    takes_mail,
    unavailable,
    unclaim,
    unknown,
)
from triage.desk.ports import Records
from triage.desk.promises import note_promises_of
from triage.desk.replies import BURST, ask, withdraw
from triage.desk.reviewing import unless_pointed
from triage.errors import MailRefused, NotAllowed, OutcomeUnknown, TriageError, UpstreamUnavailable
from triage.judging.holds import (
    ASK_BURST,
    ASK_CHANGED,
    ASK_TWICE,
    REPS_DOORS,
    Due,
    Event,
    HeldReply,
    State,
    is_burst,
    move,
    when_due,
)

P = ParamSpec("P")

MINUTE = timedelta(minutes=1)
LOOK_COUNTS = timedelta(seconds=2)
"""How long a look before sending counts for the other replies that are due, too: each may take seconds."""
NEVER = datetime.min.replace(tzinfo=UTC)
AHEAD = timedelta(seconds=0.2)
"""So long may claims go ahead of their sending: what is claimed cannot be taken back."""
MOST, CLAIMED_BYTES = 64, 8_000_000
"""So many replies are claimed at once at most, and so many bytes, but for a single larger one."""
NOTING = timedelta(seconds=1)
"""So long are promises taken down at a time."""


def release_due(office: Office, account: str) -> None:
    """Send what is due, ask about what may not go by itself, hand back what is to be handed back.

    One call at a time for an account: whatever is still RELEASING at its start was left in the middle.
    """
    recover(office, account)
    if due := _decide(office, account):
        _send_all(office, account, due)
        office.wake(account)
    _note_what_left(office, account)


def _decide(office: Office, account: str) -> list[str]:
    """The ids to send now; asking and handing back are done within the same commit."""
    now = office.clock.now()
    policy = office.team_of(account).policy
    limit = office.team_of(account).rules.cooldown.releases_a_minute
    to_send: list[HeldReply] = []
    with office.store.begin() as records:
        twice = records.due_twice(account, now)
        for reply in records.due_replies(account, now):
            due, reason = when_due(reply, policy, now)
            if due is Due.REVIEW:
                due, reason = unless_pointed(office, records, reply)
            if due is Due.ASK:
                ask(office, records, reply, reason)
            elif due is Due.HAND_BACK:
                _hand_back(office, records, reply, reason)
            elif due is Due.SEND and reply.released_at is None and reply.id in twice:
                ask(office, records, reply, ASK_TWICE)
            elif due is Due.SEND:
                to_send.append(reply)
        if is_burst(records.claims_since(account, now - MINUTE), to_send, limit):
            for reply in to_send:
                ask(office, records, reply, ASK_BURST)
            text = f"{len(to_send)} replies wait for you: {ASK_BURST}."
            office.tell(records, account, BURST, text, mail=True, event=True)
            return []
    return [reply.id for reply in to_send]


def _hand_back(office: Office, records: Records, reply: HeldReply, reason: str) -> None:
    why = "the time is over" if reply.state is State.HELD else "nobody looked at it in time"
    withdraw(office, records, reply, reason)
    text = f"Reply {reply.id} is back in Drafts: {why}."
    if reply.door not in REPS_DOORS:
        text = f"{reply.id} ({reply.door}) was given up: {why}."
    office.tell(records, reply.account, f"back {reply.id}", text, about=reply.id, mail=True, event=True)
    records.afterwards(partial(office.wake, reply.account))


def _send_all(office: Office, account: str, due: Sequence[str]) -> None:
    """One after the other, as long as the account's server takes mail."""
    run = _Run(office, account)
    asked_at = looked_at = NEVER
    most, goes_on = 1, True
    while due and goes_on and not office.is_stopping():
        if office.clock.now() - looked_at > LOOK_COUNTS:
            # The rep may have taken it back, or the customer written again. A mailbox that does not answer
            # in time keeps nothing back.
            asked_at = office.clock.now()
            office.look_first(account)
            looked_at = office.clock.now()
        began = office.clock.now()
        claimed, due = _claim(office, account, due, most, asked_at)
        goes_on = run.send(claimed)
        most = min(most * 2, MOST) if office.clock.now() - began < AHEAD / 2 else max(most // 2, 1)


def _claim(
    office: Office, account: str, due: Sequence[str], most: int, asked_at: datetime
) -> tuple[list[tuple[HeldReply, bytes]], Sequence[str]]:
    """Take the first ones for sending, as far as they still may go: a person may have been quicker.

    With them comes what is still to be claimed.
    """
    now = office.clock.now()
    policy = office.team_of(account).policy
    claimed = []
    with office.store.begin() as records:
        end_of_sent = _end_of_sent(office, records, account, asked_at)
        read = records.replies_with_bytes(due[:most], CLAIMED_BYTES)
        for reply, raw in read:
            if when_due(reply, policy, now)[0] not in (Due.SEND, Due.REVIEW):
                continue
            if raw is None or sha256(raw).hexdigest() != reply.sha256:
                ask(office, records, reply, ASK_CHANGED)
                continue
            # The client's own copy may still come to Sent, where none lies in Held.
            uidvalidity, uidnext = end_of_sent if reply.copy.at == "held" else (0, 0)
            claim = replace(
                reply,
                state=move(reply.state, Event.CLAIM),
                claimed_at=now,
                handed_over_at=None,
                tries=reply.tries + 1,
                sent_uidvalidity=uidvalidity,
                sent_uidnext=uidnext,
            )
            claimed.append((claim, raw))
        records.claim([claim for claim, _ in claimed])
    return claimed, due[len(read) or most :]


def _end_of_sent(office: Office, records: Records, account: str, asked_at: datetime) -> tuple[int, int]:
    """UIDVALIDITY and UIDNEXT of Sent as they stand now: what the upstream itself files comes behind.

    Zeros where such a copy could not be told from others, or Sent was not read since we asked.
    """
    bookmark = records.bookmark(account, SENT)
    if not office.account(account).files_sent or bookmark is None or bookmark.checked_at < asked_at:
        return 0, 0
    return bookmark.uidvalidity, bookmark.uid + 1


class _Run:
    """Claimed replies on their way, one at a time.

    What the server took is settled in the commit that hands over the next: one for each reply, not two.
    """

    def __init__(self, office: Office, account: str) -> None:
        self._office = office
        self._account = account
        self._taken: tuple[HeldReply, str, datetime] | None = None
        """Is to be settled: with the server's answer, and when it came."""
        self._is_up = False

    def send(self, claimed: Sequence[tuple[HeldReply, bytes]]) -> bool:
        """Send what is claimed; False where the account's server takes nothing at present."""
        for reply, raw in claimed:
            if self._office.is_stopping():
                self._commit(give_back, self._account)
                return False
            if not self._send(reply, raw):
                return False
        if self._taken:
            self._commit(_nothing)
        return True

    def _send(self, reply: HeldReply, raw: bytes) -> bool:
        try:
            answer = self._office.relays[self._account].send(
                mail_from=reply.envelope.mail_from,
                rcpt_tos=reply.envelope.rcpt_tos,
                options=reply.envelope.options,
                raw=raw,
                before_data=lambda: self._commit(_hand_over, reply),
            )
        except MailRefused as refusal:
            self._commit(refused, reply.id, refusal)
        except UpstreamUnavailable as trouble:
            self._commit(unavailable, reply.id, trouble)
            return False
        except OutcomeUnknown:
            self._commit(unknown, reply.id)
        except NotAllowed:  # the customer wrote again, say, since it was claimed
            self._commit(unclaim, reply.id)
        except Exception as error:
            # By its type only: its words may quote mail. The next one may go all the same.
            log.error("%s: %s could not be sent: %s", self._account, reply.id, type(error).__name__)
            self._commit(failed_here, reply.id)
        else:
            self._taken = reply, answer, self._office.clock.now()
        return True

    def _commit(
        self, act: Callable[Concatenate[Office, Records, P], None], *words: P.args, **more: P.kwargs
    ) -> None:
        """Act, and settle the mail before."""
        with self._office.store.begin() as records:
            act(self._office, records, *words, **more)
            if self._taken:
                accepted(self._office, records, *self._taken)
                if not self._is_up:
                    takes_mail(self._office, records, self._account)
        self._is_up = self._is_up or bool(self._taken)
        self._taken = None


def _hand_over(office: Office, records: Records, reply: HeldReply) -> None:
    """Committed just before the first byte of DATA: from here on the outcome may be unknown."""
    records.hand_over(reply, office.clock.now())


def _nothing(office: Office, records: Records) -> None:
    """No mail comes behind the one that is settled."""


def _note_what_left(office: Office, account: str) -> None:
    """Take down what the mails promise that have left; but what has fallen due meanwhile goes first."""
    began = office.clock.now()
    with office.store.look() as records:
        left = records.replies_to_note(account)
    for reply in left:
        if office.is_stopping() or office.clock.now() - began > NOTING:
            return
        try:
            with office.store.begin() as records:
                note_promises_of(office, records, reply, at=reply.finished_at or began)
                _is_noted(records, reply)
        except TriageError:
            raise
        except Exception as error:
            # By its type only: its words may quote mail. What left after it does not wait for it.
            log.error("%s: what %s promises could not be read: %s", account, reply.id, type(error).__name__)
            with office.store.begin() as records:
                _is_noted(records, reply)


def _is_noted(records: Records, reply: HeldReply) -> None:
    records.change_reply(reply, replace(reply, noted=True))
