"""What reviewers found by attacking: each was a bug once, and is an example of what must not happen."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from tests.desk.world import CALM, CUSTOMER, FIRST, HOT, REP, World
from tests.fakes.relay import FakeRelay
from triage.desk.arrivals import messages_arrived
from triage.desk.ports import Records
from triage.desk.views import held_replies
from triage.errors import MailRefused, StoreUnusable, Unreachable
from triage.judging.holds import State
from triage.reading.heat import Level
from triage.reading.messages import parse


def heated(**cooldown: Any) -> World:
    world = World(**cooldown)
    world.customer_writes()
    world.look()
    return world


class During(FakeRelay):
    """An upstream during whose work something happens."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__()
        self.happens = happens

    def send(self, **mail: Any) -> str:
        happens, self.happens = self.happens, lambda: None
        answer = super().send(**mail)
        happens()
        return answer


class FullDisk:
    """A store that cannot be written to any longer."""

    def __init__(self, world: World) -> None:
        self.look, self.scrub = world.store.look, world.store.scrub

    def begin(self) -> AbstractContextManager[Records]:
        raise StoreUnusable("The disk is full.")


def test_what_has_passed_is_not_asked_for_again_because_the_disk_is_full() -> None:
    world = World()
    office = world.desk.office

    def fills_up() -> None:
        office.store = FullDisk(world)

    office.relays = {REP: (upstream := During(fills_up))}
    assert world.rep_sends(world.reply(answers="")) == "250 2.0.0 Ok: queued"
    assert len(upstream.taken) == 1


def test_a_store_that_failed_after_the_sending_leaves_a_doubt_and_not_a_riddle() -> None:
    world = heated()
    world.rep_sends(world.reply())
    office, store = world.desk.office, world.store

    def fills_up() -> None:
        office.store = FullDisk(world)

    office.relays = {REP: During(fills_up)}
    world.clock.move(minutes=30)
    with pytest.raises(StoreUnusable):
        world.desk.release_due(REP)
    office.store = store
    world.tick()
    assert world.states == [State.UNKNOWN]
    assert any("may have been sent" in text for text in world.told())


def test_a_wrong_password_is_not_tried_with_every_reply_that_is_due() -> None:
    world = heated()
    for number in range(3):
        world.rep_sends(world.reply(f"Answer number {number}."))
    world.upstream.trouble = ["down", "down", "down"]
    world.clock.move(minutes=30)
    for _ in range(5):
        world.tick()
        world.clock.move(seconds=1)
    assert world.upstream.trouble == ["down", "down"]
    assert world.states == [State.HELD] * 3


def test_a_heated_message_during_the_sending_counts_where_the_mail_comes_back() -> None:
    world = heated()
    world.rep_sends(world.reply())
    world.clock.move(minutes=31)

    def writes_again() -> None:
        world.customer_writes(f"{HOT} Again!", references=[FIRST])
        world.look()
        raise MailRefused(451, "4.7.1 later", CUSTOMER)

    world.desk.office.relays = {REP: During(writes_again)}
    world.tick()
    assert world.states == [State.ASKED]
    world.forward(minutes=5)
    assert world.states == [State.ASKED]


@pytest.mark.parametrize("text", [CALM, f"{HOT} Now!"])
def test_who_writes_again_without_references_is_known_by_the_subject(text: str) -> None:
    world = heated()
    world.rep_sends(world.reply())
    again = world.customer_writes(text, subject="RE: Order 4711")
    world.look()
    assert world.states == [State.ASKED]
    assert len(world.cooldowns) == 1
    answer = world.rep_sends(world.reply("To the second one.", answers=again))
    assert answer.startswith("250 2.0.0 held until ")


def test_a_reply_to_two_heated_customers_heeds_and_answers_both() -> None:
    world = heated()
    world.customer_writes(sender="Bob <bob@beta.example>", references=[FIRST])
    world.look()
    both = (CUSTOMER, "bob@beta.example")
    world.rep_sends(world.reply(to=", ".join(both)), to=both)
    world.customer_writes(CALM, sender="Bob <bob@beta.example>", references=[FIRST])
    world.look()
    assert world.states == [State.ASKED]
    world.forward(minutes=31)
    world.asks("release", "r1")
    world.forward(seconds=1)
    assert world.states == [State.SENT]
    assert all(cooldown.closed_at for cooldown in world.cooldowns)


