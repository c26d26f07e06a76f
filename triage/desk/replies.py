"""What happens to a reply in the outbox: taken, asked about, released, taken back. All in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import sha256

from triage.desk.office import Office, Unread, log
from triage.desk.ports import Records
from triage.desk.settings import Account
from triage.desk.tones import note_held
from triage.judging.cooldown import Cooldown, Hold, Outgoing, Pass, on_reply
from triage.judging.facts import OutgoingFacts, Way
from triage.judging.holds import (
    ASK_BURST,
    DISCARDED,
    HANDED_BACK,
    SUPERSEDED,
    TAKEN_BACK,
    WAITING,
    Door,
    Envelope,
    Event,
    HeldReply,
    State,
    move,
)
from triage.reading.fingerprints import content_key
from triage.reading.messages import Message, parse
from triage.writing.suggestions import blanks_in

BURST = "burst"
"""The condition that more replies were due at once than a person writes."""


def decide(
    office: Office,
    records: Records,
    account: Account,
    message: Message,
    recipients: Sequence[str],
    *,
    at: datetime | None = None,
) -> Pass | Hold:
    """Whether a reply of that account passes or is held; `at` another moment than now where it is named."""
    team = office.team_of(account.address)
    thread = records.thread_of(team.name, message.references)
    reply = Outgoing(recipients=tuple(recipients), thread=thread, subject_key=message.subject_key)
    return on_reply(
        reply,
        records.open_cooldowns_about(team.name, thread, message.subject_key),
        at or office.clock.now(),
        never_hold=team.rules.customers.never_hold,
    )


def take(
    office: Office,
    records: Records,
    account: Account,
    door: Door,
    envelope: Envelope,
    raw: bytes,
    message: Message,
    decision: Pass | Hold,
    *,
    source_uidvalidity: int = 0,
    source_uid: int = 0,
    key: str = "",
) -> HeldReply:
    """Take a reply into the outbox: until its time where it is held, due at once where it passes.

    `key` is that of its content, where it is known.
    """
    now = office.clock.now()
    hold = decision if isinstance(decision, Hold) else None
    due_at = hold.until if hold else now
    reply = records.add_reply(
        HeldReply(
            account=account.address,
            team=account.team,
            door=door,
            cooldown=hold.cooldown.id if hold else "",
            envelope=envelope,
            message_ids=(message.message_id,) if message.message_id else (),
            subject=message.subject,
            sha256=sha256(raw).hexdigest(),
            content_key=key or content_key(raw),
            blanks=blanks_in(message.new_text),
            source_uidvalidity=source_uidvalidity,
            source_uid=source_uid,
            submitted_at=now,
            due_at=due_at,
            next_attempt_at=due_at,
            reasons=decision.reasons if isinstance(decision, Hold) else (decision.reason,),
        ),
        raw,
    )
    join_thread(records, account, message, hold.cooldown.thread if hold else "")
    if hold:
        note = partial(note_held, account, hold.cooldown.thread, now)
        unread = Unread(account=account.address, raw=raw, leaves_at=due_at, written_at=now, note=note)
        records.afterwards(partial(office.unread.append, unread))
        start_clocks(records, hold.started)
        supersede_folded(office, records, reply.cooldown, but=reply.id)
        held = f"{reply.id} ({door}) until {due_at:%Y-%m-%d %H:%M:%SZ}"
        records.afterwards(partial(log.info, "%s: held %s", account.address, held))
    return reply


def enqueue(
    records: Records, door: Door, account: Account, envelope: Envelope, raw: bytes, now: datetime
) -> HeldReply:
    """Put a mail of our own into the outbox, due at once."""
    message = parse(raw)
    return records.add_reply(
        HeldReply(
            account=account.address,
            team=account.team,
            door=door,
            envelope=envelope,
            message_ids=(message.message_id,),
            subject=message.subject,
            sha256=sha256(raw).hexdigest(),
            submitted_at=now,
            due_at=now,
            next_attempt_at=now,
        ),
        raw,
    )


def remember_outgoing(
    office: Office,
    records: Records,
    account: Account,
    message: Message,
    recipients: Sequence[str],
    way: Way,
    *,
    cooldown: str = "",
    content_key: str = "",
    noted: bool = True,
) -> OutgoingFacts:
    """Remember a mail that does not go through the outbox: its copy in Sent is no bypass later.

    `content_key` is what one without a Message-ID is known by. What is `noted` need not be read any more.
    """
    return records.add_outgoing(
        OutgoingFacts(
            account=account.address,
            team=account.team,
            message_id=message.message_id,
            content_key=content_key,
            thread=join_thread(records, account, message),
            answers=message.references[-1] if message.references else "",
            recipients=tuple(recipients),
            at=office.clock.now(),
            way=way,
            cooldown=cooldown,
            noted=noted,
        )
    )


def start_clocks(records: Records, cooldowns: Sequence[Cooldown]) -> None:
    """Let the clocks of these cool-downs run; one that runs already is as it was."""
    for cooldown in cooldowns:
        records.start_clock(cooldown)


def join_thread(records: Records, account: Account, message: Message, thread: str = "") -> str:
    """Remember which thread a message and the ids that it names belong to."""
    ids = (*message.references, message.message_id) if message.message_id else message.references
    thread = thread or records.thread_of(account.team, ids) or (ids[0] if ids else "")
    records.link(account.team, ids, thread)
    return thread


def supersede_folded(office: Office, records: Records, cooldown: str, *, but: str = "") -> None:
    """A newer reply to the same cool-down: drafts folded earlier are never handed back."""
    for reply in records.replies_of(cooldown, door=Door.DRAFTS):
        if reply.id != but and reply.state in WAITING:
            withdraw(office, records, reply, SUPERSEDED)


def close(office: Office, records: Records, cooldown: Cooldown, because: str) -> Cooldown:
    """A cool-down ends; its suggestion goes from Drafts at the next look, if it is unchanged."""
    closed = replace(cooldown, closed_at=office.clock.now(), closed_because=because)
    records.save_cooldown(closed)
    records.afterwards(partial(log.info, "%s: closed %s: %s", cooldown.account, cooldown.id, because))
    records.afterwards(partial(office.wake, cooldown.account))
    return closed


def close_after_reply(office: Office, records: Records, cooldown_id: str) -> None:
    """A reply went out after the time: the cool-down closes, and what it folded before is superseded."""
    supersede_folded(office, records, cooldown_id)
    cooldown = records.cooldown(cooldown_id)
    if cooldown.closed_at is None and cooldown.is_over(office.clock.now()):
        close(office, records, cooldown, "a reply went out after its time")


def close_others(office: Office, records: Records, sent: HeldReply) -> None:
    """A reply to two heated customers of one thread answers both."""
    thread = records.cooldown(sent.cooldown).thread
    for cooldown in records.cooldowns_of(sent.team, thread):
        to_customer = any(map(cooldown.customer.includes, sent.to))
        if cooldown.id != sent.cooldown and to_customer:
            close_after_reply(office, records, cooldown.id)


def close_passed(office: Office, records: Records, sent: HeldReply) -> None:
    """What was handed off after the time, so that nothing held it, has gone out now."""
    message = parse(records.raw(sent.id) or b"")
    decision = decide(office, records, office.account(sent.account), message, sent.to)
    if isinstance(decision, Pass):
        for over in decision.over:
            close_after_reply(office, records, over.id)


def withdraw(office: Office, records: Records, reply: HeldReply, because: str) -> HeldReply:
    """It leaves the outbox without being sent; its copy goes where `because` says, at the next look.

    What goes back to the rep stays with the rep: no draft of that cool-down is folded again.
    """
    if reply.cooldown and because in (TAKEN_BACK, HANDED_BACK, DISCARDED):
        records.save_cooldown(replace(records.cooldown(reply.cooldown), taken_back=True))
    withdrawn = replace(
        reply,
        state=move(reply.state, Event.WITHDRAW),
        because=because,
        finished_at=office.clock.now(),
        copy=replace(reply.copy, settled=False),
    )
    _looked_at(office, records, reply)
    records.afterwards(partial(log.info, "%s: %s: %s", reply.account, reply.id, because))
    return records.change_reply(reply, withdrawn)


def ask(office: Office, records: Records, reply: HeldReply, because: str) -> HeldReply:
    """It may not go by itself: the rep looks first, and is told once.

    In the sender's hands the reason is only noted: it counts where the mail comes back to be tried again.
    """
    if reply.state is State.RELEASING:
        return records.change_reply(reply, replace(reply, asked_because=because))
    if reply.state not in WAITING or (reply.state is State.ASKED and reply.asked_because == because):
        return reply
    asked = replace(
        reply,
        state=move(reply.state, Event.ASK),
        asked_because=because,
        asked_at=reply.asked_at or office.clock.now(),
        released_at=None,
        release_reason="",
    )
    asked = records.change_reply(reply, asked)
    if because != ASK_BURST:  # told once for all of them
        text = f"Reply {reply.id} waits for you: {because}."
        office.tell(records, reply.account, f"asked {reply.id}", text, about=reply.id, mail=True)
    return asked


def ask_all_of(office: Office, records: Records, cooldown: Cooldown, because: str) -> None:
    """All waiting replies of a cool-down wait for the rep, also those that another one holds longer."""
    for reply in _answering(records, cooldown):
        ask(office, records, reply, because)


def _answering(records: Records, cooldown: Cooldown) -> list[HeldReply]:
    """The replies that this cool-down holds: its own, and those to its customer on its thread."""
    own = records.replies_of(cooldown.id)
    others = (
        reply
        for reply in records.open_replies()
        if reply.team == cooldown.team
        and reply.cooldown not in ("", cooldown.id)
        and any(map(cooldown.customer.includes, reply.to))
        and records.cooldown(reply.cooldown).thread == cooldown.thread
    )
    return [*own, *others]


def hidden_recipients(reply: HeldReply, raw: bytes) -> tuple[str, ...]:
    """Those whom the envelope names and these bytes of the reply do not."""
    shown = set(parse(raw).recipients)
    return tuple(address for address in reply.envelope.rcpt_tos if address.lower() not in shown)


def release(office: Office, records: Records, reply: HeldReply, reason: str) -> HeldReply:
    """A named person lets it go: at the next tick, whatever its time."""
    now = office.clock.now()
    _looked_at(office, records, reply)
    return records.change_reply(
        reply,
        replace(
            reply,
            state=move(reply.state, Event.RELEASE),
            asked_because="",
            asked_at=None,
            released_at=now,
            release_reason=reason or reply.release_reason,
            next_attempt_at=now,
            finished_at=None,
        ),
    )


def _looked_at(office: Office, records: Records, reply: HeldReply) -> None:
    """It no longer waits for the rep; nor does a burst, once this was the last of it."""
    office.over(records, reply.account, f"asked {reply.id}")
    office.over(records, reply.account, f"failed {reply.id}")
    asked = records.replies_in(State.ASKED, account=reply.account)
    if not any(other.asked_because == ASK_BURST for other in asked if other.id != reply.id):
        office.over(records, reply.account, BURST)
