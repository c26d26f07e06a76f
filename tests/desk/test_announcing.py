"""Notices of the desktop: one for each thing that is new, none twice, none at night, no mail's words."""

import logging
from dataclasses import replace
from datetime import time
from typing import Any, get_args

import pytest

from tests.desk.world import CALM, CUSTOMER, FIRST, HOT, World
from tests.fakes.desktop import FakeDesktop
from triage.desk import Announcer
from triage.errors import StoreUnusable
from triage.writing.announcing import Kind, QuietHours

EVERYTHING: frozenset[Kind] = frozenset(get_args(Kind))


class Seat:
    """A rep before a desktop."""

    def __init__(self, world: World, **settings: Any) -> None:
        world.start(**{"desktop": EVERYTHING, **settings})
        self.world, self.desktop = world, FakeDesktop()
        self.announcer = Announcer(world.desk.office, self.desktop)

    def sees(self) -> list[str]:
        """What is new on the desktop, in one line each."""
        before = len(self.desktop.shown)
        self.announcer.look()
        return [f"{title} | {text}" for title, text in self.desktop.shown[before:]]


def heated(world: World) -> None:
    world.customer_writes()
    world.look()


def test_the_life_of_a_reply() -> None:
    world = World(after="send")
    seat = Seat(world)
    heated(world)
    assert seat.sees() == ["Heated mail from acme.example | Order 4711"]
    world.rep_sends(world.reply())
    assert seat.sees() == ["Your reply to acme.example is held until 09:30 CDT | Re: Order 4711"]
    assert seat.sees() == []
    world.forward(minutes=30)
    assert seat.sees() == ["Your reply to acme.example was sent | Re: Order 4711"]
    world.forward(minutes=1)
    assert seat.sees() == []


def test_it_is_over_please_look() -> None:
    world = World(after="ask")
    seat = Seat(world)
    heated(world)
    world.rep_sends(world.reply())
    seat.sees()
    world.forward(minutes=30)
    (line,) = seat.sees()
    assert line.startswith(
        "Please look: your reply to acme.example | Reply r1 waits for you: your team's rule"
    )


def test_the_customer_wrote_again() -> None:
    world = World()
    seat = Seat(world)
    heated(world)
    world.rep_sends(world.reply())
    seat.sees()
    world.customer_writes(CALM, references=[FIRST])
    world.look()
    assert seat.sees() == [
        "Please look: your reply to acme.example | Reply r1 waits for you: the customer wrote again."
    ]


def test_a_reply_that_was_refused() -> None:
    world = World(after="send")
    seat = Seat(world)
    heated(world)
    world.rep_sends(world.reply())
    seat.sees()
    world.upstream.trouble = ["no rcpt"]
    world.forward(minutes=30)
    (line,) = seat.sees()
    assert line.startswith(
        "Something failed: your reply to acme.example | Reply r1 was refused by the server"
    )


def test_a_promise_that_falls_due() -> None:
    world = World()
    seat = Seat(world)
    world.rep_sends(world.reply("I will call you by 4 pm.", answers=""))
    world.forward(hours=6)
    assert "Please look | A promise of yours falls due: p1." in seat.sees()


def test_a_line_that_is_down_for_a_moment_is_not_worth_a_word() -> None:
    world = World()
    seat = Seat(world)
    office = world.desk.office
    with world.store.begin() as records:
        office.tell(records, "rep@example.com", "imap", "The mailbox cannot be watched: no route.")
    assert seat.sees() == []
    world.clock.move(minutes=2)
    assert seat.sees() == ["Something failed | The mailbox cannot be watched: no route."]
    assert seat.sees() == []


def test_a_line_that_came_back_within_two_minutes() -> None:
    world = World()
    seat = Seat(world)
    office = world.desk.office
    with world.store.begin() as records:
        office.tell(records, "rep@example.com", "imap", "The mailbox cannot be watched: no route.")
    seat.sees()
    world.clock.move(minutes=1)
    with world.store.begin() as records:
        office.over(records, "rep@example.com", "imap")
    world.clock.move(minutes=1)
    assert seat.sees() == []


def test_calm_mail_and_what_passes_are_silent() -> None:
    world = World()
    seat = Seat(world)
    world.customer_writes(CALM)
    world.look()
    world.rep_sends(world.reply())
    world.forward(minutes=31)
    assert seat.sees() == []


