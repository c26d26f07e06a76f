"""What another machine on this mailbox has sent: replies seen in `Cooldown/Held` before, acknowledgements.

The other machine alone holds, sends and moves them. Here the same cool-down runs and closes with them, what
they promise is taken down, and none of them is a bypass.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from triage.desk.office import Office
from triage.desk.ports import Records
from triage.desk.promises import note_promises
from triage.desk.replies import close_after_reply, decide, remember_outgoing, start_clocks
from triage.desk.settings import Account
from triage.judging.cooldown import Cooldown, Hold
from triage.judging.customers import domain_of
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


def was_sent_elsewhere(office: Office, account: Account, held: OutgoingFacts, message: Message) -> None:
    """It lies in Sent now: the cool-down closes here, too, where its time is over.

    What it promises is known here; the machine that held it calls it to mind.
    """
    with office.store.begin() as records:
        due_at = records.cooldown(held.cooldown).due_at if held.cooldown else None
        if not any(given.message_id == message.message_id for given in records.promises_since(held.at)):
            note_promises(
                office,
                records,
                account,
                message,
                message.recipients,
                at=min(office.clock.now(), due_at or held.at),
                written_at=held.at,
                reminds=False,
            )
        if held.cooldown:
            close_after_reply(office, records, held.cooldown)


def acknowledgement_id(records: Records, cooldown: Cooldown) -> str:
    """The Message-ID of a cool-down's acknowledgement: the same on each machine that saw the message."""
    heated = records.message(cooldown.message).message_id or cooldown.id
    digest = sha256(f"acknowledgement {cooldown.account} {heated}".encode()).hexdigest()[:32]
    return f"<{digest}@{domain_of(cooldown.account)}>"


def acknowledged_elsewhere(records: Records, account: Account, message: Message) -> Cooldown | None:
    """The cool-down that a mail in Sent acknowledges."""
    own = (c for c in records.open_cooldowns(account.team) if c.account == account.address and c.message)
    return next((c for c in own if acknowledgement_id(records, c) == message.message_id), None)


def _is_ours(records: Records, account: Account, message: Message) -> bool:
    return bool(message.message_id and records.replies_called(account.address, message.message_id))


def _known(records: Records, account: Account, message: Message) -> list[OutgoingFacts]:
    """What is known of a mail that went another way than our outbox."""
    return records.outgoing_of(account.address, message.message_id) if message.message_id else []


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
