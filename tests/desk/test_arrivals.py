"""What comes in: read once, judged, and kept in one commit with its cool-down and the bookmark."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.desk.world import CALM, CUSTOMER, FIRST, REP, World
from tests.fakes.mailbox import FakeServer
from triage.desk import Account, watching
from triage.desk.ports import Letter, Records
from triage.errors import Unreachable
from triage.judging.facts import MessageFacts
from triage.judging.holds import State


def seen(world: World) -> list[MessageFacts]:
    with world.store.look() as records:
        return records.messages_between("field", world.later(days=-9), world.later(seconds=1))


def test_a_heated_message_bears_the_keyword_and_stays_unread() -> None:
    world = World()
    world.customer_writes()
    world.look()
    (letter,) = world.server.inside("INBOX")
    assert letter.flags == {"$Heated"}


def test_a_calm_message_is_left_alone() -> None:
    world = World()
    world.customer_writes(CALM)
    world.look()
    (letter,) = world.server.inside("INBOX")
    assert not letter.flags
    assert world.cooldowns == []
    assert world.told() == []


def test_where_the_server_keeps_no_keywords_that_is_told_once() -> None:
    world = World()
    world.server.keywords = False
    world.customer_writes()
    world.look()
    world.look()
    assert sum("keeps no keywords" in text for text in world.told()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"Auto_Submitted": "auto-replied"},
        {"sender": "no-reply@acme.example"},
        {"sender": "colleague@example.com"},
        {"sender": REP},
    ],
    ids=str,
)
def test_what_no_customer_wrote_opens_nothing(changes: dict[str, Any]) -> None:
    world = World()
    world.customer_writes(**changes)
    world.look()
    assert world.cooldowns == []
    assert seen(world)[0].ignored_because


def test_a_message_is_taken_in_once_wherever_it_is_moved() -> None:
    world = World()
    world.account = replace(world.account, folders=("INBOX", "Orders"))
    world.server.create("Orders")
    world.start()
    world.customer_writes()
    world.look()
    world.server.move("INBOX", world.server.inside("INBOX")[0].uid, "Orders")
    world.look()
    assert len(seen(world)) == 1
    assert len(world.cooldowns) == 1


@pytest.mark.parametrize("verb", ["fetch", "search"])
def test_a_line_that_drops_half_way_loses_and_doubles_nothing(verb: Any) -> None:
    world = World()
    world.look()
    for number in range(3):
        world.customer_writes(subject=f"Order {number}")
    world.server.cut(after=verb)
    world.drop_and_look()
    world.look()
    assert [facts.subject for facts in seen(world)] == ["Order 0", "Order 1", "Order 2"]


def test_where_the_line_breaks_what_came_before_is_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.look()
    for number in range(3):
        world.customer_writes(subject=f"Order {number}")

    def broken(folder: str, uids: Sequence[int]) -> Iterator[Letter]:
        yield from world.box.letters(folder, uids[:2])
        raise Unreachable("the line dropped")

    monkeypatch.setattr(world.box, "excerpts", broken)
    with pytest.raises(Unreachable):
        world.look()
    assert [facts.subject for facts in seen(world)] == ["Order 0", "Order 1"]
    monkeypatch.undo()
    world.look()
    assert [facts.subject for facts in seen(world)] == ["Order 0", "Order 1", "Order 2"]


def test_one_commit_takes_in_many(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.look()
    world.look()
    commits = count_commits(world, monkeypatch)
    world.look()
    idle = len(commits)
    for number in range(20):
        world.customer_writes(CALM, subject=f"Order {number}", sender=f"dana@customer{number}.example")
    world.look()
    assert len(seen(world)) == 20
    assert len(commits) - idle < idle + 5


def count_commits(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows with every transaction that writes."""
    begun: list[int] = []
    begin = world.store.begin

    def counted() -> AbstractContextManager[Records]:
        begun.append(1)
        return begin()

    monkeypatch.setattr(world.store, "begin", counted)
    return begun


def test_a_renumbered_folder_is_read_again_without_doubling() -> None:
    world = World()
    world.customer_writes()
    world.look()
    old = world.server.inside("INBOX")[0].raw
    world.server.delete("INBOX")
    world.server.create("INBOX")
    world.server.deliver("INBOX", old)
    world.customer_writes(subject="Another matter")
    world.look()
    assert [facts.subject for facts in seen(world)] == ["Order 4711", "Another matter"]


# First start


def test_many_messages_take_their_time_and_the_log_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watching, "MANY", 2)
    world = World()
    for number in range(5):
        world.customer_writes(CALM, subject=f"Order {number}")
    with caplog.at_level(logging.INFO, logger="triage"):
        world.look()
    assert [r.message for r in caplog.records if "read" in r.message] == [
        "rep@example.com: INBOX: 2 of 5 messages read",
        "rep@example.com: INBOX: 4 of 5 messages read",
    ]


