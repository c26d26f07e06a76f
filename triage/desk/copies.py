"""One reply's copy in the mailbox: brought to where the rep should see it. Which ones, and when: `following`.

First the rep's own hand is read from where a copy went; then what is out of place is moved home. Nothing of
the rep's is ever deleted: only copies that we filed ourselves are expunged.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from triage.desk.office import Office
from triage.desk.ports import Mailbox
from triage.desk.replies import ask, hidden_recipients, withdraw
from triage.desk.settings import Account
from triage.folders import Role, same_bytes
from triage.judging.holds import (
    ASK_EDITED,
    ASK_VANISHED,
    DISCARDED,
    OPEN,
    TAKEN_BACK,
    Copy,
    Door,
    Event,
    HeldReply,
    can_move,
    home,
)
from triage.reading.fingerprints import content_key
from triage.reading.headers import with_bcc
from triage.reading.messages import Message, subject_key

CLIENT_FILES = timedelta(seconds=60)
"""How long a mail client is given to file its own copy in Sent before we file ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What lies in `Cooldown/Held`; what we move away is taken out."""

    folder: str
    uidvalidity: int
    letters: dict[int, Message]
    new: frozenset[int]
    """Those that came a moment ago and are none of ours: another machine's, or edited here by the rep."""

    def named(self, reply: HeldReply) -> list[int]:
        """Where messages with its ids lie."""
        return [uid for uid, message in self.letters.items() if message.message_id in reply.message_ids]

    def nameless(self, reply: HeldReply) -> list[int]:
        """Where messages lie that may be it, for they have no id, as some clients file them."""
        letters = self.letters.items()
        return [uid for uid, m in letters if not m.message_id and m.subject == reply.subject]


def drop_ours(office: Office, mailbox: Mailbox, folder: str, reply: HeldReply) -> None:
    """Expunge the copy that we filed, if what lies there still is it: by now the UID may mean another."""
    if mailbox.select(folder).uidvalidity != reply.copy.uidvalidity:
        return
    with office.store.look() as records:
        raw = records.raw(reply.id)
    for letter in list(mailbox.letters(folder, [reply.copy.uid])):
        if raw is not None and same_bytes(letter.raw, raw):
            mailbox.expunge(folder, letter.uid)


