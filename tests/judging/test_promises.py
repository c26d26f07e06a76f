"""When a promise is due, when the rep is reminded of it, and what became of it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from triage.judging.promises import due_moment, remind_moment
from triage.reading.deadlines import Due, Standpoint

CHICAGO = ZoneInfo("America/Chicago")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("now", "due", "moment", "reminder"),
    [
        (at(16, 9), at(16, 16), at(16, 16), at(16, 15)),
        (at(16, 9), at(16, 9, 30), at(16, 9, 30), at(16, 9, 15)),
        (at(16, 9), date(2026, 3, 18), at(18, 18), at(18, 8)),
        (at(16, 9), date(2026, 3, 16), at(16, 18), at(16, 17)),
        (at(16, 19), date(2026, 3, 16), at(16, 23, 59), at(16, 22, 59)),
    ],
    ids=[
        "an hour before",
        "half-way where there is less",
        "a day: that morning",
        "today",
        "today, after hours",
    ],
)
def test_due_and_reminder(now: datetime, due: Due, moment: datetime, reminder: datetime) -> None:
    where = Standpoint(now=now.astimezone(UTC), zone=CHICAGO)
    assert due_moment(due, where) == moment
    assert remind_moment(due, where) == reminder


def test_what_has_no_time_or_is_over_is_not_called_to_mind() -> None:
    where = Standpoint(now=at(16, 9), zone=CHICAGO)
    assert remind_moment(None, where) is None
    assert remind_moment(at(16, 8), where) is None
