"""When the desk has to act again by itself. Until then the daemon may sleep.

Whatever is written to the store may change it: then it is drawn up anew. That a person or a server asks for
something is no business of the clock, and so not of this room.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from triage.desk.office import Office
from triage.judging.holds import HeldReply, State, waits_until

AT_THE_LATEST = timedelta(minutes=1)
"""So long the desk sleeps at most: what nobody foresaw is found then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What falls due when, if nothing happens before."""

    tick: datetime
    """The desk's own tick."""
    sending: Mapping[str, datetime]
    """Accounts whose replies are to be decided about."""

    def due(self, now: datetime) -> list[str]:
        """The accounts whose time has come."""
        return [account for account, at in self.sending.items() if at <= now]

    def rest(self, now: datetime) -> float:
        """Seconds until the time of a further account comes."""
        return min(((at - now).total_seconds() for at in self.sending.values() if at > now), default=inf)


def agenda(office: Office) -> Agenda:
    """All that waits for its time, as things stand."""
    with office.store.look() as records:
        moments = [records.next_expiry(), records.next_reminder(), office.clock.now() + AT_THE_LATEST]
        held = records.next_attempts()
        others = records.replies_in(State.RELEASING, State.ASKED, State.FAILED)
        unnoted = records.accounts_to_note()
    ours = office.settings.accounts
    sending = {account: at for account, at in held.items() if account in ours}
    for reply in others:
        if reply.account in ours and (at := _moment(office, reply)):
            sending[reply.account] = min(at, sending.get(reply.account, at))
    sending |= {account: office.clock.now() for account in unnoted if account in ours}
    return Agenda(tick=min(at for at in moments if at), sending=sending)


def _moment(office: Office, reply: HeldReply) -> datetime | None:
    """What is claimed is its sender's, at once: one that has forsaken it settles it when it is knocked at."""
    if reply.state is State.RELEASING:
        return office.clock.now()
    return waits_until(reply, office.team_of(reply.account).policy)
