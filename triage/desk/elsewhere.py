"""Replies that another machine on this mailbox has taken: seen in `Cooldown/Held`, and later in Sent.

The other machine alone holds, sends and moves them. Here the same cool-down runs and closes with them, and
none of them is a bypass.
"""

from datetime import datetime, timedelta

from triage.desk.office import Office
from triage.desk.ports import Records
from triage.desk.replies import close_after_reply, decide, remember_outgoing, start_clocks
from triage.desk.settings import Account
from triage.judging.cooldown import Hold
from triage.judging.facts import OutgoingFacts
from triage.reading.messages import Message

UNCLEAR = timedelta(minutes=1)
"""How long a reply may lie in Sent before it is judged, where another machine may be about to move it."""


def note_held(office: Office, account: Account, message: Message, filed_at: datetime) -> datetime | None:
    """What lies in Held and is not ours is never a bypass; it starts the clock here, too.

    When it was first seen; None where it is ours, or bears no id.
    """
    now = office.clock.now()
    with office.store.look() as records:
        if not message.message_id or _is_ours(records, account, message):
            return None
        if known := _known(records, account, message):
            return min(facts.at for facts in known)
    with office.store.begin() as records:
        at = min(now, max([filed_at, *_answered(records, account, message)]))
        decision = decide(office, records, account, message, message.recipients, at=at)
        cooldown = ""
        if isinstance(decision, Hold):
            cooldown = decision.cooldown.id
            start_clocks(records, decision.started)
        elif decision.over:
            cooldown = decision.over[0].id
        remember_outgoing(
            office, records, account, message, message.recipients, "held elsewhere", cooldown=cooldown
        )
    return now


def is_unclear(office: Office, account: Account, message: Message) -> bool:
    """Whether a mail in Sent, during a cool-down, may be one that another machine has taken."""
    if message.machine_made:
        return False
    with office.store.look() as records:
        if _is_ours(records, account, message):
            return False
        if known := _known(records, account, message):
            held = _held(known)
            return held is not None and _still_runs(office, records, held.cooldown)
        return isinstance(decide(office, records, account, message, message.recipients), Hold)


def held_elsewhere(records: Records, account: Account, message: Message) -> OutgoingFacts | None:
    """What is known of a mail that another machine held."""
    return _held(_known(records, account, message))


def was_sent_elsewhere(office: Office, held: OutgoingFacts) -> None:
    """It lies in Sent now: the cool-down closes here, too, where its time is over."""
    if held.cooldown:
        with office.store.begin() as records:
            close_after_reply(office, records, held.cooldown)


def _is_ours(records: Records, account: Account, message: Message) -> bool:
    return bool(message.message_id and records.replies_called(account.address, message.message_id))


def _known(records: Records, account: Account, message: Message) -> list[OutgoingFacts]:
    """What is known of a mail that went another way than our outbox."""
    called = records.outgoing_called(message.message_id) if message.message_id else []
    return [facts for facts in called if facts.account == account.address]


def _held(known: list[OutgoingFacts]) -> OutgoingFacts | None:
    return next((facts for facts in known if facts.way == "held elsewhere"), None)


def _answered(records: Records, account: Account, message: Message) -> list[datetime]:
    """When the messages came in that it answers: no clock starts before them."""
    known = (records.messages_called(id_, account=account.address) for id_ in message.references)
    return [facts.internal_date for called in known for facts in called]


def _still_runs(office: Office, records: Records, cooldown_id: str) -> bool:
    if not cooldown_id:
        return False
    cooldown = records.cooldown(cooldown_id)
    return cooldown.closed_at is None and not cooldown.is_over(office.clock.now())
