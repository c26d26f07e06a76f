"""A mail is submitted at the gate: it passes while the client waits, or it is held. The answer is a truth.

The 250 of a held reply is given after the commit; a passing mail gets the upstream's own answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial

from triage.desk.office import Office, log
from triage.desk.outcomes import takes_mail
from triage.desk.ports import Records
from triage.desk.promises import read_passed
from triage.desk.replies import close_after_reply, decide, remember_outgoing, take
from triage.desk.settings import Account
from triage.errors import MailRefused, OutcomeUnknown, StoreUnusable, UpstreamUnavailable
from triage.judging.cooldown import Hold, Pass
from triage.judging.facts import Way
from triage.judging.holds import SAME_REPLY, SAME_REPLY_STATES, Door, Envelope, HeldReply, State
from triage.reading.fingerprints import content_key
from triage.reading.messages import Message, parse_head, read_new_text
from triage.writing.times import local

NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mail:
    """What was submitted, read once."""

    account: Account
    envelope: Envelope
    raw: bytes
    head: Message
    """What its headers say; the body is read where it is held, and apart where it passes."""
    key: Callable[[], str]
    """Of its content; found once, when it is asked for."""


def reply_submitted(office: Office, address: str, envelope: Envelope, raw: bytes) -> str:
    """The SMTP answer to a mail that an account's client submits.

    Errors of the store are not caught here: the gate answers 451 and the client keeps its copy.
    """
    mail = _Mail(
        account=office.account(address),
        envelope=envelope,
        raw=raw,
        head=parse_head(raw),
        key=cache(partial(content_key, raw)),
    )
    judged = True
    known, passes = _view(office, mail)
    if not known:
        judged = office.look_first(address)
        _, passes = _view(office, mail)
    if passes is None:
        held = _held(office, mail)
        if not isinstance(held, Pass):
            return held
        passes = held
    return _pass(office, mail, passes, judged=judged)


def _view(office: Office, mail: _Mail) -> tuple[bool, Pass | None]:
    """Whether the message that it answers is known; and how it passes, unless it may have to be held.

    A look waits for nobody, and mostly nothing is to be held.
    """
    with office.store.look() as records:
        known = _knows_what_it_answers(records, mail)
        decision = _decide(office, records, mail)
        passes = isinstance(decision, Pass) and _same_reply(office, records, mail) is None
        return known, decision if isinstance(decision, Pass) and passes else None


def _held(office: Office, mail: _Mail) -> str | Pass:
    """Decide and keep it in one transaction, so that the answer is true; or how it passes after all.

    What it says is read before, so that whoever writes waits for the store alone.
    """
    message, key = replace(mail.head, new_text=read_new_text(mail.raw)), mail.key()
    with office.store.begin() as records:
        again = _same_reply(office, records, mail)
        if again:
            _also_called(records, again, mail.head)
            return _answer(office, mail.account, again)
        decision = _decide(office, records, mail)
        if isinstance(decision, Pass):
            return decision
        reply = take(
            office,
            records,
            mail.account,
            Door.GATE,
            mail.envelope,
            mail.raw,
            message,
            decision,
            key=key,
        )
        records.afterwards(partial(office.wake, mail.account.address))
        return _answer(office, mail.account, reply)


def _knows_what_it_answers(records: Records, mail: _Mail) -> bool:
    """Whether there is nothing that the watcher should see before this is judged."""
    account, references = mail.account, mail.head.references
    outside = not all(account.is_internal(address) for address in mail.head.recipients)
    if not mail.envelope.mail_from or not references or not outside:
        return True
    return records.knows(account.address, references[-1])


def _decide(office: Office, records: Records, mail: _Mail) -> Pass | Hold:
    if not mail.envelope.mail_from:
        return Pass(reason="a receipt")
    decision = decide(office, records, mail.account, mail.head, mail.envelope.rcpt_tos)
    if isinstance(decision, Hold) and office.paused(records, office.team_of(mail.account.address)):
        return Pass(reason="paused", over=decision.started)
    return decision


def _same_reply(office: Office, records: Records, mail: _Mail) -> HeldReply | None:
    """The hold that this is sent again of: a client that got no answer, or a rep who pressed twice."""
    account, since = mail.account, office.clock.now() - SAME_REPLY
    if not records.has_taken(account.team, since):
        return None
    for reply in reversed(records.replies_with_content(account.address, mail.key(), since)):
        same = reply.envelope.mail_from == mail.envelope.mail_from
        same = same and set(reply.envelope.rcpt_tos) == set(mail.envelope.rcpt_tos)
        leaves = bool(reply.cooldown) and reply.door is not Door.DRAFTS  # a folded draft is only handed back
        if same and leaves and reply.state in SAME_REPLY_STATES:
            return reply
    return None


def _also_called(records: Records, reply: HeldReply, message: Message) -> None:
    if message.message_id:
        records.also_called(reply, message.message_id)


def _answer(office: Office, account: Account, reply: HeldReply) -> str:
    zone = office.team_of(account.address).zone
    states = {
        State.HELD: f"held until {local(reply.due_at, zone, now=office.clock.now())}",
        State.ASKED: "waits for you",
        State.RELEASING: "is being sent",
        State.SENT: "already sent",
        State.UNKNOWN: "may have been sent",
    }
    return f"250 2.0.0 {states[reply.state]} (triage {reply.id})"


def _pass(office: Office, mail: _Mail, decision: Pass, *, judged: bool) -> str:
    """Send it while the client waits; the codes are the upstream's where they concern this mail."""
    envelope, address = mail.envelope, mail.account.address
    try:
        answer = office.relays[address].send(
            mail_from=envelope.mail_from, rcpt_tos=envelope.rcpt_tos, options=envelope.options, raw=mail.raw
        )
    except MailRefused as refused:
        return f"{refused.code} {refused.text}"
    except UpstreamUnavailable as unavailable:
        return f"451 4.4.0 {unavailable}"
    except OutcomeUnknown:
        answer = "451 4.4.0 may have been sent; look before you send again"
    try:
        with office.store.begin() as records:
            _passed(office, records, mail, decision, judged=judged)
    except StoreUnusable as unusable:
        # It has gone out: to answer anything else now would make the client send it twice.
        log.error("%s: what passed could not be remembered: %s", address, unusable)
    return answer


def _passed(office: Office, records: Records, mail: _Mail, decision: Pass, *, judged: bool) -> None:
    """Remember what passed, so that its copy in Sent is no bypass; no bytes are kept.

    What it says is read when the client has its answer.
    """
    account, head = mail.account, mail.head
    recipients = mail.envelope.rcpt_tos
    way: Way = "passed" if judged else "not judged"
    key = "" if head.message_id else mail.key()
    inside = all(map(account.is_internal, recipients))
    passed = remember_outgoing(office, records, account, head, recipients, way, content_key=key, noted=inside)
    if not inside:
        records.afterwards(partial(read_passed, office, passed, mail.raw))
    if not judged:
        text = "A reply passed without being judged: the mailbox could not be looked into in time."
        office.tell(records, account.address, NOT_JUDGED, text, event=True)
    takes_mail(office, records, account.address)
    for cooldown in decision.over:
        close_after_reply(office, records, cooldown.id)
