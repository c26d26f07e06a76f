"""Two machines on one mailbox: each watches and serves its gate, one of them alone folds and suggests."""

from datetime import datetime

import pytest

from tests.desk.world import World
from triage.judging.holds import State

DRAFTS = "Drafts"


def pair() -> tuple[World, World]:
    """Two machines; the first has taken the lease."""
    one = World(machine="m1")
    two = World(beside=one, machine="m2")
    one.look()
    two.look()
    return one, two


def holders(*machines: World) -> list[str]:
    return [w.machine for w in machines if w.desk.watchers["rep@example.com"].holder]


def test_only_one_of_them_holds() -> None:
    one, two = pair()
    assert holders(one, two) == ["m1"]
    for _ in range(5):
        one.clock.move(minutes=1)
        one.look()
        two.look()
        assert holders(one, two) == ["m1"]


def test_each_keeps_one_note() -> None:
    one, two = pair()
    for _ in range(3):
        one.clock.move(minutes=1)
        one.look()
        two.look()
    assert one.subjects("Cooldown/State") == ["triage on machine m1: holder", "triage on machine m2: waits"]


def test_both_see_the_heat_and_only_one_suggests() -> None:
    one, two = pair()
    one.customer_writes()
    two.look()
    assert one.subjects(DRAFTS) == []
    one.look()
    two.look()
    assert one.subjects(DRAFTS) == ["Re: Order 4711"]
    assert len(one.cooldowns) == len(two.cooldowns) == 1


def test_only_the_holder_folds() -> None:
    one, two = pair()
    one.customer_writes()
    one.look()
    two.look()
    one.client_files(one.reply(), DRAFTS)
    two.settle()
    assert two.replies == []
    one.settle()
    assert one.states == [State.HELD]


def test_another_takes_over_after_three_minutes_and_suggests_nothing_twice() -> None:
    one, two = pair()
    one.customer_writes()
    one.look()
    two.look()
    two.clock.move(minutes=2, seconds=59)
    two.look()
    assert holders(two) == []
    two.clock.move(minutes=1)
    two.look()
    assert holders(two) == ["m2"]
    two.look()
    assert two.subjects(DRAFTS) == ["Re: Order 4711"]


def test_nor_where_the_rep_has_deleted_the_suggestion_meanwhile() -> None:
    one, two = pair()
    one.customer_writes()
    one.look()
    two.look()
    one.server.expunge(DRAFTS, one.server.inside(DRAFTS)[0].uid)
    two.clock.move(minutes=4)
    two.look()
    two.look()
    assert holders(two) == ["m2"]
    assert two.subjects(DRAFTS) == []


def test_one_that_slept_does_not_act_before_it_has_looked() -> None:
    one, two = pair()
    one.clock.move(minutes=4)
    two.look()
    assert holders(two) == ["m2"]
    one.look()
    assert holders(one, two) == ["m2"], "the lower name does not take the lease from a living holder"


def test_a_restart_keeps_the_lease() -> None:
    one, two = pair()
    one.start()
    one.look()
    two.clock.move(minutes=1)
    two.look()
    assert holders(one, two) == ["m1"]


def test_both_starting_at_the_same_moment_never_act_both() -> None:
    one = World(machine="m1")
    two = World(beside=one, machine="m2")
    for _ in range(5):
        two.look()
        one.look()
        assert len(holders(one, two)) <= 1
        one.clock.move(minutes=1)
    assert len(holders(one, two)) == 1


def test_what_the_other_machine_holds_is_no_bypass_when_it_is_sent() -> None:
    one, two = pair()
    one.customer_writes()
    one.look()
    two.look()
    raw = one.reply()
    one.rep_sends(raw)
    one.client_files(raw)
    one.look()
    two.look()
    one.clock.move(minutes=30)
    one.tick()
    one.look()
    two.look()
    assert one.subjects("Sent") == ["Re: Order 4711"]
    assert two.ways() == ["held elsewhere"]


@pytest.mark.parametrize("machine", ["m1", "m2"])
def test_each_serves_its_own_gate(machine: str) -> None:
    one, two = pair()
    one.customer_writes()
    one.look()
    two.look()
    there = one if machine == "m1" else two
    assert "held" in there.rep_sends(there.reply())


def held_by_the_first(one: World, two: World) -> bytes:
    """A reply that the first machine's gate holds, its copy filed in Sent by the client and not moved yet."""
    one.customer_writes()
    one.look()
    two.look()
    raw = one.reply()
    one.rep_sends(raw)
    one.client_files(raw)
    return raw


def test_a_copy_that_the_other_has_not_moved_yet_is_no_bypass() -> None:
    one, two = pair()
    held_by_the_first(one, two)
    two.look()
    one.clock.move(seconds=59)
    two.look()
    one.look()
    two.forward(minutes=2)
    assert two.ways() == ["held elsewhere"]
    assert two.told() == []
    assert two.cooldowns[0].started_at == held_since(one)


