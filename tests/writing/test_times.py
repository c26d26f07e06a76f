"""Times as people say them; the table of the nights on which clocks are changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from triage.judging.rules import WORKDAYS, Weekday, WorkingHours
from triage.writing.times import (
    Window,
    acknowledge_by,
    cut_off_for,
    last_cut_off,
    local,
    next_step_by,
    summary_due,
    window_of,
)

CHICAGO, BERLIN, KOLKATA = ZoneInfo("America/Chicago"), ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
HOURS = WorkingHours()
AT = time(17, 30)


def chicago(text: str) -> datetime:
    """ "2026-01-12 15:10" on a clock in Chicago; 12 January 2026 is a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO).astimezone(UTC)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-01-12 15:10", "15:10 CST"),
        ("2026-01-12 00:00", "00:00 CST"),
        ("2026-01-13 08:00", "Tue 08:00 CST"),
        ("2026-01-09 17:30", "Fri 17:30 CST"),
        ("2026-01-19 08:00", "Mon 19 Jan, 08:00 CST"),
        ("2026-07-01 08:00", "Wed 1 Jul, 08:00 CDT"),
    ],
)
def test_a_time_as_it_is_said_on_monday(when: str, said: str) -> None:
    assert local(chicago(when), CHICAGO, chicago("2026-01-12 14:30")) == said


def test_a_zone_without_letters_is_named_by_its_offset() -> None:
    noon = datetime(2026, 1, 12, 12, tzinfo=UTC)
    assert local(noon, ZoneInfo("America/Sao_Paulo"), noon) == "09:00 UTC-03"
    assert local(noon, UTC, noon) == "12:00 UTC"


@pytest.mark.parametrize(
    ("now", "due", "by"),
    [
        ("2026-01-12 14:28", None, "2026-01-12 15:10"),
        ("2026-01-12 14:30", None, "2026-01-12 15:10"),
        ("2026-01-12 14:28", "2026-01-12 14:51", "2026-01-12 14:55"),
        ("2026-01-12 14:28", "2026-01-12 14:55", "2026-01-12 14:55"),
        ("2026-01-12 14:28", "2026-01-12 13:00", "2026-01-12 15:10"),  # a due time that is over is none
        ("2026-01-12 17:30", None, "2026-01-13 08:00"),
        ("2026-01-12 17:20", None, "2026-01-12 18:00"),
        ("2026-01-12 03:00", None, "2026-01-12 08:00"),
        ("2026-01-16 17:50", None, "2026-01-19 08:00"),  # Friday evening: Monday morning
        ("2026-01-17 12:00", None, "2026-01-19 08:00"),
    ],
)
def test_when_an_acknowledgement_says_the_customer_will_hear(now: str, due: str | None, by: str) -> None:
    due_at = chicago(due) if due else None
    assert acknowledge_by(due_at, chicago(now), 30, HOURS, CHICAGO) == chicago(by)


def test_seconds_are_rounded_up_too() -> None:
    now = chicago("2026-01-12 14:30") + timedelta(seconds=1)
    assert acknowledge_by(None, now, 0.05, HOURS, CHICAGO) == chicago("2026-01-12 14:45")


def test_quarter_hour_zones_round_on_their_own_clock() -> None:
    now = datetime(2026, 1, 12, 6, 1, tzinfo=UTC)  # 11:31 in Kolkata
    by = acknowledge_by(None, now, 30, HOURS, KOLKATA)
    assert local(by, KOLKATA, now) == "12:15 IST"


def test_the_next_step_is_two_hours_after_the_reply_leaves() -> None:
    assert next_step_by(chicago("2026-01-12 15:10"), HOURS, CHICAGO) == chicago("2026-01-12 17:30")
    assert next_step_by(chicago("2026-01-12 16:10"), HOURS, CHICAGO) == chicago("2026-01-13 08:00")


@pytest.mark.parametrize(
    ("day", "at", "zone", "moment"),
    [
        (date(2026, 1, 12), time(17, 30), CHICAGO, "2026-01-12T23:30+00:00"),
        (date(2026, 7, 1), time(17, 30), CHICAGO, "2026-07-01T22:30+00:00"),
        # Chicago, 8 March 2026: 02:00 CST becomes 03:00 CDT, at 08:00 UTC.
        (date(2026, 3, 8), time(1, 59), CHICAGO, "2026-03-08T07:59+00:00"),
        (date(2026, 3, 8), time(2, 0), CHICAGO, "2026-03-08T08:00+00:00"),
        (date(2026, 3, 8), time(2, 30), CHICAGO, "2026-03-08T08:00+00:00"),
        (date(2026, 3, 8), time(2, 59, 59), CHICAGO, "2026-03-08T08:00+00:00"),
        (date(2026, 3, 8), time(3, 0), CHICAGO, "2026-03-08T08:00+00:00"),
        # Chicago, 1 November 2026: 01:30 comes twice, first in CDT.
        (date(2026, 11, 1), time(1, 30), CHICAGO, "2026-11-01T06:30+00:00"),
        (date(2026, 11, 1), time(1, 30, fold=1), CHICAGO, "2026-11-01T06:30+00:00"),
        (date(2026, 11, 1), time(2, 0), CHICAGO, "2026-11-01T08:00+00:00"),
        (date(2026, 3, 29), time(2, 30), BERLIN, "2026-03-29T01:00+00:00"),
        (date(2026, 10, 25), time(2, 30), BERLIN, "2026-10-25T00:30+00:00"),
        # Lord Howe Island moves by half an hour only; Beirut changes at midnight.
        (date(2026, 10, 4), time(2, 15), ZoneInfo("Australia/Lord_Howe"), "2026-10-03T15:30+00:00"),
        (date(2026, 3, 29), time(0, 30), ZoneInfo("Asia/Beirut"), "2026-03-28T22:00+00:00"),
    ],
)
def test_when_a_local_time_is(day: date, at: time, zone: ZoneInfo, moment: str) -> None:
    assert cut_off_for(day, at, zone) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-01-12 17:29", "2026-01-09 17:30"),  # Monday before the time: Friday's
        ("2026-01-12 17:30", "2026-01-12 17:30"),
        ("2026-01-12 23:59", "2026-01-12 17:30"),
        ("2026-01-18 12:00", "2026-01-16 17:30"),
    ],
)
def test_the_last_scheduled_cut_off(now: str, last: str) -> None:
    assert last_cut_off(chicago(now), AT, WORKDAYS, CHICAGO) == chicago(last)


