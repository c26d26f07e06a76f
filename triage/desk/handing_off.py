"""The hand-off door: a reply saved into `Cooldown/Send`, from any device, goes out after the cool-down."""

from collections.abc import Sequence
from dataclasses import replace
from email.utils import format_datetime, formataddr
from hashlib import sha256

from triage.desk.office import Office
from triage.desk.ports import Letter, Mailbox, Records
from triage.desk.replies import decide, hidden_recipients, supersede_folded, take, withdraw
from triage.desk.settings import Account
from triage.desk.settling import Settling
from triage.judging.cooldown import Pass
from triage.judging.customers import domain_of
from triage.judging.holds import REPLACED, Door, Envelope, Event, HeldReply, State, can_move
from triage.reading.fingerprints import content_key
from triage.reading.headers import completed, without_private_headers
from triage.reading.messages import Message, parse


def take_hand_offs(office: Office, account: Account, mailbox: Mailbox, settling: Settling) -> None:
    """Take what has settled in the folder Send."""
    folder = mailbox.folder("send")
    place = mailbox.select(folder)
    letters = list(mailbox.letters(folder, mailbox.uids(folder)))
    if _paused(office, account, waiting=bool(letters)):
        return
    now = office.clock.now()
    contents = [content_key(letter.raw) for letter in letters]
    settling.forget_others(folder, contents)
    for letter, content in zip(letters, contents, strict=True):
        if now - settling.since(folder, content, now) >= office.settings.settle:
            problem = _take(office, account, letter, place.uidvalidity, content)
            if problem:
                _back_to_drafts(office, account, mailbox, folder, letter, problem)


def _paused(office: Office, account: Account, *, waiting: bool) -> bool:
    """While paused, what lies in Send stays there; told once."""
    with office.store.begin() as records:
        paused = office.paused(records, office.team_of(account.address))
        if paused and waiting:
            office.tell(records, account.address, "send paused", "Paused: what lies in Send stays there.")
        elif not paused:
            office.over(records, account.address, "send paused")
        return paused


def _take(office: Office, account: Account, letter: Letter, uidvalidity: int, content: str) -> str:
    """Take one reply into the outbox; the reason where it cannot be."""
    original = parse(letter.raw)
    if not original.recipients:
        return "it has no recipient"
    if original.sender is not None and not account.is_own(original.sender.address):
        return f"it is not from {account.address}"
    raw = _ready(office, account, letter.raw, f"{uidvalidity}.{letter.uid}.{content}")
    message = parse(raw)
    with office.store.begin() as records:
        former = records.replies_called(account.address, message.message_id)
        if any(
            r.door is Door.HAND_OFF and r.copy.at == "" and r.state is not State.WITHDRAWN for r in former
        ):
            return ""  # taken already; its copy is still on its way to Held
        if any(r.state is State.SENT for r in former):
            return "it was already sent"
        if any(r.state in (State.RELEASING, State.UNKNOWN) for r in former):
            return "it may have been sent"
        _enter(office, records, account, original, message, raw, uidvalidity, letter.uid, former)
    office.wake(account.address)
    return ""


def _enter(
    office: Office,
    records: Records,
    account: Account,
    original: Message,
    message: Message,
    raw: bytes,
    uidvalidity: int,
    uid: int,
    former: Sequence[HeldReply],
) -> None:
    """A hold that was dragged here from Held is replaced; its time stays, and so do its hidden recipients."""
    decision = decide(office, records, account, original, original.recipients)
    replaced_ones = [r for r in former if can_move(r.state, Event.WITHDRAW)]
    hidden = (a for r in replaced_ones for a in hidden_recipients(r, records.raw(r.id) or b""))
    recipients = tuple(dict.fromkeys((*original.recipients, *hidden)))
    envelope = Envelope(mail_from=account.address, rcpt_tos=recipients)
    reply = take(
        office,
        records,
        account,
        Door.HAND_OFF,
        envelope,
        raw,
        message,
        decision,
        source_uidvalidity=uidvalidity,
        source_uid=uid,
    )
    for replaced in replaced_ones:
        if can_move(records.reply(replaced.id).state, Event.WITHDRAW):  # a folded draft is superseded by now
            withdraw(office, records, replaced, REPLACED)
        due_at = replaced.due_at
        reply = records.change_reply(reply, replace(reply, due_at=due_at, next_attempt_at=due_at))
    if isinstance(decision, Pass):
        for over in decision.over:  # which close when it has gone out
            supersede_folded(office, records, over.id)


def _ready(office: Office, account: Account, raw: bytes, stamp: str) -> bytes:
    """The bytes that will leave: no Bcc, no private headers, and what a mail must have."""
    digest = sha256(f"{account.address} {stamp}".encode()).hexdigest()[:32]
    return completed(
        without_private_headers(raw),
        message_id=f"<{digest}@{domain_of(account.address)}>",
        date=format_datetime(office.clock.now()),
        sender=formataddr((account.name, account.address)),
    )


def _back_to_drafts(
    office: Office, account: Account, mailbox: Mailbox, folder: str, letter: Letter, problem: str
) -> None:
    mailbox.move(folder, letter.uid, mailbox.folder("drafts"))
    key = f"send {content_key(letter.raw)[:16]}"
    with office.store.begin() as records:
        text = f"A reply in the folder Send was put back into Drafts: {problem}."
        office.tell(records, account.address, key, text, mail=True, event=True)
