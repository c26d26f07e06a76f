"""The torturer's ledger finds every broken promise: one that finds none is worth nothing."""

import pytest

from benchmarks.rig.ledger import Entry, Ledger, mark

HELD, PASSED, NOTHING = "250 2.0.0 held until 14:30 (triage r1)", "250 2.0.0 Ok: queued", ""
DOUBT = "451 4.4.0 may have been sent; look before you send again"
COOLDOWN = 30.0


def body(number: int, words: str = "") -> bytes:
    return f"Subject: x\r\n\r\n{mark(number)} {words}\r\n".encode()


def submitted(
    ledger: Ledger, *answers: str, at: float = 100.0, thread: str = "<order@acme.example>"
) -> Entry:
    """A reply that was submitted as often as there are answers, a second apart."""
    entry = ledger.open("gate", thread)
    for i, answer in enumerate(answers):
        ledger.begin(entry, body(entry.number), f"<{i}@example.com>", at + i).answer = answer
    return entry


def faults(ledger: Ledger) -> list[str]:
    return [finding.fault for finding in ledger.verdict()]


@pytest.mark.parametrize(
    ("answers", "arrivals", "found"),
    [
        ([HELD], [130.0], []),
        ([HELD], [], ["lost"]),
        ([HELD], [129.9], ["early"]),
        ([HELD], [130.0, 131.0], ["doubled"]),
        ([NOTHING, HELD], [130.0], []),
        ([NOTHING, HELD], [130.0, 130.1], ["doubled"]),
        ([NOTHING], [], []),
        ([PASSED], [100.0], []),
        ([PASSED], [], ["lost"]),
        ([PASSED], [100.0, 100.1], ["doubled"]),
        # It passed while the client waited, and the client that got no answer sent it again.
        ([NOTHING, PASSED], [100.0, 101.0], []),
        ([NOTHING, PASSED], [100.0, 101.0, 101.1], ["doubled"]),
        ([DOUBT, PASSED], [100.0, 101.0], []),
        (["451 4.4.0 connect: gone", PASSED], [100.0, 101.0], ["doubled"]),
        (["550 5.0.0 Never"], [], []),
    ],
)
def test_what_was_promised_is_compared_with_what_arrived(
    answers: list[str], arrivals: list[float], found: list[str]
) -> None:
    ledger = Ledger(COOLDOWN)
    entry = submitted(ledger, *answers)
    for at in arrivals:
        assert ledger.arrived(body(entry.number), at) == entry.number
    assert faults(ledger) == found


def test_other_bytes_than_those_submitted_are_found() -> None:
    ledger = Ledger(COOLDOWN)
    entry = submitted(ledger, HELD)
    ledger.arrived(body(entry.number, "and one word more"), 130.0)
    assert faults(ledger) == ["byte-changed"]


def test_a_draft_that_was_sent_is_found() -> None:
    ledger = Ledger(COOLDOWN)
    entry = ledger.open("drafts", "<order@acme.example>")
    ledger.begin(entry, body(entry.number), "<1@example.com>", 100.0).answer = "250 saved into Drafts"
    assert faults(ledger) == []
    ledger.arrived(body(entry.number), 200.0)
    assert faults(ledger) == ["doubled"]


def test_the_clock_is_that_of_the_first_reply_on_the_thread() -> None:
    ledger = Ledger(COOLDOWN)
    submitted(ledger, NOTHING, at=100.0)
    second = submitted(ledger, HELD, at=120.0)
    ledger.arrived(body(second.number), 130.0)
    assert faults(ledger) == []


def test_a_reply_to_a_message_that_was_not_read_yet_may_have_passed_and_then_be_held() -> None:
    ledger = Ledger(COOLDOWN)
    entry = ledger.open("gate", "<order@acme.example>", unseen=True)
    for answer in (NOTHING, HELD):
        ledger.begin(entry, body(entry.number), "<1@example.com>", 100.0).answer = answer
    for at in (100.0, 130.0):
        ledger.arrived(body(entry.number), at)
    assert faults(ledger) == []
    ledger.arrived(body(entry.number), 131.0)
    assert faults(ledger) == ["doubled"]


def test_sent_again_is_counted_by_message_id() -> None:
    ledger = Ledger(COOLDOWN)
    entry = submitted(ledger, NOTHING, NOTHING, HELD)
    entry.tries[1].message_id = entry.tries[0].message_id
    assert (entry.again(same_id=True), entry.again(same_id=False)) == (1, 1)
