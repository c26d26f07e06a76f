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
from triage.judging.cooldown import Hold
from triage.judging.holds import Door, Envelope
from triage.reading.fingerprints import content_key, text_key
from triage.reading.messages import Message, parse


def fold_drafts(office: Office, account: Account, mailbox: Mailbox, settling: Settling) -> None:
    """Fold what has settled, the newest first: it is the one that the rep means."""
    with office.store.look() as records:
        paused = office.paused(records, office.team_of(account.address))
        if paused or not records.open_cooldowns(account.team):
            return
    folder = mailbox.folder("drafts")
    mailbox.select(folder)
    concerned = _concerned(office, account, mailbox.headers(folder, mailbox.uids(folder)))
    letters = sorted(mailbox.letters(folder, concerned), key=lambda x: x.uid, reverse=True)
    contents = [content_key(letter.raw) for letter in letters]
    settling.forget_others(folder, contents)
    now = office.clock.now()
    for letter, content in zip(letters, contents, strict=True):
        if now - settling.since(folder, content, now) >= office.settings.settle:
            _fold(office, account, letter)


def _concerned(office: Office, account: Account, headers: Iterable[Letter]) -> list[int]:
    """The drafts that would be held."""
    messages = [(letter.uid, parse(letter.raw)) for letter in headers]
    with office.store.look() as records:
        return [
            uid for uid, m in messages if isinstance(decide(office, records, account, m, m.recipients), Hold)
        ]


def _fold(office: Office, account: Account, letter: Letter) -> None:
    message = parse(letter.raw)
    with office.store.begin() as records:
        decision = decide(office, records, account, message, message.recipients)
        if not isinstance(decision, Hold) or not _is_the_reps(records, account, decision, message, letter):
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
            source_uid=letter.uid,
        )
    office.wake(account.address)


def _is_the_reps(
    records: Records, account: Account, decision: Hold, message: Message, letter: Letter
) -> bool:
    """Text of the rep's own, newer than what was folded before, and not taken back."""
    cooldown = decision.cooldown
    if cooldown.taken_back or not message.new_text.strip():
        return False
    if text_key(message.new_text) == text_key(cooldown.suggestion):
        return False
    folded = [r for r in records.replies_of(cooldown.id) if r.door is Door.DRAFTS]
    earlier = [r.source_uid for r in folded if r.account == account.address]
    return letter.uid > max(earlier, default=0)
