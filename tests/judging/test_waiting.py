"""Did waiting help: what is counted, and how it is said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from triage.judging.accounts import Heard
from triage.judging.tones import Tone
from triage.judging.waiting import Waited, Waiting, waited_of, waiting_of
from triage.reading.heat import Level
from triage.reading.replies import FaultKind
from triage.writing.waiting import found_line, waiting_line

NOW, HOUR = datetime(2026, 3, 16, 14, 0, tzinfo=UTC), timedelta(hours=1)
HASTY = Tone(
    account="rep@example.com",
    team="field",
    thread="<1@acme.example>",
    at=NOW,
    left=False,
    text_key="hasty",
    read=True,
    faults=(FaultKind.BLAME_CUSTOMER, FaultKind.NO_TIME),
)
AS_IT_WAS = replace(HASTY, at=NOW + HOUR, left=True)
REWRITTEN = replace(AS_IT_WAS, text_key="calm", faults=(FaultKind.NO_TIME,))
HOT, CALM = (Heard(at=NOW + 2 * HOUR, level=level) for level in (Level.HEATED, Level.CALM))


def waited(*tones: Tone, heard: tuple[Heard, ...] = ()) -> Waited:
    def next_level(after: datetime) -> Level | None:
        return next((each.level for each in heard if each.at > after), None)

    found = waited_of("acme.example", tones, next_level)
    assert found is not None
    return found


def test_what_left_is_held_against_the_first_that_was_held() -> None:
    second_try = replace(HASTY, at=NOW + HOUR / 2, text_key="less hasty")
    found = waited(HASTY, second_try, REWRITTEN)
    assert (found.held, found.left, found.rewritten) == (HASTY, REWRITTEN, True)
    assert not waited(HASTY, AS_IT_WAS).rewritten


def test_what_never_left_does_not_count_nor_what_was_never_held() -> None:
    assert waited_of("acme.example", [HASTY], lambda _: Level.CALM) is None
    assert waited_of("acme.example", [AS_IT_WAS], lambda _: Level.CALM) is None


def test_how_the_customer_wrote_next() -> None:
    before = replace(HOT, at=NOW - HOUR)
    assert waited(HASTY, REWRITTEN, heard=(before,)).next is None
    assert waited(HASTY, REWRITTEN, heard=(before, CALM, HOT)).next is Level.CALM


def test_the_sum_and_how_it_is_said() -> None:
    found = [
        waited(HASTY, REWRITTEN, heard=(CALM,)),
        waited(HASTY, AS_IT_WAS, heard=(HOT,)),
        waited(HASTY, AS_IT_WAS),
    ]
    total = waiting_of(found)
    assert total == Waiting(sent=3, rewritten=1, answered=2, heated_again=1)
    assert waiting_line(total) == (
        "3 replies were sent after waiting, 1 of them rewritten; "
        "the customer wrote again after 2, still heated after 1."
    )
    assert found_line(found) == "The reply check found 6 faults in them when they were held, 5 in what left."


def test_where_nothing_was_held_nothing_is_said() -> None:
    assert waiting_line(Waiting()) == found_line([]) == ""
