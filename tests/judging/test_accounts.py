"""How a relationship stands: what turns the arrow, what does not, and why it says so."""

from datetime import UTC, datetime, timedelta

import pytest

from triage.judging.accounts import Heard, Relation, standing_of, top_of
from triage.judging.customers import Customer
from triage.judging.promises import GivenPromise
from triage.reading.heat import Level

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
CALM, HEATED, TENSE, GRATEFUL = Level.CALM, Level.HEATED, Level.TENSE, Level.GRATEFUL


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def heard(*days: float, level: Level = CALM) -> tuple[Heard, ...]:
    return tuple(Heard(at=ago(day), level=level) for day in days)


def told(*days: float) -> tuple[datetime, ...]:
    return tuple(ago(day) for day in days)


def given(*, due: float, kept: float | None = None) -> GivenPromise:
    return GivenPromise(
        account="rep@example.com",
        team="field",
        customer=Customer(addresses=("dana@acme.example",)),
        thread="",
        message_id="<1@example.com>",
        text="I will call you",
        made_at=ago(due + 1),
        due_at=ago(due),
        remind_at=None,
        kept_at=None if kept is None else ago(kept),
    )


def relation(
    *, heard: tuple[Heard, ...] = (), told: tuple[datetime, ...] = (), promises: tuple[GivenPromise, ...] = ()
) -> Relation:
    by_time = tuple(sorted(heard, key=lambda each: each.at))
    return Relation(customer="acme.example", heard=by_time, told=told, promises=promises)


BEFORE = heard(60, 50, 40, 30, 20)


@pytest.mark.parametrize(
    ("known", "arrow", "why"),
    [
        (relation(), "steady", "no message in 14 days"),
        (relation(heard=(*BEFORE, *heard(9, 3))), "steady", "2 messages in 14 days, in their usual tone"),
        (
            relation(heard=(*BEFORE, *heard(9), *heard(3, level=HEATED))),
            "down",
            "1 of 2 messages in 14 days heated or tense, 0 of 5 before",
        ),
        (
            relation(heard=(*heard(40, 30, 20, level=HEATED), *heard(9, 3))),
            "up",
            "0 of 2 messages in 14 days heated or tense, 3 of 3 before",
        ),
        (
            relation(heard=(*heard(40, 30, 20, level=TENSE), *heard(9, 3, level=TENSE))),
            "steady",
            "2 messages in 14 days, in their usual tone",
        ),
        (
            relation(heard=(*BEFORE, *heard(9), *heard(3, level=GRATEFUL))),
            "up",
            "1 of 2 messages in 14 days said thank you",
        ),
        (
            relation(heard=(*BEFORE, *heard(3)), promises=(given(due=2),)),
            "down",
            "1 promise broken in 14 days",
        ),
        (
            relation(heard=(*BEFORE, *heard(3)), promises=(given(due=2, kept=2.5),)),
            "up",
            "1 promise kept in time in 14 days",
        ),
        (
            relation(heard=(*BEFORE, *heard(3)), promises=(given(due=2, kept=1),)),
            "down",
            "1 promise broken in 14 days",
        ),
        (
            relation(heard=heard(70, 65, 60, 55)),
            "down",
            "nothing heard for 55 days, usually every 5 days",
        ),
    ],
)
def test_the_arrow(known: Relation, arrow: str, why: str) -> None:
    standing = standing_of(known, NOW)
    assert (standing.arrow, standing.why) == (arrow, why)


def test_one_tense_message_among_many_turns_nothing() -> None:
    known = relation(heard=(*BEFORE, *heard(12, 10, 8, 6), *heard(3, level=TENSE)))
    assert standing_of(known, NOW).arrow == "steady"


def test_they_have_not_heard_from_us_for_longer_than_usual() -> None:
    silent = standing_of(relation(told=told(60, 55, 50, 45)), NOW)
    assert silent.silent_for == timedelta(days=45)
    assert standing_of(relation(told=told(60, 40, 20, 15)), NOW).silent_for is None


def test_thanks_are_fresh_for_a_week() -> None:
    assert standing_of(relation(heard=heard(6, level=GRATEFUL)), NOW).thanked_at == ago(6)
    assert standing_of(relation(heard=heard(8, level=GRATEFUL)), NOW).thanked_at is None


def test_who_has_been_happy_for_long_may_be_a_reference() -> None:
    happy = (*heard(100, 50), *heard(70, 5, level=GRATEFUL))
    assert standing_of(relation(heard=happy), NOW).may_refer
    assert not standing_of(relation(heard=(*happy, *heard(20, level=TENSE))), NOW).may_refer
    assert not standing_of(relation(heard=happy, promises=(given(due=2),)), NOW).may_refer
    assert not standing_of(relation(heard=heard(20, 5, level=GRATEFUL)), NOW).may_refer


def test_who_went_silent_after_a_heated_message_has_left() -> None:
    left = (*heard(60, 50), *heard(40, level=HEATED), *heard(38))
    assert standing_of(relation(heard=left), NOW).left_at == ago(38)
    assert standing_of(relation(heard=(*left, *heard(2))), NOW).left_at is None
    assert standing_of(relation(heard=heard(60, 50, 40)), NOW).left_at is None


def test_mails_of_a_day_that_read_the_same_count_each() -> None:
    before = Heard(at=ago(30), level=CALM, mails=10)
    lately = Heard(at=ago(3), level=CALM, mails=3), Heard(at=ago(2.9), level=HEATED, mails=2)
    standing = standing_of(relation(heard=(before, *lately)), NOW)
    assert standing.arrow == "down"
    assert standing.why == "2 of 5 messages in 14 days heated or tense, 0 of 10 before"


def test_the_accounts_are_those_that_the_rules_list_else_those_with_most_mail() -> None:
    traffic = {"quiet.example": 1, "past.example": 0, "busy.example": 3}
    assert [*top_of(traffic, (), most=2)] == ["busy.example", "quiet.example"]
    assert [*top_of(traffic, ("past.example", "new.example"))] == ["past.example", "new.example"]
