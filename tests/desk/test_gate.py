"""What the gate answers, and what it remembers: `tests/desk/world.py` is the whole product in memory."""

from typing import Any

import pytest

from tests.desk.world import CALM, CUSTOMER, REP, World
from tests.fakes.relay import Trouble
from triage.judging.holds import Door, Envelope, State


def heated(**cooldown: Any) -> World:
    """A rep whose customer has just written, furious."""
    world = World(**cooldown)
    world.customer_writes()
    world.look()
    return world


def test_a_reply_to_a_heated_message_is_held_with_time_and_id() -> None:
    world = heated()
    assert world.rep_sends(world.reply()) == "250 2.0.0 held until 09:30 CDT (triage r1)"
    assert world.states == [State.HELD]
    assert not world.upstream.taken


def test_the_bytes_that_leave_are_the_bytes_that_came() -> None:
    world = heated()
    raw = world.reply() + b"8-bit \xe4\xf6, a NUL \x00, no line end"
    envelope = Envelope(mail_from=REP, rcpt_tos=(CUSTOMER, "hidden@acme.example"), options=("BODY=8BITMIME",))
    world.desk.reply_submitted(REP, envelope, raw)
    world.forward(minutes=30)
    (taken,) = world.upstream.taken
    assert (taken.raw, taken.rcpt_tos, taken.options) == (raw, envelope.rcpt_tos, envelope.options)


def test_calm_mail_passes_while_the_client_waits_with_the_upstreams_words() -> None:
    world = World()
    world.customer_writes(CALM)
    world.look()
    assert world.rep_sends(world.reply()) == "250 2.0.0 Ok: queued"
    assert world.upstream.taken
    assert world.replies == []


@pytest.mark.parametrize(
    ("to", "subject", "answers"),
    [
        (("colleague@example.com",), "Re: Order 4711", None),
        ((CUSTOMER,), "A new offer", ""),
        (("stranger@other.example",), "Re: Order 4711", None),
    ],
)
def test_what_is_no_reply_to_that_customer_passes(
    to: tuple[str, ...], subject: str, answers: str | None
) -> None:
    world = heated()
    assert "Ok" in world.rep_sends(world.reply(to=to[0], subject=subject, answers=answers), to=to)


def test_by_customer_and_subject_where_no_id_is_known() -> None:
    world = heated()
    assert "held" in world.rep_sends(world.reply(answers=""))


def test_a_hidden_recipient_is_a_recipient() -> None:
    world = heated()
    assert "held" in world.rep_sends(world.reply(to="colleague@example.com"), to=[CUSTOMER])


def test_a_receipt_passes() -> None:
    world = heated()
    envelope = Envelope(mail_from="", rcpt_tos=(CUSTOMER,))
    assert "Ok" in world.desk.reply_submitted(REP, envelope, world.reply())


def test_the_gate_before_the_watcher_looks_first() -> None:
    world = World()
    world.look()
    world.customer_writes()
    assert "held" in world.rep_sends(world.reply())


def test_where_nobody_can_look_it_decides_on_what_is_known_and_says_so() -> None:
    world = World()
    world.look()
    world.customer_writes()
    world.desk.office.look_first = lambda _: False
    assert "Ok" in world.rep_sends(world.reply())
    with world.store.look() as records:
        (passed,) = records.outgoing_between("field", world.clock.now(), world.later(minutes=1))
    assert passed.way == "not judged"


def test_a_reply_whose_thread_was_known_before_its_message_is_held() -> None:
    """A colleague's answer may be seen before what it answers: the thread is that which is known."""
    world = World()
    world.look()
    world.client_files(world.reply("I ask a colleague.", to="lee@example.com", answers="<root@acme.example>"))
    first = world.reply(
        "See below.", to="lee@example.com", answers="<root@acme.example> <customer.1@acme.example>"
    )
    world.client_files(first)
    world.look()
    world.customer_writes()
    world.look()
    assert "held" in world.rep_sends(world.reply())


# Sent again


