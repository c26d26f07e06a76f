"""Times that a text names -> when they are due, by the conventions of a salesperson's mail.

"Next week" is its Friday, "before the 15th" the 14th, a window is due at its end; a bare "at 4" is the next
one. The grammar is in `days` and `clocks`; here its parts are put together. What a time is a promise of is
for `promises`.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from triage.reading.deadlines.clocks import CLOCKS
from triage.reading.deadlines.days import DAYS
from triage.reading.deadlines.parts import Clock, DayPart, Hours, Part, Standpoint

__all__ = ["Deadline", "Due", "Hours", "Standpoint", "find"]

Due: TypeAlias = datetime | date
"""A moment; a day alone where only that was named."""

DAY = timedelta(days=1)

_JOINT = re.compile(
    r"[\s,(]*(?:(?:at|on|by|in|of|the|around|about|latest|from|until|before|no later than)\b[\s,]*)*",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"\b(?:by|until|till|before|within|than|latest)[ ](?:on )?(?:the )?$|\blatest\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?<!\bor )\bbefore[ ](?:the )?$", re.IGNORECASE)
_DATED = (
    "order|invoice|e-?mail|message|letter|call|note|delivery|report|meeting|visit|quote|offer|one|batch|lot"
)
_OVER = re.compile(
    rf"\b(?:of|dated|since|last|past|previous|every|each|on the|(?:{_DATED})s? from)[ ](?:the )?$",
    re.IGNORECASE,
)
"""What stands before a time that is no due time: "your order of 3 March", "every Monday"."""
_THING = re.compile(r"(?:lunch|morning|afternoon|evening|night)", re.IGNORECASE)
_SET = re.compile(r"\b(?:by|before|at|until|till|over|in|this|around)[ ](?:the |my |your )?$", re.IGNORECASE)
"""Without a day or such a word before it, a part of the day is a thing: "I'll bring the lunch"."""
_LEFT, _RIGHT = 20, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A time as the text names it, text[start:end]."""

    start: int
    end: int
    due: Due
    firm: bool
    """It is said to be the latest: "by", "before", "within"."""


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    part: Part


def find(text: str, where: Standpoint) -> tuple[Deadline, ...]:
    """The times to come that a text names, in its order; those of the past are left out."""
    found = _shared(_merged(text, _parts(text, where)))
    deadlines = (_deadline(text, each, where) for each in found)
    return tuple(each for each in deadlines if each)


def _parts(text: str, where: Standpoint) -> list[_Found]:
    """What the rules find, in the text's order; what an earlier rule took is not read again."""
    found: list[_Found] = []
    for pattern, read in (*DAYS, *CLOCKS):
        for match in pattern.finditer(text):
            free = all(match.end() <= each.start or each.end <= match.start() for each in found)
            if free and (part := read(match, where)):
                found.append(_Found(match.start(), match.end(), part))
    return sorted(found, key=lambda each: each.start)


def _merged(text: str, found: list[_Found]) -> list[_Found]:
    """Parts that stand side by side are one time: "by 8", "tomorrow", "morning"."""
    merged: list[_Found] = []
    for each in found:
        last = merged[-1] if merged else None
        if last and _JOINT.fullmatch(text[last.end : each.start]) and (part := _both(last.part, each.part)):
            merged[-1] = _Found(last.start, each.end, part)
        else:
            merged.append(each)
    return merged


def _both(one: Part, other: Part) -> Part | None:
    """Two parts as one; None where they say two things."""
    twice = (one.clock and other.clock) or (one.day_part and other.day_part) or one.due or other.due
    if twice or (one.day and other.day and one.exact == other.exact):
        return None
    dated = other if other.exact or not one.day else one
    return Part(
        day=dated.day,
        exact=dated.exact,
        window=dated.window,
        clock=one.clock or other.clock,
        day_part=one.day_part or other.day_part,
        zone=one.zone or other.zone,
    )


def _shared(found: list[_Found]) -> list[_Found]:
    """A day alone and clock times without one: "On Monday I will call you at 10"."""
    days = [each for each in found if each.part.day and not each.part.clock and not each.part.day_part]
    timed = [each for each in found if each.part.clock or each.part.day_part]
    if len(days) != 1 or days[0].part.window or not timed or any(each.part.day for each in timed):
        return found
    day = days[0].part
    return [
        replace(each, part=replace(each.part, day=day.day, exact=day.exact))
        for each in found
        if each is not days[0]
    ]


def _deadline(text: str, found: _Found, where: Standpoint) -> Deadline | None:
    before = text[max(0, found.start - _LEFT) : found.start]
    after = text[found.end : found.end + _RIGHT]
    if _OVER.search(before) or after.startswith(("'s ", "’s ")):
        return None
    if not found.part.day and _THING.fullmatch(text[found.start : found.end]) and not _SET.search(before):
        return None
    due = _due(found.part, where, day_before=bool(_BEFORE.search(before)))
    if due is None or (not isinstance(due, datetime) and due < where.today):
        return None
    firm = bool(_FIRM.search(before) or found.part.due or re.search(r"\blatest\b", after))
    return Deadline(start=found.start, end=found.end, due=due, firm=firm)


def _due(part: Part, where: Standpoint, *, day_before: bool) -> Due | None:
    if part.due:
        return part.due
    if part.clock:
        return _by_clock(part, part.clock, where)
    if part.day_part:
        end = _end_of(part.day_part, where.hours)
        moment = where.at(part.day or where.today, end)
        return moment if part.day or moment > where.now else where.at(where.today + DAY, end)
    return part.day - DAY if part.day and day_before and not part.window else part.day


def _end_of(day_part: DayPart, hours: Hours) -> time:
    """When a part of the day is over; "first thing" is the first hour of work."""
    match day_part:
        case "first thing":
            return hours.start.replace(hour=min(hours.start.hour + 1, 23))
        case "morning" | "noon":
            return time(12)
        case "afternoon" | "close":
            return hours.end
        case "evening":
            return time(22)
        case _:
            return time(23, 59)


def _by_clock(part: Part, clock: Clock, where: Standpoint) -> datetime:
    """The moment that a clock time means: of two halves of the day, the one that a person would."""
    halves = [time(clock.hour, clock.minute)]
    if not clock.sure and clock.hour <= 12:
        halves.append(time((clock.hour + 12) % 24, clock.minute))
    if part.day_part in ("morning", "first thing"):
        halves = halves[:1]
    elif part.day_part:
        halves = halves[-1:]
    if part.day:
        working = [half for half in halves if where.hours.start <= half <= where.hours.end]
        return where.at(part.day, (working or halves)[0], part.zone)
    since = where.written_at or where.now
    today = [where.at(where.today, half, part.zone) for half in halves]
    tomorrow = [where.at(where.today + DAY, half, part.zone) for half in halves]
    return min(moment for moment in (*today, *tomorrow) if moment > since)
