"""Days and spans: "tomorrow", "next Tuesday", "the 3rd", "4/2", "end of the month", "within two weeks"."""

import re
from calendar import monthrange
from datetime import date, timedelta

from triage.reading.deadlines.parts import (
    NUMBER,
    DayPart,
    Part,
    Rule,
    Standpoint,
    after,
    number_of,
    rule,
    working_days_after,
)

DAYS: list[Rule] = []
DAY, WEEK = timedelta(days=1), timedelta(days=7)
FRIDAY, SUNDAY = 4, 6

_LONG_AGO = timedelta(days=120)
"""A day without a year that lies further back than this is next year's; a nearer one is past."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_NAMED_MONTH = _MONTH.replace("|may|", "|(?-i:May)|").replace("mar(?:ch)?", "(?-i:Mar(?:ch)?)")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = (
    r"(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day(?!s\b)"
    r"|(?-i:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?)"
)
_SPAN = (
    r"(?:in|within|inside|in under|(?:give|allow) (?:me|us)|not more than|no more than|less than) (?:of )?"
    r"(?:(?:about|around|the|these|less than|no more than) )?(?:(?:next|coming|following) )?"
)
_UNIT = (
    r"(?P<unit>(?:working|business|work|week)[ -]?days?|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?"
    r"|fortnight)\b"
)
_IN_MONTH = "(?:the )?end of|(?:the )?beginning of|early|in|during|late|mid|by|(?:by the )?middle of"
_YEAR = r"(?:,?[ ](?P<year>20\d\d)\b)?"
_NAMED = after("by", "before", "on", "until", "till", "than", "and", "or", "day", "day,", "for", "about")


# Spans: from now on.


@rule(DAYS, r"(?:in|within) (?:a|the next) (?:quarter of an|quarter) hour\b")
@rule(DAYS, r"(?:in|within|inside) (?:an |one |1 )?hour and a half\b")
@rule(DAYS, r"(?:in|within|inside) (?:the (?:next )?)?(?:about )?(?:half an|half|a half)[ -]hour\b")
@rule(DAYS, r"(?:within|inside) the (?:next |coming )?hour\b")
def _in_part_of_an_hour(match: re.Match[str], where: Standpoint) -> Part | None:
    words = match[0].lower()
    minutes = 15 if "quarter" in words else 90 if "and a half" in words else 30 if "half" in words else 60
    return Part(due=where.after(timedelta(minutes=minutes)))


@rule(
    DAYS,
    rf"{_SPAN}(?:{NUMBER}(?: or |-| to |–))?(?P<count>{NUMBER})[ -]?{_UNIT}(?: or (?P<more>two|so))?",
)
def _in_units(match: re.Match[str], where: Standpoint) -> Part | None:
    """ "within two hours" is a moment, "within two days" a day; "in an hour or two" is two."""
    count, unit = number_of(match["count"]), match["unit"].lower()
    count = 2 if match["more"] == "two" else count
    if unit.startswith(("min", "h")):
        step = timedelta(minutes=1) if unit.startswith("min") else timedelta(hours=1)
        return Part(due=where.after(count * step))
    if unit.startswith("month"):
        return Part(day=_months_after(where.today, count), window=True)
    if unit.startswith(("work", "business")) or re.match("week[ -]?day", unit):
        return Part(day=working_days_after(where.today, count, where.hours), window=True)
    days = count * {"d": 1, "w": 7, "f": 14}[unit[0]]
    return Part(day=where.today + timedelta(days=days), window=True)


@rule(DAYS, rf"(?P<count>{NUMBER}) (?P<unit>day|week)s? from (?:now|today)\b")
def _from_now(match: re.Match[str], where: Standpoint) -> Part | None:
    return Part(
        day=where.today + number_of(match["count"]) * (WEEK if match["unit"].lower() == "week" else DAY)
    )


# Weeks, months and longer: due at their end.


@rule(
    DAYS,
    r"(?P<which>early|late|mid|middle of|beginning of|start of|later)?[ -]?"
    r"(?P<week>next|the coming|this|the following) week(?!end|day)\b",
)
@rule(DAYS, r"(?P<which>end|beginning|start|middle) of (?P<week>next|this|the coming|the) week\b")
@rule(DAYS, r"(?P<which>)(?:within|during|in the course of) (?P<week>the|this|next) week\b")
@rule(DAYS, r"(?P<which>mid)-?(?P<week>)week\b")
def _week(match: re.Match[str], where: Standpoint) -> Part | None:
    """A week is its Friday; its beginning is Monday, "early" in it Tuesday."""
    which = (match["which"] or "").lower().split(" ")[0]
    weekday = {"beginning": 0, "start": 0, "early": 1, "mid": 2, "middle": 2}.get(which, FRIDAY)
    weeks = 1 if match["week"].lower() in ("next", "the coming", "the following") else 0
    day = _monday(where.today) + weeks * WEEK + weekday * DAY
    return Part(day=max(day, where.today), window=True)


@rule(DAYS, r"(?:the )?week after next\b")
def _week_after_next(_match: re.Match[str], where: Standpoint) -> Part | None:
    return Part(day=_monday(where.today) + 2 * WEEK + FRIDAY * DAY, window=True)


@rule(DAYS, r"(?P<prep>by |before |until |for |in time for |ahead of )?(?:the |this |next )?weekend\b")
def _weekend(match: re.Match[str], where: Standpoint) -> Part | None:
    """Before it is Friday; over it, Sunday."""
    before = bool(match["prep"])
    day = _monday(where.today) + (FRIDAY if before else SUNDAY) * DAY
    return Part(day=day + WEEK if "next " in match[0].lower() else max(day, where.today), window=True)


@rule(DAYS, r"(?:the )?end of (?P<which>the|this|next) (?P<unit>month|year|quarter)\b")
@rule(DAYS, r"(?P<which>next|this|within the|in the course of the) (?P<unit>month|year|quarter)\b(?!ly)")
@rule(DAYS, r"(?P<which>)(?P<unit>month|year|quarter)[ -]end\b")
def _month(match: re.Match[str], where: Standpoint) -> Part | None:
    months = {"month": 1, "quarter": 3, "year": 12}[match["unit"].lower()]
    this = (where.today.month - 1) // months
    last = (this + 1 + (match["which"].lower() == "next")) * months
    year, month = where.today.year + (last - 1) // 12, (last - 1) % 12 + 1
    return Part(day=_last_of(year, month), window=True)


@rule(DAYS, r"(?-i:Q)(?P<quarter>[1-4])\b")
def _quarter(match: re.Match[str], where: Standpoint) -> Part | None:
    month = int(match["quarter"]) * 3
    return Part(day=_last_of(where.today.year + (month < where.today.month), month), window=True)


@rule(DAYS, rf"(?P<which>{_IN_MONTH})[ -]{_NAMED_MONTH}(?! ?\d){_YEAR}")
def _in_month(match: re.Match[str], where: Standpoint) -> Part | None:
    """ "in May" and "by the end of May" are its last day, "mid-May" the 15th."""
    which, month = match["which"].lower(), _month_of(match["month"])
    if "beginning" in which or which == "early":
        return None
    year = int(match["year"]) if match["year"] else where.today.year + (month < where.today.month)
    last = _last_of(year, month)
    return Part(day=last.replace(day=15) if "mid" in which else last, window=True)


# Dates.


@rule(DAYS, r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")
def _iso(match: re.Match[str], _where: Standpoint) -> Part | None:
    return _dated(int(match["year"]), int(match["month"]), int(match["day"]))


@rule(DAYS, r"(?!24/7)(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<year>\d{4}|\d\d))?(?![\d/])")
@rule(DAYS, r"(?P<first>\d{1,2})\.(?P<second>\d{1,2})\.(?P<year>20\d\d)?(?!\d)")
def _numeric(match: re.Match[str], where: Standpoint) -> Part | None:
    """By the habit of the zone's country, unless there is no such month; with dots, the day stands first."""
    first, second = int(match["first"]), int(match["second"])
    month_first = where.month_first and "/" in match[0]
    if (first > 12) if month_first else (second > 12):
        month_first = not month_first
    day, month = (second, first) if month_first else (first, second)
    if match["year"]:
        return _dated(int(match["year"]) % 100 + 2000, month, day)
    return _next_date(month, day, where)


