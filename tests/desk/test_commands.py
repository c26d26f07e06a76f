"""What the rep asks for: acknowledge, not-heated, pause, resume; each obeyed once, and answered in words."""

from dataclasses import replace
from typing import Any

import pytest

from tests.desk.world import CALM, CUSTOMER, FIRST, HOT, World
from triage.judging.holds import Door, State
from triage.reading.messages import parse


def heated(**cooldown: Any) -> World:
    world = World(**cooldown)
    world.customer_writes()
    world.look()
    return world


# Acknowledge


def test_an_acknowledgement_goes_at_once_threaded_and_names_a_time() -> None:
    world = heated()
    answer = world.asks("acknowledge", "c1")
    assert answer.answer == f"{CUSTOMER} is told that you will answer by 09:40 CDT."
    (taken,) = world.upstream.taken
    message = parse(taken.raw)
    assert (taken.rcpt_tos, message.references) == ((CUSTOMER,), (FIRST,))
    assert "09:40 CDT" in message.text
    assert not message.machine_made, "it is the rep's own word"


def test_its_time_is_the_due_time_where_that_is_still_to_come() -> None:
    world = heated()
    world.rep_sends(world.reply())
    world.clock.move(minutes=13)
    assert "by 09:30 CDT" in world.asks("acknowledge", "r1").answer
    assert world.cooldowns[0].answer_by == world.cooldowns[0].due_at


def test_it_goes_once_for_a_cool_down_and_closes_nothing() -> None:
    world = heated()
    world.asks("acknowledge", "c1")
    assert world.asks("acknowledge", "m1").exit_code == 4
    assert len(world.upstream.taken) == 1
    assert world.cooldowns[0].closed_at is None
    assert "held" in world.rep_sends(world.reply())


def test_its_copy_lies_in_sent_once_and_is_no_bypass() -> None:
    world = heated()
    world.asks("acknowledge", "c1")
    world.look()
    world.look()
    assert world.subjects("Sent") == ["Re: Order 4711"]
    assert world.ways() == []


def test_nothing_can_be_acknowledged_without_a_cool_down() -> None:
    world = World()
    world.customer_writes(CALM)
    world.look()
    assert world.asks("acknowledge", "m1").exit_code == 4
    assert world.asks("acknowledge", "c9").exit_code == 2


# Not heated


def test_not_heated_closes_and_lets_go_what_was_held() -> None:
    world = heated()
    world.rep_sends(world.reply())
    assert world.asks("not-heated", "r1").exit_code == 0
    assert world.cooldowns[0].closed_because == "marked as not heated"
    assert world.states == [State.SENT]


@pytest.mark.parametrize("why", ["customer wrote again", "copy vanished", "blank"])
def test_but_not_what_the_rep_must_see_first(why: str) -> None:
    world = heated()
    raw = world.reply("By [[time]] it is there." if why == "blank" else "It is there.")
    world.rep_sends(raw)
    if why == "customer wrote again":
        world.customer_writes(CALM, references=[FIRST])
    if why == "copy vanished":
        world.client_files(raw)
        world.look()
        world.server.expunge("Cooldown/Held", world.server.inside("Cooldown/Held")[0].uid)
    world.look()
    world.asks("not-heated", "c1")
    world.forward(minutes=1)
    assert not world.upstream.taken


def test_nor_what_another_cool_down_holds_too() -> None:
    world = heated()
    world.customer_writes(sender="boss@oak.example", references=["<customer.1@acme.example>"])
    world.look()
    both = [CUSTOMER, "boss@oak.example"]
    world.rep_sends(world.reply(to=", ".join(both)), to=both)
    world.asks("not-heated", world.only.cooldown)
    (still_open,) = (c for c in world.cooldowns if c.closed_at is None)
    assert (world.only.state, world.only.cooldown) == (State.HELD, still_open.id)
    world.asks("not-heated", still_open.id)
    assert world.states == [State.SENT]


def test_where_nothing_may_go_early_it_goes_at_its_time() -> None:
    world = heated(early_release="never")
    world.rep_sends(world.reply())
    world.asks("not-heated", "c1")
    assert world.states == [State.HELD]
    world.forward(minutes=30)
    assert world.states == [State.SENT]


