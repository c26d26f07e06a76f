"""The Drafts door: a settled draft to a heated customer is folded into `Cooldown/Held` for the cool-down.

The bytes are stored before anything moves, nothing is deleted, and what comes back comes back untouched. A
suggestion of ours that the rep did not change is no draft of the rep's.
"""

from collections.abc import Iterable

from triage.desk.office import Office
from triage.desk.ports import Letter, Mailbox, Records
from triage.desk.replies import decide, take
from triage.desk.settings import Account
from triage.desk.settling import Settling
from triage.desk.suggesting import is_suggestion
from triage.judging.cooldown import Cooldown, Hold
from triage.judging.holds import Door, Envelope, HeldReply
from triage.reading.fingerprints import content_key
from triage.reading.messages import Message, parse


def fold_drafts(office: Office, account: Account, mailbox: Mailbox, settling: Settling) -> None:
    """Fold what has settled, the newest first: it is the one that the rep means."""
    with office.store.look() as records:
        paused = office.paused(records, office.team_of(account.address))
        if paused or not records.open_cooldowns(account.team):
            return
    folder = mailbox.folder("drafts")
    uidvalidity = mailbox.select(folder).uidvalidity
    concerned = _concerned(office, account, mailbox.headers(folder, mailbox.uids(folder)))
    letters = sorted(mailbox.letters(folder, concerned), key=lambda x: x.uid, reverse=True)
    contents = [content_key(letter.raw) for letter in letters]
    settling.forget_others(folder, contents)
    now = office.clock.now()
    for letter, content in zip(letters, contents, strict=True):
        if now - settling.since(folder, content, now) >= office.settings.settle:
            _fold(office, account, letter, uidvalidity)


def _concerned(office: Office, account: Account, headers: Iterable[Letter]) -> list[int]:
    """The drafts that would be held."""
    messages = [(letter.uid, parse(letter.raw)) for letter in headers]
    with office.store.look() as records:
        return [
            uid for uid, m in messages if isinstance(decide(office, records, account, m, m.recipients), Hold)
        ]


def _fold(office: Office, account: Account, letter: Letter, uidvalidity: int) -> None:
    message = parse(letter.raw)
    with office.store.begin() as records:
        decision = decide(office, records, account, message, message.recipients)
        if not isinstance(decision, Hold) or not _is_the_reps(records, account, decision.cooldown, message):
            return
        folded = records.replies_of(decision.cooldown.id, door=Door.DRAFTS)
        if not all(_is_newer(letter, uidvalidity, r) for r in folded if r.account == account.address):
            return
        envelope = Envelope(mail_from=account.address, rcpt_tos=message.recipients)
        take(
            office,
            records,
            account,
            Door.DRAFTS,
            envelope,
            letter.raw,
            message,
            decision,
            source_uidvalidity=uidvalidity,
            source_uid=letter.uid,
        )
    office.wake(account.address)


def _is_the_reps(records: Records, account: Account, cooldown: Cooldown, message: Message) -> bool:
    """Text of the rep's own, and not taken back."""
    if cooldown.taken_back or not message.new_text.strip():
        return False
    thread = records.thread_of(account.team, message.references) or cooldown.thread
    suggested = (cooldown, *records.cooldowns_of(account.team, thread))
    return not any(is_suggestion(message, earlier) for earlier in suggested)


def _is_newer(letter: Letter, uidvalidity: int, folded: HeldReply) -> bool:
    """Whether it was saved after one that was folded: by its UID, or by its date where these began anew."""
    if uidvalidity == folded.source_uidvalidity:
        return letter.uid > folded.source_uid
    return letter.internal_date >= folded.submitted_at.replace(microsecond=0)  # IMAP keeps whole seconds