def test_without_a_day_nothing_is_scheduled() -> None:
    assert last_cut_off(chicago("2026-01-12 12:00"), AT, (), CHICAGO) is None
    assert due("2026-01-12 18:00", days=()) is None


def test_a_team_that_writes_once_a_week_waits_a_week() -> None:
    monday: tuple[Weekday, ...] = ("mon",)
    assert last_cut_off(chicago("2026-01-12 17:29"), AT, monday, CHICAGO) == chicago("2026-01-05 17:30")


def due(
    now: str,
    *,
    last: str | None = None,
    installed: str = "2026-01-01 09:00",
    at: time = AT,
    days: tuple[Weekday, ...] = WORKDAYS,
) -> Window | None:
    return summary_due(
        chicago(now),
        at=at,
        days=days,
        zone=CHICAGO,
        last=chicago(last) if last else None,
        installed=chicago(installed),
    )


def window(day: str, since: str, until: str) -> Window:
    return Window(day=date.fromisoformat(day), since=chicago(since), until=chicago(until))


def test_it_is_due_at_its_time_and_once() -> None:
    assert due("2026-01-13 17:29", last="2026-01-12 17:30") is None
    expected = window("2026-01-13", "2026-01-12 17:30", "2026-01-13 17:30")
    assert due("2026-01-13 17:30", last="2026-01-12 17:30") == expected
    assert due("2026-01-13 17:31", last="2026-01-13 17:30") is None


def test_mondays_covers_the_weekend() -> None:
    expected = window("2026-01-12", "2026-01-09 17:30", "2026-01-12 17:30")
    assert due("2026-01-11 18:00", last="2026-01-09 17:30") is None
    assert due("2026-01-12 17:30", last="2026-01-09 17:30") == expected


def test_after_a_long_sleep_one_summary_covers_it_all() -> None:
    expected = window("2026-01-15", "2026-01-12 17:30", "2026-01-15 17:30")
    assert due("2026-01-16 09:00", last="2026-01-12 17:30") == expected


def test_a_fresh_install_sends_nothing_for_the_time_before_it() -> None:
    assert due("2026-01-12 18:00", installed="2026-01-12 17:45") is None
    expected = window("2026-01-13", "2026-01-12 17:45", "2026-01-13 17:30")
    assert due("2026-01-13 17:30", installed="2026-01-12 17:45") == expected


def test_a_later_hour_on_the_same_day_sends_no_second_one() -> None:
    assert due("2026-01-12 18:30", last="2026-01-12 17:30", at=time(18)) is None


def test_a_clock_set_back_sends_nothing_twice() -> None:
    assert due("2026-01-09 18:00", last="2026-01-12 17:30") is None


@pytest.mark.parametrize("at", [time(2, 30), time(1, 30)])
@pytest.mark.parametrize("start", [date(2026, 3, 6), date(2026, 10, 30)])
def test_on_nights_of_changed_clocks_each_day_has_exactly_one(start: date, at: time) -> None:
    everyday: tuple[Weekday, ...] = (*WORKDAYS, "sat", "sun")
    begin = cut_off_for(start, at, CHICAGO)
    last, sent = begin, []
    for minutes in range(0, 4 * 24 * 60, 7):
        now = begin + timedelta(minutes=minutes)
        found = summary_due(now, at=at, days=everyday, zone=CHICAGO, last=last, installed=begin)
        if found:
            assert found.since == last
            last = found.until
            sent.append(found.day)
    assert sent == [start + timedelta(days=n) for n in range(1, len(sent) + 1)]
    assert len(sent) == 3 + (
        begin + timedelta(days=4, minutes=-7) >= cut_off_for(start + timedelta(4), at, CHICAGO)
    )


def test_the_window_of_a_given_day() -> None:
    installed = chicago("2026-01-07 12:00")

    def of(day: str) -> Window:
        return window_of(date.fromisoformat(day), at=AT, days=WORKDAYS, zone=CHICAGO, installed=installed)

    assert of("2026-01-12") == window("2026-01-12", "2026-01-09 17:30", "2026-01-12 17:30")
    assert of("2026-01-10") == window("2026-01-10", "2026-01-09 17:30", "2026-01-10 17:30")
    assert of("2026-01-07") == window("2026-01-07", "2026-01-07 12:00", "2026-01-07 17:30")
    before_the_install = of("2026-01-02")
    assert before_the_install.since == before_the_install.until
