"""The rep says that a message is heated: its cool-down opens, and the words stick for that customer."""

from tests.desk.world import CALM, FIRST, World
from triage.reading.heat import Level

COOL = "We will take the order round the corner next month."


def test_it_opens_a_cool_down_now() -> None:
    world = World()
    world.customer_writes(COOL)
    world.look()
    assert world.cooldowns == []
    done = world.asks("heated", "m1", "round the corner")
    assert done.exit_code == 0, done.answer
    assert "c1" in done.answer
    assert "held until" in world.rep_sends(world.reply(answers=FIRST))


def test_it_sticks_for_that_customer_alone() -> None:
    world = World()
    world.customer_writes(COOL)
    world.look()
    world.asks("heated", "m1", "round the corner")
    world.customer_writes("They are round the corner.", subject="Another")
    world.customer_writes("They are round the corner.", subject="Else", sender="kim@bigco.example")
    world.look()
    with world.store.look() as records:
        assert records.message("m2").level is Level.HEATED
        assert records.message("m3").level is not Level.HEATED


def test_what_is_heated_already_is_refused() -> None:
    world = World()
    world.customer_writes()
    world.look()
    assert world.asks("heated", "m1").exit_code == 4


def test_the_not_heated_takes_it_back() -> None:
    world = World()
    world.customer_writes(CALM)
    world.look()
    world.asks("heated", "m1", "price list")
    world.asks("not-heated", "m1")
    with world.store.look() as records:
        assert records.message("m1").level is Level.CALM
        assert not any(each.heated for each in records.corrections("field"))
    assert world.cooldowns[0].closed_at is not None
