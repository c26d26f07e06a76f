"""The mailbox follows the store: which copies are looked at in a look. What is done with one is in `copies`.

Where the rep's hand may be is read each time, for what is held may be about to go. Others are brought home
as long as nobody waits for the look: thousands take many looks, each going on where the last one stopped.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import TypeVar

from triage.desk.copies import CLIENT_FILES, Courier, Shelf
from triage.desk.elsewhere import note_held
from triage.desk.office import Office
from triage.desk.ports import Mailbox
from triage.desk.settings import Account
from triage.errors import MailboxRefused
from triage.judging.holds import Door, HeldReply, State
from triage.reading.messages import parse

T = TypeVar("T")

CLIENT_EDITS = timedelta(minutes=1)
"""How far apart a mail client may put the new draft and take the old one away."""
A_WHILE, MOST = timedelta(seconds=0.5), 200
"""So long, and so many, are copies brought home in one look."""


class Follower:
    """Follows one account's replies, look by look."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._reached = ""
        """The last reply whose copy was looked at in this round; empty where a round begins."""
        self.is_behind = False
        """Whether copies are left that no look has come to."""
        self._sent = (0, 0)
        self._sought = set[tuple[str, State]]()
        """The replies that were followed since Sent was as it is, by their UIDVALIDITY and UIDNEXT."""

    def follow(self, account: Account, mailbox: Mailbox, *, hurried: bool) -> None:
        """Read the rep's hand; unless somebody waits, bring loose copies one step further."""
        office = self._office
        with office.store.look() as records:
            held = records.copies_in_held(account.address)
            loose = records.loose_copies(account.address, above=self._reached, most=MOST)
            cooling = records.open_cooldowns(account.team)
        if held or loose or cooling:
            shelf = read_held(office, account, mailbox)
            turns = chain(held, () if hurried else self._turns(loose, shelf))
            self._note_what_came(mailbox)

            def step(reply: HeldReply) -> None:
                Courier(office, account, mailbox, shelf, reply).go()
                self._sought.add((reply.id, reply.state))

            try:
                each_by_itself(step, turns)
            finally:
                done = not loose or self._reached == loose[-1].id
                self.is_behind = not done or len(loose) == MOST
        if not self.is_behind:
            self._reached = ""

    def _note_what_came(self, mailbox: Mailbox) -> None:
        place = mailbox.select(mailbox.folder("sent"))
        if self._sent != (place.uidvalidity, place.uidnext):
            self._sent = (place.uidvalidity, place.uidnext)
            self._sought.clear()

    def _turns(self, loose: Iterable[HeldReply], shelf: Shelf) -> Iterator[HeldReply]:
        until = self._office.clock.now() + A_WHILE
        for reply in loose:
            if self._office.clock.now() >= until:
                return
            self._reached = reply.id
            if not self._waits_for_its_client(reply, shelf):
                yield reply

    def _waits_for_its_client(self, reply: HeldReply, shelf: Shelf) -> bool:
        """Whether the client has yet to file its copy, and nothing has come since it was last sought."""
        if reply.copy.at or (reply.id, reply.state) not in self._sought:
            return False
        young = self._office.clock.now() - reply.submitted_at < CLIENT_FILES
        return reply.door is Door.GATE and young and not (shelf.named(reply) or shelf.nameless(reply))


def read_held(office: Office, account: Account, mailbox: Mailbox) -> Shelf:
    """List the folder Held; what another machine holds there is remembered as such."""
    folder = mailbox.folder("held")
    uidvalidity = mailbox.select(folder).uidvalidity
    letters, new = {}, set()
    moment_ago = office.clock.now() - CLIENT_EDITS
    for letter in mailbox.headers(folder, mailbox.uids(folder)):
        letters[letter.uid] = message = parse(letter.raw)
        first_seen = note_held(office, account, message, letter.internal_date)
        if first_seen and first_seen >= moment_ago:
            new.add(letter.uid)
    return Shelf(folder=folder, uidvalidity=uidvalidity, letters=letters, new=frozenset(new))


def each_by_itself(act: Callable[[T], None], things: Iterable[T]) -> None:
    """What the server refuses for one does not keep the others waiting; the first refusal is raised last."""
    refusals = []
    for thing in things:
        try:
            act(thing)
        except MailboxRefused as refused:
            refusals.append(refused)
    if refusals:
        raise refusals[0]
