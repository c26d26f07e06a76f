"""The hand-off: what the rep saves into `Cooldown/Send`, from any device, goes out after the cool-down."""

from typing import Any

import pytest

from tests.desk.world import CUSTOMER, REP, World
from triage.judging.holds import Door, State
from triage.reading.messages import parse

SEND = "Cooldown/Send"


def heated(**cooldown: Any) -> World:
    world = World(**cooldown)
    world.customer_writes()
    world.look()
    return world


def calm() -> World:
    world = World()
    world.look()
    return world


def test_it_is_held_like_any_reply_and_lies_in_held_then_in_sent() -> None:
    world = heated()
    world.client_files(world.reply(), SEND)
    world.settle()
    assert (world.only.door, world.only.state) == (Door.HAND_OFF, State.HELD)
    assert (world.subjects(SEND), world.subjects("Cooldown/Held")) == ([], ["Re: Order 4711"])
    world.forward(minutes=30)
    assert world.states == [State.SENT]
    assert world.subjects("Sent") == ["Re: Order 4711"]
    assert world.subjects("Cooldown/Held") == []


def test_without_a_cool_down_it_goes_at_once() -> None:
    world = calm()
    world.client_files(world.reply(answers=""), SEND)
    world.settle()
    world.tick()
    world.look()
    assert world.states == [State.SENT]
    assert world.subjects("Sent") == ["Re: Order 4711"]


def test_what_leaves_names_nobody_hidden_and_nothing_private() -> None:
    world = heated()
    raw = world.reply(bcc="boss@example.com")
    raw = b"X-Mozilla-Draft-Info: internal/draft\r\nFcc: imap://Sent\r\n" + raw
    world.client_files(raw, SEND)
    world.settle()
    world.forward(minutes=30)
    (taken,) = world.upstream.taken
    assert taken.rcpt_tos == (CUSTOMER, "boss@example.com")
    for name in (b"Bcc", b"X-Mozilla", b"Fcc"):
        assert name not in taken.raw
    assert taken.raw.endswith(raw.partition(b"\r\n\r\n")[2])


def test_what_a_mail_must_have_is_put_in() -> None:
    world = heated()
    bare = (
        b"To: dana@acme.example\r\nIn-Reply-To: <customer.1@acme.example>\r\nSubject: Re: x\r\n\r\nHello.\r\n"
    )
    world.client_files(bare, SEND)
    world.settle()
    world.forward(minutes=30)
    sent = parse(world.upstream.taken[0].raw)
    assert sent.sender
    assert sent.sender.address == REP
    assert sent.message_id.endswith("@example.com>")
    assert sent.date


def test_no_recipient_or_a_foreign_sender_goes_back_to_drafts_told_once() -> None:
    for raw in (
        b"From: rep@example.com\r\nSubject: To whom?\r\n\r\nHello.\r\n",
        b"From: other@example.net\r\nTo: dana@acme.example\r\nSubject: Not me\r\n\r\nHello.\r\n",
    ):
        world = calm()
        for _ in range(2):
            world.client_files(raw, SEND)
            world.settle()
        assert world.replies == []
        assert world.server.inside("Drafts")[0].raw == raw
        assert sum("put back into Drafts" in text for text in world.told()) == 1


def test_a_deleted_one_is_not_sent() -> None:
    world = calm()
    uid = world.client_files(world.reply(answers=""), SEND)
    world.server.flag(SEND, uid, "\\Deleted")
    world.settle()
    assert world.replies == []


def test_while_paused_it_stays_where_it_is_and_that_is_told_once() -> None:
    world = calm()
    world.asks("pause")
    world.client_files(world.reply(answers=""), SEND)
    world.settle()
    world.settle()
    assert world.subjects(SEND) == ["Re: Order 4711"]
    assert sum("Paused" in text for text in world.told()) == 1
    world.asks("resume")
    world.settle()
    assert world.subjects(SEND) == []
    assert not any("Paused" in text for text in world.told())