def test_the_same_mail_again_is_the_same_reply_under_both_ids() -> None:
    world = heated()
    first, again = world.reply(message_id="<1@example.com>"), world.reply(message_id="<2@example.com>")
    world.rep_sends(first)
    world.clock.move(minutes=9)
    assert world.rep_sends(again) == "250 2.0.0 held until 09:30 CDT (triage r1)"
    assert world.only.message_ids == ("<1@example.com>", "<2@example.com>")
    world.forward(minutes=21)
    assert [taken.raw for taken in world.upstream.taken] == [first]


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        (State.HELD, "held until 09:30 CDT"),
        (State.ASKED, "waits for you"),
        (State.SENT, "already sent"),
        (State.UNKNOWN, "may have been sent"),
    ],
)
def test_sent_again_is_answered_with_what_became_of_it(state: State, answer: str) -> None:
    world = heated()
    world.rep_sends(world.reply(message_id="<1@example.com>"))
    match state:
        case State.ASKED:
            world.customer_writes(CALM, references=["<customer.1@acme.example>"])
            world.look()
        case State.SENT:
            world.asks("release", "r1", "the truck leaves")
        case State.UNKNOWN:
            world.upstream.trouble = ["dropped, taken"]
            world.asks("release", "r1", "the truck leaves")
    assert world.only.state is state
    assert world.rep_sends(world.reply(message_id="<2@example.com>")) == f"250 2.0.0 {answer} (triage r1)"
    assert len(world.replies) == 1


@pytest.mark.parametrize("how", ["withdrawn", "failed", "too late", "other recipients", "other words"])
def test_what_is_not_the_same_reply_is_judged_afresh(how: str) -> None:
    world = heated()
    world.rep_sends(world.reply(message_id="<1@example.com>"))
    text, to = "I have looked into it and will call you at three.", [CUSTOMER]
    match how:
        case "withdrawn":
            world.asks("withdraw", "r1")
        case "failed":
            world.upstream.trouble = ["no rcpt"]
            world.asks("release", "r1", "the truck leaves")
        case "too late":
            world.clock.move(minutes=10, seconds=1)
        case "other recipients":
            to = [CUSTOMER, "boss@acme.example"]
        case "other words":
            text = "Something else."
    answer = world.rep_sends(world.reply(text, message_id="<2@example.com>"), to=to)
    assert answer == "250 2.0.0 held until 09:30 CDT (triage r2)", (
        "where the clock runs, its time is the old one"
    )


def test_a_draft_that_was_folded_and_is_then_sent_is_a_reply_of_its_own() -> None:
    """A folded draft is only ever handed back: "held" would be a lie to the one who pressed Send."""
    world = heated()
    raw = world.reply()
    world.client_files(raw, "Drafts")
    world.settle()
    assert world.only.door is Door.DRAFTS
    assert "(triage r2)" in world.rep_sends(raw)
    world.forward(minutes=30)
    assert world.states == [State.WITHDRAWN, State.SENT]
    assert len(world.upstream.taken) == 1


# What the upstream says of a mail that passes


@pytest.mark.parametrize(
    ("trouble", "answer"),
    [
        ("no rcpt", "550 5.1.1 no such user"),
        ("rcpt later", "451 4.7.1 greylisted, try again later"),
        ("no data", "554 5.6.0 refused"),
        ("down", "451 4.4.0 connect: nobody answers"),
        ("dropped, taken", "451 4.4.0 may have been sent; look before you send again"),
    ],
)
def test_the_answer_to_a_mail_that_passes(trouble: Trouble, answer: str) -> None:
    world = World()
    world.look()
    world.upstream.trouble = [trouble]
    assert world.rep_sends(world.reply(answers="")) == answer


def test_what_passed_is_no_bypass_when_its_copy_is_found_in_sent() -> None:
    world = heated()
    note = world.reply(to="stranger@other.example", subject="Hello", answers="")
    world.rep_sends(note, to=["stranger@other.example"])
    world.client_files(note)
    world.look()
    assert world.ways() == ["passed"]


def test_a_reply_after_the_time_passes_and_closes_the_cool_down() -> None:
    world = heated(starts="message")
    world.clock.move(minutes=31)
    assert "Ok" in world.rep_sends(world.reply())
    (cooldown,) = world.cooldowns
    assert cooldown.closed_because == "a reply went out after its time"


def test_a_refused_reply_closes_nothing() -> None:
    world = heated(starts="message")
    world.clock.move(minutes=31)
    world.upstream.trouble = ["no rcpt"]
    world.rep_sends(world.reply())
    assert world.cooldowns[0].closed_at is None


def test_for_the_whole_customer_a_new_subject_is_held_too() -> None:
    world = heated(scope="customer")
    assert "held" in world.rep_sends(world.reply(subject="A new offer", answers=""))
