"""The daemon dies at each point that has a name, starts again, and the rep goes on as reps do.

`benchmarks/torture.py` does the same with real processes, servers and SIGKILL, at random and for long; here
each point is tried alone, and the time is moved.
"""

from collections.abc import Iterator
from typing import cast

import pytest

from benchmarks.rig.lives import COMMITS, POINTS, MortalMailbox, MortalRelay, MortalStore
from tests.desk.world import REP, World
from tests.fakes.mailbox import FakeMailbox
from triage.judging.holds import State
from triage.mail.mailbox import ImapMailbox, Letter

BEFORE, AFTER = (1, 10, 15), (5, 1, 2, 1, 1)
"""Minutes from look to look: within the half hour, and beyond it."""


AT_THE_GATE = ("before the commit of: take", "after the commit of: take")


class Died(BaseException):
    """As a SIGKILL does, it goes through every `except Exception`."""


class Mortal:
    """A world whose daemon dies once, at one point, and is started again."""

    def __init__(self, world: World, point: str) -> None:
        self.world, self.point = world, point
        self.has_died = False
        self._hand_in_doors()

    def _at(self, here: str) -> None:
        if here == self.point and not self.has_died:
            self.has_died = True
            raise Died

    def _hand_in_doors(self) -> None:
        office = self.world.desk.office
        office.store = MortalStore(self.world.store, self._at)
        office.relays = {REP: MortalRelay(self.world.upstream, self._at)}
        box = MortalMailbox(cast("ImapMailbox", self.world.box), self._at)
        self.world.box = cast("FakeMailbox", box)

    def start_again(self) -> None:
        """What was not committed is gone; the store is all that is left."""
        self.world.start()
        self._hand_in_doors()

    def look(self) -> None:
        try:
            self.world.look()
        except Died:
            self.start_again()
            self.world.look()

    def tick(self) -> None:
        try:
            self.world.tick()
        except Died:
            self.start_again()
            self.world.tick()

    def rep_sends(self, raw: bytes, again: bytes) -> bytes:
        """Without an answer the rep sends it again, perhaps under a new Message-ID; what was answered."""
        try:
            answer = self.world.rep_sends(raw)
        except Died:
            self.start_again()
            raw, answer = again, self.world.rep_sends(again)
        assert answer.startswith("250 2.0.0 held until")
        return raw

    def forward(self, *minutes: int) -> None:
        for some in minutes:
            self.world.clock.move(minutes=some)
            self.tick()
            self.look()

    def settle(self) -> None:
        """What is in doubt the rep settles, by what lies at the customer's."""
        if self.world.states == [State.UNKNOWN]:
            arrived = "arrived" if self.world.upstream.taken else "not-arrived"
            self.world.asks("settle", self.world.only.id, arrived)
            self.forward(1)


def gone(letter: Letter) -> bool:
    return "\\Deleted" in letter.flags


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


@pytest.mark.parametrize(
    ("point", "new_id"), [*((point, False) for point in POINTS), *((point, True) for point in AT_THE_GATE)]
)
def test_a_reply_through_the_gate_leaves_once_and_in_time(world: World, point: str, new_id: bool) -> None:
    world.customer_writes()
    mortal = Mortal(world, point)
    mortal.look()
    raw = world.reply(message_id="<one@example.com>")
    again = world.reply(message_id="<two@example.com>") if new_id else raw
    world.client_files(mortal.rep_sends(raw, again))
    mortal.look()
    mortal.forward(*BEFORE)
    assert not world.upstream.taken
    mortal.forward(*AFTER)
    mortal.settle()
    assert world.states == [State.SENT]
    (mail,) = world.upstream.taken
    assert mail.raw in (raw, again)
    assert [len(world.subjects(folder)) for folder in ("Sent", "Cooldown/Held")] == [1, 0]


@pytest.mark.parametrize("point", POINTS)
def test_a_draft_comes_back_once_and_untouched(world: World, point: str) -> None:
    world.customer_writes()
    mortal = Mortal(world, point)
    mortal.look()
    raw = world.reply("My own words about your order.")
    world.server.deliver("Drafts", raw, flags=["\\Draft"])
    mortal.look()
    mortal.forward(2, 1, *BEFORE, *AFTER)
    assert world.states == [State.WITHDRAWN]
    lie = [f for f in world.server.folders() for x in world.server.inside(f) if x.raw == raw and not gone(x)]
    assert lie == ["Drafts"]
    assert not world.upstream.taken


@pytest.mark.parametrize("point", POINTS)
def test_a_handed_off_reply_leaves_once(world: World, point: str) -> None:
    world.customer_writes()
    mortal = Mortal(world, point)
    mortal.look()
    raw = b"Date: Mon, 16 Mar 2026 14:00:00 +0000\r\n" + world.reply()
    world.server.deliver("Cooldown/Send", raw)
    mortal.look()
    mortal.forward(2, 1, *BEFORE, *AFTER)
    mortal.settle()
    assert world.states == [State.SENT]
    assert [mail.raw for mail in world.upstream.taken] == [raw]


@pytest.mark.parametrize("name", [name for name in COMMITS if name != "give back"])
def test_these_points_are_really_passed(world: World, name: str) -> None:
    """A point that nobody passes proves nothing."""
    world.customer_writes()
    mortal = Mortal(world, f"after the commit of: {name}")
    mortal.look()
    raw = world.reply()
    world.client_files(mortal.rep_sends(raw, raw))
    mortal.look()
    mortal.forward(*BEFORE, *AFTER)
    assert mortal.has_died