def test_dragged_from_held_to_send_it_replaces_that_hold_at_the_same_time() -> None:
    world = heated()
    raw = world.reply()
    world.rep_sends(raw, to=[CUSTOMER, "hidden@acme.example"])
    world.client_files(raw)
    world.look()
    world.clock.move(minutes=10)
    world.server.move("Cooldown/Held", world.server.inside("Cooldown/Held")[0].uid, SEND)
    world.settle()
    assert world.states == [State.WITHDRAWN, State.HELD]
    first, second = world.replies
    assert second.due_at == first.due_at
    assert second.to == (CUSTOMER, "hidden@acme.example"), "nobody is lost"
    world.forward(minutes=30)
    assert len(world.upstream.taken) == 1
    assert world.subjects("Sent") == ["Re: Order 4711"]


@pytest.mark.parametrize("second", ["First try.", "Second try."])
def test_a_folded_draft_that_is_handed_off_after_all_is_superseded(second: str) -> None:
    world = heated()
    world.client_files(world.reply("First try.", message_id="<1@example.com>"), "Drafts")
    world.settle()
    world.client_files(world.reply(second, message_id="<1@example.com>"), SEND)
    world.settle()
    world.look()
    assert world.states == [State.WITHDRAWN, State.HELD]
    first, reply = world.replies
    assert reply.due_at == first.due_at
    assert [world.subjects(f) for f in (SEND, "Cooldown/Held")] == [[], ["Re: Order 4711"]]


def test_what_was_sent_already_is_not_sent_again() -> None:
    world = calm()
    raw = world.reply(answers="")
    world.client_files(raw, SEND)
    world.settle()
    world.tick()
    world.look()
    world.client_files(raw, SEND)
    world.settle()
    world.tick()
    assert len(world.upstream.taken) == 1
    assert world.subjects("Drafts") == ["Re: Order 4711"]


def test_saved_twice_it_is_sent_once_and_nothing_stays_behind() -> None:
    world = heated()
    raw = world.reply()
    world.client_files(raw, SEND)
    world.settle()
    world.client_files(raw, SEND)
    for _ in range(4):
        world.settle()
    assert world.states == [State.WITHDRAWN, State.HELD], "it replaces the first, once"
    world.forward(minutes=30)
    assert len(world.upstream.taken) == 1
    assert [world.subjects(folder) for folder in (SEND, "Cooldown/Held", "Sent")] == [
        [],
        [],
        ["Re: Order 4711"],
    ]


def test_it_is_taken_once_though_the_line_drops_before_it_moves() -> None:
    world = calm()
    world.client_files(world.reply(answers=""), SEND)
    world.look()
    world.clock.move(minutes=2)
    world.server.cut(before="move")
    world.drop_and_look()
    world.settle()
    world.tick()
    world.settle()
    assert world.states == [State.SENT]
    assert world.subjects(SEND) == []


# What the rep finds in the end


def test_a_hand_off_that_goes_out_after_its_time_closes_the_cool_down() -> None:
    world = heated()
    world.client_files(world.reply(), SEND)
    world.settle()
    assert world.cooldowns[0].closed_at is None
    world.forward(minutes=30)
    assert world.states == [State.SENT]
    assert world.cooldowns[0].closed_because == "a reply went out after its time"


def test_a_hand_off_taken_after_the_time_closes_it_only_when_it_has_gone_out() -> None:
    world = heated()
    world.rep_sends(world.reply("First."))
    world.asks("release", "r1", "the truck leaves")
    world.clock.move(minutes=31)
    world.upstream.trouble = ["down"]
    world.client_files(world.reply("A better one."), SEND)
    world.settle()
    world.tick()
    assert world.states == [State.SENT, State.HELD]
    assert world.cooldowns[0].closed_at is None
    world.forward(minutes=1)
    assert world.states == [State.SENT, State.SENT]
    assert world.cooldowns[0].closed_because == "a reply went out after its time"
