"""The suggestion of a cool-down knows what went before with that customer, and with no other."""

import pytest

from tests.desk.world import CALM, HOT, World

LATE = "Order 4711 has not come. This is completely unacceptable, you promised it and nobody calls me back."


def suggested(world: World) -> str:
    return world.cooldowns[-1].suggestion


@pytest.fixture
def world() -> World:
    world = World()
    world.look()
    return world


def test_a_broken_promise_comes_first(world: World) -> None:
    world.rep_sends(world.reply("I will ship order 4711 tomorrow.", answers=""))
    world.forward(days=2)
    world.customer_writes(LATE)
    world.look()
    assert "You had my word for Tue 18:00 CDT, and I have not kept it yet." in suggested(world)


def test_a_promise_to_somebody_else_is_not_told(world: World) -> None:
    kim = "kim@bigco.example"
    world.rep_sends(world.reply("I will ship order 4711 tomorrow.", to=kim, answers=""), to=[kim])
    world.forward(days=2)
    world.customer_writes(LATE)
    world.look()
    assert "You had my word" not in suggested(world)


def test_who_threatens_to_leave_is_asked_to_stay(world: World) -> None:
    world.customer_writes(HOT)
    world.look()
    assert "You write that you may leave." in suggested(world)


def test_who_has_been_with_us_for_long_is_told_so(world: World) -> None:
    world.customer_writes(CALM)
    world.look()
    world.clock.move(days=200)
    world.customer_writes(LATE, subject="Another")
    world.look()
    assert "You have been with us for a long time" in suggested(world)


def test_who_is_new_is_not(world: World) -> None:
    world.customer_writes(LATE)
    world.look()
    assert "for a long time" not in suggested(world)
