"""The reply check: the words that are a fault, those that only look like one, and what is missing."""

import time
from datetime import UTC, datetime

import pytest

from benchmarks.replies import SETS, bench_replies, load_replies
from tests.laws import reviews_reply
from triage.reading.acknowledging import names_matter
from triage.reading.deadlines import Standpoint
from triage.reading.replies import FaultKind, check, takes_ownership

NOW = Standpoint(now=datetime(2026, 3, 11, 14, 15, tzinfo=UTC), zone=UTC)
GOOD = (
    "Order 4711 is late, and that is on me. I can send it by courier today, or bring it myself on Friday. "
    "I will call you by 5 pm to hear which."
)
MISSING = {FaultKind.NO_OPTIONS, FaultKind.NO_TIME, FaultKind.ISSUE_NOT_ACKNOWLEDGED}


def said(text: str) -> list[tuple[FaultKind, str]]:
    """The faults in what a text says, not those in what it lacks."""
    return [(fault.kind, fault.words) for fault in check(text, NOW) if fault.kind not in MISSING]


def lacking(text: str, main_issue: str = "") -> set[FaultKind]:
    return {fault.kind for fault in check(text, NOW, main_issue=main_issue)} & MISSING


@pytest.mark.parametrize("name", ["replies", "replies-held-out", "replies-many-voices", "replies-last"])
def test_the_targets_hold_on_our_sets(name: str) -> None:
    result = bench_replies(*load_replies(SETS / f"{name}.toml"))
    assert result.kinds["all"].precision >= 0.9
    assert result.kinds["all"].recall >= 0.75
    assert result.serious_on_good <= 0.03


@pytest.mark.parametrize(
    ("fault", "kind", "words", "look_alike"),
    [
        (
            "You should have read the manual.",
            FaultKind.BLAME_CUSTOMER,
            "You should have read",
            "You should have received the manual on Monday.",
        ),
        (
            "As I said, it is out of stock.",
            FaultKind.I_TOLD_YOU_SO,
            "As I said",
            "As I said I would, I shipped it.",
        ),
        (
            "I told you that it would leak.",
            FaultKind.I_TOLD_YOU_SO,
            "I told you",
            "I told you Monday, and it was Wednesday. That is on me.",
        ),
        (
            "I am sorry you feel that way.",
            FaultKind.NON_APOLOGY,
            "sorry you feel",
            "I am sorry you had to wait.",
        ),
        (
            "I am sorry for the delay, but it was a busy week.",
            FaultKind.BUT_AFTER_APOLOGY,
            "but",
            "I am sorry for the delay, but I can send it today.",
        ),
        (
            "The warehouse forgot your box.",
            FaultKind.BLAME_THIRD_PARTY,
            "warehouse forgot",
            "The warehouse has your box.",
        ),
        (
            "It is against company policy.",
            FaultKind.POLICY_HIDING,
            "against company policy",
            "Our policy gives you 30 days.",
        ),
        (
            "With all due respect, it works.",
            FaultKind.SARCASM,
            "With all due respect",
            "Congratulations on the award!",
        ),
        (
            "See you in court.",
            FaultKind.COUNTER_THREAT,
            "See you in court",
            "If you leave, I will help with the handover.",
        ),
        (
            "Please calm down.",
            FaultKind.DISMISSIVE,
            "calm down",
            "There is no need to send the old one back.",
        ),
        (
            "We accept full liability.",
            FaultKind.OVER_APOLOGY,
            "accept full liability",
            "I take full responsibility for the service.",
        ),
        (
            "We will do it as soon as possible.",
            FaultKind.VAGUE_PROMISE,
            "as soon as possible",
            "We will do it as soon as possible, by Friday noon.",
        ),
    ],
)
def test_a_fault_is_shown_in_its_words_and_its_look_alike_is_left_alone(
    fault: str, kind: FaultKind, words: str, look_alike: str
) -> None:
    shown = dict(said(fault))
    assert kind in shown
    assert shown[kind] == words
    assert said(look_alike) == []


def test_each_fault_says_why_and_what_to_write_instead() -> None:
    for fault in check(
        "I'm sorry if you were upset, but you should have called.", NOW, main_issue="It leaks."
    ):
        assert fault.name
        assert fault.why
        assert fault.instead


def test_the_words_stand_where_the_fault_says() -> None:
    text = "Hello,\n\nas I\nsaid before, it is gone."
    (fault, *_) = check(text, NOW)
    assert fault.start is not None
    assert " ".join(text[fault.start :].split()).startswith(fault.words)


def test_a_good_reply_has_no_fault() -> None:
    assert check(GOOD, NOW, main_issue="Where is order 4711?") == ()
    assert takes_ownership(GOOD)
    assert not takes_ownership("We will send it.")


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("I will send a new one on Friday.", {FaultKind.NO_OPTIONS}),
        ("Would you rather have a new one, or a repair?", {FaultKind.NO_TIME}),
        ("Thank you for your message.", {FaultKind.NO_OPTIONS, FaultKind.NO_TIME}),
        ("I can do this:\n- repair it\n- replace it\nI call you at 5 pm.", set()),
        ("Please send me:\n- the number\n- a photo", {FaultKind.NO_OPTIONS, FaultKind.NO_TIME}),
    ],
)
def test_options_and_a_time_are_missed(text: str, missing: set[FaultKind]) -> None:
    assert lacking(text) == missing


@pytest.mark.parametrize(
    ("text", "issue", "named"),
    [
        ("Order 4711 leaves today.", "Order 4711 has not arrived.", True),
        ("The leak will be mended today.", "Your valve is leaking.", True),
        ("I am sorry for the delay.", "The parts have still not arrived.", True),
        ("Thank you for your message, we value your order.", "Your valve is leaking.", False),
        ("Order 4712 leaves today.", "Order 4711 has not arrived.", False),
    ],
)
def test_the_customers_matter_is_named_by_a_fact_a_thing_or_its_trouble(
    text: str, issue: str, named: bool
) -> None:
    assert names_matter(text, issue) is named


def test_without_a_main_issue_none_is_missed() -> None:
    assert FaultKind.ISSUE_NOT_ACKNOWLEDGED not in lacking("Thank you.")


def test_one_apology_is_good_and_the_next_too_much() -> None:
    once, twice = "I am sorry for the delay.", "I am sorry for the delay. Again, I apologise."
    assert said(once) == []
    assert [kind for kind, _ in said(twice)] == [FaultKind.OVER_APOLOGY]


@pytest.mark.parametrize(
    "piece", ["- x\n", "sorry. ", "I'll look into it. ", "by 8, ", "I will ", "(", "1/2 "]
)
def test_a_megabyte_of_a_reply_is_reviewed_soon(piece: str) -> None:
    """A second for a megabyte, doubled: it catches what hangs, not what is slow on a busy machine."""
    reviews_reply("")  # what is read once is not this text's to pay for
    begin = time.process_time()
    reviews_reply(piece * (1_000_000 // len(piece)), piece)
    assert time.process_time() - begin < 2