def test_an_id_that_was_only_mentioned_is_not_a_message_that_was_seen() -> None:
    world = World()
    world.look()
    world.customer_writes()
    world.rep_sends(world.reply("For your information.", to="kim@example.com"), to=["kim@example.com"])
    assert world.rep_sends(world.reply()).startswith("250 2.0.0 held until ")


def test_not_heated_corrects_every_message_of_the_cool_down() -> None:
    world = World()
    world.customer_writes("You are liars and cheats. This is outrageous and I will sue you.")
    world.customer_writes(references=[FIRST])
    world.look()
    world.asks("not-heated", "m1")
    with world.store.look() as records:
        assert [records.message(id_).level for id_ in ("m1", "m2")] == [Level.CALM, Level.CALM]


def test_a_first_look_that_was_cut_off_goes_on_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    monkeypatch.setattr("triage.desk.watching.AT_ONCE", 1)
    world.customer_writes(CALM, subject="Prices")
    world.customer_writes(flags=["\\Answered"])
    seen = []

    def cut_off(*args: Any, **more: Any) -> None:
        seen.append(1)
        if len(seen) == 2:
            raise Unreachable("the line dropped")
        messages_arrived(*args, **more)

    monkeypatch.setattr("triage.desk.watching.messages_arrived", cut_off)
    with pytest.raises(Unreachable):
        world.look()
    monkeypatch.undo()
    world.look()
    assert world.cooldowns == []


def test_one_message_that_trips_us_up_does_not_blind_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.customer_writes(sender="odd@odd.example", subject="Odd")
    world.customer_writes()

    def trips(raw: bytes) -> Any:
        if b"odd.example" in raw:
            raise ZeroDivisionError
        return parse(raw)

    monkeypatch.setattr("triage.desk.arrivals.parse", trips)
    world.look()
    assert len(world.cooldowns) == 1
    assert any("could not be judged" in text for text in world.told())
    world.look()


def test_a_colleagues_draft_is_folded_whatever_number_it_has_in_another_mailbox() -> None:
    world = heated()
    for _ in range(5):
        world.server.deliver("Drafts", b"Subject: something else\r\n\r\nlater")
    world.client_files(world.reply("Mine."), "Drafts")
    world.settle()
    with world.store.begin() as records:
        mine = records.reply("r1")
        records.change_reply(mine, replace(mine, account="kim@example.com", source_uid=99))
    world.client_files(world.reply("And mine, another text."), "Drafts")
    world.settle()
    assert len(world.replies) == 2


def test_a_passing_reply_in_a_pause_overtakes_the_folded_draft() -> None:
    world = heated()
    world.client_files(world.reply("A first draft."), "Drafts")
    world.settle()
    world.asks("pause")
    assert world.rep_sends(world.reply("The final one.")) == "250 2.0.0 Ok: queued"
    world.forward(minutes=31)
    assert world.states == [State.WITHDRAWN]
    assert "Re: Order 4711" in world.subjects("Cooldown/Earlier")


def test_a_refused_acknowledgement_is_shown_where_held_replies_are() -> None:
    world = heated()
    world.upstream.trouble = ["no rcpt"]
    world.asks("acknowledge", "c1")
    with world.store.look() as records:
        (shown,) = held_replies(world.desk.office, records)
    assert shown["state"] == State.FAILED


def test_what_a_person_released_goes_even_if_its_copy_is_gone() -> None:
    world = heated()
    raw = world.reply()
    world.rep_sends(raw)
    uid = world.client_files(raw)
    world.look()
    world.upstream.trouble = ["rcpt later"]
    world.asks("release", "r1", "their truck leaves")
    (held,) = [x.uid for x in world.server.inside("Cooldown/Held")]
    world.server.expunge("Cooldown/Held", held)
    world.look()
    assert uid
    world.forward(seconds=30)
    assert world.states == [State.SENT]
