"""The data are the company's: they stay when a rep leaves, and go when their time is over."""

from datetime import timedelta

import pytest

from tests.desk.world import World
from triage.desk.company import exported
from triage.desk.views import account_facts, given_promises

THANKS = "Thank you so much for your help! You saved our week, and the whole team is grateful."


@pytest.fixture
def left() -> World:
    """Mail came and went; then the rep's account was taken out of the configuration."""
    world = World()
    world.look()
    for number in range(3):
        world.customer_writes(THANKS, subject=f"Thanks {number}")
    world.look()
    world.rep_sends(world.reply("I will ship the spare pump by Friday."))
    world.forward(minutes=31)
    world.start(accounts={})
    return world


def kept(world: World) -> set[str]:
    with world.store.look() as records:
        return {str(record["kind"]) for record in exported(world.desk.office, records)}


def test_how_the_customers_stand_is_known_still(left: World) -> None:
    with left.store.look() as records:
        (facts,) = account_facts(left.desk.office, records)
    assert (facts["customer"], facts["arrow"]) == ("acme.example", "up")
    assert facts["at_risk"]


def test_what_was_promised_stands_for_whoever_comes_next(left: World) -> None:
    with left.store.look() as records:
        (given,) = given_promises(left.desk.office, records)
    assert given["text"] == "I will ship the spare pump by Friday"
    assert given["account"] == left.account.address


def test_all_of_it_can_be_handed_over(left: World) -> None:
    assert kept(left) >= {"messages", "outgoing", "promises"}


def test_it_goes_when_its_time_is_over(left: World) -> None:
    left.clock.move(days=(left.desk.office.settings.retention + timedelta(days=2)).days)
    left.desk.prune()
    assert not kept(left) & {"messages", "outgoing", "promises"}
