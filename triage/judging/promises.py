"""A promise that was given to a customer: when it is due, when to remind of it, what became of it.

Finding promises in a text is `reading.promises`'s; whether a later reply keeps one, `reading.keeping`'s.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal, TypeAlias

from triage.judging.customers import Customer
from triage.reading.deadlines import Due, Standpoint

PromiseState: TypeAlias = Literal["due", "kept", "broken"]
"""`due` is still to be kept, with a time or without one."""
BEFORE_DUE = timedelta(hours=1)
"""How long before its time a promise is called to mind, where there is so much time."""
_END_OF_DAY = time(23, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPromise:
    """A promise in a mail that went out, in the rep's own words."""

    id: str = ""
    """Given by the store: "p5"."""
    account: str
    team: str
    customer: Customer
    thread: str
    message_id: str
    """The mail that it stands in."""
    text: str
    made_at: datetime
    due_at: datetime | None
    """None where it has no time: it is never broken, and stays until it is kept."""
    remind_at: datetime | None
    """When the rep is to be reminded; None where that is done, or there is no time."""
    kept_at: datetime | None = None
    kept_because: str = ""

    def state(self, now: datetime) -> PromiseState:
        """What became of it. Kept late is kept; `was_broken` remembers."""
        if self.kept_at is not None:
            return "kept"
        return "broken" if self.was_broken(now) else "due"

    def was_broken(self, now: datetime) -> bool:
        """Whether its time came, and it was not kept by then."""
        return self.due_at is not None and self.due_at < (self.kept_at or now)


def due_moment(due: Due, where: Standpoint) -> datetime:
    """When a promise is due: a day alone at the end of its working time, or of itself where that is over."""
    if isinstance(due, datetime):
        return due
    close = where.at(due, where.hours.end)
    return close if close > where.now else where.at(due, _END_OF_DAY)


def remind_moment(due: Due | None, where: Standpoint) -> datetime | None:
    """When to remind: an hour before, half-way where there is less; on the morning of a day."""
    if due is None:
        return None
    moment = due_moment(due, where)
    if moment <= where.now:
        return None
    if not isinstance(due, datetime) and (morning := where.at(due, where.hours.start)) > where.now:
        return morning
    return moment - min(BEFORE_DUE, (moment - where.now) / 2)
