"""The rep's own weeks, in words that neither scold nor grade. For the rep alone."""

from collections.abc import Iterator

from triage.judging.tones import Mirror, Turn, Week
from triage.writing.times import local_day

_TURNS: dict[Turn, str] = {
    "sharper": "Your mail of the last two weeks is more pointed than yours mostly is.",
    "later": "More of your mail goes out in the evening or at the weekend than before.",
}
ADVICE = "It may be the load, and not you: hand a hot thread to a colleague, or take the evening off."


def mirror_lines(mirror: Mirror) -> tuple[str, ...]:
    """A line for each week that has mail, and what has turned; empty where there was none."""
    return tuple(_lines(mirror))


def _lines(mirror: Mirror) -> Iterator[str]:
    yield from (_week(week) for week in mirror.weeks if week.mails)
    yield from (_TURNS[turn] for turn in mirror.turns)
    if mirror.turns:
        yield ADVICE


def _week(week: Week) -> str:
    """ "From Mon 2 Mar: 14 mails, 2 with pointed words, 3 outside working hours"."""
    mails = "1 mail" if week.mails == 1 else f"{week.mails} mails"
    more = ((week.pointed, "with pointed words"), (week.after_hours, "outside working hours"))
    return ", ".join((f"From {local_day(week.begins)}: {mails}", *(f"{n} {what}" for n, what in more if n)))