def test_it_sticks_for_that_customer_and_those_words() -> None:
    world = heated()
    world.asks("not-heated", "c1")
    world.customer_writes(subject="Order 4712")
    world.look()
    assert len(world.cooldowns) == 1
    world.customer_writes(subject="Order 4713", sender="Lou <lou@other.example>")
    world.look()
    assert len(world.cooldowns) == 2


# Pause


def test_while_paused_mail_passes_and_is_remembered_and_what_is_held_stays() -> None:
    world = heated()
    world.rep_sends(world.reply())
    world.asks("pause")
    passed = world.reply("Paused.")
    assert "Ok" in world.rep_sends(passed)
    world.client_files(passed)
    world.forward(minutes=1)
    assert world.ways() == ["passed"]
    assert world.states == [State.HELD]
    world.forward(minutes=29)
    assert world.states == [State.SENT]


def test_watching_goes_on_while_paused() -> None:
    world = World()
    world.asks("pause")
    world.customer_writes()
    world.look()
    assert len(world.cooldowns) == 1


def test_a_pause_survives_a_restart_and_ends_by_itself_or_by_resume() -> None:
    world = heated()
    world.asks("pause", argument=world.later(hours=2).isoformat())
    world.start()
    assert "Ok" in world.rep_sends(world.reply("One."))
    world.clock.move(hours=2)
    assert "held" in world.rep_sends(world.reply("Two."))
    world.asks("pause")
    world.asks("resume")
    assert "held" in world.rep_sends(world.reply("Three."))


@pytest.mark.parametrize("until", ["2026-03-16T18:00", "soon"])
def test_an_end_that_means_nothing_pauses_nothing(until: str) -> None:
    world = heated()
    assert world.asks("pause", argument=until).exit_code == 2
    assert "held" in world.rep_sends(world.reply())


def test_a_team_may_forbid_the_pause() -> None:
    world = heated()
    rules = replace(world.team.rules, allow_pause=False)
    world.change_rules(rules)
    assert world.asks("pause").exit_code == 4
    assert "held" in world.rep_sends(world.reply())


# All of them


@pytest.mark.parametrize("id_", ["r9", "nonsense", "", "r"])
@pytest.mark.parametrize("verb", ["release", "withdraw", "settle", "acknowledge", "not-heated"])
def test_what_is_not_there_is_said_in_words(verb: str, id_: str) -> None:
    done = heated().asks(verb, id_)
    assert done.exit_code in (2, 4)
    assert done.answer


def test_an_unknown_verb_stops_nothing() -> None:
    world = heated()
    assert world.asks("dance").exit_code == 1
    assert world.asks("acknowledge", "c1").exit_code == 0


def test_what_was_done_is_not_done_again_after_a_restart() -> None:
    world = heated()
    world.asks("acknowledge", "c1")
    world.start()
    world.tick()
    assert len(world.upstream.taken) == 1
    assert [r.door for r in world.replies] == [Door.ACKNOWLEDGEMENT]


def test_confirmed_beforehand_it_goes_by_itself_at_its_time() -> None:
    """Under `ask`, the rep who has looked already need not look again."""
    world = World(after="ask")
    world.customer_writes(HOT)
    world.look()
    world.rep_sends(world.reply("It leaves today."))
    answer = world.asks("confirm", world.only.id)
    assert "goes out by itself at" in answer.answer
    world.forward(minutes=29)
    assert world.states == [State.HELD]
    world.forward(minutes=2)
    assert world.states == [State.SENT]


def test_what_was_confirmed_still_waits_when_the_customer_writes_again() -> None:
    world = World(after="ask")
    first = world.customer_writes(HOT)
    world.look()
    world.rep_sends(world.reply("It leaves today."))
    world.asks("confirm", world.only.id)
    world.customer_writes("And now the invoice is wrong as well!", references=[first])
    world.look()
    world.forward(minutes=31)
    assert world.states == [State.ASKED]


def test_only_a_reply_that_is_held_and_can_be_sent_is_confirmed() -> None:
    world = World()
    world.customer_writes(HOT)
    world.look()
    world.rep_sends(world.reply("It leaves today."))
    world.forward(minutes=31)
    assert world.states == [State.SENT]
    refused = world.asks("confirm", world.only.id)
    assert (refused.exit_code, refused.answer) == (4, "r1 cannot be confirmed: it was already sent.")
