"""A month with twelve accounts on a real Dovecot, by the daemon's own doors: it ends as the script says."""

from collections.abc import Iterator

import pytest

from tests.dovecot import Dovecot, dovecot_or_skip
from tests.journeys.calendar import Calendar
from tests.journeys.house import MANAGER
from tests.month import MONTH, play, signs_of
from triage.judging.accounts import Standing


@pytest.fixture(scope="module")
def calendar() -> Iterator[Calendar]:
    """The month is played once."""
    dovecot_or_skip()
    with pytest.MonkeyPatch.context() as quick, Calendar(Dovecot.flavoured("as_it_is")) as calendar:
        quick.setattr("triage.daemon.watching.BREATH", 0.0)
        play(calendar)
        calendar.look()
        yield calendar


@pytest.fixture(scope="module")
def standing(calendar: Calendar) -> dict[str, Standing]:
    return calendar.standings()


@pytest.mark.parametrize("customer", MONTH)
def test_each_stands_as_its_story_says(standing: dict[str, Standing], customer: str) -> None:
    story, found = MONTH[customer], standing[customer]
    assert found.arrow == story.arrow, found.why
    assert story.why in found.why
    assert signs_of(found) == story.signs


def test_the_manager_got_one_mail_a_working_day(calendar: Calendar) -> None:
    days = [str(mail["Subject"]).rpartition(", ")[2] for mail in calendar.summaries()]
    assert len(days) == len(set(days)) == 21
    assert not any(day.startswith(("Sat", "Sun")) for day in days)


def test_the_last_one_tells_how_they_stand_and_quotes_nobody(calendar: Calendar) -> None:
    text = calendar.last_summary("plain")
    assert "marlow-and-finch.example: was due Wed 18:00 CDT, still open" in text
    assert "harvestmoon-bakery.example: ▲ better, 4 of 4 messages in 14 days said thank you" in text
    for quoted in ("price list", "spare pump", "unacceptable", "saved our week"):
        assert quoted not in text


def test_every_reply_went_out_once(calendar: Calendar) -> None:
    sent = [mail.raw for mail in calendar.upstream.mails if mail.rcpt_tos != (MANAGER,)]
    ours = sum(bool(scene.ours) for story in MONTH.values() for scene in story.scenes)
    assert len(sent) == len(set(sent)) == ours
