"""When the desktop is quiet, and what many notices at once say."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from triage.writing.announcing import Kind, News, QuietHours, at_once


@pytest.mark.parametrize(
    ("start", "end", "clock", "quiet"),
    [
        ("19:00", "07:00", "18:59", False),
        ("19:00", "07:00", "19:00", True),
        ("19:00", "07:00", "00:00", True),
        ("19:00", "07:00", "06:59", True),
        ("19:00", "07:00", "07:00", False),
        ("12:00", "13:00", "12:30", True),
        ("12:00", "13:00", "13:00", False),
        ("08:00", "08:00", "08:00", False),
    ],
)
def test_quiet_hours_are_by_the_clock_on_the_wall(start: str, end: str, clock: str, *, quiet: bool) -> None:
    zone = ZoneInfo("America/Chicago")
    hours = QuietHours(start=time.fromisoformat(start), end=time.fromisoformat(end), zone=zone)
    now = datetime.combine(datetime(2026, 3, 16, tzinfo=UTC), time.fromisoformat(clock), zone)
    assert hours.covers(now.astimezone(UTC)) is quiet


def test_three_are_shown_and_four_are_counted() -> None:
    kinds: list[Kind] = ["heated", "heated", "look", "sent"]
    news = [News(kind=kind, title="A title", text="A text") for kind in kinds]
    assert at_once(news[:3]) == news[:3]
    (one,) = at_once(news)
    assert (one.title, one.text) == ("4 things are new", "1 to look at, 2 heated and 1 sent.")
