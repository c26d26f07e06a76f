"""Reading Sent: the client's copies of what is held, and replies that went out on another way.

A held reply's copy does not belong in Sent before it is sent: it moves to `Cooldown/Held`. A reply to a
heated customer that we never saw is a bypass: recorded, and told to nobody but the rep. Where another machine
lives on the mailbox, such a reply is given a minute first: the other may be about to move it to Held.
"""

from collections.abc import Sequence
from dataclasses import replace

from triage.desk.copies import drop_ours
from triage.desk.elsewhere import (
    UNCLEAR,
    acknowledged_elsewhere,
    held_elsewhere,
    is_unclear,
    was_sent_elsewhere,
)
from triage.desk.following import each_by_itself
from triage.desk.office import SENT, Office, log
from triage.desk.ports import Letter, Mailbox, Records
from triage.desk.promises import note_promises, note_promises_of, read_passed
from triage.desk.replies import (
    ask_all_of,
    close_after_reply,
    decide,
    remember_outgoing,
    start_clocks,
    supersede_folded,
)
from triage.desk.reviewing import reviewed
from triage.desk.settings import Account
from triage.desk.settling import Settling
from triage.desk.watching import FIRST_LOOK
from triage.errors import MailboxRefused
from triage.judging.cooldown import Hold, Pass
from triage.judging.facts import Bookmark, OutgoingFacts, Way
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
from triage.reading.fingerprints import content_key
from triage.reading.messages import Message, parse


def read_sent(office: Office, account: Account, mailbox: Mailbox, unclear: Settling | None) -> None:
    """Take in what is new in Sent, in order; `unclear` is None where no other machine lives there."""
    folder = mailbox.folder("sent")
    place = mailbox.select(folder)
    with office.store.look() as records:
        bookmark = records.bookmark(account.address, SENT)
    now = read_at = office.clock.now()
    above = bookmark.uid if bookmark and bookmark.uidvalidity == place.uidvalidity else None
    since = now - FIRST_LOOK if above is None else None
    letters = list(mailbox.headers(folder, mailbox.uids(folder, above=above or 0, since=since)))
    reach = max([above or 0, place.uidnext - 1, *(letter.uid for letter in letters)])
    if unclear and bookmark and (young := _young(office, account, folder, letters, unclear)):
        reach, read_at = young[0] - 1, bookmark.checked_at  # it is not read to its end
        letters = [letter for letter in letters if letter.uid <= reach]
    refused: MailboxRefused | None = None
    reader = _Reader(office, account, mailbox, folder, place.uidvalidity, first_start=bookmark is None)
    try:
        each_by_itself(reader.found, letters)
    except MailboxRefused as error:
        refused = error  # what can be done here is done: the next look begins behind it
    with office.store.begin() as records:
        records.set_bookmark(
            Bookmark(
                account=account.address,
                folder=SENT,
                uidvalidity=place.uidvalidity,
                uid=reach,
                checked_at=read_at,
            )
        )
    if refused:
        raise refused


def _young(
    office: Office, account: Account, folder: str, letters: Sequence[Letter], unclear: Settling
) -> list[int]:
    """The UIDs of what another machine may be about to move; whatever lies behind waits with it."""
    now = office.clock.now()
    uids = [letter.uid for letter in letters if is_unclear(office, account, parse(letter.raw))]
    unclear.forget_others(folder, [str(uid) for uid in uids])
    return [uid for uid in uids if now - unclear.since(folder, str(uid), now) < UNCLEAR]


