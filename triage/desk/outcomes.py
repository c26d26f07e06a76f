"""What becomes of a mail that was claimed for sending: each outcome within the transaction of whoever asks.

How a mail gets so far is `sending`'s. `recover` settles what a crash left in the middle.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial

from triage.desk.office import Office, log
from triage.desk.ports import Records
from triage.desk.replies import ask, close_after_reply, close_others, close_passed
from triage.errors import MailRefused, UpstreamUnavailable
from triage.judging.holds import Door, Event, HeldReply, State, move, retry_at

UPSTREAM = "upstream"
"""The account's condition: its submission server does not take mail at present."""


def accepted(office: Office, records: Records, claimed: HeldReply, answer: str, at: datetime) -> None:
    """The upstream took it: what else that settles; what it promises is read later."""
    state = move(claimed.state, Event.ACCEPTED)
    sent = replace(claimed, state=state, finished_at=at, last_answer=answer, noted=False)
    records.change_reply(claimed, sent)
    if claimed.cooldown:
        close_after_reply(office, records, claimed.cooldown)
        close_others(office, records, claimed)
    elif claimed.door is Door.HAND_OFF:
        close_passed(office, records, claimed)
    records.afterwards(partial(log.info, "%s: sent %s", claimed.account, claimed.id))


def takes_mail(office: Office, records: Records, account: str) -> None:
    """The account's server has answered: what waited only for that goes at the next tick."""
    if office.over(records, account, UPSTREAM):
        records.retry_now(account, office.clock.now())


def refused(office: Office, records: Records, id_: str, refusal: MailRefused) -> None:
    """RCPT or DATA was refused: for good, or to be tried again."""
    reply = records.reply(id_)
    takes_mail(office, records, reply.account)
    if not refusal.permanent:
        _try_again(office, records, reply, str(refusal))
        return
    now = office.clock.now()
    failed = replace(reply, state=move(reply.state, Event.REFUSED), finished_at=now, last_answer=str(refusal))
    records.change_reply(reply, failed)
    text = f"Reply {id_} was refused by the server ({refusal.code}) and sent to nobody."
    office.tell(records, reply.account, f"failed {id_}", text, about=id_, mail=True)


def unavailable(office: Office, records: Records, id_: str, trouble: UpstreamUnavailable) -> None:
    """The account's condition: what is held stays held, told once."""
    reply = records.reply(id_)
    _try_again(office, records, reply, str(trouble))
    give_back(office, records, reply.account)
    _postpone(office, records, reply)
    text = f"The submission server takes no mail at present ({_stage(trouble)}); what is due waits."
    office.tell(records, reply.account, UPSTREAM, text)


def _stage(trouble: UpstreamUnavailable) -> str:
    """Without the server's own words, which may name addresses: this goes into the log."""
    return f"{trouble.stage}: {trouble.code or trouble.text}"


def unknown(office: Office, records: Records, id_: str) -> None:
    """It may have been sent: never again by itself."""
    reply, now = records.reply(id_), office.clock.now()
    lost = replace(reply, state=move(reply.state, Event.LOST), finished_at=now)
    records.change_reply(reply, lost)
    text = f"Reply {reply.id} may have been sent, or not: the line to the server broke."
    office.tell(records, reply.account, f"unknown {reply.id}", text, about=reply.id, mail=True)


def failed_here(office: Office, records: Records, id_: str) -> None:
    """Something of ours failed: what was not handed over is tried again, of the rest nobody knows."""
    reply = records.reply(id_)
    if reply.handed_over_at is None:
        _try_again(office, records, reply, "something in this program went wrong")
    else:
        unknown(office, records, id_)


def unclaim(office: Office, records: Records, id_: str) -> None:
    """Nothing was done with it: held as before, or asked about where something came up since."""
    reply = records.reply(id_)
    state, tries = move(reply.state, Event.TRY_AGAIN), max(0, reply.tries - 1)
    _back(office, records, reply, replace(reply, state=state, tries=tries, claimed_at=None))


def give_back(office: Office, records: Records, account: str = "") -> None:
    """Unclaim whatever was not handed over."""
    for reply in records.replies_in(State.RELEASING, account=account):
        if reply.handed_over_at is None:
            unclaim(office, records, reply.id)


def recover(office: Office, account: str = "") -> None:
    """Settle what a crash, or a store that failed, left in the middle.

    A claim without a hand-over goes back, one with it has an unknown outcome.
    """
    with office.store.look() as records:
        if not records.replies_in(State.RELEASING, account=account):
            return
    with office.store.begin() as records:
        give_back(office, records, account)
        for reply in records.replies_in(State.RELEASING, account=account):
            unknown(office, records, reply.id)


def _try_again(office: Office, records: Records, reply: HeldReply, answer: str) -> None:
    records.afterwards(partial(log.info, "%s: %s is tried again later", reply.account, reply.id))
    later = replace(
        reply,
        state=move(reply.state, Event.TRY_AGAIN),
        next_attempt_at=retry_at(reply.tries - 1, office.clock.now()),
        handed_over_at=None,
        last_answer=answer,
    )
    _back(office, records, reply, later)


def _back(office: Office, records: Records, reply: HeldReply, held: HeldReply) -> None:
    """It is held again, unless something came up in the meantime that the rep has to see."""
    records.change_reply(reply, held)
    if held.asked_because:
        ask(office, records, held, held.asked_because)


def _postpone(office: Office, records: Records, first: HeldReply) -> None:
    """What else is due waits as long: a wrong password tried each second would lock the account."""
    now = office.clock.now()
    later = retry_at(first.tries - 1, now)
    for reply in records.due_replies(first.account, now):
        if reply.state is State.HELD and reply.door is not Door.DRAFTS:
            records.change_reply(reply, replace(reply, next_attempt_at=later))
