"""The rep's own mail whose client has its answer: what it says is read now, many mails together.

Nobody waits for that: the process that reads is asked once for all of them, and one commit notes it. What is
to be read stands in the office's memory; what of it must not be lost is for `promises` to say.
"""

from collections import deque
from collections.abc import Sequence

from triage.desk.office import Office, Unread, log
from triage.errors import TriageError, fault_of
from triage.judging.reviews import Asked, read_each
from triage.judging.rules import standpoint

AT_ONCE, BYTES = 16, 8_000_000
"""So many mails are read in one go, and so many bytes, but for a single larger one: who else has something
judged, or writes, waits for these.
"""


def read_unread(office: Office) -> None:
    """Read all that there is, the oldest first; to be called by one thread."""
    while mails := _next(office.unread):
        _read(office, mails)


def _next(unread: deque[Unread]) -> list[Unread]:
    mails, size = list[Unread](), 0
    while unread and len(mails) < AT_ONCE and size < BYTES:
        mails.append(mail := unread.popleft())
        size += len(mail.raw)
    return mails


def _read(office: Office, mails: Sequence[Unread]) -> None:
    """One that trips this program up does not stand in the way of the others."""
    try:
        found = office.apart(read_each, [_asked(office, mail) for mail in mails])
        with office.store.begin() as records:
            for mail, (message, review) in zip(mails, found, strict=True):
                mail.note(records, message, review)
    except TriageError as error:
        log.error("%d mails could not be noted: %s", len(mails), error)
    except Exception as error:
        if len(mails) > 1:
            for mail in mails:
                _read(office, [mail])
        else:
            log.error("a mail could not be noted: %s", fault_of(error))


def _asked(office: Office, mail: Unread) -> Asked:
    team = office.team_of(mail.account)
    where = standpoint(mail.leaves_at, team.working_zone, team.rules, written_at=mail.written_at)
    return mail.raw, team.rules.check.serious, where
