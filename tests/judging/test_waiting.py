"""Did waiting help: what is counted, and how it is said."""

from dataclasses import replace
from datetime import timedelta

from tests.store.records import NOW, REPLY
from triage.judging.accounts import Heard
from triage.judging.holds import TAKEN_BACK, State
from triage.judging.waiting import Waiting, waiting_of
from triage.reading.heat import Level
from triage.writing.waiting import waiting_line

HOUR = timedelta(hours=1)
SENT = replace(REPLY, state=State.SENT, finished_at=NOW)
FIRST_TRY = replace(REPLY, state=State.WITHDRAWN, because=TAKEN_BACK, finished_at=NOW - HOUR)


def test_what_is_counted() -> None:
    before, calm = Heard(at=NOW - HOUR, level=Level.HEATED), Heard(at=NOW + HOUR, level=Level.CALM)
    hot = Heard(at=NOW + HOUR, level=Level.HEATED)
    held = [
        ([FIRST_TRY, SENT], [before, calm]),
        ([SENT], [before, hot]),
        ([SENT], [before]),
        ([FIRST_TRY], [hot]),
    ]
    assert waiting_of(held) == Waiting(sent=3, rewritten=1, answered=2, heated_again=1)


def test_how_it_is_said() -> None:
    assert waiting_line(Waiting()) == ""
    said = waiting_line(Waiting(sent=3, rewritten=1, answered=2, heated_again=1))
    assert said == (
        "3 replies were sent after waiting, 1 of them rewritten; 2 customers wrote again, "
        "1 of them no longer heated."
    )
