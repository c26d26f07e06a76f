"""Open, extend or close a cool-down; pass or hold a reply. Values in, a decision out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from triage.judging.cooldown import (
    Cooldown,
    Extend,
    Hold,
    Ignore,
    Incoming,
    Open,
    Outgoing,
    Pass,
    WroteAgain,
    on_message,
    on_reply,
)
from triage.judging.customers import Customer
from triage.judging.free_mail import FREE_MAIL
from triage.judging.rules import CooldownRules

NOW = datetime(2026, 3, 16, 14, 0, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
RULES = CooldownRules()


def customer(*addresses: str) -> Customer:
    return Customer.of(addresses, free_mail=FREE_MAIL)


ACME = customer("dana@acme.example")
MESSAGE = Incoming(
    message="m1",
    account="rep@example.com",
    team="field",
    customer=ACME,
    thread="<1@acme.example>",
    subject_key="order 4711",
    heated=True,
    internal_date=NOW - timedelta(minutes=5),
)
COOLDOWN = Cooldown(
    id="c1",
    account="rep@example.com",
    team="field",
    customer=ACME,
    thread="<1@acme.example>",
    subject_key="order 4711",
    length=HALF_AN_HOUR,
    message="m1",
    opened_at=NOW,
    expires_at=NOW + timedelta(days=7),
)
REPLY = Outgoing(recipients=("dana@acme.example",), thread="<1@acme.example>", subject_key="order 4711")


# A message comes in


def test_a_heated_message_opens_a_cool_down_whose_clock_stands_still() -> None:
    decision = on_message(MESSAGE, [], RULES, NOW)
    assert isinstance(decision, Open)
    assert decision.instead_of is None
    assert decision.cooldown.started_at is None
    assert decision.cooldown.due_at is None
    assert decision.cooldown.expires_at == NOW + timedelta(days=7)


@pytest.mark.parametrize(
    ("arrived", "started"),
    [
        (NOW - timedelta(minutes=5), NOW - timedelta(minutes=5)),
        (NOW + timedelta(hours=3), NOW),
    ],
)
def test_the_clock_may_start_with_the_message_but_never_in_the_future(
    arrived: datetime, started: datetime
) -> None:
    rules = CooldownRules(starts="message")
    decision = on_message(replace(MESSAGE, internal_date=arrived), [], rules, NOW)
    assert isinstance(decision, Open)
    assert decision.cooldown.started_at == started


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"heated": False}, "not heated"),
        ({"ignore_because": "machine-made (List-Id)"}, "machine-made (List-Id)"),
    ],
)
def test_a_message_that_opens_nothing_says_why(changes: dict[str, Any], reason: str) -> None:
    assert on_message(replace(MESSAGE, **changes), [], RULES, NOW) == Ignore(reason=reason)


def test_a_further_heated_message_moves_only_the_expiry() -> None:
    running = replace(COOLDOWN, started_at=NOW)
    later = NOW + timedelta(minutes=29)
    decision = on_message(replace(MESSAGE, message="m2"), [running], RULES, later)
    assert decision == Extend(
        cooldown=replace(running, message="m2", expires_at=later + timedelta(days=7)),
    )


def test_when_its_time_is_over_a_heated_message_opens_a_new_one_instead() -> None:
    over = replace(COOLDOWN, started_at=NOW)
    decision = on_message(replace(MESSAGE, message="m2"), [over], RULES, NOW + HALF_AN_HOUR)
    assert isinstance(decision, Open)
    assert decision.instead_of == over
    assert decision.cooldown.started_at is None


def test_a_calm_message_on_an_open_cool_down_closes_nothing() -> None:
    decision = on_message(replace(MESSAGE, heated=False), [COOLDOWN], RULES, NOW)
    assert decision == WroteAgain(cooldowns=(COOLDOWN,))


@pytest.mark.parametrize(
    ("scope", "thread", "sender", "concerned"),
    [
        ("thread", "<1@acme.example>", "dana@acme.example", True),
        ("thread", "<1@acme.example>", "her.boss@acme.example", True),
        ("thread", "<2@acme.example>", "dana@acme.example", False),
        ("thread", "<1@acme.example>", "dana@other.example", False),
        ("customer", "<2@acme.example>", "her.boss@acme.example", True),
        ("customer", "<2@acme.example>", "dana@other.example", False),
    ],
)
def test_whose_message_concerns_a_cool_down(scope: Any, thread: str, sender: str, *, concerned: bool) -> None:
    message = replace(MESSAGE, heated=False, thread=thread, customer=customer(sender))
    decision = on_message(message, [replace(COOLDOWN, scope=scope)], RULES, NOW)
    assert isinstance(decision, WroteAgain) is concerned


def test_what_is_ignored_does_not_count_as_writing_again() -> None:
    robot = replace(MESSAGE, heated=False, ignore_because="machine-made (Auto-Submitted)")
    assert isinstance(on_message(robot, [COOLDOWN], RULES, NOW), Ignore)


# A reply goes out


def test_the_first_reply_starts_the_clock() -> None:
    decision = on_reply(REPLY, [COOLDOWN], NOW)
    assert isinstance(decision, Hold)
    assert decision.until == NOW + HALF_AN_HOUR
    assert decision.started == (replace(COOLDOWN, started_at=NOW),)


def test_a_running_clock_never_restarts() -> None:
    running = replace(COOLDOWN, started_at=NOW)
    decision = on_reply(REPLY, [running], NOW + timedelta(minutes=20))
    assert isinstance(decision, Hold)
    assert decision.until == NOW + HALF_AN_HOUR
    assert decision.started == (running,)


def test_after_the_time_a_reply_passes_and_names_what_it_closes() -> None:
    over = replace(COOLDOWN, started_at=NOW)
    just_before = NOW + HALF_AN_HOUR - timedelta(microseconds=1)
    assert isinstance(on_reply(REPLY, [over], just_before), Hold)
    decision = on_reply(REPLY, [over], NOW + HALF_AN_HOUR)
    assert isinstance(decision, Pass)
    assert decision.over == (over,)


def test_with_several_matches_the_latest_due_time_counts() -> None:
    early = replace(COOLDOWN, id="c1", started_at=NOW - timedelta(minutes=10))
    late = replace(COOLDOWN, id="c2", started_at=NOW - timedelta(minutes=1))
    over = replace(COOLDOWN, id="c3", started_at=NOW - timedelta(hours=1))
    decision = on_reply(REPLY, [late, over, early], NOW)
    assert isinstance(decision, Hold)
    assert decision.cooldown.id == "c2"
    assert decision.until == NOW + timedelta(minutes=29)
    assert {c.id for c in decision.started} == {"c1", "c2"}


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({}, True),
        ({"recipients": ("her.boss@acme.example",)}, True),
        ({"recipients": ("colleague@example.com",)}, False),
        ({"recipients": ("colleague@example.com", "DANA@acme.example")}, True),
        ({"recipients": ()}, False),
        ({"thread": "<other@acme.example>"}, False),
        ({"thread": ""}, True),
        ({"thread": "", "subject_key": "another matter"}, False),
        ({"thread": "", "subject_key": ""}, False),
    ],
    ids=lambda value: str(value),
)
def test_what_counts_as_a_reply_to_the_customer(changes: dict[str, Any], *, held: bool) -> None:
    decision = on_reply(replace(REPLY, **changes), [COOLDOWN], NOW)
    assert isinstance(decision, Hold) is held


def test_an_empty_subject_never_matches_an_empty_subject() -> None:
    nameless = replace(COOLDOWN, subject_key="")
    assert isinstance(on_reply(replace(REPLY, thread="", subject_key=""), [nameless], NOW), Pass)


def test_for_the_whole_customer_any_subject_is_held() -> None:
    whole = replace(COOLDOWN, scope="customer")
    other = replace(REPLY, thread="<other@acme.example>", subject_key="price list")
    assert isinstance(on_reply(other, [whole], NOW), Hold)


def test_strangers_at_the_same_free_mail_domain_are_not_held() -> None:
    dana = replace(COOLDOWN, customer=customer("dana@gmail.com"))
    assert isinstance(on_reply(replace(REPLY, recipients=("dana@gmail.com",)), [dana], NOW), Hold)
    assert isinstance(on_reply(replace(REPLY, recipients=("lee@gmail.com",)), [dana], NOW), Pass)


@pytest.mark.parametrize("listed", ["lee@acme.example", "acme.example"])
@pytest.mark.parametrize("recipient", ["lee@acme.example", "Lee@Acme.example"])
def test_whom_the_rules_never_hold_for(listed: str, recipient: str) -> None:
    decision = on_reply(replace(REPLY, recipients=(recipient,)), [COOLDOWN], NOW, never_hold=[listed])
    assert isinstance(decision, Pass)


def test_the_angry_one_is_held_though_a_friend_of_hers_is_not() -> None:
    both = replace(REPLY, recipients=("lee@acme.example", "dana@acme.example"))
    assert isinstance(on_reply(both, [COOLDOWN], NOW, never_hold=["lee@acme.example"]), Hold)


def test_the_same_facts_give_the_same_decision() -> None:
    assert on_reply(REPLY, [COOLDOWN], NOW) == on_reply(REPLY, [COOLDOWN], NOW)
    assert on_message(MESSAGE, [COOLDOWN], RULES, NOW) == on_message(MESSAGE, [COOLDOWN], RULES, NOW)