@rule(DAYS, rf"(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ ]{_MONTH}{_YEAR}")
@rule(DAYS, rf"{_MONTH}[ ](?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:){_YEAR}")
def _written(match: re.Match[str], where: Standpoint) -> Part | None:
    month, day = _month_of(match["month"]), int(match["day"])
    return _dated(int(match["year"]), month, day) if match["year"] else _next_date(month, day, where)


@rule(
    DAYS,
    _NAMED
    + r"(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)\b(?! (?:floor|time|party|attempt|quarter|line|unit)\b)",
)
def _nth(match: re.Match[str], where: Standpoint) -> Part | None:
    """ "the 3rd": the next one."""
    number, today = int(match["day"]), where.today
    months = (_months_after(today.replace(day=1), ahead) for ahead in range(4))
    days = (_date(first.year, first.month, number) for first in months)
    day = next((day for day in days if day and day >= today), None)
    return Part(day=day, exact=True) if day else None


@rule(DAYS, r"(?:christmas|xmas)(?: eve)?\b")
def _christmas(match: re.Match[str], where: Standpoint) -> Part | None:
    return _next_date(12, 24 if "eve" in match[0].lower() else 25, where)


# Days by name.


@rule(DAYS, r"(?:the )?(?P<after>day after )?tomorrow\b")
def _tomorrow(match: re.Match[str], where: Standpoint) -> Part | None:
    return Part(day=where.today + (2 if match["after"] else 1) * DAY)


