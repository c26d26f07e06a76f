"""Times as people say them, and the moments that the team's hours and the day's summary fall on.

Zones come as arguments, `now` too; stored moments are UTC.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice

from triage.judging.rules import WEEKDAYS, Weekday, WorkingHours
from triage.reading import deadlines
from triage.reading.deadlines import Standpoint

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FIVE, _HALF_HOUR = timedelta(minutes=5), timedelta(minutes=30)


def local(when: datetime, zone: tzinfo, now: datetime) -> str:
    """ "15:10 CST"; "Mon 15:10 CST" on another day than now's; with the date where that is a week away."""
    here, today = when.astimezone(zone), now.astimezone(zone).date()
    clock = f"{here:%H:%M} {zone_name(here)}"
    if here.date() == today:
        return clock
    near = abs((here.date() - today).days) < 7
    return f"{_weekday(here)} {clock}" if near else f"{local_day(here.date())}, {clock}"


def local_day(day: date) -> str:
    """ "Fri 20 Mar". Not by strftime, whose names follow the machine's locale."""
    return f"{_weekday(day)} {short_day(day)}"


def short_day(day: date) -> str:
    """ "20 Mar"."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def meant(
    words: str, where: Standpoint, zone: tzinfo, now: datetime, *, after: datetime | None = None
) -> str:
    """The time that "by Friday noon" meant to who read it; empty where it cannot be told.

    Also where it is no later than `after`, or that day.
    """
    due = next((each.due for each in deadlines.find(words, where)), None)
    if isinstance(due, datetime):
        return local(due, zone, now) if after is None or due > after else ""
    return local_day(due) if due and (after is None or due > after.astimezone(zone).date()) else ""


def zone_name(here: datetime) -> str:
    """ "CST"; "UTC+03" where the zone has no letters of its own."""
    name = here.tzname() or "UTC"
    return f"UTC{name}" if name.startswith(("+", "-")) else name


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()].capitalize()


def acknowledge_by(
    due_at: datetime | None, now: datetime, minutes: float, hours: WorkingHours, zone: tzinfo
) -> datetime:
    """When an acknowledgement says that the customer will hear: the due time while it is still to come,
    else now and the cool-down and ten minutes; on five minutes, inside working hours.
    """
    moment = due_at if due_at and due_at > now else now + timedelta(minutes=minutes + 10)
    return inside_hours(_rounded_up(moment, _FIVE), hours, zone)


def next_step_by(leaves_at: datetime, hours: WorkingHours, zone: tzinfo) -> datetime:
    """The time that a suggestion promises: two hours after the reply leaves, on the half hour."""
    return inside_hours(_rounded_up(leaves_at + timedelta(hours=2), _HALF_HOUR), hours, zone)


def _rounded_up(moment: datetime, step: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return moment.astimezone(UTC) + (epoch - moment) % step


def inside_hours(moment: datetime, hours: WorkingHours, zone: tzinfo) -> datetime:
    """The moment, or the start of the next working time."""
    here = moment.astimezone(zone)
    if WEEKDAYS[here.weekday()] in hours.days and here.time() <= hours.end:
        return max(moment, cut_off_for(here.date(), hours.start, zone))
    return next(
        cut_off_for(day, hours.start, zone)
        for day in _days_from(here.date() + timedelta(days=1), 1)
        if WEEKDAYS[day.weekday()] in hours.days
    )


def _days_from(day: date, step: int) -> Iterator[date]:
    while True:
        yield day
        day += timedelta(days=step)


def cut_off_for(day: date, at: time, zone: tzinfo) -> datetime:
    """The moment, in UTC, when clocks in `zone` show `at` on `day`.

    A time that comes twice that day is its first; one that is skipped is the first moment after the gap.
    """
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0), zone)
    while wall.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        wall = wall.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return wall.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The stretch of time that one summary covers; `day` is the local day that it goes by."""

    day: date
    since: datetime
    until: datetime

    def covers(self, moment: datetime | None) -> bool:
        """Whether something happened, and within it."""
        return moment is not None and self.since <= moment < self.until


def last_cut_off(now: datetime, at: time, days: Collection[Weekday], zone: tzinfo) -> datetime | None:
    """The latest scheduled cut-off that has come; None where no day is scheduled."""
    return next((moment for _, moment in _cut_offs(now, at, days, zone)), None)


def next_cut_off(now: datetime, at: time, days: Collection[Weekday], zone: tzinfo) -> datetime | None:
    """The first scheduled cut-off still to come; None where no day is scheduled."""
    coming = islice(_days_from(now.astimezone(zone).date(), 1), 8)
    moments = (cut_off_for(day, at, zone) for day in coming if WEEKDAYS[day.weekday()] in days)
    return next((moment for moment in moments if moment > now), None)


def summary_due(
    now: datetime,
    *,
    at: time,
    days: Collection[Weekday],
    zone: tzinfo,
    last: datetime | None,
    installed: datetime,
) -> Window | None:
    """What the scheduled summary has to cover now; None where nothing is due.

    `last` is the cut-off of the last one sent. After a sleep it is one summary, by the latest day due.
    """
    for day, until in islice(_cut_offs(now, at, days, zone), 1):
        since = last or installed
        another_day = last is None or last.astimezone(zone).date() < day
        if until > since and another_day:
            return Window(day=day, since=since, until=until)
    return None


def window_of(day: date, *, at: time, days: Collection[Weekday], zone: tzinfo, installed: datetime) -> Window:
    """What the summary of `day` covers: from the cut-off scheduled before it, or from the install."""
    until = cut_off_for(day, at, zone)
    before = last_cut_off(until - timedelta(microseconds=1), at, days, zone)
    return Window(day=day, since=min(max(before or installed, installed), until), until=until)


def _cut_offs(
    now: datetime, at: time, days: Collection[Weekday], zone: tzinfo
) -> Iterator[tuple[date, datetime]]:
    """The scheduled cut-offs of the last days up to now, latest first."""
    for day in islice(_days_from(now.astimezone(zone).date(), -1), 8):
        moment = cut_off_for(day, at, zone)
        if WEEKDAYS[day.weekday()] in days and moment <= now:
            yield day, moment
