"""Reading Sent: the client's copies of what is held, and replies that went out on another way.

A held reply's copy does not belong in Sent before it is sent: it moves to `Cooldown/Held`. A reply to a
heated customer that we never saw is a bypass: recorded, and told to nobody but the rep.
"""

from dataclasses import replace
from functools import partial

from triage.desk.copies import drop_ours, each_by_itself
from triage.desk.office import SENT, Office, log
from triage.desk.ports import Letter, Mailbox, Records
from triage.desk.replies import (
    ask_all_of,
    close_after_reply,
    decide,
    remember_outgoing,
    start_clocks,
    supersede_folded,
)
from triage.desk.settings import Account
from triage.desk.watching import FIRST_LOOK
from triage.errors import MailboxRefused
from triage.judging.cooldown import Hold, Pass
from triage.judging.facts import Bookmark, Way
from triage.judging.holds import (
    ASK_BYPASS,
    OPEN,
    REPS_DOORS,
    WAITING,
    Copy,
    Door,
    Event,
    HeldReply,
    State,
    move,
)
from triage.reading.messages import Message, parse


def read_sent(office: Office, account: Account, mailbox: Mailbox) -> None:
    """Take in what is new in Sent."""
    folder = mailbox.folder("sent")
    place = mailbox.select(folder)
    with office.store.look() as records:
        bookmark = records.bookmark(account.address, SENT)
    known_place = bookmark is not None and bookmark.uidvalidity == place.uidvalidity
    now = office.clock.now()
    if bookmark and known_place:
        uids = mailbox.uids(folder, above=bookmark.uid)
    else:
        uids = mailbox.uids(folder, since=now - FIRST_LOOK)
    letters = list(mailbox.headers(folder, uids))
    above = bookmark.uid if bookmark and known_place else 0
    refused: MailboxRefused | None = None
    try:
        each_by_itself(partial(_found, office, account, mailbox, folder, bookmark is None), letters)
    except MailboxRefused as error:
        refused = error  # what can be done here is done: the next look begins behind it
    with office.store.begin() as records:
        records.set_bookmark(
            Bookmark(
                account=account.address,
                folder=SENT,
                uidvalidity=place.uidvalidity,
                uid=max([above, place.uidnext - 1, *uids]),
                checked_at=now,
            )
        )
    if refused:
        raise refused


def _found(
    office: Office, account: Account, mailbox: Mailbox, folder: str, first_start: bool, letter: Letter
) -> None:
    message = parse(letter.raw)
    with office.store.look() as records:
        replies = records.replies_called(account.address, message.message_id) if message.message_id else []
        known = message.message_id and records.is_outgoing(account.address, message.message_id)
    if replies and not _was_sent_by_hand(replies[-1]):
        _a_copy(office, mailbox, folder, letter.uid, replies[-1])
    elif not known and not message.machine_made:
        _another_way(office, account, message, first_start=first_start)


def _was_sent_by_hand(reply: HeldReply) -> bool:
    """A draft or a hand-off that is still held is in nobody's Sent, unless the rep sent it elsewhere."""
    return reply.door in (Door.DRAFTS, Door.HAND_OFF) and reply.state in WAITING


def _a_copy(office: Office, mailbox: Mailbox, folder: str, uid: int, reply: HeldReply) -> None:
    """A copy of one of ours: where it belongs depends on what became of the reply."""
    if reply.door not in REPS_DOORS or (reply.copy.at == "sent" and reply.copy.uid == uid):
        return
    if reply.state is State.UNKNOWN and reply.sent_uidnext and uid >= reply.sent_uidnext:
        _arrived(office, reply)
    elif reply.state in OPEN:
        _to_held(office, mailbox, folder, uid, reply)
    elif reply.state is State.WITHDRAWN:
        mailbox.move(folder, uid, mailbox.folder("earlier"))
    elif reply.copy.ours and reply.copy.at == "sent" and reply.copy.uid:
        drop_ours(office, mailbox, folder, reply)
        _saw(office, reply, Copy(at="sent", uid=uid, settled=True))


def _to_held(office: Office, mailbox: Mailbox, folder: str, uid: int, reply: HeldReply) -> None:
    """The client's own copy replaces ours, if we filed one already."""
    held = mailbox.folder("held")
    before = set(mailbox.uids(held))
    mailbox.move(folder, uid, held)
    moved = set(mailbox.uids(held)) - before
    if moved:  # else the very same bytes lay there already, and are as good
        _saw(office, reply, Copy(at="held", uid=max(moved)))
        if reply.copy.ours and reply.copy.at == "held":
            drop_ours(office, mailbox, held, reply)


def _arrived(office: Office, reply: HeldReply) -> None:
    """The upstream itself filed a copy after our attempt: it took the mail."""
    with office.store.begin() as records:
        now_ = records.reply(reply.id)
        records.change_reply(
            now_, replace(now_, state=move(now_.state, Event.ARRIVED), copy=replace(now_.copy, settled=False))
        )
        office.over(records, reply.account, f"unknown {reply.id}")
    log.info("%s: %s arrived: the server filed its copy", reply.account, reply.id)


def _saw(office: Office, reply: HeldReply, copy: Copy) -> None:
    with office.store.begin() as records:
        now_ = records.reply(reply.id)
        records.change_reply(now_, replace(now_, copy=copy))


def _another_way(office: Office, account: Account, message: Message, *, first_start: bool) -> None:
    """A mail of the rep's that neither the gate nor the outbox knows."""
    with office.store.begin() as records:
        decision = decide(office, records, account, message, message.recipients)
        way: Way = "other"
        cooldown = ""
        if isinstance(decision, Hold) and not first_start:
            way, cooldown = "bypass", decision.cooldown.id
            _bypassed(office, records, account, decision)
        elif isinstance(decision, Pass) and decision.over:
            way, cooldown = "after the time", decision.over[0].id
            for over in decision.over:
                close_after_reply(office, records, over.id)
        remember_outgoing(office, records, account, message, message.recipients, way, cooldown)


def _bypassed(office: Office, records: Records, account: Account, decision: Hold) -> None:
    """It starts the clock; replies held on that thread wait for the rep, folded drafts are superseded."""
    start_clocks(records, decision.started)
    for cooldown in decision.started:
        supersede_folded(office, records, cooldown.id)
        ask_all_of(office, records, cooldown, ASK_BYPASS)
    id_ = decision.cooldown.id
    text = f"A reply to the customer of {id_} went out during the cool-down, past this program."
    office.tell(records, account.address, f"bypass {id_}", text, about=id_, event=True)