def test_what_was_there_before_the_start_is_not_told_again() -> None:
    world = World()
    heated(world)
    seat = Seat(world)
    assert seat.sees() == []


def test_many_at_once_are_one() -> None:
    world = World()
    seat = Seat(world)
    for number in range(5):
        world.customer_writes(sender=f"c{number}@acme{number}.example", subject=f"Order {number}")
    world.look()
    assert seat.sees() == ["5 things are new | 5 heated."]


def test_a_time_that_was_taken_before_the_last_look_and_committed_after_it() -> None:
    """Two threads: the message is seen at 9:00:00, the desktop looks at 9:00:05, then comes the commit."""
    world = World()
    seat = Seat(world)
    now = world.clock.now()
    world.clock.move(seconds=5)
    seat.sees()
    world.clock.set(now)
    heated(world)
    world.clock.move(seconds=6)
    assert len(seat.sees()) == 1


def test_a_clock_that_is_set_back_loses_nothing() -> None:
    world = World()
    seat = Seat(world)
    world.clock.move(hours=-1)
    seat.sees()
    heated(world)
    world.clock.move(seconds=1)
    assert len(seat.sees()) == 1


@pytest.mark.parametrize("kind", sorted(EVERYTHING))
def test_each_can_be_turned_off(kind: Kind) -> None:
    world = World(after="ask")
    seat = Seat(world, desktop=EVERYTHING - {kind})
    heated(world)
    world.rep_sends(world.reply())
    seen = seat.sees()
    world.forward(minutes=30)
    seen += seat.sees()
    world.upstream.trouble = ["no rcpt", ""]
    world.asks("release", "r1")
    world.forward(minutes=1)
    seen += seat.sees()
    world.asks("release", "r1")
    world.forward(minutes=1)
    seen += seat.sees()
    beginnings = {
        "heated": "Heated mail",
        "held": "Your reply to acme.example is held",
        "look": "Please look",
        "failed": "Something failed",
        "sent": "Your reply to acme.example was sent",
    }
    for each, beginning in beginnings.items():
        assert any(line.startswith(beginning) for line in seen) is (each != kind)


def test_the_night_is_quiet_and_the_morning_tells_what_came() -> None:
    world = World()
    hours = QuietHours(start=time(8, 30), end=time(9, 30), zone=world.team.zone)
    seat = Seat(world, quiet=hours)
    heated(world)
    assert seat.sees() == []
    world.clock.move(minutes=30)
    assert seat.sees() == ["Heated mail from acme.example | Order 4711"]
    assert seat.sees() == []


HOSTILE = "<b>x</b>\x1b[31m\r\nBcc: a\u202eb <img src=x> {{ 7 * 7 }}"


def test_hostile_words_are_one_plain_line_and_no_body_is_shown() -> None:
    world = World()
    seat = Seat(world)
    world.customer_writes(
        f"{HOT} {HOSTILE}", sender=f'"{HOSTILE[:8]}" <{CUSTOMER}>', subject="Order <b>4711</b>"
    )
    world.look()
    world.rep_sends(world.reply("My own words.", subject="=?utf-8?q?=1B[31m=0D=0ABcc=3A_x=E2=80=AE?="))
    seen = seat.sees()
    assert len(seen) == 2
    for line in seen:
        assert line.isprintable()
        for body in ("third time", "My own words", "49"):
            assert body not in line
    assert "Order <b>4711</b>" in seen[0], "plain text: whoever reads markup gets it escaped at the door"


def test_a_desktop_that_is_away_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    world = World(after="send")
    seat = Seat(world)
    seat.desktop.away = True
    with caplog.at_level(logging.INFO, logger="triage"):
        heated(world)
        assert seat.sees() == []
        world.rep_sends(world.reply())
        assert seat.sees() == []
    assert [r.message for r in caplog.records].count(
        "no notices on this desktop (nobody sits there); the page and `triage status` tell the same"
    ) == 1
    assert "acme" not in caplog.text
    seat.desktop.away = False
    world.forward(minutes=30)
    assert seat.sees() == ["Your reply to acme.example was sent | Re: Order 4711"]


def test_nothing_is_looked_up_where_nothing_is_to_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    seat = Seat(world)
    office = world.desk.office
    office.settings = replace(office.settings, desktop=frozenset())

    def broken() -> None:
        raise StoreUnusable("nobody asked")

    monkeypatch.setattr(office.store, "look", broken)
    assert seat.sees() == []
