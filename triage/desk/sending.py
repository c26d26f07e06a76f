"""The one sender path: look, claim, send, settle. Whatever falls over between, nothing goes twice or early.

`release_due` is one tick of one account; `recover` is what a start does with replies left in RELEASING.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256

from triage.desk.office import SENT, Office, log
from triage.desk.ports import Records
from triage.desk.promises import note_promises_of
from triage.desk.replies import BURST, ask, close_after_reply, close_others, close_passed, withdraw
from triage.desk.reviewing import unless_pointed
from triage.errors import MailRefused, NotAllowed, OutcomeUnknown, UpstreamUnavailable
from triage.judging.holds import (
    ASK_BURST,
    ASK_CHANGED,
    ASK_TWICE,
    REPS_DOORS,
    Door,
    Due,
    Event,
    HeldReply,
    State,
    is_burst,
    move,
    retry_at,
    when_due,
)

MINUTE = timedelta(minutes=1)
LOOK_COUNTS = timedelta(seconds=2)
"""How long a look before sending counts for the other replies that are due, too: each may take seconds."""
NEVER = datetime.min.replace(tzinfo=UTC)
UPSTREAM = "upstream"
"""The account's condition: its submission server does not take mail at present."""


def release_due(office: Office, account: str) -> None:
    """Send what is due, ask about what may not go by itself, hand back what is to be handed back.

    One call at a time for an account: whatever is still RELEASING at its start was left in the middle.
    """
    recover(office, account)
    asked_at = looked_at = NEVER
    for id_ in _decide(office, account):
        if office.clock.now() - looked_at > LOOK_COUNTS:
            # The rep may have taken it back, or the customer written again. A mailbox that does not answer
            # in time keeps nothing back.
            asked_at = office.clock.now()
            office.look_first(account)
            looked_at = office.clock.now()
        if office.is_stopping() or not _send(office, id_, asked_at):
            break


def _decide(office: Office, account: str) -> list[str]:
    """The ids to send now; asking and handing back are done within the same commit."""
    now = office.clock.now()
    policy = office.team_of(account).policy
    limit = office.team_of(account).rules.cooldown.releases_a_minute
    to_send: list[HeldReply] = []
    with office.store.begin() as records:
        for reply in records.due_replies(account, now):
            due, reason = when_due(reply, policy, now)
            if due is Due.REVIEW:
                due, reason = unless_pointed(office, records, reply)
            if due is Due.ASK:
                ask(office, records, reply, reason)
            elif due is Due.HAND_BACK:
                _hand_back(office, records, reply, reason)
            elif due is Due.SEND and reply.released_at is None and _went_out(records, reply):
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


def _went_out(records: Records, reply: HeldReply) -> bool:
    """Whether another mail with its Message-ID was handed to the upstream: by itself none goes twice."""
    called = [r for i in reply.message_ids for r in records.replies_called(reply.account, i)]
    return any(r.id != reply.id and r.state in (State.RELEASING, State.UNKNOWN, State.SENT) for r in called)


def _hand_back(office: Office, records: Records, reply: HeldReply, reason: str) -> None:
    why = "the time is over" if reply.state is State.HELD else "nobody looked at it in time"
    withdraw(office, records, reply, reason)
    text = f"Reply {reply.id} is back in Drafts: {why}."
    if reply.door not in REPS_DOORS:
        text = f"{reply.id} ({reply.door}) was given up: {why}."
    office.tell(records, reply.account, f"back {reply.id}", text, about=reply.id, mail=True, event=True)
    records.afterwards(partial(office.wake, reply.account))


def _send(office: Office, id_: str, asked_at: datetime) -> bool:
    """One mail on its way; False where the account's server takes nothing at present."""
    claimed = _claim(office, id_, asked_at)
    if claimed is None:
        return True
    reply, raw = claimed
    try:
        answer = office.relays[reply.account].send(
            mail_from=reply.envelope.mail_from,
            rcpt_tos=reply.envelope.rcpt_tos,
            options=reply.envelope.options,
            raw=raw,
            before_data=lambda: _hand_over(office, id_),
        )
    except MailRefused as refused:
        _refused(office, id_, refused)
    except UpstreamUnavailable as unavailable:
        _unavailable(office, id_, unavailable)
        return False
    except OutcomeUnknown:
        _unknown(office, id_)
    except Exception as error:
        # By its type only: its words may quote mail. The next one may go all the same.
        log.error("%s: %s could not be sent: %s", reply.account, id_, type(error).__name__)
        _put_back(office, id_)
    else:
        _accepted(office, id_, answer)
    office.wake(reply.account)
    return True


def _claim(office: Office, id_: str, asked_at: datetime) -> tuple[HeldReply, bytes] | None:
    """Take it for sending, if it still may go: a person may have been quicker."""
    now = office.clock.now()
    with office.store.begin() as records:
        reply = records.reply(id_)
        if when_due(reply, office.team_of(reply.account).policy, now)[0] not in (Due.SEND, Due.REVIEW):
            return None
        raw = records.raw(id_)
        if raw is None or sha256(raw).hexdigest() != reply.sha256:
            ask(office, records, reply, ASK_CHANGED)
            return None
        uidvalidity, uidnext = _end_of_sent(office, records, reply, asked_at)
        claimed = replace(
            reply,
            state=move(reply.state, Event.CLAIM),
            claimed_at=now,
            handed_over_at=None,
            tries=reply.tries + 1,
            sent_uidvalidity=uidvalidity,
            sent_uidnext=uidnext,
        )
        return records.change_reply(reply, claimed), raw


