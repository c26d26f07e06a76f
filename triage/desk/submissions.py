"""A mail is submitted at the gate: it passes while the client waits, or it is held. The answer is a truth.

The 250 of a held reply is given after the commit; a passing mail gets the upstream's own answer.
"""

from triage.desk.office import Office, log
from triage.desk.outcomes import takes_mail
from triage.desk.ports import Records
from triage.desk.promises import note_promises
from triage.desk.replies import close_after_reply, decide, remember_outgoing, take
from triage.desk.settings import Account
from triage.errors import MailRefused, OutcomeUnknown, StoreUnusable, UpstreamUnavailable
from triage.judging.cooldown import Hold, Pass
from triage.judging.facts import Way
from triage.judging.holds import SAME_REPLY, SAME_REPLY_STATES, Door, Envelope, HeldReply, State
from triage.reading.fingerprints import content_key
from triage.reading.messages import Message, parse
from triage.writing.times import local

NOT_JUDGED = "not judged"


def reply_submitted(office: Office, address: str, envelope: Envelope, raw: bytes) -> str:
    """The SMTP answer to a mail that an account's client submits.

    Errors of the store are not caught here: the gate answers 451 and the client keeps its copy.
    """
    account = office.account(address)
    message = parse(raw)
    judged = not envelope.mail_from or _seen_what_it_answers(office, account, message)
    with office.store.begin() as records:
        again = _same_reply(office, records, account, envelope, raw)
        if again:
            _also_called(records, again, message)
            return _answer(office, account, again)
        decision = _decide(office, records, account, envelope, message)
        if isinstance(decision, Hold):
            reply = take(office, records, account, Door.GATE, envelope, raw, message, decision)
            answer = _answer(office, account, reply)
    if isinstance(decision, Hold):
        office.wake(address)
        return answer
    return _pass(office, account, envelope, raw, message, decision, judged=judged)


def _seen_what_it_answers(office: Office, account: Account, message: Message) -> bool:
    """Whether the message that this answers is known, after a look into the folders where needed."""
    if not message.references or all(account.is_internal(a) for a in message.recipients):
        return True
    newest = message.references[-1]
    with office.store.look() as records:
        known = records.messages_called(newest, account=account.address) or records.is_outgoing(
            account.address, newest
        )
        if known or records.replies_called(account.address, newest):
            return True
    return office.look_first(account.address)


def _decide(
    office: Office, records: Records, account: Account, envelope: Envelope, message: Message
) -> Pass | Hold:
    if not envelope.mail_from:
        return Pass(reason="a receipt")
    decision = decide(office, records, account, message, envelope.rcpt_tos)
    if isinstance(decision, Hold) and office.paused(records, office.team_of(account.address)):
        return Pass(reason="paused", over=decision.started)
    return decision


def _same_reply(
    office: Office, records: Records, account: Account, envelope: Envelope, raw: bytes
) -> HeldReply | None:
    """The hold that this is sent again of: a client that got no answer, or a rep who pressed twice."""
    since = office.clock.now() - SAME_REPLY
    for reply in reversed(records.replies_with_content(account.address, content_key(raw), since)):
        same = reply.envelope.mail_from == envelope.mail_from
        same = same and set(reply.envelope.rcpt_tos) == set(envelope.rcpt_tos)
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


def _pass(
    office: Office,
    account: Account,
    envelope: Envelope,
    raw: bytes,
    message: Message,
    decision: Pass,
    *,
    judged: bool,
) -> str:
    """Send it while the client waits; the codes are the upstream's where they concern this mail."""
    try:
        answer = office.relays[account.address].send(
            mail_from=envelope.mail_from, rcpt_tos=envelope.rcpt_tos, options=envelope.options, raw=raw
        )
    except MailRefused as refused:
        return f"{refused.code} {refused.text}"
    except UpstreamUnavailable as unavailable:
        return f"451 4.4.0 {unavailable}"
    except OutcomeUnknown:
        answer = "451 4.4.0 may have been sent; look before you send again"
    try:
        with office.store.begin() as records:
            _passed(office, records, account, envelope, raw, message, decision, judged=judged)
    except StoreUnusable as unusable:
        # It has gone out: to answer anything else now would make the client send it twice.
        log.error("%s: what passed could not be remembered: %s", account.address, unusable)
    return answer


def _passed(
    office: Office,
    records: Records,
    account: Account,
    envelope: Envelope,
    raw: bytes,
    message: Message,
    decision: Pass,
    *,
    judged: bool,
) -> None:
    """Remember what passed, so that its copy in Sent is no bypass; no bytes are kept."""
    way: Way = "passed" if judged else "not judged"
    key = "" if message.message_id else content_key(raw)
    remember_outgoing(office, records, account, message, envelope.rcpt_tos, way, content_key=key)
    note_promises(office, records, account, message, envelope.rcpt_tos, at=office.clock.now())
    if not judged:
        text = "A reply passed without being judged: the mailbox could not be looked into in time."
        office.tell(records, account.address, NOT_JUDGED, text, event=True)
    takes_mail(office, records, account.address)
    for cooldown in decision.over:
        close_after_reply(office, records, cooldown.id)
