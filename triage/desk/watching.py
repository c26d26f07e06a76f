"""Reading the watched folders from their bookmarks on. One path, always the same: ring, wake, start, poll."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from triage.desk.arrivals import Spot, messages_arrived
from triage.desk.office import Office, log
from triage.desk.ports import Letter, Mailbox
from triage.desk.settings import Account
from triage.errors import TriageError
from triage.judging.facts import Bookmark

FIRST_LOOK = timedelta(hours=24)
"""How far back the very first look goes."""
MANY = 200
"""So many messages take their time: after each, the log says how far it is."""

AT_ONCE = 50
"""Messages in one commit: after days away each of its own would cost more than the reading."""


def watch(office: Office, account: Account, mailbox: Mailbox, folder: str) -> None:
    """Take in everything that is new in a watched folder."""
    place = mailbox.select(folder)
    with office.store.look() as records:
        bookmark = records.bookmark(account.address, folder)
        first_start = not records.note(_first_look(account, folder))
    # A first look that was cut off goes on as one.
    known_place = bookmark is not None and bookmark.uidvalidity == place.uidvalidity and not first_start
    above = bookmark.uid if bookmark and known_place else 0
    for letters in _some(_new(office, account, mailbox, folder, above, all_new=known_place)):
        spots = [Spot(folder=folder, uidvalidity=place.uidvalidity, uid=letter.uid) for letter in letters]
        _take_in(office, account, list(zip(spots, letters, strict=True)), first_start=first_start)
    _checked(office, account, folder, place.uidvalidity, max(above, place.uidnext - 1))
    if first_start:
        with office.store.begin() as records:
            records.set_note(_first_look(account, folder), "done")


def _first_look(account: Account, folder: str) -> str:
    return f"first look {account.address} {folder}"


def _take_in(
    office: Office, account: Account, arrived: Sequence[tuple[Spot, Letter]], *, first_start: bool
) -> None:
    """One message that trips this program up must not stand in the way of those around it."""
    try:
        messages_arrived(office, account, arrived, first_start=first_start)
    except TriageError:
        raise
    except Exception as error:
        if len(arrived) == 1:
            _set_aside(office, account, arrived[0][0], error)
        else:
            for one in arrived:
                _take_in(office, account, [one], first_start=first_start)


def _set_aside(office: Office, account: Account, spot: Spot, error: Exception) -> None:
    # By its type only: its words may quote the mail.
    log.error("%s: %s %d: %s", account.address, spot.folder, spot.uid, type(error).__name__)
    _checked(office, account, spot.folder, spot.uidvalidity, spot.uid)
    with office.store.begin() as records:
        text = f"Message {spot.uid} of {spot.folder} could not be judged; this program has a fault."
        office.tell(records, account.address, f"fault {spot.folder} {spot.uid}", text, event=True)


def _some(letters: Iterable[Letter]) -> Iterator[list[Letter]]:
    """A few at a time; where the line breaks, what came before that is not lost."""
    some: list[Letter] = []
    try:
        for letter in letters:
            some.append(letter)
            if len(some) == AT_ONCE:
                yield some
                some = []
    except TriageError:
        if some:
            yield some
        raise
    if some:
        yield some


def _new(
    office: Office, account: Account, mailbox: Mailbox, folder: str, above: int, *, all_new: bool
) -> Iterator[Letter]:
    """The letters above the bookmark; where there is none for this place, those of the last day."""
    since = office.clock.now() - FIRST_LOOK
    uids = mailbox.uids(folder, above=above) if all_new else mailbox.uids(folder, since=since)
    for number, letter in enumerate(mailbox.excerpts(folder, uids), 1):
        if number % MANY == 0:
            log.info("%s: %s: %d of %d messages read", account.address, folder, number, len(uids))
        if all_new or letter.internal_date >= since:
            yield letter


def _checked(office: Office, account: Account, folder: str, uidvalidity: int, uid: int) -> None:
    """The look is complete: everything below UIDNEXT as it was at its start is known."""
    now = office.clock.now()
    with office.store.begin() as records:
        former = records.bookmark(account.address, folder)
        if former and former.uidvalidity == uidvalidity:
            uid = max(uid, former.uid)
        records.set_bookmark(
            Bookmark(account=account.address, folder=folder, uidvalidity=uidvalidity, uid=uid, checked_at=now)
        )