def _end_of_sent(office: Office, records: Records, reply: HeldReply, asked_at: datetime) -> tuple[int, int]:
    """UIDVALIDITY and UIDNEXT of Sent as they stand now: what the upstream itself files comes behind.

    Zeros where such a copy could not be told from others: the client's may still come, or Sent was not read
    since we asked.
    """
    bookmark = records.bookmark(reply.account, SENT)
    if not office.account(reply.account).files_sent or reply.copy.at != "held" or bookmark is None:
        return 0, 0
    return (bookmark.uidvalidity, bookmark.uid + 1) if bookmark.checked_at >= asked_at else (0, 0)


def _hand_over(office: Office, id_: str) -> None:
    """Committed just before the first byte of DATA: from here on the outcome may be unknown."""
    with office.store.begin() as records:
        reply = records.reply(id_)
        if reply.state is not State.RELEASING:
            raise NotAllowed(f"{id_} is not being sent")
        records.change_reply(reply, replace(reply, handed_over_at=office.clock.now()))


def _accepted(office: Office, id_: str, answer: str) -> None:
    with office.store.begin() as records:
        reply = records.reply(id_)
        now = office.clock.now()
        records.change_reply(
            reply,
            replace(
                reply,
                state=move(reply.state, Event.ACCEPTED),
                finished_at=now,
                last_answer=answer,
                copy=replace(reply.copy, settled=False),
            ),
        )
        note_promises_of(office, records, reply, at=now)
        if reply.cooldown:
            close_after_reply(office, records, reply.cooldown)
            close_others(office, records, reply)
        elif reply.door is Door.HAND_OFF:
            close_passed(office, records, reply)
        office.over(records, reply.account, UPSTREAM)
    log.info("%s: sent %s", reply.account, id_)


def _refused(office: Office, id_: str, refused: MailRefused) -> None:
    """RCPT or DATA was refused: for good, or to be tried again."""
    with office.store.begin() as records:
        reply = records.reply(id_)
        office.over(records, reply.account, UPSTREAM)
        if not refused.permanent:
            _try_again(office, records, reply, str(refused))
            return
        now = office.clock.now()
        failed = replace(
            reply, state=move(reply.state, Event.REFUSED), finished_at=now, last_answer=str(refused)
        )
        records.change_reply(reply, failed)
        text = f"Reply {id_} was refused by the server ({refused.code}) and sent to nobody."
        office.tell(records, reply.account, f"failed {id_}", text, about=id_, mail=True)


def _unavailable(office: Office, id_: str, unavailable: UpstreamUnavailable) -> None:
    """The account's condition: what is held stays held, told once."""
    with office.store.begin() as records:
        reply = records.reply(id_)
        _try_again(office, records, reply, str(unavailable))
        _postpone(office, records, reply)
        text = f"The submission server takes no mail at present ({_stage(unavailable)}); what is due waits."
        office.tell(records, reply.account, UPSTREAM, text)


def _stage(unavailable: UpstreamUnavailable) -> str:
    """Without the server's own words, which may name addresses: this goes into the log."""
    return f"{unavailable.stage}: {unavailable.code or unavailable.text}"


def _try_again(office: Office, records: Records, reply: HeldReply, answer: str) -> None:
    records.afterwards(partial(log.info, "%s: %s is tried again later", reply.account, reply.id))
    later = replace(
        reply,
        state=move(reply.state, Event.TRY_AGAIN),
        next_attempt_at=retry_at(reply.tries - 1, office.clock.now()),
        handed_over_at=None,
        last_answer=answer,
    )
    _tried(office, records, reply, later)


def _tried(office: Office, records: Records, reply: HeldReply, back: HeldReply) -> None:
    """It is held again, unless something came up in the meantime that the rep has to see."""
    records.change_reply(reply, back)
    if back.asked_because:
        ask(office, records, back, back.asked_because)


def _unknown(office: Office, id_: str) -> None:
    with office.store.begin() as records:
        _is_unknown(office, records, records.reply(id_))


def _is_unknown(office: Office, records: Records, reply: HeldReply) -> None:
    """It may have been sent: never again by itself."""
    now = office.clock.now()
    lost = replace(reply, state=move(reply.state, Event.LOST), finished_at=now)
    records.change_reply(reply, lost)
    text = f"Reply {reply.id} may have been sent, or not: the line to the server broke."
    office.tell(records, reply.account, f"unknown {reply.id}", text, about=reply.id, mail=True)


def _postpone(office: Office, records: Records, first: HeldReply) -> None:
    """What else is due waits as long: a wrong password tried each second would lock the account."""
    now = office.clock.now()
    later = retry_at(first.tries - 1, now)
    for reply in records.due_replies(first.account, now):
        if reply.state is State.HELD and reply.door is not Door.DRAFTS:
            records.change_reply(reply, replace(reply, next_attempt_at=later))


def _put_back(office: Office, id_: str) -> None:
    """Something of ours failed: what was not handed over is tried again, of the rest nobody knows."""
    with office.store.begin() as records:
        reply = records.reply(id_)
        if reply.handed_over_at is None:
            _try_again(office, records, reply, "something in this program went wrong")
        else:
            _is_unknown(office, records, reply)


def recover(office: Office, account: str = "") -> None:
    """Settle what a crash, or a store that failed, left in the middle.

    A claim without a hand-over goes back, one with it has an unknown outcome.
    """
    with office.store.look() as records:
        left = records.replies_in(State.RELEASING, account=account)
    for reply in left:
        with office.store.begin() as records:
            _settle_claim(office, records, records.reply(reply.id))


def _settle_claim(office: Office, records: Records, reply: HeldReply) -> None:
    if reply.handed_over_at is None:
        back = replace(reply, state=move(reply.state, Event.TRY_AGAIN), tries=max(0, reply.tries - 1))
        _tried(office, records, reply, back)
    else:
        _is_unknown(office, records, reply)