class Courier:
    """One reply's copy on its way home.

    A copy is known by Message-ID and words together: a client may keep the id of a draft while its words
    change. By the id alone we know only that the rep has done something with it.
    """

    def __init__(
        self, office: Office, account: Account, mailbox: Mailbox, shelf: Shelf, reply: HeldReply
    ) -> None:
        self.office = office
        self.account = account
        self.mailbox = mailbox
        self.shelf = shelf
        self.reply = reply

    def go(self) -> None:
        """One step."""
        if self.reply.copy.at == "held":
            held = self._named("held")
            if self.reply.state in OPEN:
                self._stays_held(held) if held else self._the_reps_hand()
                return
            if not held:
                self._edited_into_drafts()
            for uid in set(held).difference(self._lies("held")):  # edited as it ended: the rep's own words
                self._move("held", uid, "drafts")
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
                self._bring("earlier", "held")  # what a replaced reply may have left behind
                self._saw(settled=True)

    # -- what the rep did ---------------------------------------------------------------------------------

    def _the_reps_hand(self) -> None:
        """The copy is no longer in Held: where did the rep put it?"""
        if not can_move(self.reply.state, Event.WITHDRAW) or self._named("send") or self._named("sent"):
            return
        if self._lies("drafts"):
            self._withdrawn(TAKEN_BACK, "drafts")
            self._name_the_hidden()
        elif self._lies("trash"):
            self._withdrawn(DISCARDED, "trash")
        elif self.reply.released_at is None:  # what a named person released goes, wherever its copy is
            if self._edited_into_drafts() or self._named("drafts"):
                self._ask(ASK_EDITED)
            elif self.reply.asked_because != ASK_EDITED:
                self._ask(ASK_VANISHED)

    def _edited_into_drafts(self) -> bool:
        """Changed in Held under another id it is a new draft of the rep's: to Drafts with it."""
        with self.office.store.look() as records:
            thread = records.thread_of(self.reply.team, self.reply.message_ids)
            edited = [
                uid
                for uid, message in self.shelf.letters.items()
                if uid in self.shelf.new
                and set(message.recipients) & set(self.reply.to)
                and (
                    message.subject_key == subject_key(self.reply.subject)
                    or records.thread_of(self.reply.team, (message.message_id,)) == thread
                )
            ]
        for uid in edited:
            self._move("held", uid, "drafts")
        return bool(edited)

    def _withdrawn(self, because: str, at: str) -> None:
        with self.office.store.begin() as records:
            reply = records.reply(self.reply.id)
            if not can_move(reply.state, Event.WITHDRAW):
                return  # the sender, or a command, was quicker
            reply = withdraw(self.office, records, reply, because)
            records.change_reply(reply, replace(reply, copy=Copy(at=at, settled=True)))
            if because == DISCARDED:
                text = f"Reply {reply.id} was moved to Trash: it will not be sent."
                self.office.tell(
                    records, reply.account, f"trash {reply.id}", text, about=reply.id, event=True
                )

    def _stays_held(self, held: list[int]) -> None:
        """A newer copy with the same Message-ID is the client's, or was edited by the rep in place."""
        newest, known = held[-1], self.reply.copy
        if self._is_known(newest):
            return
        if not self._says_the_same("held", newest):
            self._move("held", newest, "drafts")
            self._ask(ASK_EDITED)
            return
        if known.ours and known.uid in held:
            drop_ours(self.office, self.mailbox, self.shelf.folder, self.reply)
        self._saw(at="held", uid=newest)

    def _ask(self, because: str) -> None:
        with self.office.store.begin() as records:
            ask(self.office, records, records.reply(self.reply.id), because)

    # -- on the way home ----------------------------------------------------------------------------------

    def _to_held(self) -> None:
        """Find the client's copy, or the draft itself; file ours where none comes."""
        if moved := self._bring("held", *_SOURCES[self.reply.door]):
            self._saw(at="held", uid=moved)
        elif held := self._lies("held"):
            # Where we were cut off while filing ours, the same bytes are ours, or as good as ours.
            ours = self.reply.copy.ours and same_bytes(self._fetch("held", held[-1]), self._raw() or b"")
            self._saw(at="held", uid=held[-1], ours=ours)
        elif self._waited_enough() and (raw := self._raw()) is not None:
            self._saw(ours=True)
            self._saw(at="held", uid=self._append("held", raw, "\\Seen"), ours=True)

    def _to_sent(self) -> None:
        """From Held, with the date that it has; ours goes where the upstream files its own."""
        ours, files_sent = self.reply.copy.ours, self.account.files_sent
        if files_sent and ours and self.reply.copy.at == "held":
            drop_ours(self.office, self.mailbox, self.shelf.folder, self.reply)
            self._saw(at="sent", settled=True)
            return
        if moved := self._bring("sent", "held", *_SOURCES[self.reply.door]):
            self._saw(at="sent", uid=moved, ours=ours, settled=True)
        elif files_sent or self._named("sent"):
            self._saw(at="sent", settled=True)
        elif self._waited_enough() and (raw := self._raw()) is not None:
            self._saw(at="sent", uid=self._append("sent", raw, "\\Seen"), ours=True, settled=True)

    def _to_drafts(self) -> None:
        """Back to the rep, untouched."""
        if not self._lies("drafts") and not self._bring("drafts", "held", *_SOURCES[self.reply.door]):
            raw = self._raw()
            if raw is not None:
                self._append("drafts", raw, "\\Draft", "\\Seen")
        self._name_the_hidden()
        self._saw(at="drafts", settled=True)

    def _name_the_hidden(self) -> None:
        """A gate reply in Drafts must name those whom only the envelope named, or they would be lost."""
        if self.reply.door is Door.DRAFTS:
            return
        folder = self.mailbox.folder("drafts")
        letters = list(self.mailbox.letters(folder, self._lies("drafts")))
        bare = [letter for letter in letters if hidden_recipients(self.reply, letter.raw)]
        if bare and len(bare) == len(letters):
            raw = bare[0].raw
            named = with_bcc(raw, hidden_recipients(self.reply, raw))
            self._append("drafts", named, "\\Draft", "\\Seen")
        for letter in bare:
            self._move("drafts", letter.uid, "earlier")

    def _away(self, role: Role) -> None:
        if not self._bring(role, "held", *_SOURCES[self.reply.door]):
            if not self._waited_enough():
                return
            if role == "trash" and not self._lies(role) and (raw := self._raw()) is not None:
                self._append(role, raw, "\\Seen")
        self._saw(at=role, settled=True)

    # -- small things -------------------------------------------------------------------------------------

    def _bring(self, target: Role, *sources: Role) -> int:
        """Move the copy from the first of these folders where one lies; its UID there, or 0.

        Further copies (the client sent it twice) go to Earlier.
        """
        for role in sources:
            lies = [] if role == target else self._lies(role)
            if lies:
                moved = self._move(role, lies[0], target)
                for uid in lies[1:]:
                    self._move(role, uid, "earlier")
                return moved
        return 0

    def _named(self, role: Role) -> list[int]:
        """Where messages with its ids lie."""
        if role == "held":
            nameless = [
                u
                for u in self.shelf.nameless(self.reply)
                if self._is_known(u) or self._says_the_same("held", u)
            ]
            return sorted([*self.shelf.named(self.reply), *nameless])
        folder = self.mailbox.folder(role)
        return sorted({uid for i in self.reply.message_ids for uid in self.mailbox.find(folder, i)})

    def _lies(self, role: Role) -> list[int]:
        """Where copies of this very reply lie, the newest last; without an id at least where it came from."""
        came_from = {self.reply.source_uid} if role in _SOURCES[self.reply.door] else set()
        known = sorted({*self._named(role), *came_from} - {0})
        return [uid for uid in known if self._is_trusted(role, uid) or self._says_the_same(role, uid)]

    def _is_trusted(self, role: Role, uid: int) -> bool:
        """In Held we know it already, or it is what the client filed (some leave the attachments out)."""
        return role == "held" and (self.reply.door is Door.GATE or self._is_known(uid))

    def _is_known(self, uid: int) -> bool:
        return self.reply.copy.lies("held", self.shelf.uidvalidity, uid)

    def _says_the_same(self, role: Role, uid: int) -> bool:
        raw = self._fetch(role, uid)
        return bool(raw) and content_key(raw) == self.reply.content_key

    def _fetch(self, role: Role, uid: int) -> bytes:
        return next((x.raw for x in self.mailbox.letters(self.mailbox.folder(role), [uid])), b"")

    def _move(self, source: Role, uid: int, target: Role) -> int:
        """Move, and look which UID it has there: the newest of its name where the server does not tell."""
        there = self.mailbox.folder(target)
        before = set(self.mailbox.uids(there))
        self.mailbox.move(self.mailbox.folder(source), uid, there)
        if source == "held":
            self.shelf.letters.pop(uid, None)
        moved = max(set(self.mailbox.uids(there)) - before or set(self._named(target)), default=0)
        if moved and target == "drafts":
            self.mailbox.flag(there, moved, "\\Draft")
        return moved

    def _append(self, role: Role, raw: bytes, *flags: str) -> int:
        folder = self.mailbox.folder(role)
        return self.mailbox.append(folder, raw, flags=flags, at=self.reply.submitted_at) or 0

    def _raw(self) -> bytes | None:
        with self.office.store.look() as records:
            return records.raw(self.reply.id)

    def _waited_enough(self) -> bool:
        """A client files its copy a little later; whatever came otherwise lies where it came from."""
        waited = self.office.clock.now() - self.reply.submitted_at
        return self.reply.door is not Door.GATE or waited >= CLIENT_FILES

    def _saw(
        self, *, at: Role | Literal[""] = "", uid: int = 0, ours: bool = False, settled: bool = False
    ) -> None:
        uidvalidity = self.mailbox.select(self.mailbox.folder(at)).uidvalidity if at and uid else 0
        with self.office.store.begin() as records:
            reply = records.reply(self.reply.id)
            settled = settled and reply.state not in OPEN
            copy = Copy(at=at, uidvalidity=uidvalidity, uid=uid, ours=ours, settled=settled)
            records.change_reply(reply, replace(reply, copy=copy))


_SOURCES: dict[Door, tuple[Role, ...]] = {
    Door.GATE: ("sent",),
    Door.HAND_OFF: ("send",),
    Door.DRAFTS: ("drafts",),
    Door.ACKNOWLEDGEMENT: (),
    Door.SUMMARY: (),
}
