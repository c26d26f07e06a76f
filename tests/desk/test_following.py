"""Which copies a look looks at: the rep's hand always; what is to be brought home, when there is time."""

from collections.abc import Iterator

import pytest

from tests.desk.world import REP, World
from triage.desk import following
from triage.judging.holds import State


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


def held_with_copies(world: World, count: int) -> None:
    world.customer_writes()
    world.look()
    for number in range(count):
        raw = world.reply(f"Answer number {number}.")
        world.rep_sends(raw)
        world.client_files(raw)
    world.look()
    assert len(world.subjects("Cooldown/Held")) == count


def hurried_look(world: World) -> None:
    world.desk.watchers[REP].look(world.box, hurried=True)


def test_a_hurried_look_reads_the_reps_hand(world: World) -> None:
    held_with_copies(world, 2)
    world.server.move("Cooldown/Held", world.server.inside("Cooldown/Held")[0].uid, "Drafts")
    hurried_look(world)
    assert world.states == [State.WITHDRAWN, State.HELD]


def test_a_hurried_look_carries_nothing_home(world: World) -> None:
    held_with_copies(world, 2)
    world.clock.move(minutes=30)
    world.tick()
    hurried_look(world)
    assert world.subjects("Sent") == []
    assert world.desk.watchers[REP].next_look().total_seconds() == 1, "the next one comes soon"
    world.look()
    assert len(world.subjects("Sent")) == 2
    assert world.subjects("Cooldown/Held") == []


def test_each_look_goes_on_where_the_last_one_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    held_with_copies(world, 5)
    world.clock.move(minutes=30)
    world.tick()
    monkeypatch.setattr(following, "MOST", 1)
    filed = []
    for _ in range(3):
        world.look()
        filed.append(len(world.subjects("Sent")))
    assert filed == [2, 4, 5]  # what is held is followed twice in a look: before and after Drafts and Send
    assert world.subjects("Cooldown/Held") == []


def test_a_copy_that_has_not_come_is_sought_again_when_something_has(world: World) -> None:
    world.customer_writes()
    world.look()
    raws = [world.reply(f"Answer number {number}.") for number in range(3)]
    for raw in raws:
        world.rep_sends(raw)
    world.look()
    world.box.asked.clear()
    world.look()
    assert world.box.asked["find"] == 0, "nothing has come to Sent since"
    world.client_files(raws[1])
    world.look()
    assert len(world.subjects("Cooldown/Held")) == 1
    world.forward(minutes=1)
    assert len(world.subjects("Cooldown/Held")) == 3, "for the others ours are filed"
