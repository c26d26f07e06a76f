"""How soon the next look comes, and that the daemon's other steps go on when one is refused."""

from datetime import timedelta

from tests.desk.world import REP, World


def next_look(world: World) -> timedelta:
    return world.desk.watchers[REP].next_look()


def test_with_nothing_to_wait_for_it_is_the_poll() -> None:
    world = World()
    world.look()
    assert next_look(world) == timedelta(minutes=5)


def test_after_a_hold_sent_is_looked_at_every_second_for_a_minute() -> None:
    world = World()
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply())
    assert next_look(world) == timedelta(seconds=1)
    world.clock.move(seconds=60)
    assert next_look(world) > timedelta(seconds=1)


def test_while_a_cool_down_runs_drafts_are_looked_at_within_the_settle_time() -> None:
    world = World()
    world.customer_writes()
    world.look()
    assert next_look(world) == timedelta(minutes=1)


def test_the_look_sets_what_was_checked_last() -> None:
    world = World()
    world.look()
    world.forward(minutes=7)
    with world.store.look() as records:
        checked = {b.folder: b.checked_at for b in records.bookmarks()}
    assert set(checked.values()) == {world.clock.now()}
    assert "INBOX" in checked
