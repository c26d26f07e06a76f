"""Replies that fall due together: claimed together, sent one after the other, settled on the way."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest

from tests.desk.world import CALM, REP, World
from tests.fakes.relay import Crash, FakeRelay, Trouble
from triage.desk import Office, sending
from triage.desk.ports import Records
from triage.desk.promises import note_promises_of
from triage.desk.replies import ask
from triage.judging.holds import ASK_WROTE_AGAIN, HeldReply, State


@pytest.fixture
def world(tmp_path: Any) -> Iterator[World]:
    world = World(path=tmp_path / "store.db")
    yield world
    world.close()


def hold(world: World, count: int) -> list[bytes]:
    """So many replies to a heated customer, all due half an hour from now."""
    world.customer_writes()
    world.look()
    raws = [world.reply(f"Answer number {number}.") for number in range(count)]
    for raw in raws:
        world.rep_sends(raw)
    world.clock.move(minutes=30)
    return raws


class Between(FakeRelay):
    """An upstream during whose work something else happens."""

    def happens(self) -> None:
        """What it is."""

    def send(self, **words: Any) -> str:
        answer = super().send(**words)
        self.happens()
        return answer


def use(world: World, upstream: FakeRelay) -> None:
    world.upstream = upstream
    world.start()


def test_all_leave_once_in_their_order(world: World) -> None:
    raws = hold(world, 12)
    world.tick()
    assert [mail.raw for mail in world.upstream.taken] == raws
    assert set(world.states) == {State.SENT}
    world.tick()
    assert len(world.upstream.taken) == 12


def test_they_share_their_claims_and_their_looks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(world, 12)
    looks, commits, begin = [], [], world.store.begin

    def look_first(_account: str) -> bool:
        looks.append("look")
        return True

    def counted() -> Any:
        commits.append("commit")
        return begin()

    world.desk.office.look_first = look_first
    monkeypatch.setattr(world.store, "begin", counted)
    world.desk.release_due(REP)
    assert world.states == [State.SENT] * 12
    # One to decide; claims of 1, 2, 4 and 5, each settled at its end; one hand-over each; one to note each.
    assert len(commits) == 1 + 4 + 4 + 12 + 12
    assert looks == ["look"]


def test_what_was_asked_about_since_its_claim_stays(world: World) -> None:
    raws = hold(world, 3)

    class WritesAgain(Between):
        def happens(self) -> None:
            if len(self.taken) == 2:  # the third is claimed with the second
                with world.store.begin() as records:
                    ask(world.desk.office, records, records.reply("r3"), ASK_WROTE_AGAIN)

    use(world, WritesAgain())
    world.tick()
    assert [mail.raw for mail in world.upstream.taken] == raws[:2]
    assert world.states == [State.SENT, State.SENT, State.ASKED]
    assert world.replies[2].asked_because == ASK_WROTE_AGAIN
    assert world.replies[2].tries == 0


def test_a_stop_gives_back_what_was_claimed(world: World) -> None:
    hold(world, 3)
    use(world, FakeRelay())
    world.desk.office.is_stopping = lambda: len(world.upstream.taken) == 2
    world.desk.release_due(REP)
    assert world.states == [State.SENT, State.SENT, State.HELD]
    assert (world.replies[2].tries, world.replies[2].claimed_at) == (0, None)


@pytest.mark.parametrize(
    ("trouble", "states"),
    [
        (["", "", "crash before data"], [State.SENT, State.UNKNOWN, State.HELD, State.HELD]),
        (["", "", "crash during data"], [State.SENT, State.SENT, State.UNKNOWN, State.HELD]),
        (["", "crash during data"], [State.SENT, State.UNKNOWN, State.HELD, State.HELD]),
    ],
)
def test_a_crash_leaves_one_in_doubt_at_most(
    world: World, trouble: Sequence[Trouble], states: list[State]
) -> None:
    hold(world, 4)
    world.upstream.trouble = list(trouble)
    with pytest.raises(Crash):
        world.tick()
    world.restart()
    assert world.states == states
    world.tick()
    assert all(state in (State.SENT, State.UNKNOWN) for state in world.states)
    assert len({mail.raw for mail in world.upstream.taken}) == len(world.upstream.taken), "none twice"


def test_a_server_that_takes_mail_again_gets_at_once_what_waits(world: World) -> None:
    raws = hold(world, 3)
    world.upstream.trouble = ["down"]
    world.tick()
    assert world.states == [State.HELD] * 3
    world.tick()
    assert not world.upstream.taken, "each waits for its next try"
    calm = world.reply(CALM, to="pat@elsewhere.example", answers="")
    world.rep_sends(calm, to=["pat@elsewhere.example"])
    world.tick()
    assert [mail.raw for mail in world.upstream.taken] == [calm, *raws]


def test_what_it_promises_is_taken_down_when_all_have_left(world: World) -> None:
    world.customer_writes()
    world.look()
    for number in (1, 2):
        world.rep_sends(world.reply(f"I will call you on Friday about part {number}."))
    world.clock.move(minutes=30)
    noted_when: list[int] = []

    class Upstream(Between):
        def happens(self) -> None:
            with world.store.look() as records:
                noted_when.append(len(records.open_promises("field")))

    use(world, Upstream())
    world.tick()
    assert noted_when == [0, 0]
    with world.store.look() as records:
        assert len(records.open_promises("field")) == 2
        assert records.replies_to_note(REP) == []


def test_promises_of_what_left_before_a_crash_are_taken_down_after_it(world: World) -> None:
    hold(world, 1)
    world.upstream.trouble = []
    world.desk.office.is_stopping = lambda: bool(world.upstream.taken)  # it left, and then a stop came
    world.desk.release_due(REP)
    assert [reply.noted for reply in world.replies] == [False]
    world.restart()
    world.tick()
    assert [reply.noted for reply in world.replies] == [True]


def test_a_mail_that_cannot_be_read_is_set_aside(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(world, 3)
    read = note_promises_of

    def stumbles(office: Office, records: Records, reply: HeldReply, *, at: datetime) -> None:
        if reply.id == "r2":
            raise LookupError("an unknown charset")
        read(office, records, reply, at=at)

    monkeypatch.setattr(sending, "note_promises_of", stumbles)
    world.tick()
    assert world.states == [State.SENT] * 3
    assert all(reply.noted for reply in world.replies)
