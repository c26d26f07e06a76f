"""When the desk wants to be called again: so long the daemon sleeps, and no longer."""

import math
from dataclasses import replace
from datetime import timedelta

from tests.desk.world import CUSTOMER, REP, World
from triage.desk import Agenda
from triage.desk.agenda import AT_THE_LATEST
from triage.judging.customers import Customer
from triage.judging.facts import Intention
from triage.judging.free_mail import FREE_MAIL
from triage.judging.holds import State
from triage.judging.promises import GivenPromise


def holding() -> World:
    world = World()
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply())
    return world


def agenda(world: World) -> Agenda:
    found = world.desk.agenda()
    world.close()
    return found


def test_where_nothing_waits_it_looks_again_within_a_minute() -> None:
    world = World()
    assert agenda(world) == Agenda(tick=world.clock.now() + AT_THE_LATEST, sending={})


def test_a_held_reply_is_sent_at_its_time() -> None:
    world = holding()
    due_at = world.only.due_at
    found = agenda(world)
    assert found.due(due_at - timedelta(microseconds=1)) == []
    assert found.due(due_at) == [REP]
    assert found.rest(due_at - timedelta(seconds=0.25)) == 0.25
    assert found.rest(due_at) == math.inf  # what is due already is knocked at with each beat


def test_of_two_the_first_counts() -> None:
    world = holding()
    first = world.only.due_at
    world.clock.move(minutes=5)
    world.customer_writes(sender="eve@bolt.example", subject="Order 9")
    world.look()
    world.rep_sends(
        world.reply(to="eve@bolt.example", subject="Re: Order 9", answers=""), to=["eve@bolt.example"]
    )
    assert agenda(world).sending == {REP: first}


def test_what_the_rep_releases_is_due_at_once() -> None:
    world = holding()
    wanted = Intention(verb="release", subject=world.only.id, argument="why", made_at=world.clock.now())
    with world.store.begin() as records:
        records.intend(wanted)
    world.desk.tick()
    assert agenda(world).due(world.clock.now()) == [REP]


def test_what_a_sender_has_forsaken_is_settled_at_once() -> None:
    world = holding()
    reply = world.only
    with world.store.begin() as records:
        claimed = replace(reply, state=State.RELEASING, claimed_at=world.clock.now())
        records.change_reply(reply, claimed)
    assert agenda(world).due(world.clock.now()) == [REP]


def test_what_waits_for_the_rep_is_handed_back_when_it_expires() -> None:
    world = holding()
    world.customer_writes(references=["<customer.1@acme.example>"])
    world.look()
    assert world.only.state is State.ASKED
    asked_at = world.only.asked_at
    assert asked_at is not None
    assert agenda(world).sending == {REP: asked_at + world.team.policy.expires}


def test_what_has_ended_waits_for_nothing() -> None:
    world = holding()
    world.forward(minutes=31)
    assert world.only.state is State.SENT
    assert agenda(world).sending == {}


def test_what_has_left_is_noted_as_soon_as_there_is_time() -> None:
    world = holding()
    world.forward(minutes=31)
    sent = world.only
    with world.store.begin() as records:
        records.change_reply(sent, replace(sent, noted=False))
    assert agenda(world).due(world.clock.now()) == [REP]


def test_of_an_account_that_is_no_longer_configured_nothing_is_due() -> None:
    world = holding()
    world.start(accounts={})
    assert agenda(world).sending == {}


def test_a_cool_down_expires_to_the_second() -> None:
    world = World(expires_days=0.0001)
    world.customer_writes()
    world.look()
    (cooldown,) = world.cooldowns
    assert agenda(world).tick == cooldown.expires_at < world.clock.now() + AT_THE_LATEST


def test_the_rep_is_reminded_to_the_second() -> None:
    world = World()
    remind_at = world.later(seconds=20)
    with world.store.begin() as records:
        records.add_promise(
            GivenPromise(
                account=REP,
                team="field",
                customer=Customer.of([CUSTOMER], free_mail=FREE_MAIL),
                thread="",
                message_id="",
                text="I will call you",
                made_at=world.clock.now(),
                due_at=None,
                remind_at=remind_at,
            )
        )
    assert agenda(world).tick == remind_at
