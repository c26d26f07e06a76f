"""Promises: taken down from every mail that goes out, called to mind before they fall due, kept.

A reply counts when it leaves, by whatever door; what it promises is due from then on. Only mail to people
outside is read for promises; what it says of an earlier one on its thread may keep that.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from triage.desk.office import Office, Unread
from triage.desk.ports import Records
from triage.desk.reviewing import reviewed
from triage.desk.settings import Account
from triage.desk.tones import note_tone
from triage.judging.customers import Customer
from triage.judging.facts import OutgoingFacts
from triage.judging.holds import REPS_DOORS, Door, HeldReply
from triage.judging.promises import GivenPromise, due_moment, remind_moment
from triage.judging.reviews import Review
from triage.judging.rules import standpoint
from triage.reading.keeping import keeps
from triage.reading.messages import Message, parse

KEPT_BY_REP = "the rep said so"


def note_promises_of(office: Office, records: Records, reply: HeldReply, *, at: datetime) -> None:
    """A mail of the outbox has left: what it promises, and what it keeps."""
    raw = records.raw(reply.id)
    if raw is not None and reply.door is not Door.SUMMARY:
        account = office.account(reply.account)
        by_hand = reply.door in REPS_DOORS
        written_at = reply.submitted_at
        note_promises(
            office, records, account, parse(raw), reply.to, at=at, written_at=written_at, by_hand=by_hand
        )


def read_passed(office: Office, facts: OutgoingFacts, raw: bytes) -> None:
    """A mail has passed: it is read later. Where that is not done before a kill, its copy in Sent is read."""
    note = partial(_note_passed, office, facts)
    office.unread.append(Unread(account=facts.account, raw=raw, leaves_at=facts.at, note=note))


def _note_passed(
    office: Office, facts: OutgoingFacts, records: Records, message: Message, found: Review
) -> None:
    if records.take_down(facts):  # else its copy in Sent was read meanwhile
        account = office.account(facts.account)
        note_promises(office, records, account, message, facts.recipients, at=facts.at, found=found)


def note_promises(
    office: Office,
    records: Records,
    account: Account,
    message: Message,
    recipients: Sequence[str],
    *,
    at: datetime,
    written_at: datetime | None = None,
    by_hand: bool = True,
    reminds: bool = True,
    found: Review | None = None,
) -> None:
    """A mail has left at that time: what it promises and keeps; where a person wrote it, how it reads.

    `reminds` of a promise before it is due. `found` is what was read in it, if it was.
    """
    outside = [address for address in recipients if not account.is_internal(address)]
    if not outside:
        return
    team = office.team_of(account.address)
    customer = Customer.of(_first(message, outside), free_mail=team.free_mail)
    thread = records.thread_of(team.name, (*message.references, message.message_id))
    for given in records.open_promises(team.name, thread=thread) if thread else ():
        if given.customer.overlaps(customer) and keeps(given.text, message.new_text):
            _keep(office, records, given, f"the reply {message.message_id} did it", at)
    found = found or reviewed(office, account.address, message.new_text, at, written_at=written_at)
    if by_hand:
        note_tone(records, account, message, found, thread, at=at)
    where = standpoint(at, team.working_zone, team.rules, written_at=written_at)
    for promise in found.promises:
        records.add_promise(
            GivenPromise(
                account=account.address,
                team=team.name,
                customer=customer,
                thread=thread,
                message_id=message.message_id,
                text=promise.text,
                made_at=at,
                due_at=due_moment(promise.due, where) if promise.due else None,
                remind_at=remind_moment(promise.due, where) if reminds else None,
            )
        )


def _first(message: Message, outside: Sequence[str]) -> list[str]:
    """To whom it is promised: of those outside, whom the mail names first; the others hear of it."""
    named = [address for address in message.recipients if address in outside]
    return [*named, *outside][:1]


def keep(office: Office, records: Records, given: GivenPromise) -> None:
    """The rep says that it is kept."""
    _keep(office, records, given, KEPT_BY_REP, office.clock.now())


def drop(office: Office, records: Records, given: GivenPromise) -> None:
    """The rep says that it was no promise: nothing of it stays."""
    office.over(records, given.account, _reminder(given))
    records.drop_promise(given)


def _keep(office: Office, records: Records, given: GivenPromise, because: str, at: datetime) -> None:
    records.save_promise(replace(given, kept_at=at, kept_because=because, remind_at=None))
    office.over(records, given.account, _reminder(given))


def remind(office: Office) -> None:
    """Tell the rep of each promise that falls due soon, once; of what is due already, too."""
    now = office.clock.now()
    with office.store.look() as records:
        waiting = records.reminders_due(now)
    if not waiting:
        return
    with office.store.begin() as records:
        for given in records.reminders_due(now):
            records.save_promise(replace(given, remind_at=None))
            if given.account in office.settings.accounts:
                text = f"A promise of yours falls due: {given.id}."
                office.tell(records, given.account, _reminder(given), text, about=given.id, mail=True)


def _reminder(given: GivenPromise) -> str:
    return f"promise {given.id}"