def test_the_first_look_goes_back_a_day() -> None:
    world = World()
    world.customer_writes(subject="Old")
    world.clock.move(hours=20)
    world.customer_writes(subject="Yesterday")
    world.clock.move(hours=5)
    world.look()
    assert [facts.subject for facts in seen(world)] == ["Yesterday"]


def test_at_the_first_start_what_was_answered_opens_nothing() -> None:
    world = World()
    world.customer_writes(flags=["\\Answered"])
    world.customer_writes(subject="Replied to in Sent")
    world.client_files(world.reply(answers="<customer.2@acme.example>"))
    world.customer_writes(subject="Still open")
    world.look()
    assert [c.subject_key for c in world.cooldowns] == ["still open"]
    assert world.ways() == ["other"], "what was sent before is no bypass"


def test_later_an_answered_flag_means_nothing() -> None:
    world = World()
    world.look()
    world.customer_writes(flags=["\\Answered"])
    world.look()
    assert len(world.cooldowns) == 1


# Several mailboxes of a team


def test_one_message_to_two_reps_opens_one_cool_down_and_is_not_writing_again() -> None:
    world = World()
    lee = Account(
        address="lee@example.com", team="field", internal_domains=frozenset({"example.com"}), sends=False
    )
    world.colleagues = [lee]
    world.start()
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply())
    theirs = FakeServer(world.clock, folders=["Drafts", "Sent", "Trash"])
    theirs.deliver("INBOX", world.server.inside("INBOX")[0].raw)
    world.desk.watchers["lee@example.com"].look(theirs.connect())
    assert len(world.cooldowns) == 1
    assert world.states == [State.HELD]
    assert [facts.account for facts in seen(world)] == [REP, "lee@example.com"]


# Expiry


def test_a_cool_down_that_nobody_closed_expires() -> None:
    world = World(expires_days=1)
    world.customer_writes()
    world.look()
    world.forward(hours=23)
    assert world.cooldowns[0].closed_at is None
    world.forward(hours=1)
    assert world.cooldowns[0].closed_because == "it expired"
    world.look()
    assert world.subjects("Drafts") == [], "its suggestion goes with it"


def test_after_retention_an_open_cool_down_still_has_its_message() -> None:
    world = World(expires_days=30)
    world.customer_writes()
    world.look()
    world.start(retention=timedelta(days=1))
    world.clock.move(days=2)
    world.desk.prune()
    world.look()
    assert world.asks("acknowledge", "c1").exit_code == 0


# Bypass


def test_a_reply_found_in_sent_is_a_bypass_told_to_the_rep_and_starts_the_clock() -> None:
    world = World()
    world.customer_writes()
    world.look()
    world.client_files(world.reply())
    world.look()
    assert world.ways() == ["bypass"]
    assert any("past this program" in text for text in world.told())
    assert world.cooldowns[0].due_at == world.later(minutes=30)
    assert world.cooldowns[0].closed_at is None


def test_a_bypass_makes_the_held_reply_wait_for_the_rep() -> None:
    world = World()
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply())
    world.client_files(world.reply("From the phone."))
    world.look()
    assert world.states == [State.ASKED]
    assert "on another way" in world.only.asked_because


def test_after_the_time_what_is_found_in_sent_closes_the_cool_down() -> None:
    world = World(starts="message")
    world.customer_writes()
    world.look()
    world.clock.move(minutes=31)
    world.client_files(world.reply())
    world.look()
    assert world.ways() == ["after the time"]
    assert world.cooldowns[0].closed_at


def test_a_note_to_a_colleague_in_sent_is_nothing() -> None:
    world = World()
    world.customer_writes()
    world.look()
    world.client_files(world.reply(to="lee@example.com"))
    world.look()
    assert world.ways() == ["other"]
    assert world.told() == []


def test_a_second_copy_of_a_bypass_is_not_a_second_bypass() -> None:
    world = World()
    world.customer_writes()
    world.look()
    raw = world.reply()
    world.client_files(raw)
    world.look()
    world.client_files(raw)
    world.look()
    assert world.ways() == ["bypass"]


def test_the_threads_name_is_that_of_its_first_message() -> None:
    world = World()
    world.customer_writes()
    world.customer_writes(CALM, references=[FIRST])
    world.look()
    assert {facts.thread for facts in seen(world)} == {FIRST}
    assert {address for facts in seen(world) for address in facts.customer.addresses} == {CUSTOMER}
