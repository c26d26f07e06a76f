"""A month of correspondence with twelve accounts: what is said of each at its end is what the script says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from tests.desk.world import World
from tests.month import MONTH, START, play, signs_of
from triage.desk.relations import standings
from triage.judging.accounts import Standing


class InMemory:
    """The hands of the script, in the world that is all in memory."""

    def __init__(self, world: World) -> None:
        self._world = world

    def at(self, moment: datetime) -> None:
        self._world.clock.set(max(moment, self._world.clock.now()))

    def customer_writes(self, text: str, *, sender: str, subject: str) -> str:
        id_ = self._world.customer_writes(text, sender=sender, subject=subject)
        self._world.look()
        return id_

    def rep_replies(self, text: str, *, to: str, answers: str, subject: str) -> None:
        reply = self._world.reply(text, to=to, answers=answers, subject=subject)
        if "held" in self._world.rep_sends(reply, to=[to]):
            self._world.forward(minutes=30)


def of_all(world: World) -> dict[str, Standing]:
    with world.store.look() as records:
        found = standings(world.desk.office, records, world.team, world.clock.now())
    return {each.customer: each for each in found}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """The month is played once."""
    world = World()
    world.clock.set(START)
    world.look()
    play(InMemory(world))
    world.tick()
    yield world
    world.close()


@pytest.fixture(scope="module")
def listed(world: World) -> dict[str, Standing]:
    """How they stand where the team's rules list all twelve."""
    assert len(of_all(world)) == 10, "by traffic, the top ten"
    customers = replace(world.team.rules.customers, top=tuple(MONTH))
    world.change_rules(replace(world.team.rules, customers=customers))
    return of_all(world)


def test_they_stand_in_the_order_of_the_rules(listed: dict[str, Standing]) -> None:
    assert list(listed) == list(MONTH)


@pytest.mark.parametrize("customer", MONTH)
def test_each_stands_as_its_story_says(listed: dict[str, Standing], customer: str) -> None:
    story, standing = MONTH[customer], listed[customer]
    assert standing.arrow == story.arrow, standing.why
    assert story.why in standing.why
    assert signs_of(standing) == story.signs


def test_the_managers_mail_counts_and_quotes_nobody(world: World, listed: dict[str, Standing]) -> None:
    text = world.summary().text
    assert "marlow-and-finch.example: was due Wed 18:00 CDT, still open" in text
    assert "harvestmoon-bakery.example: ▲ better, 4 of 4 messages in 14 days said thank you" in text
    assert "pump tomorrow" not in text
