"""What a reply promises, and until when: the conventions, one by one, and what is no promise of ours."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.replies import SETS, bench_promises, load_promises
from triage.reading.deadlines import Hours, Standpoint
from triage.reading.promises import Promise, find

NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
WEDNESDAY = Standpoint(now=datetime(2026, 3, 11, 10, 15, tzinfo=NEW_YORK), zone=NEW_YORK)


def at(month: int, day: int, hour: int, minute: int = 0, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


def only(text: str, where: Standpoint = WEDNESDAY) -> Promise:
    (promise,) = find(text, where)
    return promise


@pytest.mark.parametrize("name", ["promises", "promises-held-out", "promises-many-voices", "promises-last"])
def test_the_targets_hold_on_our_sets(name: str) -> None:
    result = bench_promises(load_promises(SETS / f"{name}.toml"))
    assert result.found.f1 >= 0.9
    assert result.due_right >= 0.9


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("in ten minutes", at(3, 11, 10, 25)),
        ("within 48 hours", at(3, 13, 10, 15)),
        ("by end of day Thursday", at(3, 12, 18)),
        ("first thing Monday", at(3, 16, 9)),
        ("no later than the 13th", date(2026, 3, 13)),
        ("before the 15th", date(2026, 3, 14)),
        ("on or before March 20", date(2026, 3, 20)),
        ("before your 2 pm call", at(3, 11, 14)),
        ("between 2 and 4 pm", at(3, 11, 16)),
        ("next week", date(2026, 3, 20)),
        ("before the weekend", date(2026, 3, 13)),
        ("by the end of the month", date(2026, 3, 31)),
        ("within three working days", date(2026, 3, 16)),
        ("on Monday or Tuesday", date(2026, 3, 17)),
        ("by 3 pm CET", at(3, 12, 10)),
        ("soon", None),
        ("as soon as the parts are in", None),
    ],
)
def test_each_way_to_name_a_time(words: str, due: datetime | date | None) -> None:
    assert only(f"I will call you {words}.").due == due


def test_a_numeric_date_is_read_as_in_the_zones_country() -> None:
    in_berlin = Standpoint(now=WEDNESDAY.now, zone=BERLIN)
    assert only("We will ship on 4/5.").due == date(2026, 4, 5)
    assert only("We will ship on 4/5.", in_berlin).due == date(2026, 5, 4)
    assert only("We will ship on 28/4.").due == date(2026, 4, 28)


def test_working_hours_say_when_a_day_begins_and_ends() -> None:
    hours = Hours(start=time(7), end=time(16), days=frozenset(range(6)))
    where = Standpoint(now=WEDNESDAY.now, zone=NEW_YORK, hours=hours)
    assert only("You will have it by close of business.", where).due == at(3, 11, 16)
    assert only("I'll call first thing tomorrow.", where).due == at(3, 12, 8)
    assert only("I'll answer within four working days.", where).due == date(2026, 3, 16)


def test_hours_are_hours_also_where_the_clocks_change() -> None:
    friday = Standpoint(now=datetime(2026, 3, 27, 12, 0, tzinfo=BERLIN), zone=BERLIN)
    assert only("You'll hear from me in 72 hours.", friday).due == at(3, 30, 13, zone=BERLIN)


@pytest.mark.parametrize(
    "text",
    [
        "You will send us the photos by Friday.",
        "If you sign today, we will ship tomorrow.",
        "Tell me which, and I will book it today.",
        "I can call you at 3.",
        "Would you like me to call you at 3?",
        "I won't be able to ship before Monday.",
        "We usually answer within 24 hours.",
        "Shall I call you at 3?",
        "You said you will pay by Friday.",
        "Your order of March 20 is here.",
        "I shipped it at 9 this morning.",
    ],
)
def test_what_is_no_promise_of_ours(text: str) -> None:
    assert find(text, WEDNESDAY) == ()


def test_two_times_are_two_promises_and_no_time_splits_none() -> None:
    call, contract = find("I will call at 2 and send the contract by 5.", WEDNESDAY)
    assert (call.due, contract.due) == (at(3, 11, 14), at(3, 11, 17))
    assert only("I'll find out and get back to you.").text == "I'll find out and get back to you"


def test_a_promise_is_in_the_writers_words_at_its_place() -> None:
    text = "Dear Ms Vance,\n\nthe pump is here. You'll have it by noon\ntomorrow.\n"
    promise = only(text)
    assert promise.text == "You'll have it by noon tomorrow"
    assert text[promise.start :].startswith("You'll have it")


def test_a_time_that_passes_while_the_reply_is_held_is_impossible() -> None:
    leaves = WEDNESDAY.now.replace(hour=14, minute=30)
    held = Standpoint(now=leaves, zone=NEW_YORK, written_at=leaves.replace(hour=14, minute=0))
    assert only("I will call you by 14:20.", held).is_impossible(leaves)
    assert not only("I will call you by 14:40.", held).is_impossible(leaves)
    assert not only("I will call you in ten minutes.", held).is_impossible(leaves)
    assert only("I will call you at 9.", held).due == at(3, 11, 21)


@given(st.text(max_size=300), st.integers(0, 7_000_000_000))
def test_any_text_can_be_read(text: str, now: int) -> None:
    where = Standpoint(now=datetime.fromtimestamp(now, UTC), zone=NEW_YORK)
    for promise in find(f"I will do it {text} by 31/12 at 25:61, 0/0 and within 999 months.", where):
        assert promise.text
