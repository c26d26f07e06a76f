"""The mailbox follows the store: each reply's copy is brought to where the rep should see it.

First the rep's own hand is read from where a copy went; then what is out of place is moved home. Nothing of
the rep's is ever deleted: only copies that we filed ourselves are expunged.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from triage.desk.office import Office
from triage.desk.ports import Letter, Mailbox, Role
from triage.desk.replies import ask, join_thread, withdraw
from triage.desk.settings import Account
from triage.judging.facts import OutgoingFacts
from triage.judging.holds import (
    ASK_EDITED,
    ASK_VANISHED,
    DISCARDED,
    OPEN,
    TAKEN_BACK,
    Copy,
    Door,
    HeldReply,
    State,
    home,
)
from triage.reading.fingerprints import content_key
from triage.reading.headers import with_bcc
from triage.reading.messages import Message, parse

CLIENT_FILES = timedelta(seconds=60)
"""How long a mail client is given to file its own copy in Sent before we file ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What lies in `Cooldown/Held`."""

    folder: str
    letters: Sequence[tuple[int, Message]]

    def uids(self, reply: HeldReply) -> list[int]:
        """Where copies of this reply lie, ours included."""
        called = [uid for uid, message in self.letters if message.message_id in reply.message_ids]
        known = [uid for uid, _ in self.letters if uid == reply.copy.uid and reply.copy.at == "held"]
        return sorted({*called, *known})


def read_held(office: Office, account: Account, mailbox: Mailbox) -> Shelf:
    """List the folder Held; what another machine holds there is remembered as no bypass."""
    folder = mailbox.folder("held")
    mailbox.select(folder)
    letters = [(letter.uid, parse(letter.raw)) for letter in mailbox.headers(folder, mailbox.uids(folder))]
    shelf = Shelf(folder=folder, letters=letters)
    with office.store.look() as records:
        strange = [
            message
            for _, message in letters
            if message.message_id
            and not records.replies_called(account.address, message.message_id)
            and not records.is_outgoing(account.address, message.message_id)
        ]
    for message in strange:
        with office.store.begin() as records:
            records.add_outgoing(
                OutgoingFacts(
                    account=account.address,
                    team=account.team,
                    message_id=message.message_id,
                    thread=join_thread(records, account, message),
                    answers=message.references[-1] if message.references else "",
                    recipients=message.recipients,
                    at=office.clock.now(),
                    way="held elsewhere",
                )
            )
    return shelf


def follow(office: Office, account: Account, mailbox: Mailbox) -> None:
    """Bring every loose copy one step further."""
    with office.store.look() as records:
        loose = records.replies_with_loose_copy(account.address)
    if not loose:
        return
    shelf = read_held(office, account, mailbox)
    for reply in loose:
        Courier(office, account, mailbox, shelf, reply).go()


class Courier:
    """One reply's copy on its way home."""

    def __init__(
        self, office: Office, account: Account, mailbox: Mailbox, shelf: Shelf, reply: HeldReply
    ) -> None:
        self.office = office
        self.account = account
        self.mailbox = mailbox
        self.shelf = shelf
        self.reply = reply
        self.held = shelf.uids(reply)

    def go(self) -> None:
        """One step."""
        if self.reply.state in OPEN and self.reply.copy.at == "held":
            self._stays_held() if self.held else self._the_reps_hand()
            return
        match home(self.reply):
            case "held":
                self._to_held()
            case "sent":
                self._to_sent()
            case "drafts":
                self._to_drafts()
            case "trash" | "earlier" as role:
                self._away(role)
            case _:
                self._saw(settled=True)

    # -- what the rep did ---------------------------------------------------------------------------------

    def _the_reps_hand(self) -> None:
        """The copy is no longer in Held: where did the rep put it?"""
        if self.reply.state in (State.RELEASING, State.UNKNOWN) or self._find("send") or self._find("sent"):
            return
        if self._find("drafts"):
            self._withdrawn(TAKEN_BACK, "drafts")
        elif self._find("trash"):
            self._withdrawn(DISCARDED, "trash")
        else:
            with self.office.store.begin() as records:
                reply = records.reply(self.reply.id)
                ask(self.office, records, reply, ASK_VANISHED)

    def _withdrawn(self, because: str, at: str) -> None:
        with self.office.store.begin() as records:
            reply = records.reply(self.reply.id)
            reply = withdraw(self.office, records, reply, because)
            records.change_reply(reply, replace(reply, copy=Copy(at=at, settled=True)))
            if reply.cooldown:
                cooldown = records.cooldown(reply.cooldown)
                records.save_cooldown(replace(cooldown, taken_back=True))
            if because == DISCARDED:
                text = f"Your reply {reply.id} was moved to Trash: it will not be sent."
                self.office.tell(records, reply.account, f"trash {reply.id}", text)

    def _stays_held(self) -> None:
        """A copy with the same Message-ID but other words was edited by the rep in place."""
        copy = self.reply.copy
        newest = self.held[-1]
        if newest == copy.uid:
            return
        if self.reply.content_key and content_key(self._fetch(newest)) != self.reply.content_key:
            self._edited(newest)
            return
        if copy.ours and copy.uid in self.held:
            self.mailbox.expunge(self.shelf.folder, copy.uid)
        self._saw(at="held", uid=newest)

    def _edited(self, uid: int) -> None:
        """The edited text is a new draft of the rep's: it goes to Drafts, and the hold waits for the rep."""
        self.mailbox.move(self.shelf.folder, uid, self.mailbox.folder("drafts"))
        with self.office.store.begin() as records:
            ask(self.office, records, records.reply(self.reply.id), ASK_EDITED)

    # -- on the way home ----------------------------------------------------------------------------------

    def _to_held(self) -> None:
        """Find the client's copy, or the draft itself; file ours where none comes."""
        if self.held:
            # Where we were cut off while filing ours, the same bytes are ours, or as good as ours.
            ours = self.reply.copy.ours and self._is_ours(self.held[-1])
            self._saw(at="held", uid=self.held[-1], ours=ours)
            return
        for role in _SOURCES[self.reply.door]:
            found = self._find(role) or self._source(role)
            if found:
                self._saw(at="held", uid=self._move(role, found[-1], "held"))
                return
        if self._waited_enough() or self.reply.door is not Door.GATE:
            raw = self._raw()
            if raw is not None:
                self._saw(ours=True)
                self._saw(at="held", uid=self._append("held", raw, "\\Seen"), ours=True)

    def _to_sent(self) -> None:
        copy, sent = self.reply.copy, self._find("sent")
        if self.held and self.account.files_sent and copy.ours:
            self.mailbox.expunge(self.shelf.folder, self.held[-1])
            self._saw(at="sent", settled=True)
        elif self.held:
            moved = self._move("held", self.held[-1], "sent")
            self._saw(at="sent", uid=moved, ours=copy.ours, settled=True)
        elif sent or self.account.files_sent:
            self._saw(at="sent", settled=True)
        elif found := self._find("send") or self._source("send"):
            self._move("send", found[-1], "sent")
            self._saw(at="sent", settled=True)
        elif self._waited_enough() or self.reply.door is not Door.GATE:
            raw = self._raw()
            if raw is not None:
                self._saw(at="sent", uid=self._append("sent", raw, "\\Seen"), ours=True, settled=True)

    def _to_drafts(self) -> None:
        """Back to the rep, untouched; only a gate reply may need its Bcc recipients named."""
        if self._find("drafts"):
            self._saw(at="drafts", settled=True)
            return
        role, found = self._anywhere("held", *_SOURCES[self.reply.door])
        raw = self._raw()
        hidden = self._hidden(raw) if raw is not None and self.reply.door is Door.GATE else ()
        if found and not hidden:
            self._move(role, found, "drafts")
        elif raw is not None:
            self._append("drafts", with_bcc(raw, hidden) if hidden else raw, "\\Draft", "\\Seen")
            if found and self.reply.copy.ours:
                self.mailbox.expunge(self.mailbox.folder(role), found)
            elif found:
                self._move(role, found, "earlier")
        self._saw(at="drafts", settled=True)

    def _away(self, role: Role) -> None:
        source, found = self._anywhere("held", *_SOURCES[self.reply.door])
        if found:
            self._move(source, found, role)
        if found or self._waited_enough():
            self._saw(at=role, settled=True)

    # -- small things -------------------------------------------------------------------------------------

    def _anywhere(self, *roles: Role) -> tuple[Role, int]:
        for role in roles:
            found = self.held if role == "held" else self._find(role) or self._source(role)
            if found:
                return role, found[-1]
        return roles[0], 0

    def _find(self, role: Role) -> list[int]:
        folder = self.mailbox.folder(role)
        return sorted({uid for i in self.reply.message_ids for uid in self.mailbox.find(folder, i)})

    def _source(self, role: Role) -> list[int]:
        """Where it came from, for a draft without a Message-ID: by place and content."""
        came_from = {Door.DRAFTS: "drafts", Door.HAND_OFF: "send"}.get(self.reply.door)
        if role != came_from or not self.reply.source_uid:
            return []
        letters: Iterable[Letter] = self.mailbox.letters(self.mailbox.folder(role), [self.reply.source_uid])
        return [x.uid for x in letters if content_key(x.raw) == self.reply.content_key]

    def _hidden(self, raw: bytes) -> tuple[str, ...]:
        shown = set(parse(raw).recipients)
        return tuple(a for a in self.reply.envelope.rcpt_tos if a.lower() not in shown)

    def _fetch(self, uid: int) -> bytes:
        return next((x.raw for x in self.mailbox.letters(self.shelf.folder, [uid])), b"")

    def _is_ours(self, uid: int) -> bool:
        lines = self._fetch(uid).replace(b"\r\n", b"\n").rstrip()
        return lines == (self._raw() or b"").replace(b"\r\n", b"\n").rstrip()

    def _move(self, source: Role, uid: int, target: Role) -> int:
        """Move, and look which UID it has there."""
        folder = self.shelf.folder if source == "held" else self.mailbox.folder(source)
        there = self.mailbox.folder(target)
        before = set(self.mailbox.uids(there))
        self.mailbox.move(folder, uid, there)
        return max(set(self.mailbox.uids(there)) - before, default=0)

    def _append(self, role: Role, raw: bytes, *flags: str) -> int:
        folder = self.mailbox.folder(role)
        return self.mailbox.append(folder, raw, flags=flags, at=self.reply.submitted_at) or 0

    def _raw(self) -> bytes | None:
        with self.office.store.look() as records:
            return records.raw(self.reply.id)

    def _waited_enough(self) -> bool:
        return self.office.clock.now() - self.reply.submitted_at >= CLIENT_FILES

    def _saw(self, *, at: str = "", uid: int = 0, ours: bool = False, settled: bool = False) -> None:
        with self.office.store.begin() as records:
            reply = records.reply(self.reply.id)
            copy = Copy(at=at, uid=uid, ours=ours, settled=settled and reply.state not in OPEN)
            records.change_reply(reply, replace(reply, copy=copy))


_SOURCES: dict[Door, tuple[Role, ...]] = {
    Door.GATE: ("sent",),
    Door.HAND_OFF: ("send",),
    Door.DRAFTS: ("drafts",),
    Door.ACKNOWLEDGEMENT: (),
    Door.SUMMARY: (),
}
