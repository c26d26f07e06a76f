"""Times of day: "4:30 pm", "half past nine", "between 2 and 3", "noon", "close of business"."""

import re
from zoneinfo import ZoneInfo

from triage.reading.deadlines.parts import (
    NUMBERS,
    Clock,
    DayPart,
    Part,
    Read,
    Rule,
    Standpoint,
    after,
    number_of,
    rule,
)

CLOCKS: list[Rule] = []

_HOUR = r"(?:[01]?\d|2[0-4]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_HALF_OF_DAY = r"(?:[ ]?(?:a\.?m\b\.?|p\.?m\b\.?))"
_MARKED = (
    rf"(?:\d{{1,2}}[:.]\d{{2}}{_HALF_OF_DAY}|\d{{1,2}}(?::|h)\d{{2}}\b|{_HOUR}{_HALF_OF_DAY}"
    rf"|{_HOUR}[ ]?o['’ ]?[ ]?clock|\d{{1,2}}\.\d{{2}}[ ](?:uhr|h|hrs)\b|[012]\d[0-5]\d[ ]?(?:h|hrs|hours)\b)"
)
_FOLLOWS = (
    r"(?=[ ]*(?:$|[,;!)?–—]|\.(?!\d)|(?:on|tomorrow|today|tonight|this|in the|and|or|sharp|so|at|latest|for"
    r"|local|your|but|then|with|to|i|we|you|next|the latest|he|she|my|our|from|as|will|it|when"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b))"
)
_STANDS = after("at", "by", "before", "until", "till", "than", "around", "about")
_TO = r"[ ]?(?:and|to|until|till|or|-|–)[ ]?"
_ZONES = {
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "GMT": "UTC",
    "UTC": "UTC",
    "BST": "Europe/London",
    "JST": "Asia/Tokyo",
    "IST": "Asia/Kolkata",
    "Eastern": "America/New_York",
    "Central": "America/Chicago",
    "Mountain": "America/Denver",
    "Pacific": "America/Los_Angeles",
    **{f"E{s}T": "America/New_York" for s in ("", "S", "D")},
    **{f"C{s}T": "America/Chicago" for s in ("", "S", "D")},
    **{f"M{s}T": "America/Denver" for s in ("", "S", "D")},
    **{f"P{s}T": "America/Los_Angeles" for s in ("", "S", "D")},
}

_ZONE = rf"(?:[ ]\(?(?P<zone>(?-i:{'|'.join(_ZONES)}))\b(?:[ ][tT]ime\b)?\)?)?"


def _part(clock: Clock | None, zone: str | None) -> Part | None:
    return clock and Part(clock=clock, zone=ZoneInfo(_ZONES[zone]) if zone else None)


@rule(CLOCKS, rf"(?:between|from)[ ](?:{_MARKED}|{_HOUR}){_TO}(?P<to>{_MARKED}|{_HOUR}\b){_ZONE}")
@rule(CLOCKS, rf"(?:{_HOUR}|{_MARKED}){_TO}(?P<to>{_MARKED}){_ZONE}")
def _range(match: re.Match[str], _where: Standpoint) -> Part | None:
    """ "between 2 and 3 pm", "8:00-10:00": due at its end."""
    return _part(_clock(match["to"]), match["zone"])


@rule(CLOCKS, rf"half (?:past )?(?P<hour>{_HOUR})\b(?! (?:hour|day|of))")
@rule(CLOCKS, rf"(?P<quarter>quarter|\d\d?|ten|twenty|five) (?P<to>past|to) (?P<hour>{_HOUR})\b")
def _spoken(match: re.Match[str], _where: Standpoint) -> Part | None:
    """ "half past nine", "half five", "quarter to eight"."""
    hour, parts = number_of(match["hour"]), match.groupdict()
    if "quarter" not in parts:
        return Part(clock=Clock(hour % 24, 30, False))
    minutes = 15 if match["quarter"].lower() == "quarter" else number_of(match["quarter"])
    if match["to"].lower() == "to":
        hour, minutes = hour - 1, 60 - minutes
    return Part(clock=Clock(hour % 24, minutes, False))


@rule(CLOCKS, rf"(?P<clock>{_MARKED}){_ZONE}")
def _marked(match: re.Match[str], _where: Standpoint) -> Part | None:
    """ "4:30 pm", "16:30", "4 o'clock"."""
    return _part(_clock(match["clock"]), match["zone"])


@rule(CLOCKS, _STANDS + rf"{_HOUR}(?:h|[ ]h|[ ]hrs|[ ]uhr)\b")
@rule(CLOCKS, _STANDS + _HOUR + _FOLLOWS)
def _bare(match: re.Match[str], _where: Standpoint) -> Part | None:
    """ "at 4", "by five", "until 17 h"."""
    return _part(_clock(match[0]), None)


_DAY_PARTS: dict[str, DayPart] = {
    r"first thing(?: in the morning)?": "first thing",
    r"(?:noon|midday|mid-day|lunch ?time|lunch)\b": "noon",
    r"(?<!^at )(?<!^at the )(?:the )?(?:(?:close|end) of (?:the )?"
    r"(?:business|play|working day|work day|business day|day)"
    r"|(?-i:EOD|EOB|COB|eod|cob|eob))\b(?: for)?": "close",
    r"(?:in (?:the )?(?:course of the )?|over the )?(?:morning)\b": "morning",
    r"(?:in (?:the )?)?afternoon\b": "afternoon",
    r"(?:in (?:the )?)?evening\b": "evening",
    r"(?:midnight|the end of the night|night)\b": "night",
}


def _as_day_part(day_part: DayPart) -> Read:
    return lambda _match, _where: Part(day_part=day_part)


for _pattern, _day_part in _DAY_PARTS.items():
    rule(CLOCKS, _pattern)(_as_day_part(_day_part))


def _clock(words: str) -> Clock | None:
    """A clock time as it is written; None where no clock shows it."""
    words = words.lower()
    numbers = re.findall(r"\d{1,2}", words) if not (w := _WORD.match(words)) else [str(NUMBERS[w[0]])]
    hour, minute = int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0
    half = re.search(r"[ap](?=\.?m)", words)
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    if hour > 24 or minute > 59:
        return None
    sure = bool(half) or hour > 12 or words.startswith("0") or (len(numbers) > 1 and hour >= 7)
    return Clock(hour % 24, minute, sure)


_WORD = re.compile("|".join(sorted(NUMBERS, key=len, reverse=True)))
