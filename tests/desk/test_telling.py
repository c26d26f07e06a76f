"""What the rep is told, where, and how often; and what the log never says."""

import logging

import pytest

from tests.desk.world import CUSTOMER, World
from triage.judging.holds import State
from triage.reading.messages import parse


def waiting() -> World:
    """A reply that waits for the rep, as the default rule has it."""
    world = World(after="ask")
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply())
    world.forward(minutes=30)
    assert world.states == [State.ASKED]
    return world


def notices(world: World) -> list[str]:
    letters = [parse(letter.raw) for letter in world.server.inside("INBOX")]
    return [letter.new_text for letter in letters if letter.machine_made]


def test_the_mail_says_which_reply_waits_why_and_what_to_do() -> None:
    (text,) = notices(waiting())
    assert "Reply r1 waits for you" in text
    assert f"To: {CUSTOMER}" in text
    assert "Subject: Re: Order 4711" in text
    assert "triage release r1" in text
    assert "triage withdraw r1" in text
    assert "I have looked into it" not in text


def test_the_log_names_ids_and_no_address_subject_or_word(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="triage"):
        world = waiting()
        world.upstream.trouble = ["no rcpt"]
        world.asks("release", "r1")
        world.forward(seconds=1)
    said = caplog.text
    assert "r1" in said
    assert "(550)" in said
    for private in (CUSTOMER, "Order 4711", "unacceptable", "call you at three"):
        assert private not in said


@pytest.mark.parametrize("typed", ["r1", "c1", "m1", "bob@gmail.com", "<1@gmail.com>"])
def test_no_command_brings_an_address_into_the_log(typed: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="triage"):
        world = World()
        world.customer_writes(sender="Bob <bob@gmail.com>")
        world.look()
        world.rep_sends(world.reply(to="bob@gmail.com"), to=["bob@gmail.com"])
        for verb in ("acknowledge", "settle", "not-heated", "withdraw", "release", "summary"):
            world.asks(verb, typed, "the truck leaves")
    assert "not-heated" in caplog.text
    assert "gmail.com" not in caplog.text


def test_a_burst_is_told_once_for_all_replies() -> None:
    world = World(releases_a_minute=2)
    for number in range(4):
        world.customer_writes(sender=f"c{number}@acme{number}.example", subject=f"Order {number}")
    world.look()
    for number in range(4):
        to = f"c{number}@acme{number}.example"
        raw = world.reply(
            to=to, answers=f"<customer.{number + 1}@acme.example>", subject=f"Re: Order {number}"
        )
        world.rep_sends(raw, to=[to])
    world.forward(minutes=30)
    assert world.states == [State.ASKED] * 4
    assert len(notices(world)) == 1
    assert world.upstream.taken == []


def many_due_at_once() -> World:
    """Two replies that are due in one minute, where the rules let one go."""
    world = World(releases_a_minute=1)
    for number in (1, 2):
        world.customer_writes(sender=f"c{number}@acme{number}.example", subject=f"Order {number}")
    world.look()
    for number in (1, 2):
        to, answers = f"c{number}@acme{number}.example", f"<customer.{number}@acme.example>"
        world.rep_sends(world.reply(to=to, answers=answers, subject=f"Re: Order {number}"), to=[to])
    world.clock.move(minutes=30)
    world.tick()
    assert world.states == [State.ASKED, State.ASKED]
    return world


def test_a_mailbox_that_was_away_for_days_gets_the_notice_once() -> None:
    world = World(after="hand_back")
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply())
    world.clock.move(minutes=30)
    world.tick()
    for _ in range(2):
        world.forward(days=3)
    (text,) = notices(world)
    assert "back in Drafts" in text


def test_a_burst_that_the_rep_has_settled_meanwhile_brings_no_mail() -> None:
    world = many_due_at_once()
    assert world.told() != []
    for id_ in ("r1", "r2"):
        world.asks("withdraw", id_)
    assert world.told() == []
    world.forward(days=3)
    assert notices(world) == []


def test_a_reply_that_passes_unjudged_is_told() -> None:
    world = World()
    world.desk.office.look_first = lambda account: False
    world.rep_sends(world.reply(answers="<never.seen@acme.example>"))
    assert any("without being judged" in text for text in world.told())


def test_an_event_is_shown_for_a_day() -> None:
    world = World(after="hand_back")
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply())
    world.forward(minutes=30)
    assert any("back in Drafts" in text for text in world.told())
    world.forward(days=1)
    assert not any("back in Drafts" in text for text in world.told())


def test_a_corrected_message_loses_its_keyword_and_counts_as_calm() -> None:
    world = World()
    world.customer_writes()
    world.look()
    assert "$Heated" in world.server.inside("INBOX")[0].flags
    world.asks("not-heated", "m1")
    world.look()
    assert "$Heated" not in world.server.inside("INBOX")[0].flags
    world.forward(minutes=1)
    mail = world.summary()
    assert "none heated" in mail.text
    assert "not heated, says the rep" in mail.text


def test_who_was_answered_needs_no_acknowledgement() -> None:
    world = World()
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply())
    world.asks("release", "r1", "the truck leaves")
    world.forward(seconds=1)
    assert world.states == [State.SENT]
    assert world.asks("acknowledge", "c1").exit_code == 4


def test_an_answer_on_another_way_is_an_answer_in_the_summary() -> None:
    world = World()
    world.customer_writes()
    world.look()
    world.client_files(world.reply("From my phone."))
    world.look()
    world.forward(minutes=1)
    assert "answered" in world.summary().text
