"""The mirror: a rep's own weeks, against their own past."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from triage.judging.tones import Mirror, Tone, mirror_of
from triage.reading.deadlines import Standpoint
from triage.reading.replies import FaultKind
from triage.writing.mirror import ADVICE, mirror_lines

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 3, 20, 20, 0, tzinfo=UTC)
"""A Friday, 15:00 in Chicago."""
WHERE = Standpoint(now=NOW, zone=CHICAGO)
REP = "rep@example.com"


def mails(count: int, *faults: FaultKind, ago: int = 0, hour: int = 15, left: bool = True) -> list[Tone]:
    """So many mails, that many weeks ago on a Friday, at that hour UTC."""
    at = NOW.replace(hour=hour) - timedelta(weeks=ago)
    tone = Tone(
        account=REP, team="field", thread="", at=at, left=left, text_key="", read=True, faults=tuple(faults)
    )
    return [tone] * count


def mirror(*tones: list[Tone]) -> Mirror:
    return mirror_of(REP, [tone for some in tones for tone in some], WHERE)


def test_each_week_is_counted_from_its_monday() -> None:
    (last,) = [w for w in mirror(mails(3), mails(1, FaultKind.SARCASM, hour=4)).weeks if w.mails]
    assert (last.begins, last.mails, last.pointed, last.after_hours) == (date(2026, 3, 16), 4, 1, 1)


def test_a_reply_that_was_taken_back_is_nobodys_tone() -> None:
    assert mirror_lines(mirror(mails(9, FaultKind.SARCASM, left=False))) == ()


def test_haste_is_no_temper() -> None:
    """No time, no options: these tell nothing of how the writer feels."""
    assert not any(w.pointed for w in mirror(mails(3, FaultKind.NO_TIME, FaultKind.OVER_APOLOGY)).weeks)


@pytest.mark.parametrize(
    ("before", "lately", "turns"),
    [
        (mails(20, ago=4), [*mails(6), *mails(4, FaultKind.DISMISSIVE)], ("sharper",)),
        (mails(20, ago=4), [*mails(6), *mails(4, hour=3)], ("later",)),
        (mails(20, ago=4), mails(10), ()),
        (mails(20, FaultKind.SARCASM, ago=4), mails(10, FaultKind.SARCASM), ()),  # always so: nothing turned
        (mails(20, FaultKind.SARCASM, ago=4), mails(10), ()),  # better: a mirror does not praise, either
        (mails(2, ago=4), mails(4, FaultKind.SARCASM), ()),  # too few to tell
    ],
)
def test_what_has_turned(before: list[Tone], lately: list[Tone], turns: tuple[str, ...]) -> None:
    assert mirror(before, lately).turns == turns


def test_it_neither_scolds_nor_grades() -> None:
    lines = mirror_lines(mirror(mails(20, ago=4), mails(6), mails(4, FaultKind.DISMISSIVE)))
    assert lines == (
        "From Mon 16 Feb: 20 mails",
        "From Mon 16 Mar: 10 mails, 4 with pointed words",
        "Your mail of the last two weeks is more pointed than yours mostly is.",
        ADVICE,
    )


def test_somebody_elses_mail_is_not_in_it() -> None:
    assert mirror_lines(mirror_of("ben@example.com", mails(5), WHERE)) == ()