@rule(DAYS, r"(?:later )?today\b")
@rule(DAYS, r"(?:within|during|in the course of|in the run of) the day\b")
def _today(_match: re.Match[str], where: Standpoint) -> Part | None:
    return Part(day=where.today)


@rule(DAYS, r"tonight\b")
@rule(DAYS, r"this (?P<part>morning|afternoon|evening|lunchtime)\b")
def _this(match: re.Match[str], where: Standpoint) -> Part | None:
    parts: dict[str, DayPart] = {
        "morning": "morning",
        "afternoon": "afternoon",
        "evening": "evening",
        "lunchtime": "noon",
    }
    return Part(
        day=where.today, day_part=parts[match["part"].lower()] if "part" in match.groupdict() else "night"
    )


@rule(DAYS, rf"(?:a week (?:on|from) {_WEEKDAY})")
@rule(DAYS, rf"{_WEEKDAY} week\b")
def _week_on(match: re.Match[str], where: Standpoint) -> Part | None:
    return Part(day=_coming(match["weekday"], where.today) + WEEK)


@rule(DAYS, rf"{_WEEKDAY},? (?:of )?(?P<week>this|next) week\b")
@rule(DAYS, rf"(?P<week>next|the following) {_WEEKDAY}")
def _of_next_week(match: re.Match[str], where: Standpoint) -> Part | None:
    """ "next Tuesday" is the Tuesday of next week."""
    weeks = 0 if match["week"].lower() == "this" else 1
    return Part(day=_monday(where.today) + weeks * WEEK + _number(match["weekday"]) * DAY)


@rule(DAYS, rf"(?:this |this coming |coming |the coming )?{_WEEKDAY}")
def _weekday(match: re.Match[str], where: Standpoint) -> Part | None:
    return Part(day=_coming(match["weekday"], where.today))


def _number(weekday: str) -> int:
    return _WEEKDAYS.index(weekday.lower()[:3])


def _coming(weekday: str, today: date) -> date:
    """The next day of that name; today is not meant, as one would say so."""
    return today + ((_number(weekday) - today.weekday() - 1) % 7 + 1) * DAY


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def _month_of(name: str) -> int:
    return _MONTHS.index(name.lower()[:3]) + 1


def _last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _months_after(day: date, count: int) -> date:
    year, month = day.year + (day.month - 1 + count) // 12, (day.month - 1 + count) % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _date(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None


def _dated(year: int, month: int, day: int) -> Part | None:
    found = _date(year, month, day)
    return Part(day=found, exact=True) if found else None


def _next_date(month: int, day: int, where: Standpoint) -> Part | None:
    """A date without its year: this year's, or next year's where that is long past; one just past is past."""
    found = _date(where.today.year, month, day)
    if found and found < where.today - _LONG_AGO:
        found = _date(where.today.year + 1, month, day)
    return Part(day=found, exact=True) if found else None