class _Reader:
    """What a look does with each letter in Sent."""

    def __init__(
        self,
        office: Office,
        account: Account,
        mailbox: Mailbox,
        folder: str,
        uidvalidity: int,
        *,
        first_start: bool,
    ) -> None:
        self.office = office
        self.account = account
        self.mailbox = mailbox
        self.folder = folder
        self.uidvalidity = uidvalidity
        self.first_start = first_start

    def found(self, letter: Letter) -> None:
        """A copy of one of ours, what has passed, or a mail that went out on another way."""
        message, address = parse(letter.raw), self.account.address
        key, replies, known, held = "", list[HeldReply](), list[OutgoingFacts](), None
        if message.message_id:
            with self.office.store.look() as records:
                replies = records.replies_called(address, message.message_id)
                known = records.outgoing_of(address, message.message_id)
                held = held_elsewhere(records, self.account, message)
        if not replies and not known and not self.first_start:
            whole = self._whole(letter.uid)
            key = content_key(whole) if whole else ""
            replies, known = self._nameless(key)
        if replies and not _is_the_reps_own_way(replies[-1], known=bool(known)):
            self._a_copy(letter.uid, replies[-1])
        elif held:
            was_sent_elsewhere(self.office, self.account, held, parse(self._whole(letter.uid)))
        elif not known and not message.machine_made:
            self._another_way(letter, message, "" if message.message_id else key)
        for facts in known:
            if not facts.noted:  # a kill came before it was read, or it is about to be
                read_passed(self.office, facts, self._whole(letter.uid))

    def _whole(self, uid: int) -> bytes:
        return next((letter.raw for letter in self.mailbox.letters(self.folder, [uid])), b"")

    def _nameless(self, key: str) -> tuple[list[HeldReply], list[OutgoingFacts]]:
        """What came without a Message-ID is known by its content: the upstream may have named its copy."""
        since = self.office.clock.now() - self.office.settings.retention
        with self.office.store.look() as records:
            same = records.replies_with_content(self.account.address, key, since)
            known = records.outgoing_of(self.account.address, content_key=key) if key else []
        return [reply for reply in same if not reply.message_ids], known

    def _a_copy(self, uid: int, reply: HeldReply) -> None:
        """A copy of one of ours: where it belongs depends on what became of the reply."""
        if reply.door not in REPS_DOORS or reply.copy.lies("sent", self.uidvalidity, uid):
            return
        if reply.state is State.UNKNOWN and self._is_of_the_upstream(uid, reply):
            _arrived(self.office, reply)
        elif reply.state in OPEN:
            self._to_held(uid, reply)
        elif reply.state is State.WITHDRAWN:
            self.mailbox.move(self.folder, uid, self.mailbox.folder("earlier"))
        elif reply.copy.ours and reply.copy.at == "sent" and reply.copy.uid:
            drop_ours(self.office, self.mailbox, self.folder, reply)
            _saw(self.office, reply, Copy(at="sent", uidvalidity=self.uidvalidity, uid=uid, settled=True))

    def _is_of_the_upstream(self, uid: int, reply: HeldReply) -> bool:
        """Whether it came to Sent after the claim, by all that is recorded."""
        after = 0 < reply.sent_uidnext <= uid
        return after and reply.sent_uidvalidity == self.uidvalidity

    def _to_held(self, uid: int, reply: HeldReply) -> None:
        """The client's own copy replaces ours, if we filed one already."""
        held = self.mailbox.folder("held")
        uidvalidity = self.mailbox.select(held).uidvalidity
        before = set(self.mailbox.uids(held))
        self.mailbox.move(self.folder, uid, held)
        moved = set(self.mailbox.uids(held)) - before
        if moved:  # else the very same bytes lay there already, and are as good
            _saw(self.office, reply, Copy(at="held", uidvalidity=uidvalidity, uid=max(moved)))
            if reply.copy.ours and reply.copy.at == "held":
                drop_ours(self.office, self.mailbox, held, reply)

    def _another_way(self, letter: Letter, message: Message, key: str) -> None:
        """A mail of the rep's that neither the gate nor the outbox knows."""
        office, account = self.office, self.account
        whole = parse(b"" if self.first_start else self._whole(letter.uid))
        left_at = min(letter.internal_date, office.clock.now())
        found = reviewed(office, account.address, whole.new_text, left_at)
        with office.store.begin() as records:
            decision = decide(office, records, account, message, message.recipients)
            way: Way = "other"
            cooldown = ""
            if acknowledged := acknowledged_elsewhere(records, account, message):
                way, cooldown = "acknowledged", acknowledged.id
                records.save_cooldown(replace(acknowledged, acknowledged_at=left_at))
            elif isinstance(decision, Hold) and not self.first_start:
                way, cooldown = "bypass", decision.cooldown.id
                _bypassed(office, records, account, decision)
            elif isinstance(decision, Pass) and decision.over:
                way, cooldown = "after the time", decision.over[0].id
                for over in decision.over:
                    close_after_reply(office, records, over.id)
            remember_outgoing(
                office, records, account, message, message.recipients, way, cooldown=cooldown, content_key=key
            )
            by_hand = way != "acknowledged"
            note_promises(
                office, records, account, whole, whole.recipients, at=left_at, by_hand=by_hand, found=found
            )


def _is_the_reps_own_way(reply: HeldReply, *, known: bool) -> bool:
    """Whether the rep has sent it without us: nobody files a draft or a hand-off in Sent before it is sent,
    and what was taken back may have passed since, or gone out from elsewhere.
    """
    if reply.door in (Door.DRAFTS, Door.HAND_OFF):
        return reply.state in (*WAITING, State.FAILED, State.WITHDRAWN)
    return known and reply.state is State.WITHDRAWN


def _arrived(office: Office, reply: HeldReply) -> None:
    """The upstream itself filed a copy after our attempt: it took the mail."""
    with office.store.begin() as records:
        now_ = records.reply(reply.id)
        records.change_reply(
            now_, replace(now_, state=move(now_.state, Event.ARRIVED), copy=replace(now_.copy, settled=False))
        )
        note_promises_of(office, records, reply, at=reply.handed_over_at or office.clock.now())
        office.over(records, reply.account, f"unknown {reply.id}")
    log.info("%s: %s arrived: the server filed its copy", reply.account, reply.id)


def _saw(office: Office, reply: HeldReply, copy: Copy) -> None:
    with office.store.begin() as records:
        now_ = records.reply(reply.id)
        records.change_reply(now_, replace(now_, copy=copy))


def _bypassed(office: Office, records: Records, account: Account, decision: Hold) -> None:
    """It starts the clock; replies held on that thread wait for the rep, folded drafts are superseded."""
    start_clocks(records, decision.started)
    for cooldown in decision.started:
        supersede_folded(office, records, cooldown.id)
        ask_all_of(office, records, cooldown, ASK_BYPASS)
    id_ = decision.cooldown.id
    text = f"A reply to the customer of {id_} went out during the cool-down, past this program."
    office.tell(records, account.address, f"bypass {id_}", text, about=id_, event=True)
