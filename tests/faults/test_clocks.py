"""Sleep, clocks that are set, summer time, another zone: never early, never twice, never stuck."""

import math
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

import pytest

from tests.desk.world import MANAGER, World
from triage import clock
from triage.clock import Timers
from triage.judging.holds import ASK_LATE, State
from triage.judging.rules import WEEKDAYS, Weekday


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    world.customer_writes()
    world.look()
    yield world
    world.close()


# -- the timers knock by the wall clock, and notice when it jumps


class Clocks:
    """The machine's two clocks; only the wall clock can be moved."""

    monotonic = staticmethod(time.monotonic)

    def __init__(self) -> None:
        self.ahead = 0.0
        self.compared = threading.Semaphore(0)

    def time(self) -> float:
        self.compared.release()
        return time.monotonic() + self.ahead


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    clocks = Clocks()
    monkeypatch.setattr(clock, "time", clocks)
    monkeypatch.setattr(clock, "BEAT", 0.01)
    return clocks


def no_work() -> float:
    """Nothing is to be done, now or later."""
    return math.inf


@pytest.mark.parametrize("jump", [8 * 3600.0, -8 * 3600.0], ids=["slept", "set back"])
def test_when_the_clock_jumps_everything_is_looked_at_at_once(clocks: Clocks, jump: float) -> None:
    woke, knocked = threading.Event(), threading.Event()
    timers = Timers(on_beat=no_work, on_wake=woke.set)
    timers.every(3600.0, knocked.set)
    timers.start()
    try:
        assert clocks.compared.acquire(timeout=10)
        clocks.ahead += jump
        assert woke.wait(10)
        assert knocked.wait(10)
    finally:
        timers.stop()


def test_a_clock_that_is_put_right_by_seconds_is_no_sleep(clocks: Clocks) -> None:
    woke = threading.Event()
    timers = Timers(on_beat=no_work, on_wake=woke.set)
    timers.start()
    try:
        assert clocks.compared.acquire(timeout=10)
        clocks.ahead += 20.0
        for _ in range(3):
            assert clocks.compared.acquire(timeout=10)
        assert not woke.is_set()
    finally:
        timers.stop()


def test_a_beat_comes_sooner_where_something_is_due_sooner(
    clocks: Clocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = threading.Semaphore(0)

    def beat() -> float:
        monkeypatch.setattr(clock, "BEAT", 3600.0)
        came.release()
        return 0.01

    timers = Timers(on_beat=beat, on_wake=lambda: None)
    timers.start()
    try:
        for _ in range(3):
            assert came.acquire(timeout=10)
    finally:
        timers.stop()


# -- what is held


def test_a_machine_that_slept_past_the_time_sends_at_once(world: World) -> None:
    world.rep_sends(world.reply())
    world.forward(minutes=45)
    assert world.states == [State.SENT]


def test_a_machine_that_slept_far_past_the_time_asks(world: World) -> None:
    world.rep_sends(world.reply())
    world.forward(hours=9)
    assert world.only.asked_because == ASK_LATE
    assert not world.upstream.taken


@pytest.mark.parametrize("hours", [1, 30])
def test_set_back_it_waits_for_the_time_that_the_rep_was_told(world: World, hours: int) -> None:
    world.rep_sends(world.reply())
    due = world.only.due_at
    world.clock.move(minutes=29)
    world.forward(hours=-hours)
    world.forward(minutes=30)
    assert not world.upstream.taken
    world.forward(hours=hours)
    assert world.clock.now() >= due
    assert len(world.upstream.taken) == 1


def test_set_back_after_it_was_sent_nothing_goes_twice(world: World) -> None:
    raw = world.reply()
    world.rep_sends(raw)
    world.forward(minutes=31)
    world.forward(hours=-2)
    assert world.rep_sends(raw).startswith("250 2.0.0 already sent")
    for _ in range(6):
        world.forward(minutes=30)
    assert len(world.upstream.taken) == 1


def test_set_back_while_a_draft_settles_it_settles_all_the_same(world: World) -> None:
    world.server.deliver("Drafts", world.reply("My own words."), flags=["\\Draft"])
    world.look()
    world.clock.move(hours=-5)
    world.look()
    world.clock.move(minutes=2)
    world.look()
    assert world.states == [State.HELD]


@pytest.mark.parametrize(
    "night",
    [datetime(2026, 3, 8, 7, 40, tzinfo=UTC), datetime(2026, 11, 1, 6, 40, tzinfo=UTC)],
    ids=["an hour is missing", "an hour comes twice"],
)
def test_half_an_hour_is_half_an_hour_on_nights_of_changed_clocks(world: World, night: datetime) -> None:
    """In Chicago the clocks change at 8:00 and at 7:00 UTC: within this half hour."""
    world.clock.move(seconds=(night - world.clock.now()).total_seconds())
    world.customer_writes(subject="At night", sender="eve@bolt.example")
    world.look()
    world.rep_sends(
        world.reply(to="eve@bolt.example", subject="Re: At night", answers=""), to=["eve@bolt.example"]
    )
    world.forward(minutes=29)
    assert world.states == [State.HELD]
    world.forward(minutes=1)
    assert world.states == [State.SENT]


# -- the day's summary


def summaries(world: World) -> int:
    return sum(1 for mail in world.upstream.taken if MANAGER in mail.rcpt_tos)


@pytest.mark.parametrize(
    "at",
    ["02:30", "01:30", "17:30"],
    ids=["does not exist one night", "comes twice one night", "an afternoon"],
)
def test_one_summary_a_day_whatever_the_clocks_do(at: str) -> None:
    """Two hours by two hours through the four days in which Chicago changes its clocks."""
    days: tuple[Weekday, ...] = WEEKDAYS
    for begin in (datetime(2026, 10, 30, 12, 0, tzinfo=UTC), datetime(2027, 3, 12, 12, 0, tzinfo=UTC)):
        world = World()
        world.team = replace(world.team, summary_days=days, summary_at=time_of_day.fromisoformat(at))
        world.clock.move(seconds=(begin - world.clock.now()).total_seconds())
        world.start()
        world.look()
        world.tick()
        before = summaries(world)  # what was due while it did not run comes in one
        for _ in range(4 * 12):
            world.clock.move(hours=2)
            world.look()
            world.tick()
        assert summaries(world) - before == 4
        world.close()


def test_a_move_to_another_zone_brings_no_second_summary_of_that_day(world: World) -> None:
    for _ in range(24):
        world.clock.move(hours=1)
        world.tick()
        world.look()
    before = summaries(world)
    assert before == 1
    for name in ("Asia/Tokyo", "Pacific/Honolulu", "America/Chicago"):
        world.team = replace(world.team, zone=ZoneInfo(name))
        world.start()
        world.look()
        world.tick()
    assert summaries(world) == before
