"""What the grammar of times is made of: where the writer stands, and the parts of which a time consists.

The rules themselves are in `days` and `clocks`; each names the pattern it reads and returns a `Part`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, NamedTuple, TypeAlias

DayPart: TypeAlias = Literal["", "first thing", "morning", "noon", "afternoon", "close", "evening", "night"]

_COUNTED = "one two three four five six seven eight nine ten eleven twelve"
NUMBERS = {word: number for number, word in enumerate(_COUNTED.split(), 1)} | {
    "a": 1,
    "an": 1,
    "couple": 2,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "forty-five": 45,
    "sixty": 60,
    "ninety": 90,
}
NUMBER = r"(?:\d{1,3}|(?:a )?couple(?: of)?|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Working hours, by the clock of the writer's zone; `days` as in `date.weekday`."""

    start: time = time(8)
    end: time = time(18)
    days: frozenset[int] = frozenset(range(5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """When and where a text speaks. Relative times count from `now`, the moment at which it leaves."""

    now: datetime
    zone: tzinfo
    hours: Hours = Hours()
    written_at: datetime | None = None
    """Where it is held: a clock time between then and `now` is not tomorrow's, it is over."""

    @property
    def here(self) -> datetime:
        """Now, by the clock of the zone."""
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        """The day, where the writer is."""
        return self.here.date()

    def at(self, day: date, clock: time, zone: tzinfo | None = None) -> datetime:
        """The moment at which the clocks of the zone show that."""
        return datetime.combine(day, clock, zone or self.zone).astimezone(self.zone)

    def after(self, span: timedelta) -> datetime:
        """So much later, by a stop-watch."""
        return (self.now.astimezone(UTC) + span).astimezone(self.zone)

    @property
    def month_first(self) -> bool:
        """Whether 3/4 is the fourth of March, as it is where this zone's clocks hang."""
        name = str(self.zone)
        return name in _MONTH_FIRST or name.startswith(_MONTH_FIRST_REGIONS)


_MONTH_FIRST_REGIONS = ("US/", "America/Indiana/", "America/Kentucky/", "America/North_Dakota/")
_MONTH_FIRST = frozenset(
    [
        *("America/Adak", "America/Anchorage", "America/Boise", "America/Chicago", "America/Denver"),
        *(
            "America/Detroit",
            "America/Juneau",
            "America/Los_Angeles",
            "America/Menominee",
            "America/Metlakatla",
        ),
        *("America/New_York", "America/Nome", "America/Phoenix", "America/Sitka", "America/Yakutat"),
        *(
            "America/Puerto_Rico",
            "America/St_Thomas",
            "Pacific/Honolulu",
            "Pacific/Guam",
            "Pacific/Pago_Pago",
        ),
        *("Pacific/Saipan", "Asia/Manila", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "EST", "MST", "HST"),
    ]
)


class Clock(NamedTuple):
    """What a clock shows; `sure` where it can be only one of the two halves of the day."""

    hour: int
    minute: int
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a time: a day, a clock time, a part of the day, or all at once in `due`."""

    day: date | None = None
    exact: bool = False
    """The day was named by its date."""
    window: bool = False
    """The day is the end of a longer time, as "next week" is: "before" takes nothing off."""
    clock: Clock | None = None
    day_part: DayPart = ""
    due: date | None = None
    zone: tzinfo | None = None


Read: TypeAlias = Callable[[re.Match[str], Standpoint], Part | None]


class Rule(NamedTuple):
    """A pattern, and what it means."""

    pattern: re.Pattern[str]
    read: Read


def rule(rules: list[Rule], pattern: str) -> Callable[[Read], Read]:
    """Let a function read what `pattern` finds; earlier rules go first."""

    def enter(read: Read) -> Read:
        rules.append(Rule(re.compile(rf"(?<![\w/.-]){pattern}", re.IGNORECASE), read))
        return read

    return enter


def after(*words: str) -> str:
    """A pattern for "one of these words stands before", which are no part of what is found."""
    return "(?:" + "|".join(f"(?<=\\b{word} )" for word in words) + ")"


def number_of(words: str) -> int:
    """A number as it is written, in digits or in words."""
    words = words.lower().removesuffix(" of")
    return int(words) if words.isdigit() else NUMBERS[words.removeprefix("a ")]


def working_days_after(day: date, count: int, hours: Hours) -> date:
    """The day after so many working days."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() in hours.days
    return day