def held_since(world: World) -> datetime | None:
    return world.cooldowns[0].started_at


def test_a_reply_that_nobody_moves_is_a_bypass_after_a_minute() -> None:
    one, two = pair()
    one.customer_writes()
    one.look()
    two.look()
    one.client_files(one.reply("From my phone."))
    two.look()
    assert two.ways() == []
    two.forward(minutes=1)
    assert two.ways() == ["bypass"]
    assert two.cooldowns[0].started_at == two.clock.now()


def test_what_lies_behind_it_in_sent_is_not_forgotten() -> None:
    one, two = pair()
    one.customer_writes()
    one.look()
    two.look()
    one.client_files(one.reply("From my phone."))
    one.client_files(one.reply("A word to a friend.", to="friend@else.example", answers="", subject="Hi"))
    two.look()
    two.forward(minutes=1)
    two.forward(minutes=1)
    assert two.ways() == ["bypass", "other"]


def test_a_lone_machine_waits_for_nobody() -> None:
    one = World()
    one.customer_writes()
    one.look()
    one.client_files(one.reply("From my phone."))
    one.look()
    assert one.ways() == ["bypass"]


def test_a_machine_that_is_gone_is_not_waited_for() -> None:
    one, two = pair()
    one.customer_writes()
    two.clock.move(minutes=4)
    two.look()
    one.client_files(one.reply("From my phone."))
    two.look()
    assert two.ways() == ["bypass"]


def test_a_reply_that_the_other_sent_after_its_time_closes_the_cooldown_here_too() -> None:
    one, two = pair()
    held_by_the_first(one, two)
    one.look()
    two.clock.move(seconds=40)  # the second sees it later than the first
    two.look()
    one.clock.set(due_of(one))
    one.tick()
    one.look()
    assert one.cooldowns[0].closed_at
    two.look()
    two.forward(minutes=1)
    assert two.cooldowns[0].closed_because == "a reply went out after its time"


def due_of(world: World) -> datetime:
    return world.only.due_at


def test_a_reply_that_the_other_sent_early_closes_nothing_here_either() -> None:
    one, two = pair()
    held_by_the_first(one, two)
    one.look()
    two.look()
    one.clock.move(minutes=5)
    one.asks("release", "r1", "the truck leaves")
    one.look()
    for _ in range(3):
        two.forward(minutes=1)
    assert one.subjects("Sent") == ["Re: Order 4711"]
    assert [w.cooldowns[0].closed_at for w in (one, two)] == [None, None]
    assert two.ways() == ["held elsewhere"]


def test_the_time_is_over_on_both_at_once() -> None:
    one, two = pair()
    held_by_the_first(one, two)
    one.look()
    two.clock.move(minutes=1)
    two.look()
    two.clock.set(due_of(one))
    assert two.rep_sends(two.reply("And one thing more.")) == "250 2.0.0 Ok: queued"


def test_the_summary_says_what_became_of_a_reply_of_the_other_machine() -> None:
    one, two = pair()
    held_by_the_first(one, two)
    one.look()
    two.forward(seconds=40)
    two.clock.move(seconds=1)
    assert "another machine has held a reply" in two.summary().text
    assert "1 without an answer yet" in two.summary().text
    one.clock.set(due_of(one))
    one.tick()
    one.look()
    two.look()
    two.forward(minutes=1)
    assert "a reply went out after its time" in two.summary().text
    assert "0 without an answer yet" in two.summary().text


def test_an_acknowledgement_of_the_other_is_known_here_and_is_no_bypass() -> None:
    one, two = pair()
    one.customer_writes()
    one.look()
    two.look()
    assert one.asks("acknowledge", "c1").exit_code == 0
    one.forward(minutes=1)
    two.forward(minutes=1)
    two.forward(minutes=1)
    assert one.subjects("Sent") == ["Re: Order 4711"]
    assert (two.ways(), two.told()) == (["acknowledged"], [])
    assert two.cooldowns[0].started_at is None, "the clock waits for the rep's own reply"
    assert two.asks("acknowledge", "c1").answer == "The cool-down c1 was acknowledged already."


def test_what_a_reply_of_the_other_promises_is_taken_down_here_and_called_to_mind_there() -> None:
    one, two = pair()
    held_by_the_first(one, two)
    one.look()
    two.look()
    one.clock.set(due_of(one))
    one.tick()
    one.look()
    for _ in range(3):
        two.look()
        two.clock.move(minutes=1)
    assert promised(two) == promised(one) == ["will call you at three"]
    two.clock.move(hours=8)
    one.tick()
    two.tick()
    assert [text for text in one.told() if "promise" in text]
    assert not [text for text in two.told() if "promise" in text]


def promised(world: World) -> list[str]:
    with world.store.look() as records:
        return [promise.text for promise in records.open_promises("field")]
