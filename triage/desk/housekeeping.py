"""What ends by itself: cool-downs, bytes that nobody needs any longer, facts past their retention."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from triage.desk.office import Office
from triage.desk.ports import Records
from triage.desk.replies import close
from triage.judging.cooldown import Cooldown
from triage.judging.facts import Intention, MessageFacts, Notice, OutgoingFacts
from triage.judging.holds import KEEP_BYTES, HeldReply
from triage.judging.promises import GivenPromise
from triage.judging.tones import Tone

FOUND, SLICE = 20_000, 200
"""Rows that are found at a time, and those that are forgotten in one transaction."""
PRUNED = (HeldReply, Cooldown, MessageFacts, OutgoingFacts, GivenPromise, Tone, Notice, Intention)
"""What is past its retention is forgotten in this order: a reply before the cool-down that it needs."""

_Find: TypeAlias = Callable[[Records], Sequence[int]]
_Forget: TypeAlias = Callable[[Records, Sequence[int]], None]


def expire(office: Office) -> None:
    """Close the cool-downs that nobody closed."""
    now = office.clock.now()
    with office.store.look() as records:
        expired = [c.id for c in records.open_cooldowns() if c.expires_at <= now]
    for id_ in expired:
        with office.store.begin() as records:
            cooldown = records.cooldown(id_)
            # It may have been extended, or closed, since we looked.
            if cooldown.closed_at is None and cooldown.expires_at <= now:
                close(office, records, cooldown, "it expired")


def prune(office: Office) -> None:
    """Wipe the bytes of what ended a week ago, and the facts that are past their retention."""
    now = office.clock.now()
    before = now - office.settings.retention
    _until_none(
        office,
        lambda records: records.bytes_to_wipe(now - KEEP_BYTES, most=FOUND),
        lambda records, numbers: records.wipe_bytes(numbers),
    )
    for kind in PRUNED:
        _forget(office, kind, before)
    with office.store.look() as records:
        newest, unused = records.newest_link(), records.unused_links()
    _in_slices(office, unused, lambda records, numbers: records.unlink(numbers, newest))


def _forget(office: Office, kind: type, before: datetime) -> None:
    _until_none(
        office,
        lambda records: records.outdated(kind, before, most=FOUND),
        lambda records, numbers: records.forget(kind, numbers, before),
    )


def _until_none(office: Office, find: _Find, forget: _Forget) -> None:
    while not office.is_stopping():
        with office.store.look() as records:
            found = find(records)
        if not found:
            return
        _in_slices(office, found, forget)


def _in_slices(office: Office, found: Sequence[int], forget: _Forget) -> None:
    """Whoever writes comes in between."""
    for first in range(0, len(found), SLICE):
        if office.is_stopping():
            return
        with office.store.begin() as records:
            forget(records, found[first : first + SLICE])
