"""The mailbox follows the store: which copies are looked at in a look. What is done with one is in `copies`.

Where the rep's hand may be is read each time, for what is held may be about to go. Others are brought home
as long as nobody waits for the look: thousands take many looks, each going on where the last one stopped.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
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
SOUGHT_AGAIN = timedelta(seconds=10)
"""How soon a client's copy is sought again, although nothing seems to have come."""
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
        self._waits: dict[tuple[str, State], datetime] = {}
        """Until when a reply's copy is not sought again, as nothing has come to Sent since it was."""

    def follow(self, account: Account, mailbox: Mailbox, *, hurried: bool) -> None:
        """Read the rep's hand; unless somebody waits, bring loose copies one step further."""
        office = self._office
        with office.store.look() as records:
            held = records.copies_in_held(account.address)
            loose = records.loose_copies(account.address, above=self._reached, most=MOST)
            cooling = records.open_cooldowns(account.team)
        if held or loose or cooling:
            shelf = read_held(office, account, mailbox)
            self._see(mailbox)
            turns = chain(held, () if hurried else self._turns(loose))

            def step(reply: HeldReply) -> None:
                Courier(office, account, mailbox, shelf, reply).go()
                if reply.door is Door.GATE and not reply.copy.at:
                    ours_is_due = reply.submitted_at + CLIENT_FILES
                    self._waits[reply.id, reply.state] = min(ours_is_due, office.clock.now() + SOUGHT_AGAIN)

            try:
                each_by_itself(step, turns)
            finally:
                done = not loose or self._reached == loose[-1][0]
                self.is_behind = not done or len(loose) == MOST
        if not self.is_behind:
            self._reached = ""

    def _see(self, mailbox: Mailbox) -> None:
        """Where something has come to Sent, every copy may have."""
        place = mailbox.select(mailbox.folder("sent"))
        if self._sent != (place.uidvalidity, place.uidnext):
            self._sent, self._waits = (place.uidvalidity, place.uidnext), {}

    def _turns(self, loose: Iterable[tuple[str, State]]) -> Iterator[HeldReply]:
        clock, waits = self._office.clock, self._waits
        now = clock.now()
        wanted = [known[0] for known in loose if waits.get(known, now) <= now]
        with self._office.store.look() as records:
            replies = {reply.id: reply for reply in records.replies_named(wanted)} if wanted else {}
        for id_, _ in loose:
            if clock.now() >= now + A_WHILE:
                return
            self._reached = id_
            if id_ in replies:
                yield replies[id_]


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
